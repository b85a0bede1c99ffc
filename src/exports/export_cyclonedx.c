/* export_cyclonedx.c -- certificates as CycloneDX 1.6 attestations (bom-1.6.schema.json,
 * declarations and definitions): the scheme is the standard, that a certificate is in force its one
 * requirement, who signed the decision the assessor, and each file or version covered a component
 * with a claim of its own. */
#include "core/date.h"
#include "exports/export_find.h"
#include "exports/export_name.h"
#include "exports/export_pen.h"

enum { MANY = 1 << 20 };

struct declared {
    struct vec certificates; /* struct export_certificate */
    struct vec assessors;    /* struct bytes, each once */
    struct vec schemes;
};

static struct bytes signer_of(const struct export_certificate *c)
{
    const struct note_signature *first =
        c->record->note.signatures.count == 0 ? NULL : vec_at(&c->record->note.signatures, 0);

    return first == NULL ? bytes_of_text("unsigned") : first->name;
}

static bool gather(const struct export_question *q, struct arena *a, struct declared *d,
                   struct fault *f)
{
    char day[DATE_TEXT_MAX];
    struct vec ids;
    bool found = false;

    d->certificates = vec_of(a, sizeof(struct export_certificate), MANY);
    d->assessors = vec_of(a, sizeof(struct bytes), MANY);
    d->schemes = vec_of(a, sizeof(struct bytes), MANY);
    if (!export_find_ids(q, "certificate", q->id, a, &ids, f))
        return false;
    for (size_t i = 0; i < ids.count; i++) {
        struct export_certificate c;
        if (!export_find_certificate(q, *(const struct bytes *)vec_at(&ids, i), a, &c, &found, f))
            return false;
        struct export_certificate *kept = found ? vec_push(&d->certificates, f) : NULL;
        if (found && (kept == NULL || !export_find_add(&d->assessors, signer_of(&c), f) ||
                      !export_find_add(&d->schemes, record_value(c.record, "scheme"), f)))
            return false;
        if (found)
            *kept = c;
    }
    return d->certificates.count > 0 || q->id == NULL ||
           fault_set(f, FAULT_FORMAT, "%s: not yet issued on %s", q->id, date_write(q->day, day));
}

static const char *name_ref(struct export_pen *p, const char *kind, struct bytes id)
{
    return export_pen_print(p, "%s:%.*s", kind, (int)id.len, (const char *)id.at);
}

static const char *name_part(struct export_pen *p, const char *kind, struct bytes id, size_t part)
{
    return export_pen_print(p, "%s:%.*s:%zu", kind, (int)id.len, (const char *)id.at, part + 1);
}

static void put_assessors(struct export_pen *p, const struct vec *assessors)
{
    struct emit *e = &p->emit;

    emit_list(e, "assessors", EMIT_TALL);
    for (size_t i = 0; i < assessors->count; i++) {
        const struct bytes name = *(const struct bytes *)vec_at(assessors, i);
        emit_map(e, NULL, EMIT_FLAT);
        emit_text(e, "bom-ref", name_ref(p, "assessor", name));
        emit_bool(e, "thirdParty", true);
        emit_map(e, "organization", EMIT_FLAT);
        export_pen_put(p, "name", name);
        emit_map_end(e);
        emit_map_end(e);
    }
    emit_list_end(e);
}

static const char *say_state(struct export_pen *p, const struct standing_certificate *s)
{
    const char *since = export_pen_day(p, s->since);

    return export_pen_print(
        p, "%s since %s, as of %s: claim %s, procure %s, use %s", s->word,
        since == NULL ? "an unknown day" : since, export_pen_day(p, p->question->day),
        standing_answer_name(s->effects.claim), standing_answer_name(s->effects.procure),
        standing_answer_name(s->effects.use));
}

static void put_attestation(struct export_pen *p, const struct export_certificate *c)
{
    const struct bytes scheme = record_value(c->record, "scheme");
    struct emit *e = &p->emit;

    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "summary", name_ref(p, "certificate", c->id));
    emit_text(e, "assessor", name_ref(p, "assessor", signer_of(c)));
    emit_list(e, "map", EMIT_TALL);
    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "requirement", name_ref(p, "requirement", scheme));
    emit_list(e, "claims", EMIT_FLAT);
    for (size_t i = 0; i < c->covers.count; i++)
        emit_text(e, NULL, name_part(p, "claim", c->id, i));
    emit_list_end(e);
    emit_map(e, "conformance", EMIT_TALL);
    emit_number(e, "score", c->standing.effects.claim == STANDING_YES ? 1 : 0);
    emit_text(e, "rationale", say_state(p, &c->standing));
    emit_map_end(e);
    emit_map_end(e);
    emit_list_end(e);
    emit_map_end(e);
}

