/* export_oscal_ar.c -- the reports on a directive as OSCAL 1.1.2 assessment results: every report
 * an observation; for each organisation and each step that was due, or was reported, a finding.
 * "satisfied" is a report in time and nothing else: what came late, what is missing and what was
 * excepted is told apart in the finding's remarks. */
#include "exports/export_oscal_seen.h"

static void put_methods(struct export_pen *p, const char *activity, const struct vec *methods)
{
    struct emit *e = &p->emit;

    if (methods->count == 0)
        return;
    emit_list(e, "steps", EMIT_TALL);
    for (size_t i = 0; i < methods->count; i++) {
        emit_map(e, NULL, EMIT_FLAT);
        emit_text(e, "uuid", export_name_uuid(p, "%s/%zu", activity, i));
        export_pen_put(p, "description", *(const struct bytes *)vec_at(methods, i));
        emit_map_end(e);
    }
    emit_list_end(e);
}

/* The methods that reports of the step name, each once. */
static bool gather_methods(const struct export_oscal *o, const struct standing_step *step,
                           struct vec *methods, struct fault *f)
{
    struct bytes method;

    for (size_t i = 0; i < o->cases.count; i++) {
        const struct export_oscal_case *c = vec_at(&o->cases, i);
        for (size_t k = 0; c->step == step && k < c->reports.count; k++) {
            const struct history_act *act = vec_at(&c->reports, k);
            for (size_t n = 0; (method = record_value_at(&act->record, "method", n)).len > 0; n++)
                if (!export_find_add(methods, method, f))
                    return false;
        }
    }
    return true;
}

static bool put_activities(struct export_pen *p, const struct export_oscal *o)
{
    const struct vec *steps = &o->directive.standing.steps;
    struct emit *e = &p->emit;

    if (steps->count == 0)
        return true;
    emit_map(e, "local-definitions", EMIT_TALL);
    emit_list(e, "activities", EMIT_TALL);
    for (size_t i = 0; i < steps->count; i++) {
        const struct standing_step *step = vec_at(steps, i);
        struct vec methods = vec_of(p->arena, sizeof(struct bytes), 1 << 20);
        const char *uuid = export_oscal_activity(p, o, step);
        if (!gather_methods(o, step, &methods, p->f))
            return false;
        emit_map(e, NULL, EMIT_TALL);
        emit_text(e, "uuid", uuid);
        export_pen_put(p, "title", step->step);
        emit_text(e, "description", "a step of the directive, by the methods that were reported");
        put_methods(p, uuid, &methods);
        emit_map_end(e);
    }
    emit_list_end(e);
    emit_map_end(e);
    return true;
}

static void put_task(struct export_pen *p, const struct export_oscal *o,
                     const struct standing_step *step)
{
    struct emit *e = &p->emit;

    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "uuid", export_name_uuid(p, "task/%s", export_oscal_activity(p, o, step)));
    emit_text(e, "type", "milestone");
    export_pen_put(p, "title", step->step);
    export_oscal_timing(p, o, step);
    emit_list(e, "associated-activities", EMIT_FLAT);
    emit_map(e, NULL, EMIT_FLAT);
    emit_text(e, "activity-uuid", export_oscal_activity(p, o, step));
    emit_list(e, "subjects", EMIT_FLAT);
    emit_map(e, NULL, EMIT_FLAT);
    emit_text(e, "type", "party");
    emit_map(e, "include-all", EMIT_FLAT);
    emit_map_end(e);
    emit_map_end(e);
    emit_list_end(e);
    emit_map_end(e);
    emit_list_end(e);
    emit_map_end(e);
}

static bool put_local(struct export_pen *p, const struct export_oscal *o)
{
    const struct vec *steps = &o->directive.standing.steps;
    struct emit *e = &p->emit;

    emit_map(e, "local-definitions", EMIT_TALL);
    if (!export_oscal_components(p, o))
        return false;
    if (steps->count > 0)
        emit_list(e, "tasks", EMIT_TALL);
    for (size_t i = 0; i < steps->count; i++)
        put_task(p, o, vec_at(steps, i));
    if (steps->count > 0)
        emit_list_end(e);
    emit_map_end(e);
    return true;
}

static const char *reason_of(enum standing_report report)
{
    switch (report) {
    case STANDING_REPORTED:
        return "pass";
    case STANDING_MISSING:
        return "fail";
    case STANDING_LATE:
    case STANDING_EXCEPTED:
    case STANDING_NOT_YET_DUE:
        break;
    }
    return "other";
}

static const char *say_exception(struct export_pen *p, const struct record *r)
{
    if (r == NULL)
        return "excepted";
    const struct bytes signer = record_value(r, "signer");
    const struct bytes reason = record_value(r, "reason");
    const struct bytes until = record_value(r, "until");
    return export_pen_print(p, "excepted until %.*s by %.*s: %.*s", (int)until.len,
                            (const char *)until.at, (int)signer.len, (const char *)signer.at,
                            (int)reason.len, (const char *)reason.at);
}

