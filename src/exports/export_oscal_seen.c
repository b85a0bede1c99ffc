#include "exports/export_oscal_seen.h"

static const char *silence_uuid(struct export_pen *p, const struct export_oscal *o,
                                const struct export_oscal_case *c)
{
    return export_name_uuid(p, "silence/%.*s/%.*s/%.*s/%d", (int)o->directive.id.len,
                            (const char *)o->directive.id.at, (int)c->organisation.len,
                            (const char *)c->organisation.at, (int)c->step->step.len,
                            (const char *)c->step->step.at, (int)c->due);
}

static const char *report_uuid(struct export_pen *p, const struct history_act *act)
{
    return export_name_uuid(p, "entry/%llu", (unsigned long long)act->place);
}

static void put_subject(struct export_pen *p, struct bytes organisation)
{
    struct emit *e = &p->emit;

    emit_list(e, "subjects", EMIT_FLAT);
    emit_map(e, NULL, EMIT_FLAT);
    emit_text(e, "subject-uuid", export_oscal_party(p, organisation));
    emit_text(e, "type", "party");
    emit_map_end(e);
    emit_list_end(e);
}

static void put_evidence(struct export_pen *p, const struct record *r)
{
    struct emit *e = &p->emit;
    struct bytes digest = record_value(r, "evidence");

    if (digest.len == 0)
        return;
    emit_list(e, "relevant-evidence", EMIT_TALL);
    for (size_t i = 0; (digest = record_value_at(r, "evidence", i)).len > 0; i++) {
        emit_map(e, NULL, EMIT_FLAT);
        emit_text(e, "href", export_pen_print(p, "#%s", export_oscal_document(p, digest)));
        emit_text(e, "description", "a document behind the report, by its digest");
        emit_map_end(e);
    }
    emit_list_end(e);
}

static void put_counts(struct export_pen *p, const struct history_act *act)
{
    static const char *const lines[] = { "step",   "result", "hosts",    "found",
                                         "unread", "scans",  "coverage", "method" };
    struct emit *e = &p->emit;
    struct bytes value;

    emit_list(e, "props", EMIT_TALL);
    export_oscal_prop(p, "log-index",
                      bytes_of_text(export_pen_print(p, "%llu", (unsigned long long)act->place)));
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        for (size_t k = 0; (value = record_value_at(&act->record, lines[i], k)).len > 0; k++)
            export_oscal_prop(p, lines[i], value);
    emit_list_end(e);
}

/* A plan or an exception was read; what was found, or done, was tested. */
static const char *method_of(struct bytes result)
{
    return bytes_equal_text(result, "plan") || bytes_equal_text(result, "exception") ? "EXAMINE"
                                                                                     : "TEST";
}

static void put_observation(struct export_pen *p, const struct export_oscal_case *c,
                            const struct history_act *act)
{
    const struct bytes result = record_value(&act->record, "result");
    struct emit *e = &p->emit;

    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "uuid", report_uuid(p, act));
    emit_text(e, "title",
              export_pen_print(p, "%.*s, %.*s: %.*s", (int)c->organisation.len,
                               (const char *)c->organisation.at, (int)c->step->step.len,
                               (const char *)c->step->step.at, (int)result.len,
                               (const char *)result.at));
    emit_text(e, "description", "the organisation's own report, signed and logged");
    put_counts(p, act);
    emit_list(e, "methods", EMIT_FLAT);
    emit_text(e, NULL, method_of(result));
    emit_list_end(e);
    emit_list(e, "types", EMIT_FLAT);
    emit_text(e, NULL, "finding");
    emit_list_end(e);
    export_oscal_origin(p, c->organisation);
    put_subject(p, c->organisation);
    put_evidence(p, &act->record);
    emit_text(e, "collected", export_pen_moment(p, record_happened(&act->record)));
    emit_map_end(e);
}

static void put_silence(struct export_pen *p, const struct export_oscal *o,
                        const struct export_oscal_case *c)
{
    const char *due = export_pen_day(p, c->due);
    struct emit *e = &p->emit;

    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "uuid", silence_uuid(p, o, c));
    emit_text(e, "title",
              export_pen_print(p, "%.*s, %.*s: no report", (int)c->organisation.len,
                               (const char *)c->organisation.at, (int)c->step->step.len,
                               (const char *)c->step->step.at));
    emit_text(e, "description",
              export_pen_print(p,
                               "no entry of the log at size %llu is a report for what was due "
                               "on %s",
                               (unsigned long long)p->question->size, due == NULL ? "-" : due));
    emit_list(e, "methods", EMIT_FLAT);
    emit_text(e, NULL, "EXAMINE");
    emit_list_end(e);
    emit_list(e, "types", EMIT_FLAT);
    emit_text(e, NULL, "finding");
    emit_list_end(e);
    put_subject(p, c->organisation);
    emit_text(e, "collected", export_pen_end(p, p->question->day));
    emit_map_end(e);
}

void export_oscal_seen(struct export_pen *p, const struct export_oscal *o)
{
    size_t count = 0;

    for (size_t i = 0; i < o->cases.count; i++) {
        const struct export_oscal_case *c = vec_at(&o->cases, i);
        count += c->reports.count + (c->report == STANDING_MISSING);
    }
    if (count == 0)
        return;
    emit_list(&p->emit, "observations", EMIT_TALL);
    for (size_t i = 0; i < o->cases.count; i++) {
        const struct export_oscal_case *c = vec_at(&o->cases, i);
        for (size_t k = 0; k < c->reports.count; k++)
            put_observation(p, c, vec_at(&c->reports, k));
        if (c->report == STANDING_MISSING)
            put_silence(p, o, c);
    }
    emit_list_end(&p->emit);
}

static void put_related(struct export_pen *p, const char *uuid)
{
    emit_map(&p->emit, NULL, EMIT_FLAT);
    emit_text(&p->emit, "observation-uuid", uuid);
    emit_map_end(&p->emit);
}

static bool is_asked(const struct export_oscal_case *one, const struct export_oscal_case *c,
                     struct bytes organisation)
{
    return c == NULL ? bytes_equal(one->organisation, organisation) : one == c;
}

void export_oscal_seen_related(struct export_pen *p, const struct export_oscal *o,
                               const struct export_oscal_case *c, struct bytes organisation)
{
    size_t count = 0;

    for (size_t i = 0; i < o->cases.count; i++) {
        const struct export_oscal_case *one = vec_at(&o->cases, i);
        if (is_asked(one, c, organisation))
            count += one->reports.count + (one->report == STANDING_MISSING);
    }
    if (count == 0)
        return;
    emit_list(&p->emit, "related-observations", EMIT_TALL);
    for (size_t i = 0; i < o->cases.count; i++) {
        const struct export_oscal_case *one = vec_at(&o->cases, i);
        if (!is_asked(one, c, organisation))
            continue;
        for (size_t k = 0; k < one->reports.count; k++)
            put_related(p, report_uuid(p, vec_at(&one->reports, k)));
        if (one->report == STANDING_MISSING)
            put_related(p, silence_uuid(p, o, one));
    }
    emit_list_end(&p->emit);
}
