/* submit.h -- POST /entries: one entry, a signed note, for the log to take.
 *
 * What may be written, and by whom, is decided behind `offer`: here are only the size and the
 * answers. The connection waits until the entry is on disk or refused, for an index that is told is
 * a promise.
 *
 *     200 {"index":N}    application/json
 *     400 the rule that the entry breaks        403 a key that admission does not know
 *     413 too large      429 too often          503 the log cannot write now */
#ifndef SUBMIT_H
#define SUBMIT_H

#include "server/http.h"

enum { SUBMIT_ENTRY_MAX = 65535 }; /* what an entry bundle can hold (tlog-tiles: u16be length) */

struct submit_ticket; /* one entry on its way; opaque */

struct submit {
    void *with;
    /* Must. `entry` is borrowed until the ticket is answered: once, at once or later, by one of the
     * calls below, from the server's own loop. */
    void (*offer)(void *with, struct bytes entry, struct submit_ticket *t);
};

/* For the server's table. `s` is borrowed. */
struct http_route submit_route(struct submit *s);

/* The entry is durable, at that index. */
void submit_take(struct submit_ticket *t, uint64_t index);

enum submit_refusal {
    SUBMIT_UNKNOWN_KEY, /* 403 */
    SUBMIT_BAD_ENTRY,   /* 400 */
    SUBMIT_BUSY,        /* 503, with Retry-After: too many are waiting */
    SUBMIT_UNABLE,      /* 503: the disk is full, another one writes */
};

/* `rule` is our own clean text (core/text.h). */
void submit_refuse(struct submit_ticket *t, enum submit_refusal why, const char *rule);

#endif