static const char *say_case(struct export_pen *p, const struct export_oscal_case *c)
{
    const char *due = export_pen_day(p, c->due);
    const char *on = export_pen_day(p, c->happened);

    switch (c->report) {
    case STANDING_REPORTED:
        return export_pen_print(p, "reported on %s, due on %s", on, due == NULL ? "no day" : due);
    case STANDING_LATE:
        return export_pen_print(p, "reported on %s, %d days after it was due on %s", on,
                                (int)(c->happened - c->due), due);
    case STANDING_MISSING:
        return export_pen_print(p, "no report, though it was due on %s", due);
    case STANDING_EXCEPTED:
        return say_exception(p, c->exception);
    case STANDING_NOT_YET_DUE:
        break;
    }
    return "not yet due";
}

/* OSCAL's tokens begin with a letter and know no '/'; the exact words stand in the title. */
static const char *token_of(struct export_pen *p, struct bytes step)
{
    char *token =
        p->failed ? NULL
                  : arena_print(p->arena, p->f, "step-%.*s", (int)step.len, (const char *)step.at);

    if (token == NULL) {
        p->failed = true;
        return "";
    }
    for (char *at = token; *at != '\0'; at++)
        *at = *at == '/' ? '_' : *at;
    return token;
}

static void put_finding(struct export_pen *p, const struct export_oscal *o,
                        const struct export_oscal_case *c)
{
    const char *title = export_pen_print(p, "%.*s: %.*s", (int)c->organisation.len,
                                         (const char *)c->organisation.at, (int)c->step->step.len,
                                         (const char *)c->step->step.at);
    struct emit *e = &p->emit;

    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "uuid",
              export_name_uuid(p, "finding/%s/%.*s/%d", export_oscal_activity(p, o, c->step),
                               (int)c->organisation.len, (const char *)c->organisation.at,
                               (int)p->question->day));
    emit_text(e, "title", title);
    emit_text(e, "description", say_case(p, c));
    export_oscal_origin(p, c->organisation);
    emit_map(e, "target", EMIT_TALL);
    emit_text(e, "type", "objective-id");
    emit_text(e, "target-id", token_of(p, c->step->step));
    export_pen_put(p, "title", c->step->step);
    emit_map(e, "status", EMIT_TALL);
    emit_text(e, "state", c->report == STANDING_REPORTED ? "satisfied" : "not-satisfied");
    emit_text(e, "reason", reason_of(c->report));
    emit_text(e, "remarks", say_case(p, c));
    emit_map_end(e);
    emit_map_end(e);
    export_oscal_seen_related(p, o, c, c->organisation);
    emit_map_end(e);
}

static size_t put_findings(struct export_pen *p, const struct export_oscal *o)
{
    size_t count = 0;

    for (size_t i = 0; i < o->cases.count; i++) {
        const struct export_oscal_case *c = vec_at(&o->cases, i);
        if (c->report == STANDING_NOT_YET_DUE)
            continue;
        if (count++ == 0)
            emit_list(&p->emit, "findings", EMIT_TALL);
        put_finding(p, o, c);
    }
    if (count > 0)
        emit_list_end(&p->emit);
    return count;
}

static void put_controls(struct emit *e)
{
    emit_map(e, "reviewed-controls", EMIT_TALL);
    emit_list(e, "control-selections", EMIT_FLAT);
    emit_map(e, NULL, EMIT_FLAT);
    emit_text(e, "description", "the steps of the directive");
    emit_map(e, "include-all", EMIT_FLAT);
    emit_map_end(e);
    emit_map_end(e);
    emit_list_end(e);
    emit_map_end(e);
}

static bool put_result(struct export_pen *p, const struct export_oscal *o, struct export_told *told)
{
    const struct bytes id = o->directive.id;
    struct emit *e = &p->emit;

    emit_list(e, "results", EMIT_TALL);
    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "uuid",
              export_name_uuid(p, "%llu/%d/result/%.*s", (unsigned long long)p->question->size,
                               (int)p->question->day, (int)id.len, (const char *)id.at));
    emit_text(e, "title", export_pen_print(p, "reports on %.*s", (int)id.len, (const char *)id.at));
    emit_text(e, "description", "what the register holds of reports, and of silence");
    emit_text(e, "start", export_pen_moment(p, record_happened(o->directive.record)));
    emit_text(e, "end", export_pen_end(p, p->question->day));
    if (!put_local(p, o))
        return false;
    put_controls(e);
    export_oscal_seen(p, o);
    told->written = put_findings(p, o);
    emit_map_end(e);
    emit_list_end(e);
    return true;
}

static bool write_ar(const struct export_question *q, struct arena *a, struct buf *out,
                     struct export_told *told, struct fault *f)
{
    struct export_pen p = export_pen_on(q, a, out, f);
    struct emit *e = &p.emit;
    struct export_oscal o;

    if (!export_oscal_read(q, a, &o, f))
        return false;
    emit_map(e, NULL, EMIT_TALL);
    emit_map(e, "assessment-results", EMIT_TALL);
    if (!export_oscal_metadata(&p, &o, "assessment-results"))
        return false;
    emit_map(e, "import-ap", EMIT_FLAT);
    emit_text(e, "href", export_pen_print(&p, "#%s", export_oscal_resource(&p, &o)));
    emit_map_end(e);
    if (!put_activities(&p, &o) || !put_result(&p, &o, told))
        return false;
    export_oscal_back_matter(&p, &o);
    emit_map_end(e);
    emit_map_end(e);
    return export_pen_ok(&p);
}

const struct export_form export_oscal_ar_form = {
    .name = "oscal-ar",
    .title = "OSCAL 1.1.2 assessment results: who reported what on a directive (JSON)",
    .takes_directive = true,
    .write = write_ar,
};
