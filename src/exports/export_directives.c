/* export_directives.c -- every directive as a row of a feed in the shape of CISA's catalogue of
 * known exploited vulnerabilities (title, catalogVersion, dateReleased, count; dateAdded,
 * requiredAction, dueDate, notes), with what that shape lacks: scope, steps, and removal. One that
 * was closed, revoked or superseded stays, with dateRemoved and the reason. The schema is
 * docs/directives.schema.json. */
#include "core/date.h"
#include "exports/export_find.h"
#include "exports/export_pen.h"

#include <string.h>

static bool is_removed(const struct export_directive *d)
{
    const char *state = d->standing.state;

    return strcmp(state, "closed") == 0 || strcmp(state, "revoked") == 0 ||
           strcmp(state, "superseded") == 0;
}

static int32_t last_due(const struct export_directive *d)
{
    int32_t last = DATE_NONE;

    for (size_t i = 0; i < d->standing.steps.count; i++) {
        const struct standing_step *step = vec_at(&d->standing.steps, i);
        last = step->by > last ? step->by : last;
    }
    return last;
}

/* A list that is there even where it is empty. */
static void put_texts(struct export_pen *p, const char *key, const struct vec *texts)
{
    if (texts->count > 0) {
        export_pen_put_list(p, key, texts);
        return;
    }
    emit_list(&p->emit, key, EMIT_FLAT);
    emit_list_end(&p->emit);
}

static void put_subjects(struct export_pen *p, const struct export_directive *d)
{
    struct emit *e = &p->emit;

    emit_map(e, "subjects", EMIT_TALL);
    put_texts(p, "vendors", &d->standing.vendors);
    put_texts(p, "tokens", &d->standing.tokens);
    put_texts(p, "products", &d->products);
    put_texts(p, "include", &d->includes);
    put_texts(p, "exclude", &d->excludes);
    emit_map_end(e);
}

static void put_steps(struct export_pen *p, const struct export_directive *d)
{
    struct emit *e = &p->emit;

    emit_list(e, "steps", EMIT_TALL);
    for (size_t i = 0; i < d->standing.steps.count; i++) {
        const struct standing_step *step = vec_at(&d->standing.steps, i);
        emit_map(e, NULL, EMIT_FLAT);
        export_pen_put(p, "step", step->step);
        export_pen_put_day(p, "dueDate", step->by);
        if (step->every_days > 0)
            emit_number(e, "everyDays", step->every_days);
        else
            emit_null(e, "everyDays");
        emit_map_end(e);
    }
    emit_list_end(e);
}

/* "remove: identify by 2017-10-13; plan by 2017-11-12; ..." */
static const char *say_action(struct export_pen *p, const struct export_directive *d)
{
    const char *all = export_pen_text(p, record_value(d->record, "action"));

    for (size_t i = 0; i < d->standing.steps.count; i++) {
        const struct standing_step *step = vec_at(&d->standing.steps, i);
        const char *by = export_pen_day(p, step->by);
        all = export_pen_print(p, "%s%s %.*s by %s", all, i == 0 ? ":" : ";", (int)step->step.len,
                               (const char *)step->step.at, by == NULL ? "no day" : by);
        if (step->every_days > 0)
            all = export_pen_print(p, "%s, then every %d days", all, (int)step->every_days);
    }
    return all;
}

static void put_text(struct export_pen *p, const char *key, struct bytes text)
{
    emit_text(&p->emit, key, text.len == 0 ? NULL : export_pen_text(p, text));
}

static void put_removal(struct export_pen *p, const struct export_directive *d)
{
    const struct record *r = is_removed(d) ? d->ending : NULL;
    const struct bytes none = { .len = 0 };

    export_pen_put_day(p, "dateRemoved", r == NULL ? DATE_NONE : record_happened(r));
    put_text(p, "removalReason", r == NULL ? none : record_value(r, "reason"));
    put_text(p, "supersededBy", r == NULL ? none : record_value(r, "successor"));
}

