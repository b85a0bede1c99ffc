/* history.h -- the entries of a register as a question: what was posted under a key, in order.
 *
 * The writer answers it from its index and journal, a reader from a checkpoint that it verified, an
 * audit from the part that it has replayed. Admission and standing ask nothing else: the index is
 * their database. */
#ifndef HISTORY_H
#define HISTORY_H

#include "core/vec.h"
#include "record/record.h"

struct history {
    void *with;
    /* Places (uint64_t) of the entries under the key string, increasing, appended to the vec. */
    bool (*find)(void *with, struct bytes key, struct vec *places, struct fault *f);
    /* The entry's bytes, in the arena. */
    bool (*entry)(void *with, uint64_t place, struct arena *a, struct bytes *out, struct fault *f);
    /* When it was first published (seconds since 1970); 0: not yet published. */
    bool (*logged)(void *with, uint64_t place, int64_t *time, struct fault *f);
};

struct history_act {
    uint64_t place;
    struct record record;
};

/* The records under "KIND:VALUE" (printf), as struct history_act appended to `acts` (a vec of them
 * in the arena). What is no record of ours is left out. */
bool history_acts(const struct history *h, struct arena *a, struct vec *acts, struct fault *f,
                  const char *fmt, ...) MUST_CHECK __attribute__((format(printf, 5, 6)));

#endif
