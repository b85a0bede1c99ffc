/* witness.h -- a C2SP witness: it cosigns that a log's checkpoint is the largest consistent one
 * that it has seen.
 *
 *     POST /add-checkpoint              statuses as tlog-witness has them
 *     GET  /<hex of origin>/checkpoint  the last cosigned checkpoint
 *
 * The decision is tlog/submission.h's; here are memory and time. Check, storing and answering are
 * one step of one loop, so that no two requests are between them at once; the checkpoint is on the
 * disk before its cosignature leaves. What the folder holds is checked at the start: a file whose
 * signatures do not verify is refused, for a witness that forgets would sign a fork. Time never
 * runs backwards: with a clock before its last cosignature (to any log) it signs nothing, says 500,
 * and prints a line for the operator on standard error; so too when the disk fails it. */
#ifndef WITNESS_H
#define WITNESS_H

#include "server/http.h"
#include "tlog/key.h"

enum {
    WITNESS_BODY_MAX = 128 << 10, /* 63 hashes (3 kB) and 16 ML-DSA signatures of 5 kB */
    WITNESS_LOGS_MAX = 4096,
    WITNESS_ROUTES = 2,
};

struct witness; /* opaque, on the heap */

struct witness_plan {
    const struct key_signer *signer; /* of type 0x04; borrowed */
    const char *dir;                 /* its memory (witness_store.h) */
    const struct key *logs;          /* of type 0x01, each of another name; copied */
    size_t log_count;
    const char *simulated_clock; /* a file (core/instant.h), or NULL: borrowed */
};

bool witness_open(const struct witness_plan *plan, struct witness **out,
                  struct fault *f) MUST_CHECK;
void witness_close(struct witness **w);

/* For the server's table. */
void witness_routes(struct witness *w, struct http_route out[WITNESS_ROUTES]);

#endif
