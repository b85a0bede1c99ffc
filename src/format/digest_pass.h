/* digest_pass.h -- several digests over parts of one artefact, in one pass over its bytes: each
 * piece is read from memory once and fed to every digest that wants it while it is still near. */
#ifndef DIGEST_PASS_H
#define DIGEST_PASS_H

#include "core/digest.h"

enum { DIGEST_PASS_PARTS_MAX = 3 };

/* From `from` up to, not including, `to`; parts in ascending order. */
struct digest_part {
    uint64_t from;
    uint64_t to;
};

struct digest_job {
    enum digest_kind kind;
    struct digest_part parts[DIGEST_PASS_PARTS_MAX];
    size_t part_count;
    struct digest digest;   /* the result */
    struct digest_run *run; /* while the pass lasts */
};

/* Do the jobs: each one's `digest` is set on success. */
bool digest_pass(struct bytes all, struct digest_job *jobs, size_t count,
                 struct fault *f) MUST_CHECK;

#endif
