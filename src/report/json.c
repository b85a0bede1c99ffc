/* json.c -- the whole scan for programs: docs/report.schema.json says what each field means.
 * report_read.c reads it back, so every field of a product that policy may ask is here. */
#include "codec/emit.h"
#include "report/report.h"

static void emit_texts(struct emit *e, const char *key, const struct vec *texts)
{
    emit_list(e, key, EMIT_FLAT);
    for (size_t i = 0; i < texts->count; i++) {
        const char *const *text = vec_at(texts, i);
        emit_text(e, NULL, *text);
    }
    emit_list_end(e);
}

static void emit_date(struct emit *e, const char *key, int32_t date)
{
    char text[DATE_TEXT_MAX];

    emit_text(e, key, date == DATE_NONE ? NULL : date_write(date, text));
}

static void emit_record(struct emit *e, const struct scan_record *r)
{
    emit_map(e, "scan", EMIT_TALL);
    emit_text(e, "time", r->time);
    emit_text(e, "host_id", r->host_id);
    emit_seconds(e, "duration", r->duration);
    emit_count(e, "workers", r->workers);
    emit_list(e, "method", EMIT_TALL);
    for (size_t i = 0; i < r->method.count; i++) {
        const char *const *sentence = vec_at(&r->method, i);
        emit_text(e, NULL, *sentence);
    }
    emit_list_end(e);
    emit_texts(e, "sandbox", &r->sandbox);
    emit_map_end(e);
}

static void emit_target(struct emit *e, const struct scan *s)
{
    if (s->target == NULL) {
        emit_null(e, "target");
        return;
    }
    emit_map(e, "target", EMIT_TALL);
    emit_text(e, "path", s->target);
    emit_list(e, "systems", EMIT_TALL);
    for (size_t i = 0; i < s->systems.count; i++) {
        const struct system *system = vec_at(&s->systems, i);
        emit_map(e, NULL, EMIT_FLAT);
        emit_text(e, "root", system->root);
        emit_text(e, "id", system->id);
        emit_text(e, "version_id", system->version_id);
        emit_text(e, "name", system->name);
        emit_map_end(e);
    }
    emit_list_end(e);
    emit_map_end(e);
}

static void emit_context(struct emit *e, const struct scan *s)
{
    emit_map(e, "context", EMIT_TALL);
    emit_text(e, "as_of", s->as_of);
    emit_map(e, "words", EMIT_TALL);
    for (size_t i = 0; i < s->context.count; i++) {
        const struct context_line *line = vec_at(&s->context, i);
        emit_texts(e, line->key, &line->words);
    }
    emit_map_end(e);
    emit_texts(e, "policies", &s->policies);
    emit_map_end(e);
}

/* Only where one was asked, so that a report without a register is as it always was. */
static void emit_registry(struct emit *e, const struct scan_registry *r)
{
    if (r == NULL)
        return;
    emit_map(e, "register", EMIT_TALL);
    emit_text(e, "place", r->place);
    emit_text(e, "origin", r->origin);
    emit_count(e, "size", r->size);
    emit_text(e, "time", r->time);
    emit_text(e, "known_at", r->known_at);
    emit_text(e, "trusted_by", r->trusted);
    emit_list(e, "proofs", EMIT_TALL);
    for (size_t i = 0; i < r->proofs.count; i++) {
        const struct scan_proof *p = vec_at(&r->proofs, i);
        emit_map(e, NULL, EMIT_FLAT);
        emit_text(e, "key", p->key);
        emit_text(e, "file", p->file);
        emit_text(e, "sha256", p->sha256);
        emit_text(e, "statement", p->statement);
        emit_map_end(e);
    }
    emit_list_end(e);
    emit_map_end(e);
}

static void emit_signature(struct emit *e, const struct claim *c)
{
    if (c->role != MAKER_SIGNER) {
        emit_null(e, "signature");
        return;
    }
    emit_map(e, "signature", EMIT_FLAT);
    emit_text(e, "subject", c->subject);
    emit_text(e, "certificate", c->certificate);
    emit_text(e, "registry_number", c->registry_number);
    emit_text(e, "program_name", c->program_name);
    emit_bool(e, "digest_matches", c->digest_matches);
    emit_map_end(e);
}