static void put_hash(struct export_pen *p, struct bytes digest)
{
    struct emit *e = &p->emit;

    emit_list(e, "hashes", EMIT_FLAT);
    emit_map(e, NULL, EMIT_FLAT);
    emit_text(e, "alg", "SHA-256");
    export_pen_put(p, "content", export_name_hex(digest));
    emit_map_end(e);
    emit_list_end(e);
}

static void put_report(struct export_pen *p, struct bytes digest)
{
    struct emit *e = &p->emit;

    if (digest.len == 0)
        return;
    emit_list(e, "externalReferences", EMIT_TALL);
    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "type", "certification-report");
    emit_text(e, "url", export_name_digest(p, digest));
    put_hash(p, digest);
    emit_map_end(e);
    emit_list_end(e);
}

static void put_claims(struct export_pen *p, const struct export_certificate *c)
{
    const struct bytes scheme = record_value(c->record, "scheme");
    struct emit *e = &p->emit;

    for (size_t i = 0; i < c->covers.count; i++) {
        const struct export_cover *cover = vec_at(&c->covers, i);
        emit_map(e, NULL, EMIT_TALL);
        emit_text(e, "bom-ref", name_part(p, "claim", c->id, i));
        emit_text(e, "target", name_part(p, "component", c->id, i));
        emit_text(e, "predicate",
                  export_pen_print(p, "%s is covered by certificate %.*s of scheme %.*s",
                                   cover->name, (int)c->id.len, (const char *)c->id.at,
                                   (int)scheme.len, (const char *)scheme.at));
        emit_text(e, "reasoning",
                  cover->artefact.len > 0 ? "by digest" : "by version: no file is named");
        emit_list(e, "evidence", EMIT_FLAT);
        emit_text(e, NULL, name_ref(p, "evidence", c->id));
        emit_list_end(e);
        put_report(p, record_value(c->record, "report"));
        emit_map_end(e);
    }
}

/* The log's entry is the evidence; the laboratory, where it is named, its author. */
static void put_evidence(struct export_pen *p, const struct export_certificate *c)
{
    const struct export_question *q = p->question;
    const struct bytes lab = record_value(c->record, "lab");
    const char *entry = export_pen_print(p, "%llu", (unsigned long long)c->place);
    const int32_t from = record_happened(c->record);
    struct emit *e = &p->emit;

    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "bom-ref", name_ref(p, "evidence", c->id));
    emit_text(e, "description",
              export_pen_print(p, "entry %s of the log %s at size %llu", entry, q->origin,
                               (unsigned long long)q->size));
    emit_list(e, "data", EMIT_TALL);
    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "name", "log entry");
    emit_map(e, "contents", EMIT_FLAT);
    emit_text(e, "url", export_name_tag(p, entry));
    emit_map_end(e);
    emit_map_end(e);
    emit_list_end(e);
    if (from != DATE_NONE)
        emit_text(e, "created", export_pen_moment(p, from));
    if (c->standing.until != DATE_NONE)
        emit_text(e, "expires", export_pen_end(p, c->standing.until));
    if (lab.len > 0) {
        emit_map(e, "author", EMIT_FLAT);
        export_pen_put(p, "name", lab);
        emit_map_end(e);
    }
    emit_map_end(e);
}

static void put_components(struct export_pen *p, const struct export_certificate *c)
{
    const struct bytes holder = record_value(c->record, "vendor-name");
    struct emit *e = &p->emit;

    for (size_t i = 0; i < c->covers.count; i++) {
        const struct export_cover *cover = vec_at(&c->covers, i);
        emit_map(e, NULL, EMIT_TALL);
        emit_text(e, "type", "application");
        emit_text(e, "bom-ref", name_part(p, "component", c->id, i));
        emit_map(e, "supplier", EMIT_FLAT);
        export_pen_put(p, "name", holder.len > 0 ? holder : record_value(c->record, "vendor"));
        emit_map_end(e);
        export_pen_put(p, "name", record_value(c->record, "product"));
        emit_text(e, "version", cover->version);
        if (cover->artefact.len > 0)
            put_hash(p, cover->artefact);
        emit_map_end(e);
    }
}

