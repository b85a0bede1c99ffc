#include "writer/writer_history.h"

#include "writer/writer_entry.h"
#include "writer/writer_replay.h"

static bool find(void *with, struct bytes key, struct vec *places, struct fault *f)
{
    return writer_replay_find(with, key, places, f) || writer_entry_ours(f);
}

static bool entry(void *with, uint64_t place, struct arena *a, struct bytes *out, struct fault *f)
{
    struct bytes found = { 0 };

    if (!writer_entry(with, place, &found, f))
        return false;
    const char *copy = arena_copy(a, found, f);
    if (copy == NULL)
        return false;
    *out = (struct bytes){ .at = (const uint8_t *)copy, .len = found.len };
    return true;
}

static bool logged(void *with, uint64_t place, int64_t *time, struct fault *f)
{
    struct writer *w = with;

    if (place >= w->published) {
        *time = 0;
        return true;
    }
    return times_of(&w->times, place, time, f) || writer_entry_ours(f);
}

struct history writer_history_of(struct writer *w)
{
    return (struct history){ .with = w, .find = find, .entry = entry, .logged = logged };
}

const struct history *writer_history(struct writer *w)
{
    return &w->history;
}
