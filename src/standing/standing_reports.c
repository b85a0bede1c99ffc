/* standing_reports.c -- who reported a step of a directive, who did not, and who need not. */
#include "standing/standing.h"

#include "core/map.h"

#include <string.h>

enum { ORGANISATIONS_MAX = 1 << 20, SCOPE_CLASS = 10 /* "org-class:" */ };

/* The due date that counts, and the day behind which a report counts for it. */
struct window {
    int32_t due;
    int32_t after; /* DATE_NONE: from the first */
};

struct asked {
    const struct history *h;
    struct arena *a;
    struct bytes directive;
    struct bytes step;
    int32_t day;
    struct window window;
    struct vec *reporters;
    struct map index; /* organisation -> its place in reporters, + 1, as struct slot */
};

struct slot {
    size_t at;
};

static struct window window_of(const struct standing_step *step, int32_t day)
{
    struct window w = { .due = step->by, .after = DATE_NONE };

    if (step->by == DATE_NONE || step->every_days <= 0 || day < step->by + step->every_days)
        return w;
    const int32_t times = (day - step->by) / step->every_days;
    w.due = step->by + times * step->every_days;
    w.after = w.due - step->every_days;
    return w;
}

static struct standing_reporter *reporter_of(struct asked *q, struct bytes organisation,
                                             struct fault *f)
{
    const struct slot *slot = map_find(&q->index, organisation);

    if (slot != NULL)
        return vec_at(q->reporters, slot->at);
    struct slot *fresh = arena_alloc(q->a, sizeof *fresh, f);
    if (fresh == NULL)
        return NULL;
    fresh->at = q->reporters->count;
    struct standing_reporter *r = vec_push(q->reporters, f);
    if (r == NULL || !map_put(&q->index, organisation, fresh, f))
        return NULL;
    *r = (struct standing_reporter){ .organisation = organisation,
                                     .report = STANDING_MISSING,
                                     .happened = DATE_NONE,
                                     .place = UINT64_MAX };
    return r;
}

static bool add_organisations(struct asked *q, const struct vec *acts, struct fault *f)
{
    for (size_t i = 0; i < acts->count; i++) {
        const struct history_act *act = vec_at(acts, i);
        if (history_is(act, "organisation") && reporter_of(q, record_id(&act->record), f) == NULL)
            return false;
    }
    return true;
}

static bool bind(struct asked *q, const struct vec *scopes, struct fault *f)
{
    bool by_class = false;

    for (size_t i = 0; i < scopes->count; i++) {
        const struct bytes scope = *(const struct bytes *)vec_at(scopes, i);
        struct vec acts = history_none(q->a);
        if (!bytes_has_prefix(scope, "org-class:"))
            continue;
        by_class = true;
        const struct bytes class = bytes_part(scope, SCOPE_CLASS, scope.len);
        if (!history_acts(q->h, q->a, &acts, f, "class:%.*s", (int)class.len,
                          (const char *)class.at) ||
            !add_organisations(q, &acts, f))
            return false;
    }
    struct vec all = history_none(q->a);
    return by_class || (history_acts(q->h, q->a, &all, f, "type:organisation") &&
                        add_organisations(q, &all, f));
}

static bool ends_the_matter(const struct record *r)
{
    const struct bytes result = record_value(r, "result");

    return bytes_equal_text(result, "none-found") || bytes_equal_text(result, "complete");
}

/* The first report that counts decides. */
static bool put_report(struct asked *q, const struct history_act *act, struct fault *f)
{
    const int32_t happened = record_happened(&act->record);

    if (!history_is(act, "report") || happened > q->day)
        return true;
    struct standing_reporter *r = reporter_of(q, record_value(&act->record, "organisation"), f);
    if (r == NULL)
        return false;
    const bool counts =
        q->window.after == DATE_NONE || happened > q->window.after || ends_the_matter(&act->record);
    if (!counts || (r->place != UINT64_MAX && r->happened <= happened))
        return true;
    r->happened = happened;
    r->place = act->place;
    r->report =
        q->window.due == DATE_NONE || happened <= q->window.due ? STANDING_REPORTED : STANDING_LATE;
    return true;
}

