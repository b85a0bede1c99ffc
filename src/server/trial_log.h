/* trial_log.h -- a small log that signs what a test wants, forks included: test code, linked into
 * the unit tests alone. Whatever goes wrong ends the test. */
#ifndef TRIAL_LOG_H
#define TRIAL_LOG_H

#include "core/buf.h"
#include "tlog/key.h"
#include "tlog/submission.h"

struct trial_log {
    const char *name;
    struct key_signer *signer;
    unsigned from; /* leaves from here on are those of another history */
    unsigned fork; /* which */
};

void trial_log_open(const char *name, struct trial_log *out);
void trial_log_close(struct trial_log *t);

struct sha256 trial_log_root(const struct trial_log *t, uint64_t size);
struct merkle_proof trial_log_proof(const struct trial_log *t, uint64_t old_size, uint64_t size);

/* The checkpoint's text, and the same signed. */
void trial_log_text(const struct trial_log *t, uint64_t size, struct buf *out);
void trial_log_note(const struct trial_log *t, uint64_t size, struct buf *out);

/* The body of add-checkpoint, with a NUL behind. Caller frees. */
char *trial_log_body(const struct trial_log *t, uint64_t old_size, uint64_t size);

/* The key of a witness, and its name: "w1.example". */
struct key_signer *trial_log_witness(const char *name);

#endif
