/* loop.h -- the one loop of a serving process: the HTTP server, and who lives beside it (the writer
 * of a log with its group commit). Nobody in it may block for long, for then nobody else moves. */
#ifndef LOOP_H
#define LOOP_H

#include "server/http.h"

enum { LOOP_GUESTS_MAX = 4 };

struct loop_guest {
    void *with;
    int fd; /* readable: turn() is called; -1: none */
    int (*due)(
        void *with); /* milliseconds until turn() is wanted; -1: not by itself. May be NULL */
    bool (*turn)(void *with, struct fault *f); /* false ends the loop */
};

/* SIGTERM and SIGINT no longer end the process but make the descriptor readable: for `stop`. To be
 * called before anything is announced. */
bool loop_signals(int *stop, struct fault *f) MUST_CHECK;

/* Serve until `stop` is readable (-1: for ever). */
bool loop_run(struct http *h, int stop, const struct loop_guest *guests, size_t count,
              struct fault *f) MUST_CHECK;

#endif
