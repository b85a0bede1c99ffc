/* export_oscal_poam.c -- a directive as an OSCAL 1.1.2 plan of action and milestones: an item and a
 * risk for each organisation, the directive's steps as its tasks, an exception as a deviation. */
#include "core/date.h"
#include "exports/export_oscal_seen.h"

/* What one organisation's cases come to. */
struct position {
    struct bytes organisation;
    const char *status;
    const struct record *exception;
    const char *statement;
    struct bytes unread; /* of its newest report */
};

static const struct history_act *newest_report(const struct export_oscal *o,
                                               struct bytes organisation)
{
    const struct history_act *newest = NULL;

    for (size_t i = 0; i < o->cases.count; i++) {
        const struct export_oscal_case *c = vec_at(&o->cases, i);
        for (size_t k = 0; bytes_equal(c->organisation, organisation) && k < c->reports.count;
             k++) {
            const struct history_act *act = vec_at(&c->reports, k);
            if (newest == NULL ||
                record_happened(&act->record) > record_happened(&newest->record) ||
                (record_happened(&act->record) == record_happened(&newest->record) &&
                 act->place > newest->place))
                newest = act;
        }
    }
    return newest;
}

/* "identify (due 2017-10-13), plan (due ...)" of what is missing; "" where nothing is. */
static const char *say_missing(struct export_pen *p, const struct export_oscal *o,
                               struct bytes organisation)
{
    const char *all = "";

    for (size_t i = 0; i < o->cases.count; i++) {
        const struct export_oscal_case *c = vec_at(&o->cases, i);
        if (c->report == STANDING_MISSING && bytes_equal(c->organisation, organisation))
            all = export_pen_print(p, "%s%s%.*s (due %s)", all, all[0] == '\0' ? "" : ", ",
                                   (int)c->step->step.len, (const char *)c->step->step.at,
                                   export_pen_day(p, c->due));
    }
    return all;
}

static const char *status_of(const struct position *w, const struct history_act *newest,
                             bool missing)
{
    const struct bytes result =
        newest == NULL ? (struct bytes){ .len = 0 } : record_value(&newest->record, "result");

    if (!missing &&
        (bytes_equal_text(result, "none-found") || bytes_equal_text(result, "complete")))
        return "closed";
    if (w->exception != NULL)
        return "deviation-approved";
    return bytes_equal_text(result, "plan") || bytes_equal_text(result, "progress") ? "remediating"
                                                                                    : "open";
}

static struct position weigh(struct export_pen *p, const struct export_oscal *o,
                             struct bytes organisation)
{
    const struct history_act *newest = newest_report(o, organisation);
    const char *missing = say_missing(p, o, organisation);
    struct position w = { .organisation = organisation };

    for (size_t i = 0; i < o->cases.count; i++) {
        const struct export_oscal_case *c = vec_at(&o->cases, i);
        if (c->exception != NULL && bytes_equal(c->organisation, organisation))
            w.exception = c->exception;
    }
    if (newest != NULL)
        w.unread = record_value(&newest->record, "unread");
    w.status = status_of(&w, newest, missing[0] != '\0');
    w.statement = missing[0] == '\0' ? "nothing that is due is missing"
                                     : export_pen_print(p, "not reported: %s", missing);
    if (w.unread.len > 0 && !bytes_equal_text(w.unread, "0"))
        w.statement = export_pen_print(p, "%s; places that could not be read: %.*s", w.statement,
                                       (int)w.unread.len, (const char *)w.unread.at);
    return w;
}

static const char *name_uuid(struct export_pen *p, const struct export_oscal *o, const char *kind,
                             struct bytes organisation)
{
    return export_name_uuid(p, "%s/%.*s/%.*s", kind, (int)o->directive.id.len,
                            (const char *)o->directive.id.at, (int)organisation.len,
                            (const char *)organisation.at);
}

static const char *name_title(struct export_pen *p, const struct export_oscal *o,
                              struct bytes organisation)
{
    const struct bytes id = o->directive.id;

    return export_pen_print(p, "%.*s: %.*s", (int)id.len, (const char *)id.at,
                            (int)organisation.len, (const char *)organisation.at);
}

static void put_tasks(struct export_pen *p, const struct export_oscal *o, struct bytes organisation)
{
    const struct vec *steps = &o->directive.standing.steps;
    struct emit *e = &p->emit;

    if (steps->count == 0)
        return;
    emit_list(e, "tasks", EMIT_TALL);
    for (size_t i = 0; i < steps->count; i++) {
        const struct standing_step *step = vec_at(steps, i);
        emit_map(e, NULL, EMIT_TALL);
        emit_text(e, "uuid",
                  export_name_uuid(p, "task/%s/%.*s", export_oscal_activity(p, o, step),
                                   (int)organisation.len, (const char *)organisation.at));
        emit_text(e, "type", "milestone");
        export_pen_put(p, "title", step->step);
        if (step->every_days > 0) {
            emit_list(e, "props", EMIT_FLAT);
            export_oscal_prop(p, "repeat",
                              bytes_of_text(export_pen_print(p, "P%dD", (int)step->every_days)));
            emit_list_end(e);
        }
        export_oscal_timing(p, o, step);
        emit_map_end(e);
    }
    emit_list_end(e);
}