static bool put_reports(struct asked *q, struct fault *f)
{
    struct vec acts = history_none(q->a);

    if (!history_acts(q->h, q->a, &acts, f, "reports:%.*s:%.*s", (int)q->directive.len,
                      (const char *)q->directive.at, (int)q->step.len, (const char *)q->step.at))
        return false;
    for (size_t i = 0; i < acts.count; i++)
        if (!put_report(q, vec_at(&acts, i), f))
            return false;
    return true;
}

/* An exception for one vendor or product leaves the rest to be reported. */
static bool excepts(const struct asked *q, const struct record *r)
{
    const int32_t day =
        q->window.due != DATE_NONE && q->window.due < q->day ? q->window.due : q->day;

    return record_value(r, "vendor").len == 0 && record_value(r, "product").len == 0 &&
           record_happened(r) <= day && day <= record_day(r, "until");
}

/* Several may stand at once: told is the one that lasts longest. */
static void put_exception(struct standing_reporter *r, const struct history_act *act)
{
    const int32_t until = record_day(&act->record, "until");

    if (r->report == STANDING_EXCEPTED && until <= r->exception.until)
        return;
    r->report = STANDING_EXCEPTED;
    r->exception = (struct standing_exception){ .id = record_id(&act->record),
                                                .happened = record_happened(&act->record),
                                                .until = until,
                                                .place = act->place };
}

static bool put_exceptions(struct asked *q, struct fault *f)
{
    struct vec acts = history_none(q->a);

    static const char *const types[] = { "exception", NULL };
    if (!history_acts_of(q->h, q->a, types, &acts, f, "directive:%.*s", (int)q->directive.len,
                         (const char *)q->directive.at))
        return false;
    for (size_t i = 0; i < acts.count; i++) {
        const struct history_act *act = vec_at(&acts, i);
        if (!excepts(q, &act->record))
            continue;
        const struct slot *slot = map_find(&q->index, record_value(&act->record, "organisation"));
        struct standing_reporter *r = slot == NULL ? NULL : vec_at(q->reporters, slot->at);
        if (r != NULL && r->place == UINT64_MAX)
            put_exception(r, act);
    }
    return true;
}

static void await(struct asked *q)
{
    for (size_t i = 0; i < q->reporters->count; i++) {
        struct standing_reporter *r = vec_at(q->reporters, i);
        if (r->report == STANDING_MISSING &&
            (q->window.due == DATE_NONE || q->day <= q->window.due))
            r->report = STANDING_NOT_YET_DUE;
    }
}

static int by_organisation(const void *a, const void *b)
{
    return bytes_compare(((const struct standing_reporter *)a)->organisation,
                         ((const struct standing_reporter *)b)->organisation);
}

/* The last day on which the directive asked for anything, or may have. */
static int32_t last_day(const struct standing_reports *reports, int32_t day)
{
    return reports->ended == DATE_NONE || day < reports->ended ? day : reports->ended;
}

bool standing_reports(const struct history *h, struct bytes directive, struct bytes step,
                      int32_t day, struct arena *a, struct standing_reports *out, struct fault *f)
{
    struct standing_reports reports = { .due = DATE_NONE,
                                        .ended = DATE_NONE,
                                        .reporters = vec_of(a, sizeof(struct standing_reporter),
                                                            ORGANISATIONS_MAX) };
    struct standing_directive d;

    if (!standing_directive(h, directive, day, a, &d, f))
        return false;
    const struct standing_step *s = standing_directive_step(&d, step);
    if (s == NULL || strcmp(d.state, "proposed") == 0) {
        *out = reports;
        return true;
    }
    reports.ended = standing_directive_over(&d) ? d.since : DATE_NONE;
    struct asked q = { .h = h,
                       .a = a,
                       .directive = directive,
                       .step = step,
                       .day = day,
                       .window = window_of(s, last_day(&reports, day)),
                       .reporters = &reports.reporters,
                       .index = map_in(a) };
    reports.due = q.window.due;
    reports.asked =
        reports.ended == DATE_NONE || (reports.due != DATE_NONE && reports.due <= reports.ended);
    if (!reports.asked) {
        *out = reports;
        return true;
    }
    if (!bind(&q, &d.scopes, f) || !put_reports(&q, f) || !put_exceptions(&q, f))
        return false;
    await(&q);
    vec_sort(&reports.reporters, by_organisation);
    *out = reports;
    return true;
}