static void emit_makers(struct emit *e, const struct product *p)
{
    emit_list(e, "makers", EMIT_TALL);
    for (size_t i = 0; i < p->claims.count; i++) {
        const struct claim *c = vec_at(&p->claims, i);
        emit_map(e, NULL, EMIT_TALL);
        emit_text(e, "name", c->name);
        emit_text(e, "vendor", c->vendor);
        emit_text(e, "role", maker_role_name(c->role));
        emit_text(e, "strength", strength_name(c->strength));
        emit_text(e, "chain", c->chain == CHAIN_NONE ? NULL : chain_name(c->chain));
        emit_text(e, "evidence", c->evidence);
        emit_text(e, "domain", c->domain);
        emit_signature(e, c);
        emit_map_end(e);
    }
    emit_list_end(e);
}

static void emit_evidence(struct emit *e, const struct product *p)
{
    emit_list(e, "evidence", EMIT_TALL);
    for (size_t i = 0; i < p->evidence.count; i++) {
        const struct evidence *v = vec_at(&p->evidence, i);
        emit_map(e, NULL, EMIT_FLAT);
        emit_text(e, "kind", v->kind);
        emit_text(e, "place", v->place);
        emit_text(e, "text", v->text);
        emit_text(e, "strength", strength_name(v->strength));
        emit_map_end(e);
    }
    emit_list_end(e);
    emit_count(e, "more_evidence", p->more_evidence);
}

static void emit_answers(struct emit *e, const struct verdict *v)
{
    emit_map(e, "answers", EMIT_TALL);
    for (int i = 0; i < EFFECT_MAX; i++) {
        const struct effect_answer *a = &v->answers[i];
        emit_map(e, effect_name((enum effect)i), EMIT_FLAT);
        emit_text(e, "answer", answer_name(a->answer));
        emit_text(e, "instrument", a->instrument);
        emit_text(e, "clause", a->clause);
        emit_date(e, "from", a->from);
        emit_date(e, "until", a->until);
        emit_bool(e, "advice", a->advice);
        emit_bool(e, "implied", a->implied);
        emit_text(e, "why", a->why);
        emit_map_end(e);
    }
    emit_map_end(e);
}

static void emit_steps(struct emit *e, const struct verdict *v)
{
    emit_list(e, "steps", EMIT_TALL);
    for (size_t i = 0; i < v->steps.count; i++) {
        const struct verdict_step *step = vec_at(&v->steps, i);
        emit_map(e, NULL, EMIT_FLAT);
        emit_text(e, "step", step->step);
        emit_text(e, "text", step->text);
        emit_date(e, "by", step->by);
        emit_text(e, "every", step->every);
        emit_text(e, "instrument", step->instrument);
        emit_map_end(e);
    }
    emit_list_end(e);
}

static void emit_notes(struct emit *e, const struct verdict *v)
{
    emit_list(e, "notes", EMIT_TALL);
    for (size_t i = 0; i < v->rules.count; i++) {
        const struct verdict_rule *rule = vec_at(&v->rules, i);
        emit_map(e, NULL, EMIT_FLAT);
        emit_text(e, "instrument", rule->instrument);
        emit_text(e, "clause", rule->clause);
        emit_bool(e, "applied", rule->applied);
        emit_text(e, "why", rule->why);
        emit_map_end(e);
    }
    emit_list_end(e);
}

static void emit_verdict(struct emit *e, const struct verdict *v)
{
    emit_text(e, "status", status_name(v->status));
    emit_text(e, "certified_by", v->certified_by);
    emit_text(e, "summary", v->summary);
    if (v->days_left == INT32_MIN)
        emit_null(e, "days_left");
    else
        emit_number(e, "days_left", v->days_left);
    emit_answers(e, v);
    emit_steps(e, v);
    emit_notes(e, v);
}

static void emit_identity(struct emit *e, const struct product *p)
{
    emit_text(e, "id", p->id);
    emit_text(e, "name", p->name);
    emit_text(e, "title", p->title);
    emit_text(e, "version", p->version);
    emit_text(e, "type", p->type);
    emit_text(e, "epoch", p->epoch);
    emit_text(e, "arch", p->arch);
    emit_text(e, "source", p->source);
    emit_text(e, "source_version", p->source_version);
    emit_text(e, "homepage", p->homepage);
    emit_text(e, "purl", p->purl);
    emit_text(e, "digest", p->digest);
    emit_text(e, "root", p->root);
    emit_text(e, "presence", presence_name(p->presence));
    emit_texts(e, "paths", &p->paths);
    emit_count(e, "more_paths", p->more_paths);
    emit_texts(e, "categories", &p->categories);
    emit_text(e, "vendor", p->vendor);
    emit_bool(e, "maker_known", p->maker_known);
}

