/* standing_listing.c -- what a list says under one key, on a day. */
#include "standing/standing_thing.h"

#include "core/map.h"

static const char *kind_of(enum standing_by by)
{
    switch (by) {
    case STANDING_BY_VENDOR:
        return "vendor";
    case STANDING_BY_TOKEN:
        return "token";
    case STANDING_BY_ARTEFACT:
        return "artefact";
    }
    return "token";
}

struct thing {
    bool listed;
    int32_t since;
};

static bool apply(struct map *things, struct vec *order, const struct record *r, struct arena *a,
                  struct fault *f)
{
    struct bytes key;

    if (!standing_thing(r, a, &key, f))
        return false;
    struct thing *thing = map_find(things, key);
    if (thing == NULL) {
        thing = arena_alloc(a, sizeof *thing, f);
        struct thing **kept = thing == NULL ? NULL : vec_push(order, f);
        if (kept == NULL || !map_put(things, key, thing, f))
            return false;
        *kept = thing;
    }
    thing->listed = standing_thing_adds(r);
    thing->since = record_happened(r);
    return true;
}

static void conclude(struct standing_listing *s, const struct vec *order)
{
    s->ever = order->count > 0;
    for (size_t i = 0; i < order->count; i++)
        s->listed = s->listed || (*(struct thing *const *)vec_at(order, i))->listed;
    for (size_t i = 0; i < order->count; i++) {
        const struct thing *thing = *(struct thing *const *)vec_at(order, i);
        if (thing->listed != s->listed)
            continue;
        if (s->since == DATE_NONE ||
            (s->listed ? thing->since < s->since : thing->since > s->since))
            s->since = thing->since;
    }
}

bool standing_listing(const struct history *h, const struct standing_question *q, struct arena *a,
                      struct standing_listing *out, struct fault *f)
{
    struct standing_listing s = { .since = DATE_NONE, .acts = history_none(a) };
    struct vec order = vec_of(a, sizeof(struct thing *), HISTORY_ACTS_MAX);
    struct map things = map_in(a);

    if (!history_acts(h, a, &s.acts, f, "listed:%.*s:%s:%.*s", (int)q->list.len,
                      (const char *)q->list.at, kind_of(q->by), (int)q->value.len,
                      (const char *)q->value.at))
        return false;
    for (size_t i = 0; i < s.acts.count; i++) {
        const struct history_act *act = vec_at(&s.acts, i);
        if (history_is(act, "listing") && record_happened(&act->record) <= q->day &&
            !apply(&things, &order, &act->record, a, f))
            return false;
    }
    conclude(&s, &order);
    *out = s;
    return true;
}
