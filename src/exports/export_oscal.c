#include "exports/export_oscal.h"

#include "core/date.h"

enum { CASES_MAX = 1 << 20, TEXTS_MAX = 1 << 20 };

static bool add_reports(const struct export_question *q, struct export_oscal *o,
                        struct export_oscal_case *c, struct arena *a, struct fault *f)
{
    const struct bytes id = o->directive.id;
    const struct bytes step = c->step->step;
    struct vec all = history_none(a);

    c->reports = history_none(a);
    if (!history_acts(q->history, a, &all, f, "report:%.*s:%.*s:%.*s", (int)id.len,
                      (const char *)id.at, (int)c->organisation.len,
                      (const char *)c->organisation.at, (int)step.len, (const char *)step.at))
        return false;
    for (size_t i = 0; i < all.count; i++) {
        const struct history_act *act = vec_at(&all, i);
        if (!history_is(act, "report") || record_happened(&act->record) > q->day)
            continue;
        struct history_act *kept = vec_push(&c->reports, f);
        if (kept == NULL)
            return false;
        *kept = *act;
        struct bytes digest;
        for (size_t k = 0; (digest = record_value_at(&act->record, "evidence", k)).len > 0; k++)
            if (!export_find_add(&o->evidence, digest, f))
                return false;
    }
    return true;
}

/* The last that stands on the day, or on the due date where that has passed: the one by which
 * standing/standing.h excepts the organisation. */
static const struct record *exception_of(const struct export_question *q,
                                         const struct export_oscal *o,
                                         const struct export_oscal_case *c)
{
    const int32_t day = c->due != DATE_NONE && c->due < q->day ? c->due : q->day;
    const struct record *last = NULL;

    for (size_t i = 0; i < o->exceptions.count; i++) {
        const struct record *r = &((struct history_act *)vec_at(&o->exceptions, i))->record;
        int32_t until;
        if (record_happened(r) <= day && date_read(record_value(r, "until"), &until) &&
            day <= until && bytes_equal(record_value(r, "organisation"), c->organisation) &&
            record_value(r, "vendor").len == 0 && record_value(r, "product").len == 0)
            last = r;
    }
    return last;
}

static bool add_step(const struct export_question *q, struct export_oscal *o,
                     const struct standing_step *step, struct arena *a, struct fault *f)
{
    struct standing_reports reports;

    if (!standing_reports(q->history, o->directive.id, step->step, q->day, a, &reports, f))
        return false;
    for (size_t i = 0; i < reports.reporters.count; i++) {
        const struct standing_reporter *r = vec_at(&reports.reporters, i);
        struct export_oscal_case *c = vec_push(&o->cases, f);
        if (c == NULL)
            return false;
        *c = (struct export_oscal_case){ .organisation = r->organisation,
                                         .step = step,
                                         .due = reports.due,
                                         .report = r->report,
                                         .happened = r->happened };
        if (r->report == STANDING_EXCEPTED)
            c->exception = exception_of(q, o, c);
        if (!export_find_add(&o->organisations, r->organisation, f) || !add_reports(q, o, c, a, f))
            return false;
    }
    return true;
}

bool export_oscal_read(const struct export_question *q, struct arena *a, struct export_oscal *out,
                       struct fault *f)
{
    static const char *const exceptions[] = { "exception", NULL };

    out->organisations = vec_of(a, sizeof(struct bytes), TEXTS_MAX);
    out->cases = vec_of(a, sizeof(struct export_oscal_case), CASES_MAX);
    out->evidence = vec_of(a, sizeof(struct bytes), TEXTS_MAX);
    out->exceptions = history_none(a);
    if (!export_find_the_directive(q, a, &out->directive, f))
        return false;
    const struct bytes id = out->directive.id;
    if (!history_acts_of(q->history, a, exceptions, &out->exceptions, f, "directive:%.*s",
                         (int)id.len, (const char *)id.at))
        return false;
    for (size_t i = 0; i < out->directive.standing.steps.count; i++)
        if (!add_step(q, out, vec_at(&out->directive.standing.steps, i), a, f))
            return false;
    return true;
}

const char *export_oscal_party(struct export_pen *p, struct bytes organisation)
{
    return export_name_uuid(p, "party/%.*s", (int)organisation.len, (const char *)organisation.at);
}