static void emit_product(struct emit *e, const struct scan_product *p)
{
    emit_map(e, NULL, EMIT_TALL);
    emit_identity(e, &p->product);
    emit_makers(e, &p->product);
    emit_texts(e, "conflicts", &p->product.conflicts);
    emit_evidence(e, &p->product);
    emit_verdict(e, &p->verdict);
    emit_map_end(e);
}

static void emit_not_read(struct emit *e, const struct coverage *c)
{
    emit_list(e, "not_read", EMIT_TALL);
    for (size_t i = 0; i < c->not_read.count; i++) {
        const struct not_read *n = vec_at(&c->not_read, i);
        emit_map(e, NULL, EMIT_FLAT);
        emit_text(e, "path", n->path);
        emit_text(e, "why", n->why);
        emit_text(e, "kind", n->kind);
        emit_map_end(e);
    }
    emit_list_end(e);
}

static void emit_coverage(struct emit *e, const struct coverage *c)
{
    emit_map(e, "coverage", EMIT_TALL);
    emit_count(e, "files", c->files);
    emit_count(e, "folders", c->folders);
    emit_count(e, "by_name", c->by_name);
    emit_count(e, "read", c->read);
    emit_count(e, "bytes", c->bytes);
    emit_list(e, "skipped", EMIT_TALL);
    for (size_t i = 0; i < c->skipped.count; i++) {
        const struct skipped *s = vec_at(&c->skipped, i);
        emit_map(e, NULL, EMIT_FLAT);
        emit_text(e, "path", s->path);
        emit_text(e, "why", s->why);
        emit_map_end(e);
    }
    emit_list_end(e);
    emit_not_read(e, c);
    emit_count(e, "unowned", c->unowned);
    emit_list(e, "unidentified", EMIT_TALL);
    for (size_t i = 0; i < c->unidentified.count; i++) {
        const char *const *path = vec_at(&c->unidentified, i);
        emit_text(e, NULL, *path);
    }
    emit_list_end(e);
    emit_map_end(e);
}

static void emit_summary(struct emit *e, const struct scan *s)
{
    size_t counts[STATUS_MAX];

    report_count(s, counts);
    emit_map(e, "summary", EMIT_TALL);
    emit_count(e, "products", s->products.count);
    emit_map(e, "status", EMIT_FLAT);
    for (int i = 0; i < STATUS_MAX; i++)
        emit_count(e, status_name((enum status)i), counts[i]);
    emit_map_end(e);
    emit_bool(e, "incomplete", s->incomplete);
    emit_bool(e, "interrupted", s->interrupted);
    emit_list(e, "warnings", EMIT_TALL);
    for (size_t i = 0; i < s->warnings.count; i++) {
        const char *const *sentence = vec_at(&s->warnings, i);
        emit_text(e, NULL, *sentence);
    }
    emit_list_end(e);
    emit_map_end(e);
}

static bool write_json(const struct scan *s, const struct report_options *o, struct buf *out,
                       struct fault *f)
{
    struct emit e = emit_to(out);

    (void)o;
    emit_map(&e, NULL, EMIT_TALL);
    emit_text(&e, "hallmark", HALLMARK_VERSION);
    emit_record(&e, &s->record);
    emit_target(&e, s);
    emit_context(&e, s);
    emit_registry(&e, s->registry);
    emit_list(&e, "products", EMIT_TALL);
    for (size_t i = 0; i < s->products.count; i++)
        emit_product(&e, vec_at(&s->products, i));
    emit_list_end(&e);
    emit_coverage(&e, &s->coverage);
    emit_summary(&e, s);
    emit_map_end(&e);
    return buf_ok(out) || fault_set(f, FAULT_LIMIT, "memory: no room for the report");
}

const struct report_form json_report = {
    .name = "json",
    .title = "for programs: docs/report.schema.json says what each field means",
    .write = write_json,
};
