/* times.h -- when entries were logged: the time, by the quorum, of the first published checkpoint
 * that covers them. Read from DIR/checkpoints, each file at most once. */
#ifndef TIMES_H
#define TIMES_H

#include "tlog/quorum.h"
#include "writer/folder.h"

enum { TIMES_MAX = 1 << 24 };

struct times {
    const struct folder *folder;
    const struct quorum *quorum;
    struct arena arena;
    struct vec states; /* struct times_state, by size */
};

struct times_state {
    uint64_t size;
    bool known;
    int64_t time;
};

/* The sizes that are there. */
bool times_open(const struct folder *folder, const struct quorum *quorum, struct times *out,
                struct fault *f) MUST_CHECK;
void times_close(struct times *t);

/* A checkpoint of that size was published. */
bool times_add(struct times *t, uint64_t size, struct fault *f) MUST_CHECK;

/* 0: not yet published, or by a log whose quorum is none, which has nobody's word for its times. */
bool times_of(struct times *t, uint64_t place, int64_t *time, struct fault *f) MUST_CHECK;

#endif
