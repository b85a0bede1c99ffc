/* standing_application.c -- how far an application has come. */
#include "standing/standing.h"

#include <string.h>

enum { SECONDS_A_DAY = 86400 };

static const char *const words[] = { "accepted", "in-test",    "reported", "in-review",
                                     "comments", "finalising", "hold",     "closed" };

static const char *word_of(struct bytes state)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (bytes_equal_text(state, words[i]))
            return words[i];
    return NULL;
}

static void enter(struct standing_application *s, const char *state, int32_t since)
{
    s->held = strcmp(state, "hold") == 0 ? s->state : NULL;
    s->state = state;
    s->since = since;
}

static void apply(struct standing_application *s, const struct history_act *act, int32_t when)
{
    const struct bytes state = record_value(&act->record, "state");

    if (history_is(act, "application"))
        enter(s, "applied", when);
    if (history_is(act, "refusal"))
        enter(s, "refused", when);
    if (history_is(act, "certificate"))
        enter(s, "certified", when);
    if (!history_is(act, "progress"))
        return;
    if (!bytes_equal_text(state, "resumed"))
        enter(s, word_of(state), when);
    else if (s->held != NULL)
        enter(s, s->held, when);
}

static bool is_act(const struct history_act *act, struct bytes id, bool first)
{
    if (first)
        return history_is(act, "application") && bytes_equal(record_id(&act->record), id);
    return (history_is(act, "progress") || history_is(act, "refusal") ||
            history_is(act, "certificate")) &&
           bytes_equal(record_value(&act->record, "application"), id);
}

bool standing_application(const struct history *h, struct bytes id, int32_t day, struct arena *a,
                          struct standing_application *out, struct fault *f)
{
    struct standing_application s = { .since = DATE_NONE,
                                      .last = DATE_NONE,
                                      .acts = history_none(a) };
    struct vec found = history_none(a);

    static const char *const types[] = { "application", "progress", "refusal", "certificate",
                                         NULL };
    if (!history_acts_of(h, a, types, &found, f, "application:%.*s", (int)id.len,
                         (const char *)id.at))
        return false;
    for (size_t i = 0; i < found.count; i++) {
        const struct history_act *act = vec_at(&found, i);
        int32_t when = record_happened(&act->record);
        int64_t time = 0;
        if (!is_act(act, id, s.acts.count == 0))
            continue;
        struct history_act *kept = vec_push(&s.acts, f);
        if (kept == NULL || (when == DATE_NONE && !h->logged(h->with, act->place, &time, f)))
            return false;
        *kept = *act;
        if (time > 0)
            when = (int32_t)(time / SECONDS_A_DAY);
        s.last = when == DATE_NONE ? s.last : when;
        if (when <= day && (s.acts.count == 1 || s.state != NULL))
            apply(&s, kept, when);
    }
    *out = s;
    return true;
}