const char *export_oscal_activity(struct export_pen *p, const struct export_oscal *o,
                                  const struct standing_step *step)
{
    return export_name_uuid(p, "activity/%.*s/%.*s", (int)o->directive.id.len,
                            (const char *)o->directive.id.at, (int)step->step.len,
                            (const char *)step->step.at);
}

const char *export_oscal_resource(struct export_pen *p, const struct export_oscal *o)
{
    return export_name_uuid(p, "entry/%llu", (unsigned long long)o->directive.place);
}

const char *export_oscal_document(struct export_pen *p, struct bytes digest)
{
    return export_name_uuid(p, "digest/%.*s", (int)digest.len, (const char *)digest.at);
}

void export_oscal_prop(struct export_pen *p, const char *name, struct bytes value)
{
    struct emit *e = &p->emit;

    if (value.len == 0)
        return;
    emit_map(e, NULL, EMIT_FLAT);
    emit_text(e, "name", name);
    emit_text(e, "ns", "https://hallmark.example/ns/oscal");
    export_pen_put(p, "value", value);
    emit_map_end(e);
}

void export_oscal_origin(struct export_pen *p, struct bytes organisation)
{
    struct emit *e = &p->emit;

    emit_list(e, "origins", EMIT_FLAT);
    emit_map(e, NULL, EMIT_FLAT);
    emit_list(e, "actors", EMIT_FLAT);
    emit_map(e, NULL, EMIT_FLAT);
    emit_text(e, "type", "party");
    emit_text(e, "actor-uuid", export_oscal_party(p, organisation));
    emit_map_end(e);
    emit_list_end(e);
    emit_map_end(e);
    emit_list_end(e);
}

static bool put_party(struct export_pen *p, const char *type, struct bytes id)
{
    struct emit *e = &p->emit;
    struct bytes name;

    if (!export_find_value(p->question, type, id, "name", p->arena, &name, p->f))
        return false;
    emit_map(e, NULL, EMIT_FLAT);
    emit_text(e, "uuid", export_oscal_party(p, id));
    emit_text(e, "type", "organization");
    export_pen_put(p, "name", name.len > 0 ? name : id);
    export_pen_put(p, "short-name", id);
    emit_map_end(e);
    return true;
}

static bool put_parties(struct export_pen *p, const struct export_oscal *o)
{
    const struct bytes authority = record_value(o->directive.record, "authority");
    struct emit *e = &p->emit;

    if (authority.len == 0 && o->organisations.count == 0)
        return true;
    emit_list(e, "parties", EMIT_TALL);
    if (authority.len > 0 && !put_party(p, "authority", authority))
        return false;
    for (size_t i = 0; i < o->organisations.count; i++) {
        const struct bytes id = *(const struct bytes *)vec_at(&o->organisations, i);
        if (!bytes_equal(id, authority) && !put_party(p, "organisation", id))
            return false;
    }
    emit_list_end(e);
    return true;
}

bool export_oscal_metadata(struct export_pen *p, const struct export_oscal *o, const char *kind)
{
    const struct export_question *q = p->question;
    const struct bytes id = o->directive.id;
    const char *size = export_pen_print(p, "%llu", (unsigned long long)q->size);
    struct emit *e = &p->emit;

    emit_text(e, "uuid",
              export_name_uuid(p, "%s/%d/%s/%.*s", size, (int)q->day, kind, (int)id.len,
                               (const char *)id.at));
    emit_map(e, "metadata", EMIT_TALL);
    emit_text(e, "title",
              export_pen_print(p, "%s on %.*s as of %s", kind, (int)id.len, (const char *)id.at,
                               export_pen_day(p, q->day)));
    emit_text(e, "last-modified", export_pen_updated(p));
    emit_text(e, "version", size);
    emit_text(e, "oscal-version", "1.1.2");
    emit_list(e, "props", EMIT_TALL);
    export_oscal_prop(p, "log-origin", bytes_of_text(q->origin));
    export_oscal_prop(p, "log-clock", export_pen_clock(p));
    export_oscal_prop(p, "log-size", bytes_of_text(size));
    emit_list_end(e);
    if (!put_parties(p, o))
        return false;
    emit_map_end(e);
    return true;
}

