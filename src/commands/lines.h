/* lines.h -- lines of a stream that may pause: what is there is taken at once, and a line that is
 * too long is passed over without being held. */
#ifndef LINES_H
#define LINES_H

#include "core/buf.h"
#include "core/fault.h"

struct lines {
    int fd;
    struct buf held;
    size_t taken;    /* of what is held */
    size_t limit;    /* of one line */
    uint64_t number; /* of the line that was told last, from 1 */
    bool passing;    /* over the rest of a line that is too long */
    bool ended;      /* no more will come */
};

struct lines lines_of(int fd, size_t limit);
void lines_done(struct lines *l);

/* The next whole line without its end, if there is one; borrowed until the next call. The last line
 * needs no end. *too_long: a line of which nothing is told but its number. */
bool lines_next(struct lines *l, struct bytes *line, bool *too_long);

/* Take more of the stream: waits where there is none. */
bool lines_fill(struct lines *l, struct fault *f) MUST_CHECK;

#endif
