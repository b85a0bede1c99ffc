/* standing_certificate.c -- a certificate on a day: the decision and every later act on it, folded
 * in the order of the log, which is that of their dates (admission A11). */
#include "standing/standing_scheme.h"

#include "core/map.h"

#include <string.h>

enum { LINES_MAX = 1 << 20, SECONDS_A_DAY = 86400 };

struct fold {
    struct standing_certificate out;
    struct map versions; /* what is covered: a maintenance may name it again */
    struct map artefacts;
    int32_t until;
    int32_t renew_by;
    int32_t suspended_until;
};

/* The values of the line that are not among those before, appended. */
static bool cover(const struct record *r, const char *line, struct map *seen, struct vec *values,
                  struct fault *f)
{
    struct bytes value;

    for (size_t i = 0; (value = record_value_at(r, line, i)).len > 0; i++) {
        if (map_find(seen, value) != NULL)
            continue;
        struct bytes *kept = vec_push(values, f);
        if (kept == NULL)
            return false;
        *kept = value;
        if (!map_put(seen, value, values, f))
            return false;
    }
    return true;
}

static bool covers(struct fold *s, const struct record *r, struct fault *f)
{
    return cover(r, "version", &s->versions, &s->out.versions, f) &&
           cover(r, "artefact", &s->artefacts, &s->out.artefacts, f);
}

static void enter(struct fold *s, enum standing_state state, int32_t since)
{
    s->out.acted = state;
    s->out.since = since;
    s->out.word = standing_state_name(state);
}

static const char *lapse_word(struct bytes kind)
{
    if (bytes_equal_text(kind, "archived"))
        return "archived";
    return bytes_equal_text(kind, "historical") ? "historical" : "expired";
}

static void renew(struct fold *s, const struct record *r)
{
    s->until = record_day(r, "until");
    s->renew_by = record_day(r, "renew-by");
}

static bool apply(struct fold *s, const struct history_act *act, int32_t when, struct fault *f)
{
    const struct record *r = &act->record;

    if (history_is(act, "certificate")) {
        s->out.certificate = act;
        renew(s, r);
        enter(s, STANDING_IN_FORCE, when);
        return covers(s, r, f);
    }
    if (history_is(act, "maintenance"))
        return covers(s, r, f);
    if (history_is(act, "renewal"))
        renew(s, r);
    if (history_is(act, "suspension")) {
        enter(s, STANDING_SUSPENDED, when);
        s->suspended_until = record_day(r, "until");
    }
    if (history_is(act, "reinstatement"))
        enter(s, STANDING_IN_FORCE, when);
    if (history_is(act, "lapse")) {
        enter(s, STANDING_LAPSED, when);
        s->out.word = lapse_word(record_value(r, "kind"));
    }
    if (history_is(act, "withdrawal"))
        enter(s, STANDING_WITHDRAWN, when);
    if (history_is(act, "supersession")) {
        enter(s, STANDING_SUPERSEDED, when);
        s->out.successor = record_value(r, "successor");
    }
    return true;
}

/* Under the key stand also evaluations, listings, replies, and the supersession by which this
 * certificate takes another's place: they change nothing here. */
static bool keep_acts(const struct vec *found, struct bytes id, struct vec *acts, struct fault *f)
{
    for (size_t i = 0; i < found->count; i++) {
        const struct history_act *act = vec_at(found, i);
        if ((acts->count == 0) != history_is(act, "certificate") ||
            !bytes_equal(record_id(&act->record), id))
            continue;
        struct history_act *kept = vec_push(acts, f);
        if (kept == NULL)
            return false;
        *kept = *act;
    }
    return true;
}

/* When it happened; for a decision without a date, when it was published; DATE_NONE: not yet, which
 * is before every day. */
static bool day_of(const struct history *h, const struct history_act *act, int32_t *day,
                   struct fault *f)
{
    int64_t time;

    *day = record_happened(&act->record);
    if (*day != DATE_NONE)
        return true;
    if (!h->logged(h->with, act->place, &time, f))
        return false;
    *day = time > 0 ? (int32_t)(time / SECONDS_A_DAY) : DATE_NONE;
    return true;
}

/* Its own dates end it, whether it is suspended or not. */
static void expire(struct fold *s, int32_t day)
{
    const int32_t end = date_earlier(s->until, s->renew_by);
    const bool lasts = s->out.acted == STANDING_IN_FORCE || s->out.acted == STANDING_SUSPENDED;

    s->out.state = s->out.acted;
    s->out.ends = end;
    s->out.until = s->out.acted == STANDING_IN_FORCE ? end : DATE_NONE;
    s->out.decide_by = s->out.acted == STANDING_SUSPENDED ? s->suspended_until : DATE_NONE;
    if (!lasts || end == DATE_NONE || day <= end)
        return;
    s->out.state = STANDING_LAPSED;
    s->out.word = "expired";
    s->out.since = end + 1 > s->out.since ? end + 1 : s->out.since;
    s->out.until = DATE_NONE;
    s->out.decide_by = DATE_NONE;
}

static bool fold(struct fold *s, const struct history *h, int32_t day, struct fault *f)
{
    for (size_t i = 0; i < s->out.acts.count; i++) {
        const struct history_act *act = vec_at(&s->out.acts, i);
        int32_t when;
        if (!day_of(h, act, &when, f))
            return false;
        s->out.last = when;
        if (when <= day && (i == 0 || s->out.certificate != NULL) && !apply(s, act, when, f))
            return false;
    }
    return true;
}

bool standing_certificate(const struct history *h, struct bytes id, int32_t day, struct arena *a,
                          struct standing_certificate *out, struct fault *f)
{
    struct vec found = history_none(a);
    struct fold s = {
        .out = { .word = standing_state_name(STANDING_NONE),
                 .since = DATE_NONE,
                 .until = DATE_NONE,
                 .ends = DATE_NONE,
                 .decide_by = DATE_NONE,
                 .last = DATE_NONE,
                 .acts = history_none(a),
                 .versions = vec_of(a, sizeof(struct bytes), LINES_MAX),
                 .artefacts = vec_of(a, sizeof(struct bytes), LINES_MAX) },
        .versions = map_in(a),
        .artefacts = map_in(a),
        .until = DATE_NONE,
        .renew_by = DATE_NONE,
        .suspended_until = DATE_NONE,
    };
    struct standing_scheme scheme;

    static const char *const types[] = { "certificate", "maintenance",   "renewal",
                                         "suspension",  "reinstatement", "lapse",
                                         "withdrawal",  "supersession",  NULL };
    if (!history_acts_of(h, a, types, &found, f, "certificate:%.*s", (int)id.len,
                         (const char *)id.at) ||
        !keep_acts(&found, id, &s.out.acts, f) || !fold(&s, h, day, f))
        return false;
    expire(&s, day);
    if (s.out.certificate != NULL) {
        const struct bytes of = record_value(&s.out.certificate->record, "scheme");
        if (!standing_scheme(h, of, day, a, &scheme, f))
            return false;
        s.out.effects = standing_scheme_effects(&scheme, s.out.word, s.out.state);
    }
    *out = s.out;
    return true;
}
