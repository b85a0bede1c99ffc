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

/* `opened`: the entry made a sealed record public. The record is then the inner one, and its note
 * that of the entry: who opened it answers for it. */
struct history_act {
    uint64_t place;
    bool opened;
    struct record record;
};

enum { HISTORY_ACTS_MAX = 1 << 20, HISTORY_PLACES_MAX = 1 << 28 };

/* An empty vec of struct history_act. */
struct vec history_none(struct arena *a);

/* The records under "KIND:VALUE" (printf), as struct history_act appended to `acts` (a vec of them
 * in the arena). What is no record of ours is left out. */
bool history_acts(const struct history *h, struct arena *a, struct vec *acts, struct fault *f,
                  const char *fmt, ...) MUST_CHECK __attribute__((format(printf, 5, 6)));

/* The same of these types alone (ended by NULL): the others are not parsed. */
bool history_acts_of(const struct history *h, struct arena *a, const char *const *types,
                     struct vec *acts, struct fault *f, const char *fmt, ...) MUST_CHECK
    __attribute__((format(printf, 6, 7)));

/* Places under "KIND:VALUE", appended to `places` (a vec of uint64_t). */
bool history_places(const struct history *h, struct bytes key, struct vec *places,
                    struct fault *f) MUST_CHECK;

/* The record at a place; *found is false where it is none of ours. */
bool history_act_at(const struct history *h, uint64_t place, struct arena *a,
                    struct history_act *out, bool *found, struct fault *f) MUST_CHECK;

/* The entry that defined an object: the first of that type, with that id, under "TYPE:ID". */
bool history_definition(const struct history *h, const char *type, struct bytes id, struct arena *a,
                        struct history_act *out, bool *found, struct fault *f) MUST_CHECK;

/* The record inside an `opened` entry, with the outer record's note. */
bool history_open(const struct record *outer, struct arena *a, struct record *inner,
                  struct fault *f) MUST_CHECK;

bool history_is(const struct history_act *act, const char *type);

/* What was known when the log had `limit` entries. The view borrows both. */
struct history_cut {
    const struct history *of;
    uint64_t limit;
};
struct history history_until(struct history_cut *cut);

#endif