static bool put_standard(struct export_pen *p, struct bytes scheme)
{
    const struct export_question *q = p->question;
    struct emit *e = &p->emit;
    struct bytes name;
    struct bytes owner;

    if (!export_find_value(q, "scheme", scheme, "name", p->arena, &name, p->f) ||
        !export_find_value(q, "scheme", scheme, "authority", p->arena, &owner, p->f))
        return false;
    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "bom-ref", name_ref(p, "scheme", scheme));
    export_pen_put(p, "name", name.len > 0 ? name : scheme);
    export_pen_put(p, "owner", owner);
    emit_list(e, "requirements", EMIT_TALL);
    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "bom-ref", name_ref(p, "requirement", scheme));
    emit_text(e, "identifier", "in-force");
    emit_text(e, "title", "a certificate of the scheme that lets the product be called certified");
    emit_map_end(e);
    emit_list_end(e);
    emit_map_end(e);
    return true;
}

static void put_each(struct export_pen *p, const char *key, const struct vec *certificates,
                     void (*put)(struct export_pen *, const struct export_certificate *))
{
    emit_list(&p->emit, key, EMIT_TALL);
    for (size_t i = 0; i < certificates->count; i++)
        put(p, vec_at(certificates, i));
    emit_list_end(&p->emit);
}

static void put_declarations(struct export_pen *p, const struct declared *d)
{
    struct emit *e = &p->emit;

    emit_map(e, "declarations", EMIT_TALL);
    put_assessors(p, &d->assessors);
    put_each(p, "attestations", &d->certificates, put_attestation);
    put_each(p, "claims", &d->certificates, put_claims);
    put_each(p, "evidence", &d->certificates, put_evidence);
    emit_map(e, "targets", EMIT_TALL);
    put_each(p, "components", &d->certificates, put_components);
    emit_map_end(e);
    emit_map_end(e);
}

static bool put_definitions(struct export_pen *p, const struct declared *d)
{
    struct emit *e = &p->emit;

    emit_map(e, "definitions", EMIT_TALL);
    emit_list(e, "standards", EMIT_TALL);
    for (size_t i = 0; i < d->schemes.count; i++)
        if (!put_standard(p, *(const struct bytes *)vec_at(&d->schemes, i)))
            return false;
    emit_list_end(e);
    emit_map_end(e);
    return true;
}

static void put_property(struct export_pen *p, const char *name, struct bytes value)
{
    struct emit *e = &p->emit;

    emit_map(e, NULL, EMIT_FLAT);
    emit_text(e, "name", name);
    emit_text(e, "value", export_pen_text(p, value));
    emit_map_end(e);
}

static void put_properties(struct export_pen *p)
{
    const struct export_question *q = p->question;
    const char *size = export_pen_print(p, "%llu", (unsigned long long)q->size);
    const char *day = export_pen_day(p, q->day);

    emit_list(&p->emit, "properties", EMIT_TALL);
    put_property(p, "hallmark:log:origin", bytes_of_text(q->origin));
    put_property(p, "hallmark:log:clock", export_pen_clock(p));
    put_property(p, "hallmark:log:size", bytes_of_text(size));
    put_property(p, "hallmark:as-of", bytes_of_text(day == NULL ? "" : day));
    emit_list_end(&p->emit);
}

static bool write_cyclonedx(const struct export_question *q, struct arena *a, struct buf *out,
                            struct export_told *told, struct fault *f)
{
    struct export_pen p = export_pen_on(q, a, out, f);
    struct emit *e = &p.emit;
    struct declared d;

    if (!gather(q, a, &d, f))
        return false;
    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
    emit_text(e, "bomFormat", "CycloneDX");
    emit_text(e, "specVersion", "1.6");
    emit_text(
        e, "serialNumber",
        export_pen_print(&p, "urn:uuid:%s",
                         export_name_uuid(&p, "%llu/%d/cyclonedx/%s", (unsigned long long)q->size,
                                          (int)q->day, q->id == NULL ? "" : q->id)));
    emit_number(e, "version", 1);
    emit_map(e, "metadata", EMIT_TALL);
    emit_text(e, "timestamp", export_pen_updated(&p));
    put_properties(&p);
    emit_map_end(e);
    put_declarations(&p, &d);
    if (!put_definitions(&p, &d))
        return false;
    emit_map_end(e);
    told->written = d.certificates.count;
    return export_pen_ok(&p);
}

const struct export_form export_cyclonedx_form = {
    .name = "cyclonedx",
    .title = "CycloneDX 1.6 attestations of the certificates (JSON)",
    .takes_id = true,
    .write = write_cyclonedx,
};
