/* submission.h -- C2SP tlog-witness, the body of add-checkpoint and its answers; and the witness's
 * decision, without HTTP or files. */
#ifndef SUBMISSION_H
#define SUBMISSION_H

#include "tlog/checkpoint.h"
#include "tlog/merkle.h"

enum {
    SUBMISSION_HASHES_MAX = 63, /* the specification's own limit */
    SUBMISSION_MAX = NOTE_MAX + 64 * 64,
};

struct submission {
    uint64_t old_size;
    struct merkle_proof consistency; /* 0 to 63 hashes */
    struct bytes checkpoint;         /* the note; borrowed */
};

/* The body of a request; false is status 400. The checkpoint is not looked at yet. */
bool submission_read(struct bytes body, struct submission *out, struct fault *f) MUST_CHECK;
void submission_write(const struct submission *s, struct buf *out);

/* What a witness knows of one log. */
struct submission_state {
    const struct key *log; /* trusted for the origin (its name) */
    uint64_t size;         /* last cosigned; 0: never */
    struct sha256 root;
};

/* The HTTP status of the specification: 200, 400, 403, 404, 409, 422. With 200, `out` is the
 * checkpoint (borrowed from the submission) that may be cosigned once it is stored; else `f` says
 * why. `logs` are the logs known, one for each origin; *state is set to the one meant, or NULL (400
 * where the checkpoint cannot be read, and 404). With 409 the answer's body is (*state)->size.
 *
 * Nothing is changed here: whoever stores *out must do so between this call and the next one for
 * the same log, or the witness signs a tree rolled back. Costs one verification (110 us). */
int submission_judge(const struct submission *s, struct submission_state *logs, size_t count,
                     struct arena *a, struct submission_state **state, struct checkpoint *out,
                     struct fault *f);

#endif
