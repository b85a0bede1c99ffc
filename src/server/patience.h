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
    PATIENCE_OVER,   /* cut off; the server drops it when it sees the end */
};

struct patience_limits {
    size_t lines;  /* connections in all */
    size_t of_one; /* of one client */
    unsigned client_ms;
    unsigned answer_ms;
};

struct patience_line { /* one connection; the server's place for it */
    int fd;
    enum patience_phase phase;
    int64_t until;  /* milliseconds of CLOCK_MONOTONIC */
    uint64_t whose; /* which client's */
    size_t place;   /* internal */
};

bool patience_new(const struct patience_limits *limits, struct patience **out,
                  struct fault *f) MUST_CHECK;
void patience_free(struct patience **p);

int64_t patience_now(void);

/* A place for a new connection of the client `whose`. Who comes last is served: where nearly all
 * places are taken, or all of that client's, the connection among them that has kept us waiting
 * longest is cut off. NULL where there is none such: we are the slow ones, and more would not help.
 */
struct patience_line *patience_add(struct patience *p, int fd, uint64_t whose);
void patience_drop(struct patience *p, struct patience_line *line);

/* A phase begins. */
void patience_set(struct patience *p, struct patience_line *line, enum patience_phase phase);

/* Cut off whose time is over, by shutdown(2): the server then sees the end of the connection.
 * Returns the milliseconds until the next look is due; -1 for none. */
int patience_sweep(struct patience *p);

#endif
