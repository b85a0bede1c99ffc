/* backlog.h -- entries that do not yet stand in published tiles, in memory: those of the journal
 * and those staged behind them. */
#ifndef BACKLOG_H
#define BACKLOG_H

#include "core/buf.h"
#include "core/fault.h"

struct backlog {
    uint64_t first;   /* of the entries held */
    struct buf bytes; /* all of them, one behind the other */
    struct buf ends;  /* where each ends, as uint64_t */
};

struct backlog backlog_from(uint64_t first);
void backlog_done(struct backlog *b);

/* A copy behind the last. */
bool backlog_add(struct backlog *b, struct bytes entry, struct fault *f) MUST_CHECK;
uint64_t backlog_end(const struct backlog *b); /* the index that the next will have */

/* An entry that is held, until the next is added, or some are cut or dropped. */
struct bytes backlog_at(const struct backlog *b, uint64_t index);

void backlog_cut(struct backlog *b, uint64_t end);    /* those from `end` on are gone */
void backlog_drop(struct backlog *b, uint64_t first); /* those before `first` are gone */

#endif
