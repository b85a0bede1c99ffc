/* confined.h -- one piece of work on hostile bytes, done in a process of its own behind all walls
 * (confine/sandbox.h): it can read what this process had in its memory, open nothing, and answer in
 * bytes. Whatever it does, it costs no more than its answer.
 *
 * For work that takes one input and makes one result. What is answered was made by who may be taken
 * over by then: it is read like any hostile input. */
#ifndef CONFINED_H
#define CONFINED_H

#include "core/buf.h"
#include "core/fault.h"

/* Puts the answer into `answer`, or sets the fault. It runs in the child: nothing that it changes
 * in memory is seen by the caller, and nothing can be opened, shared libraries among it. */
typedef bool confined_work(void *ctx, struct buf *answer, struct fault *f);

struct confined {
    confined_work *work;
    void *ctx;
    const char *what; /* is done, for a fault: "reading the list" */
    unsigned seconds; /* of the processor, and three times as many by the clock */
};

/* Into `answer`, within its limit. False with the fault of the work, or with one that says how its
 * process ended: LIMIT for time and memory. Call it before there are secrets in the memory. */
bool confined_run(const struct confined *c, struct buf *answer, struct fault *f) MUST_CHECK;

#endif
