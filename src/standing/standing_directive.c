/* standing_directive.c -- a directive as amended: whether it binds, whom, what is due when. */
#include "standing/standing.h"

#include <string.h>

enum { LINES_MAX = 1 << 16 };

/* "identify 2017-10-13 repeat P30D"; the record was checked when it was read. */
struct standing_step standing_step_read(struct bytes line)
{
    struct standing_step out = { .by = DATE_NONE };
    struct bytes word = { 0 };

    (void)bytes_next(&line, ' ', &out.step);
    if (bytes_next(&line, ' ', &word) && !date_read(word, &out.by))
        out.by = DATE_NONE;
    if (!bytes_next(&line, ' ', &word) || !bytes_equal_text(word, "repeat"))
        return out;
    for (size_t i = 1; i + 1 < line.len; i++)
        out.every_days = out.every_days * 10 + (line.at[i] - '0');
    return out;
}

static bool put_steps(struct vec *steps, const struct record *r, struct fault *f)
{
    struct bytes value;

    for (size_t i = 0; (value = record_value_at(r, "step", i)).len > 0; i++) {
        const struct standing_step step = standing_step_read(value);
        struct standing_step *at = NULL;
        for (size_t k = 0; k < steps->count && at == NULL; k++) {
            struct standing_step *other = vec_at(steps, k);
            at = bytes_equal(other->step, step.step) ? other : NULL;
        }
        if (at == NULL)
            at = vec_push(steps, f);
        if (at == NULL)
            return false;
        *at = step;
    }
    return true;
}

static void set_state(struct standing_directive *d, const char *state, int32_t since)
{
    if (d->state == NULL || strcmp(d->state, state) != 0)
        d->since = since;
    d->state = state;
}

static const char *ending(struct bytes action)
{
    if (bytes_equal_text(action, "close"))
        return "closed";
    if (bytes_equal_text(action, "revoke"))
        return "revoked";
    return bytes_equal_text(action, "supersede") ? "superseded" : NULL;
}

bool standing_directive_over(const struct standing_directive *d)
{
    return d->state != NULL && strcmp(d->state, "proposed") != 0 &&
           strcmp(d->state, "in-force") != 0;
}

/* From the day that it names; without one, from when it is no proposal any more. */
static void bind(struct standing_directive *d, const struct record *r)
{
    const int32_t effective = record_day(r, "effective");

    if (effective != DATE_NONE)
        d->binds = effective;
    else if (d->binds == DATE_NONE && strcmp(d->state, "in-force") == 0)
        d->binds = record_happened(r);
}

static bool apply(struct standing_directive *d, const struct record *r, struct fault *f)
{
    const bool first = d->state == NULL;
    const struct bytes stage = record_value(r, "stage");
    const char *end = first ? NULL : ending(record_value(r, "action"));

    if (bytes_equal_text(stage, "proposed"))
        set_state(d, "proposed", record_happened(r));
    else if (first || stage.len > 0)
        set_state(d, "in-force", record_happened(r));
    if (end != NULL)
        set_state(d, end, record_happened(r));
    if (first)
        d->issued = record_happened(r);
    bind(d, r);
    return record_values(r, "subject-token", &d->tokens, f) &&
           record_values(r, "subject-vendor", &d->vendors, f) &&
           record_values(r, "scope", &d->scopes, f) && put_steps(&d->steps, r, f);
}

const struct standing_step *standing_directive_step(const struct standing_directive *d,
                                                    struct bytes name)
{
    for (size_t i = 0; i < d->steps.count; i++) {
        const struct standing_step *s = vec_at(&d->steps, i);
        if (bytes_equal(s->step, name))
            return s;
    }
    return NULL;
}

bool standing_directive(const struct history *h, struct bytes id, int32_t day, struct arena *a,
                        struct standing_directive *out, struct fault *f)
{
    struct standing_directive d = {
        .since = DATE_NONE,
        .issued = DATE_NONE,
        .binds = DATE_NONE,
        .last = DATE_NONE,
        .steps = vec_of(a, sizeof(struct standing_step), LINES_MAX),
        .tokens = vec_of(a, sizeof(struct bytes), LINES_MAX),
        .vendors = vec_of(a, sizeof(struct bytes), LINES_MAX),
        .scopes = vec_of(a, sizeof(struct bytes), LINES_MAX),
        .acts = history_none(a),
    };

    static const char *const types[] = { "directive", "amendment", NULL };
    if (!history_acts_of(h, a, types, &d.acts, f, "directive:%.*s", (int)id.len,
                         (const char *)id.at))
        return false;
    for (size_t i = 0; i < d.acts.count; i++) {
        const struct history_act *act = vec_at(&d.acts, i);
        const bool defines = history_is(act, "directive") && d.state == NULL;
        const bool amends = history_is(act, "amendment") && d.state != NULL;
        if ((!defines && !amends) || !bytes_equal(record_id(&act->record), id))
            continue;
        d.last = record_happened(&act->record);
        if (d.last > day)
            continue;
        if (!apply(&d, &act->record, f))
            return false;
    }
    *out = d;
    return true;
}