static void put_acts(struct export_pen *p, const struct export_directive *d)
{
    struct emit *e = &p->emit;

    emit_list(e, "acts", EMIT_TALL);
    for (size_t i = 0; i < d->standing.acts.count; i++) {
        const struct history_act *act = vec_at(&d->standing.acts, i);
        if (!bytes_equal(record_id(&act->record), d->id) ||
            record_happened(&act->record) > p->question->day)
            continue;
        export_pen_put_act(p, act);
    }
    emit_list_end(e);
}

static bool put_scope(struct export_pen *p, const struct export_directive *d)
{
    struct vec markings = vec_of(p->arena, sizeof(struct bytes), 1 << 16);
    struct bytes marking;

    for (size_t i = 0; (marking = record_value_at(d->record, "marking", i)).len > 0; i++)
        if (!export_find_add(&markings, marking, p->f))
            return false;
    put_texts(p, "scope", &d->standing.scopes);
    put_texts(p, "marking", &markings);
    return true;
}

static bool put_directive(struct export_pen *p, const struct export_directive *d)
{
    struct emit *e = &p->emit;

    emit_map(e, NULL, EMIT_TALL);
    export_pen_put(p, "id", d->id);
    put_text(p, "title", record_value(d->record, "title"));
    put_text(p, "authority", record_value(d->record, "authority"));
    export_pen_put(p, "action", record_value(d->record, "action"));
    put_subjects(p, d);
    if (!put_scope(p, d))
        return false;
    export_pen_put_day(p, "dateAdded", record_happened(d->record));
    put_text(p, "dateEffective", record_value(d->record, "effective"));
    emit_text(e, "requiredAction", say_action(p, d));
    export_pen_put_day(p, "dueDate", last_due(d));
    put_steps(p, d);
    emit_text(e, "stage", d->standing.state);
    export_pen_put_day(p, "stageSince", d->standing.since);
    put_removal(p, d);
    emit_text(
        e, "notes",
        export_pen_print(p, "entry %llu of %s", (unsigned long long)d->place, p->question->origin));
    put_text(p, "textDigest", record_value(d->record, "text"));
    put_acts(p, d);
    emit_map_end(e);
    return true;
}

static bool gather(const struct export_question *q, struct arena *a, struct vec *all,
                   struct fault *f)
{
    struct vec ids;
    bool found = false;

    *all = vec_of(a, sizeof(struct export_directive), 1 << 20);
    if (!export_find_ids(q, "directive", q->directive, a, &ids, f))
        return false;
    for (size_t i = 0; i < ids.count; i++) {
        struct export_directive d;
        if (!export_find_directive(q, *(const struct bytes *)vec_at(&ids, i), a, &d, &found, f))
            return false;
        struct export_directive *kept = found ? vec_push(all, f) : NULL;
        if (found && kept == NULL)
            return false;
        if (found)
            *kept = d;
    }
    return true;
}

static void put_head(struct export_pen *p, size_t count)
{
    const struct export_question *q = p->question;
    struct emit *e = &p->emit;

    emit_text(e, "title", export_pen_print(p, "Directives of the register %s", q->origin));
    emit_text(
        e, "catalogVersion",
        export_pen_print(p, "%s/%llu", export_pen_day(p, q->day), (unsigned long long)q->size));
    emit_text(e, "dateReleased", export_pen_updated(p));
    export_pen_put_day(p, "asOf", q->day);
    emit_map(e, "log", EMIT_FLAT);
    export_pen_put_log(p);
    emit_map_end(e);
    emit_count(e, "count", count);
}

static bool write_directives(const struct export_question *q, struct arena *a, struct buf *out,
                             struct export_told *told, struct fault *f)
{
    struct export_pen p = export_pen_on(q, a, out, f);
    struct emit *e = &p.emit;
    struct vec all;

    if (!gather(q, a, &all, f))
        return false;
    emit_map(e, NULL, EMIT_TALL);
    put_head(&p, all.count);
    emit_list(e, "directives", EMIT_TALL);
    for (size_t i = 0; i < all.count; i++)
        if (!put_directive(&p, vec_at(&all, i)))
            return false;
    emit_list_end(e);
    emit_map_end(e);
    told->written = all.count;
    return export_pen_ok(&p);
}

const struct export_form export_directives_form = {
    .name = "directives",
    .title = "a feed of the directives, those that ended among them (JSON, in KEV's shape)",
    .takes_directive = true,
    .write = write_directives,
};
