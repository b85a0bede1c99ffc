/* reader.h -- one published state of a register, opened for reading: a checkpoint, the entries
 * below it, and the index that its last leaf commits.
 *
 * Nothing that a source brings is believed: the checkpoint is checked by key or quorum where one is
 * given; entries and tiles either rebuild the checkpoint's root (reader_build) or are proved under
 * it one by one; a kept index is used only where its root is the one that the index leaf commits,
 * and is otherwise built anew from the entries. */
#ifndef READER_H
#define READER_H

#include "proof/indexleaf.h"
#include "register/index.h"
#include "register/source.h"
#include "standing/history.h"
#include "tlog/quorum.h"
#include "tlog/tile.h"

struct reader;

struct reader_question {
    const struct source *source; /* borrowed: outlives the reader */
    const struct quorum
        *quorum;           /* who must have signed, and by whose times known_at is meant; or NULL */
    const struct key *log; /* the log's key, where no quorum is given; both NULL: unchecked */
    int64_t known_at;      /* the newest state first published by then; INT64_MAX: the newest */
    uint64_t size;         /* the state of exactly that size; 0: by known_at */
    const char *index;     /* folder of a kept index, or NULL: build in memory when asked */
};

/* Reads the checkpoint and, where the log is one of ours, its index leaf. */
bool reader_open(const struct reader_question *q, struct reader **out, struct fault *f) MUST_CHECK;
void reader_close(struct reader **r);

/* The newest state of the same source, which the caller closes; NULL where this one is not of the
 * past. */
bool reader_newest(const struct reader *r, struct reader **out, struct fault *f) MUST_CHECK;

const struct checkpoint *reader_checkpoint(const struct reader *r);
struct bytes reader_note(const struct reader *r); /* the checkpoint, verbatim */
int64_t reader_time(const struct reader *r);      /* by quorum; 0: none was given */

/* The index leaf, or NULL: not a log of ours (its last leaf is none of ours). */
const struct indexleaf *reader_leaf(const struct reader *r);

/* One entry of the state; not yet proved. */
bool reader_entry(struct reader *r, uint64_t place, struct arena *a, struct bytes *out,
                  struct fault *f) MUST_CHECK;

/* Every entry from the first on, or those behind an edge (a multiple of 256), each borrowed until
 * the next; *found is false past the last. The tree is computed on the way, and past the last entry
 * its root must be the checkpoint's: what was read before is believed only then. A far source is
 * asked for many bundles at a time. */
struct reader_walk {
    struct arena arena; /* of the bundle in hand */
    struct cursor bundle;
    uint64_t next;
    uint64_t announced;      /* bundles before it were announced */
    struct sha256 leaf;      /* hash of the entry read last */
    struct merkle_edge edge; /* of all entries read so far */
};
struct reader_walk reader_walk_begin(void);
struct reader_walk reader_walk_after(const struct merkle_edge *before);
bool reader_walk_next(struct reader *r, struct reader_walk *w, struct bytes *entry, bool *found,
                      struct fault *f) MUST_CHECK;
void reader_walk_done(struct reader_walk *w);

/* Inclusion of an entry in the checkpoint, made from tiles and checked before it is returned. */
bool reader_inclusion(struct reader *r, uint64_t place, struct merkle_proof *out,
                      struct fault *f) MUST_CHECK;

/* Whether an earlier checkpoint, from wherever it comes, is a state of this log: its origin, and
 * its root by the log's own hashes. Else a fault that says why. Its signatures are not looked at.
 */
bool reader_extends(struct reader *r, const struct checkpoint *old, struct fault *f) MUST_CHECK;

/* The index of this state: kept or built (which reads every entry and checks the checkpoint's root
 * and the leaf's). NULL for a log that is none of ours, with the fault. */
struct index *reader_index(struct reader *r, struct fault *f) MUST_CHECK;

/* Rebuild all from the entries, whatever is kept: a fault where tree or index differ. */
bool reader_build(struct reader *r, struct fault *f) MUST_CHECK;

/* What this state holds, as a history (which borrows the reader). */
bool reader_history(struct reader *r, struct history *out, struct fault *f) MUST_CHECK;

/* A state that was published, by the kept checkpoints. */
struct reader_state {
    uint64_t size;
    int64_t first; /* by quorum, when it was first cosigned; 0: no quorum */
    int64_t last;  /* and last */
};

/* The newest of them with at most so many entries, and the first with more; size 0: there is none.
 * `before` may be NULL. Reads and checks those two checkpoints alone. */
bool reader_states_around(struct reader *r, uint64_t size, struct reader_state *before,
                          struct reader_state *after, struct fault *f) MUST_CHECK;

/* The newest that was first cosigned by then; size 0: there is none. Reads a few. */
bool reader_state_by(struct reader *r, int64_t time, struct reader_state *out,
                     struct fault *f) MUST_CHECK;

/* Every published state that is kept, this one among them and also those after it, by size: a vec
 * of struct reader_state that the reader owns. Reads and checks each: half a millisecond. */
bool reader_states(struct reader *r, struct vec *states, struct fault *f) MUST_CHECK;

#endif
