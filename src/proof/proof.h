/* proof.h -- what a proof file proves, and no more.
 *
 * proof_check runs the rules of docs/register.md in order: the checkpoint by the quorum, the
 * inclusion of the index entry as the LAST leaf of that very checkpoint, its map function among
 * those known, every key string one that the map can emit, every lookup by the Merkle Patricia
 * verifier, every posted entry by its inclusion (and by its being among the postings of a key in
 * the file; where the map is our own, of exactly those keys in the file that it maps to). The first
 * rule broken is the fault. Offline: no file, no network, no clock. */
#ifndef PROOF_H
#define PROOF_H

#include "proof/indexleaf.h"
#include "proof/lookup.h"
#include "tlog/logproof.h"
#include "tlog/quorum.h"

struct proof_question {
    const struct quorum *quorum;
    struct bytes key;            /* the key that must have been asked; empty: any */
    const struct sha256 *mapfns; /* trusted beside our own version 1 */
    size_t mapfn_count;
};

enum proof_kind {
    PROOF_ENTRY, /* a plain tlog-proof: one entry's inclusion, no lookup */
    PROOF_LOOKUP,
};

struct proof_finding {
    enum proof_kind kind;
    struct logproof file;
    struct quorum_finding checkpoint;
    struct indexleaf leaf;      /* LOOKUP */
    struct lookup_file lookups; /* LOOKUP */
    unsigned map;               /* version of our map; 0: another, trusted by digest */
    bool simulated_clock;       /* the origin says so */
};

/* Whether an origin says that its times are a story's: its last path element is simulated-clock. */
bool proof_is_simulated(struct bytes origin);

/* A plain proof is checked up to the checkpoint: its inclusion needs the entry (proof_check_entry).
 */
bool proof_check(struct bytes file, const struct proof_question *q, struct arena *a,
                 struct proof_finding *out, struct fault *f) MUST_CHECK;

/* That `entry` is the one whose inclusion the file proves: the file's own index for a plain proof,
 * or one of the posted entries of a lookup. *index tells which. */
bool proof_check_entry(const struct proof_finding *found, struct bytes entry, uint64_t *index,
                       struct fault *f) MUST_CHECK;

/* The further lookup under that key, or NULL. */
const struct lookup *proof_further(const struct proof_finding *found, const char *key);

/* What the asked key is about, where its absence would mean little without it: *word "list",
 * *key "list:ncsc-directory" for listed:ncsc-directory:...; directive for report:, scheme for
 * certified:. Both NULL for other keys; *key is in the arena. */
bool proof_object(const struct proof_finding *found, struct arena *a, const char **word,
                  const char **key, struct fault *f) MUST_CHECK;

/* The state of the certificate that a lookup is about, on a day, as the caller folded it from the
 * entries in the file. */
struct proof_standing {
    int32_t day;
    const char *state;   /* "in-force", "suspended", "expired", ...; NULL: not there on that day */
    int32_t since;       /* DATE_NONE: not told */
    int32_t until;       /* the same */
    int32_t decide_by;   /* of a suspension: the day by which somebody must act; the same */
    size_t acts;         /* entries that decide it or came after */
    struct vec versions; /* struct bytes: covered on that day */
};

struct proof_saying {
    const struct proof_standing *standing; /* NULL: not asked */
    bool recomputed; /* the caller rebuilt the index root from the entries, and it is this one */
    bool has_entry;  /* proof_check_entry held, for the index below */
    uint64_t index;
    bool verbose; /* posted entries with their whole text */
    int64_t now;  /* by the caller's clock, to tell a time that is still to come; or INSTANT_NONE */
};

/* Whether the quorum's time is later than `now`, by more than clocks may differ (five minutes);
 * false where `now` is INSTANT_NONE. */
bool proof_is_to_come(const struct proof_finding *found, int64_t now);

/* The statement, in sentences for a reader, each on its own line: "No entry maps to KEY in the log
 * ORIGIN at size N, by the register's own index (map 1, not recomputed here). Witnesses w1, w2 had
 * seen no larger tree at T. ..." It says exactly what register.md C.6 allows: by whose index, the
 * map, the time by quorum, the liars survived, sealed entries (counted, or not told by this file),
 * whether the list that was asked about is proved to exist, aliases that are part of the file, a
 * simulated clock, a time that the caller's clock has not reached. Bytes other than printable ASCII
 * are escaped. */
bool proof_say(const struct proof_finding *found, const struct proof_question *q,
               const struct proof_saying *how, struct arena *a, struct buf *out,
               struct fault *f) MUST_CHECK;

/* The same as one JSON object; texts as clean UTF-8 (core/text.h). */
bool proof_json(const struct proof_finding *found, const struct proof_question *q,
                const struct proof_saying *how, struct arena *a, struct buf *out,
                struct fault *f) MUST_CHECK;

#endif
