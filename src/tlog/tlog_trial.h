/* tlog_trial.h -- what the tests of the log's rooms share: test code, linked into unit tests alone.
 */
#ifndef TLOG_TRIAL_H
#define TLOG_TRIAL_H

#include "core/arena.h"
#include "core/buf.h"

/* A shared fixture ("register/hallmark-example/policy.txt") as a whole, on the heap: the caller
 * frees `at`. Where shared/fixtures is absent, len 0 and at NULL, after a word on standard error
 * that the test is skipped. */
struct bytes tlog_trial_fixture(const char *path);

/* The full path of the same, on the heap, or NULL in the same way. */
char *tlog_trial_path(const char *path);

/* Read the input with objects in the arena, and tell what was read as text. */
typedef bool tlog_trial_reader(void *with, struct bytes input, struct arena *a, struct buf *told,
                               struct fault *f);

struct tlog_trial {
    tlog_trial_reader *read;
    void *with;
    struct bytes good;
    const char *target; /* of the fuzzer, or NULL */
    const char *seed;   /* the name of `good` as a seed for it: [a-z0-9-] */
    size_t step; /* 0 or 1: every truncation and every bit; n: every n-th, for a large input */
};

/* The good bytes read without a fault; then every truncation, every one-bit flip, and every
 * allocation failing in turn, each on a copy of exact size. Asserts that false carries a fault and
 * true none, and that the same bytes tell the same twice.
 *
 * Where the environment has HALLMARK_SEEDS=DIR, the good bytes are written to DIR/TARGET/SEED
 * first; with HALLMARK_SEEDS_ONLY too, nothing else is done. */
void tlog_trial_parser(const struct tlog_trial *t);

/* A further seed, for a target whose input is made of several parts. */
void tlog_trial_seed(const char *target, const char *name, struct bytes seed);

#endif
