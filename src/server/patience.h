/* patience.h -- until when each connection of the server may go on as it does.
 *
 * libmicrohttpd knows a time without any byte; a client that dribbles one byte a second is never
 * idle. Here every phase of a connection has an end, whatever trickles in. */
#ifndef PATIENCE_H
#define PATIENCE_H

#include "core/fault.h"

struct patience; /* opaque, on the heap */

enum patience_phase {
    PATIENCE_FREE,
    PATIENCE_CLIENT, /* we wait for the client: headers, a body, the next request */
    PATIENCE_ANSWER, /* the client takes our answer */
    PATIENCE_OURS,   /* the client waits for us: no end */
};

struct patience_line { /* one connection; the server's place for it */
    int fd;
    enum patience_phase phase;
    int64_t until; /* milliseconds of CLOCK_MONOTONIC */
    size_t place;  /* internal */
};

bool patience_new(size_t lines, unsigned client_ms, unsigned answer_ms, struct patience **out,
                  struct fault *f) MUST_CHECK;
void patience_free(struct patience **p);

int64_t patience_now(void);

/* A place for a new connection; NULL where all are taken. Where nearly all are taken, the one that
 * has kept us waiting longest is cut off. */
struct patience_line *patience_add(struct patience *p, int fd);
void patience_drop(struct patience *p, struct patience_line *line);

/* A phase begins. */
void patience_set(struct patience *p, struct patience_line *line, enum patience_phase phase);

/* Cut off whose time is over, by shutdown(2): the server then sees the end of the connection.
 * Returns the milliseconds until the next look is due; -1 for none. */
int patience_sweep(struct patience *p);

#endif