static void put_exception(struct export_pen *p, const struct export_oscal *o,
                          const struct position *w)
{
    const struct record *r = w->exception;
    struct emit *e = &p->emit;

    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "uuid", name_uuid(p, o, "exception", record_value(r, "id")));
    emit_text(e, "lifecycle", "planned");
    emit_text(
        e, "title",
        export_pen_print(p, "exception until %s", export_pen_text(p, record_value(r, "until"))));
    export_pen_put(p, "description", record_value(r, "reason"));
    emit_list(e, "props", EMIT_TALL);
    emit_map(e, NULL, EMIT_FLAT);
    emit_text(e, "name", "type");
    emit_text(e, "value", "accept");
    emit_map_end(e);
    export_oscal_prop(p, "exception", record_value(r, "id"));
    export_oscal_prop(p, "signer", record_value(r, "signer"));
    export_oscal_prop(p, "until", record_value(r, "until"));
    emit_list_end(e);
    emit_map_end(e);
}

static void put_remediations(struct export_pen *p, const struct export_oscal *o,
                             const struct position *w)
{
    struct emit *e = &p->emit;

    emit_list(e, "remediations", EMIT_TALL);
    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "uuid", name_uuid(p, o, "remediation", w->organisation));
    emit_text(e, "lifecycle", "recommendation");
    emit_text(e, "title", "the steps of the directive");
    emit_text(e, "description",
              export_pen_print(p, "to %s, as the directive says",
                               export_pen_text(p, record_value(o->directive.record, "action"))));
    put_tasks(p, o, w->organisation);
    emit_map_end(e);
    if (w->exception != NULL)
        put_exception(p, o, w);
    emit_list_end(e);
}

/* The day of the last step. */
static int32_t deadline_of(const struct export_oscal *o)
{
    int32_t last = DATE_NONE;

    for (size_t i = 0; i < o->directive.standing.steps.count; i++) {
        const struct standing_step *step = vec_at(&o->directive.standing.steps, i);
        last = step->by > last ? step->by : last;
    }
    return last;
}

static void put_risk(struct export_pen *p, const struct export_oscal *o, struct bytes organisation)
{
    const struct position w = weigh(p, o, organisation);
    const int32_t deadline = deadline_of(o);
    struct emit *e = &p->emit;

    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "uuid", name_uuid(p, o, "risk", organisation));
    emit_text(e, "title", name_title(p, o, organisation));
    emit_text(e, "description", "what the directive is about may still be in use");
    emit_text(e, "statement", w.statement);
    emit_text(e, "status", w.status);
    if (deadline != DATE_NONE)
        emit_text(e, "deadline", export_pen_end(p, deadline));
    put_remediations(p, o, &w);
    export_oscal_seen_related(p, o, NULL, organisation);
    emit_map_end(e);
}

static void put_item(struct export_pen *p, const struct export_oscal *o, struct bytes organisation)
{
    const struct position w = weigh(p, o, organisation);
    struct emit *e = &p->emit;

    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "uuid", name_uuid(p, o, "item", organisation));
    emit_text(e, "title", name_title(p, o, organisation));
    emit_text(e, "description", w.statement);
    export_oscal_origin(p, organisation);
    export_oscal_seen_related(p, o, NULL, organisation);
    emit_list(e, "related-risks", EMIT_FLAT);
    emit_map(e, NULL, EMIT_FLAT);
    emit_text(e, "risk-uuid", name_uuid(p, o, "risk", organisation));
    emit_map_end(e);
    emit_list_end(e);
    emit_map_end(e);
}

static void put_each(struct export_pen *p, const struct export_oscal *o, const char *key,
                     void (*put)(struct export_pen *, const struct export_oscal *, struct bytes))
{
    emit_list(&p->emit, key, EMIT_TALL);
    for (size_t i = 0; i < o->organisations.count; i++)
        put(p, o, *(const struct bytes *)vec_at(&o->organisations, i));
    emit_list_end(&p->emit);
}

static bool put_plan(struct export_pen *p, const struct export_oscal *o)
{
    struct emit *e = &p->emit;

    if (!export_oscal_metadata(p, o, "plan-of-action-and-milestones"))
        return false;
    emit_map(e, "system-id", EMIT_FLAT);
    emit_text(e, "identifier-type", "http://ietf.org/rfc/rfc4122");
    emit_text(e, "id", export_oscal_resource(p, o));
    emit_map_end(e);
    emit_map(e, "local-definitions", EMIT_TALL);
    if (!export_oscal_components(p, o))
        return false;
    emit_map_end(e);
    export_oscal_seen(p, o);
    put_each(p, o, "risks", put_risk);
    put_each(p, o, "poam-items", put_item);
    export_oscal_back_matter(p, o);
    return true;
}

static bool write_poam(const struct export_question *q, struct arena *a, struct buf *out,
                       struct export_told *told, struct fault *f)
{
    struct export_pen p = export_pen_on(q, a, out, f);
    struct export_oscal o;

    if (!export_oscal_read(q, a, &o, f))
        return false;
    if (o.organisations.count == 0)
        return fault_set(f, FAULT_FORMAT,
                         "%.*s binds no organisation that the register knows by a "
                         "step: OSCAL 1.1.2 has no plan without an item",
                         (int)o.directive.id.len, (const char *)o.directive.id.at);
    emit_map(&p.emit, NULL, EMIT_TALL);
    emit_map(&p.emit, "plan-of-action-and-milestones", EMIT_TALL);
    if (!put_plan(&p, &o))
        return false;
    emit_map_end(&p.emit);
    emit_map_end(&p.emit);
    told->written = o.organisations.count;
    return export_pen_ok(&p);
}

const struct export_form export_oscal_poam_form = {
    .name = "oscal-poam",
    .title = "OSCAL 1.1.2 plan of action and milestones of a directive (JSON)",
    .takes_directive = true,
    .write = write_poam,
};
