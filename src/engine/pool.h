/* pool.h -- the parent of the workers: hands out folders and programs, takes in what they say, and
 * when one dies, names what it had in hand, puts another in its seat and goes on.
 *
 * A worker's findings count only when it commits them, with the folder or the program they came
 * from; what a dead worker had not committed is done again by another. So nothing is lost and
 * nothing is counted twice, and the result does not depend on who did what. */
#ifndef POOL_H
#define POOL_H

#include "engine/gather.h"
#include "engine/worker.h"

struct pool;

struct pool_plan {
    struct worker_setup setup; /* channel, page and seat are the pool's to fill */
    unsigned workers;
    bool progress; /* a line on standard error */
};

/* Start the workers. pool_free ends them, whatever they do. */
bool pool_new(const struct pool_plan *plan, struct gather *g, struct pool **out,
              struct fault *f) MUST_CHECK;
void pool_free(struct pool *p);

/* Walk the whole target. True also when interrupted (see pool_interrupted). */
bool pool_walk(struct pool *p, struct fault *f) MUST_CHECK;

/* Read programs; all candidates of the gather that `wanted` does not turn down. */
bool pool_read_programs(struct pool *p,
                        bool (*wanted)(void *ctx, struct bytes folder, struct bytes name),
                        void *ctx, struct fault *f) MUST_CHECK;

/* SIGINT or SIGTERM came. */
bool pool_interrupted(void);

/* Catch SIGINT and SIGTERM for the run, and give them back. */
void pool_catch_signals(void);
void pool_release_signals(void);

#endif
