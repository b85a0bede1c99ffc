/* published.h -- checkpoints as files of a log: `checkpoint`, checkpoints/<size>, the candidate.
 */
#ifndef PUBLISHED_H
#define PUBLISHED_H

#include "tlog/quorum.h"
#include "writer/folder.h"

#define PUBLISHED_NEWEST "checkpoint"
#define PUBLISHED_CANDIDATE "private/candidate"
#define PUBLISHED_SIZES "checkpoints/sizes"

enum { PUBLISHED_PATH_MAX = 64 };

struct published {
    struct bytes note; /* the whole file; in the arena, as all of this */
    struct checkpoint checkpoint;
    bool reached;         /* the quorum has signed */
    int64_t time;         /* by the quorum; 0 with `quorum none` */
    struct vec witnesses; /* struct quorum_signature: those that signed */
};

/* A note as a checkpoint of this log: its origin the key's name, its signature the key's. False for
 * any other; whether the quorum has signed is told, and no fault: *why then says who did not. */
bool published_weigh(struct bytes note, const struct quorum *q, struct arena *a,
                     struct published *out, struct fault *why, struct fault *f) MUST_CHECK;

/* The same of a file, which the fault names; not there: true, with *found false. */
bool published_read(const struct folder *folder, const char *path, const struct quorum *q,
                    struct arena *a, struct published *out, bool *found,
                    struct fault *f) MUST_CHECK;

/* "checkpoints/8192", with the first form "checkpoints/8192.first". Returns `out`. */
const char *published_path(uint64_t size, bool first, char out[PUBLISHED_PATH_MAX]);

/* Text and the log's own signature line alone, as a round of cosigning begins with; appended. */
bool published_bare(const struct published *p, const struct key *log, struct buf *out,
                    struct fault *f) MUST_CHECK;

/* checkpoints/<size>, its line in checkpoints/sizes (which readers from afar go by), then
 * `checkpoint`, each durable. What stood at that size before, cosigned
 * otherwise, is kept as its first form. */
bool published_write(const struct folder *folder, uint64_t size, struct bytes note,
                     struct fault *f) MUST_CHECK;

#endif