static void put_component(struct export_pen *p, const struct export_oscal *o, const char *kind,
                          struct bytes id, struct bytes title)
{
    const struct bytes action = record_value(o->directive.record, "action");
    struct emit *e = &p->emit;

    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "uuid",
              export_name_uuid(p, "subject/%.*s/%s/%.*s", (int)o->directive.id.len,
                               (const char *)o->directive.id.at, kind, (int)id.len,
                               (const char *)id.at));
    emit_text(e, "type", "software");
    export_pen_put(p, "title", title.len > 0 ? title : id);
    emit_text(e, "description", export_pen_print(p, "what the directive is about, by %s", kind));
    emit_list(e, "props", EMIT_TALL);
    export_oscal_prop(p, kind, id);
    export_oscal_prop(p, "action", action);
    emit_list_end(e);
    emit_map(e, "status", EMIT_FLAT);
    emit_text(e, "state", "other");
    emit_map_end(e);
    emit_map_end(e);
}

bool export_oscal_components(struct export_pen *p, const struct export_oscal *o)
{
    const struct export_directive *d = &o->directive;

    emit_list(&p->emit, "components", EMIT_TALL);
    for (size_t i = 0; i < d->standing.vendors.count; i++) {
        const struct bytes id = *(const struct bytes *)vec_at(&d->standing.vendors, i);
        struct bytes name;
        if (!export_find_value(p->question, "vendor", id, "name", p->arena, &name, p->f))
            return false;
        put_component(p, o, "vendor", id, name);
    }
    for (size_t i = 0; i < d->standing.tokens.count; i++) {
        const struct bytes token = *(const struct bytes *)vec_at(&d->standing.tokens, i);
        put_component(p, o, "token", token, token);
    }
    for (size_t i = 0; i < d->products.count; i++) {
        const struct bytes product = *(const struct bytes *)vec_at(&d->products, i);
        put_component(p, o, "product", product, product);
    }
    emit_list_end(&p->emit);
    return true;
}

void export_oscal_timing(struct export_pen *p, const struct export_oscal *o,
                         const struct standing_step *step)
{
    const int32_t issued = record_happened(o->directive.record);
    struct emit *e = &p->emit;

    if (step->by == DATE_NONE || issued == DATE_NONE)
        return;
    emit_map(e, "timing", EMIT_FLAT);
    emit_map(e, "within-date-range", EMIT_FLAT);
    emit_text(e, "start", export_pen_moment(p, issued));
    emit_text(e, "end", export_pen_end(p, step->by));
    emit_map_end(e);
    emit_map_end(e);
}

static void put_resource(struct export_pen *p, const char *uuid, const char *title,
                         struct bytes digest, const char *other)
{
    struct emit *e = &p->emit;

    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "uuid", uuid);
    emit_text(e, "title", title);
    emit_list(e, "rlinks", EMIT_TALL);
    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "href", digest.len > 0 ? export_name_digest(p, digest) : other);
    if (digest.len > 0) {
        emit_list(e, "hashes", EMIT_FLAT);
        emit_map(e, NULL, EMIT_FLAT);
        emit_text(e, "algorithm", "SHA-256");
        export_pen_put(p, "value", export_name_hex(digest));
        emit_map_end(e);
        emit_list_end(e);
    }
    emit_map_end(e);
    emit_list_end(e);
    emit_map_end(e);
}

void export_oscal_back_matter(struct export_pen *p, const struct export_oscal *o)
{
    const struct bytes title = record_value(o->directive.record, "title");
    const char *entry = export_pen_print(p, "%llu", (unsigned long long)o->directive.place);
    struct emit *e = &p->emit;

    emit_map(e, "back-matter", EMIT_TALL);
    emit_list(e, "resources", EMIT_TALL);
    put_resource(p, export_oscal_resource(p, o),
                 export_pen_text(p, title.len > 0 ? title : o->directive.id),
                 record_value(o->directive.record, "text"), export_name_tag(p, entry));
    for (size_t i = 0; i < o->evidence.count; i++) {
        const struct bytes digest = *(const struct bytes *)vec_at(&o->evidence, i);
        put_resource(p, export_oscal_document(p, digest), "a document behind a report", digest, "");
    }
    emit_list_end(e);
    emit_map_end(e);
}
