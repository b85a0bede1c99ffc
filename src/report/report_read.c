#include "report/report_read.h"

#include "core/buf.h"
#include "core/file.h"
#include "core/limits.h"
#include "report/json_value.h"

#include <string.h>

static void read_texts(struct json_value v, struct vec *texts)
{
    *texts = vec_of(v.reader->arena, sizeof(const char *), LIMIT_RECORDS);
    for (size_t i = 0; i < json_value_count(v); i++) {
        const char **slot = vec_push(texts, v.reader->fault);
        if (slot == NULL) {
            json_value_stop(v);
            return;
        }
        *slot = json_value_own_text(json_value_at(v, i));
    }
}

static void read_record(struct json_value v, struct scan_record *r)
{
    r->time = json_value_text(v, "time");
    r->host_id = json_value_text(v, "host_id");
    r->duration = json_value_real(v, "duration");
    r->workers = (unsigned)json_value_number(v, "workers", 0, UINT16_MAX);
    read_texts(json_value_list(v, "method"), &r->method);
    read_texts(json_value_list(v, "sandbox"), &r->sandbox);
}

static void read_claim(struct json_value v, struct claim *c)
{
    *c = (struct claim){
        .name = json_value_text(v, "name"),
        .vendor = json_value_text(v, "vendor"),
        .evidence = json_value_text(v, "evidence"),
        .domain = json_value_text(v, "domain"),
    };
    if (!maker_role_read(json_value_word(v, "role"), &c->role))
        json_value_refuse(v, "role", "is no role of a maker");
    if (!strength_read(json_value_word(v, "strength"), &c->strength))
        json_value_refuse(v, "strength", "is no strength");
    if (json_value_text(v, "chain") != NULL && !chain_read(json_value_word(v, "chain"), &c->chain))
        json_value_refuse(v, "chain", "is no state of a chain");
    const struct json_value signature = json_value_map_or_null(v, "signature");
    if (!json_value_is_map(signature))
        return;
    c->subject = json_value_text(signature, "subject");
    c->certificate = json_value_text(signature, "certificate");
    c->registry_number = json_value_text(signature, "registry_number");
    c->program_name = json_value_text(signature, "program_name");
    c->digest_matches = json_value_bool(signature, "digest_matches");
}

static void read_evidence(struct json_value v, struct evidence *e)
{
    *e = (struct evidence){
        .kind = json_value_text(v, "kind"),
        .place = json_value_text(v, "place"),
        .text = json_value_text(v, "text"),
    };
    if (!strength_read(json_value_word(v, "strength"), &e->strength))
        json_value_refuse(v, "strength", "is no strength");
}

static void read_proofs(struct json_value v, struct product *p)
{
    const struct json_value makers = json_value_list(v, "makers");
    const struct json_value evidence = json_value_list(v, "evidence");
    struct fault *f = v.reader->fault;

    for (size_t i = 0; i < json_value_count(makers); i++) {
        struct claim claim;
        read_claim(json_value_at(makers, i), &claim);
        if (!product_add_claim(p, &claim, f))
            json_value_stop(v);
    }
    for (size_t i = 0; i < json_value_count(evidence); i++) {
        struct evidence e;
        read_evidence(json_value_at(evidence, i), &e);
        if (!product_add_evidence(p, &e, f))
            json_value_stop(v);
    }
    p->more_evidence += (size_t)json_value_number(v, "more_evidence", 0, INT32_MAX);
    read_texts(json_value_list(v, "conflicts"), &p->conflicts);
}

static void read_product(struct json_value v, struct product *p)
{
    *p = product_in(v.reader->arena);
    p->id = json_value_need_text(v, "id");
    p->type = json_value_need_text(v, "type");
    p->name = json_value_need_text(v, "name");
    p->root = json_value_text(v, "root");
    p->title = json_value_text(v, "title");
    p->version = json_value_text(v, "version");
    p->epoch = json_value_text(v, "epoch");
    p->arch = json_value_text(v, "arch");
    p->source = json_value_text(v, "source");
    p->source_version = json_value_text(v, "source_version");
    p->homepage = json_value_text(v, "homepage");
    p->purl = json_value_text(v, "purl");
    p->digest = json_value_text(v, "digest");
    p->vendor = json_value_text(v, "vendor");
    p->maker_known = json_value_bool(v, "maker_known");
    p->more_paths = (size_t)json_value_number(v, "more_paths", 0, INT32_MAX);
    if (!presence_read(json_value_word(v, "presence"), &p->presence))
        json_value_refuse(v, "presence", "is no presence");
    read_texts(json_value_list(v, "paths"), &p->paths);
    read_texts(json_value_list(v, "categories"), &p->categories);
    read_proofs(v, p);
}

static void read_answer(struct json_value v, struct effect_answer *a)
{
    *a = (struct effect_answer){
        .instrument = json_value_text(v, "instrument"),
        .clause = json_value_text(v, "clause"),
        .why = json_value_text(v, "why"),
        .from = json_value_date(v, "from"),
        .until = json_value_date(v, "until"),
        .advice = json_value_bool(v, "advice"),
        .implied = json_value_bool(v, "implied"),
    };
    if (!answer_read(json_value_word(v, "answer"), &a->answer))
        json_value_refuse(v, "answer", "is no answer");
}

static void read_steps(struct json_value v, struct vec *steps)
{
    *steps = vec_of(v.reader->arena, sizeof(struct verdict_step), LIMIT_RECORDS);
    for (size_t i = 0; i < json_value_count(v); i++) {
        struct verdict_step *step = vec_push(steps, v.reader->fault);
        if (step == NULL) {
            json_value_stop(v);
            return;
        }
        const struct json_value row = json_value_at(v, i);
        step->step = json_value_need_text(row, "step");
        step->text = json_value_text(row, "text");
        step->by = json_value_date(row, "by");
        step->every = json_value_text(row, "every");
        step->instrument = json_value_text(row, "instrument");
    }
}

static void read_rules(struct json_value v, struct vec *rules)
{
    *rules = vec_of(v.reader->arena, sizeof(struct verdict_rule), LIMIT_RECORDS);
    for (size_t i = 0; i < json_value_count(v); i++) {
        struct verdict_rule *rule = vec_push(rules, v.reader->fault);
        if (rule == NULL) {
            json_value_stop(v);
            return;
        }
        const struct json_value row = json_value_at(v, i);
        rule->instrument = json_value_need_text(row, "instrument");
        rule->clause = json_value_text(row, "clause");
        rule->applied = json_value_bool(row, "applied");
        rule->why = json_value_text(row, "why");
    }
}

static void read_verdict(struct json_value v, struct verdict *verdict)
{
    const struct json_value answers = json_value_map(v, "answers");

    for (int i = 0; i < EFFECT_MAX; i++)
        read_answer(json_value_map(answers, effect_name((enum effect)i)), &verdict->answers[i]);
    if (!status_read(json_value_word(v, "status"), &verdict->status))
        json_value_refuse(v, "status", "is no status");
    verdict->certified_by = json_value_text(v, "certified_by");
    verdict->summary = json_value_text(v, "summary");
    verdict->days_left = json_value_is_null(v, "days_left")
                             ? INT32_MIN
                             : (int32_t)json_value_number(v, "days_left", -INT32_MAX, INT32_MAX);
    read_steps(json_value_list(v, "steps"), &verdict->steps);
    read_rules(json_value_list(v, "notes"), &verdict->rules);
}

static void read_products(struct json_value v, struct vec *products)
{
    *products = vec_of(v.reader->arena, sizeof(struct scan_product), LIMIT_OWNED);
    for (size_t i = 0; i < json_value_count(v) && json_value_ok(v); i++) {
        struct scan_product *p = vec_push(products, v.reader->fault);
        if (p == NULL) {
            json_value_stop(v);
            return;
        }
        const struct json_value row = json_value_at(v, i);
        read_product(row, &p->product);
        read_verdict(row, &p->verdict);
    }
}

static void read_target(struct json_value v, struct scan *s)
{
    s->systems = vec_of(v.reader->arena, sizeof(struct system), LIMIT_RECORDS);
    if (!json_value_is_map(v))
        return;
    s->target = json_value_need_text(v, "path");
    const struct json_value systems = json_value_list(v, "systems");
    for (size_t i = 0; i < json_value_count(systems); i++) {
        struct system *system = vec_push(&s->systems, v.reader->fault);
        if (system == NULL) {
            json_value_stop(v);
            return;
        }
        const struct json_value row = json_value_at(systems, i);
        system->root = json_value_text(row, "root");
        system->id = json_value_text(row, "id");
        system->version_id = json_value_text(row, "version_id");
        system->name = json_value_text(row, "name");
    }
}

static void read_context(struct json_value v, struct scan *s)
{
    const struct json_value words = json_value_map(v, "words");

    s->as_of = json_value_need_text(v, "as_of");
    if (json_value_date(v, "as_of") == DATE_NONE)
        json_value_refuse(v, "as_of", "is no date");
    read_texts(json_value_list(v, "policies"), &s->policies);
    s->context = vec_of(v.reader->arena, sizeof(struct context_line), LIMIT_FIELDS);
    for (size_t i = 0; i < json_value_count(words); i++) {
        struct context_line *line = vec_push(&s->context, v.reader->fault);
        if (line == NULL) {
            json_value_stop(v);
            return;
        }
        const struct json_value list = json_value_at(words, i);
        line->key = json_value_own_key(words, i);
        read_texts(list, &line->words);
    }
}

static struct scan_registry *read_registry(struct json_value v)
{
    struct scan_registry *r;

    if (!json_value_is_map(v))
        return NULL;
    r = arena_alloc(v.reader->arena, sizeof *r, v.reader->fault);
    if (r == NULL) {
        json_value_stop(v);
        return NULL;
    }
    const struct json_value proofs = json_value_list(v, "proofs");
    *r = (struct scan_registry){
        .place = json_value_need_text(v, "place"),
        .origin = json_value_need_text(v, "origin"),
        .size = (uint64_t)json_value_number(v, "size", 0, INT64_MAX),
        .time = json_value_text(v, "time"),
        .known_at = json_value_text(v, "known_at"),
        .trusted = json_value_text(v, "trusted_by"),
        .proofs = vec_of(v.reader->arena, sizeof(struct scan_proof), LIMIT_OWNED),
    };
    for (size_t i = 0; i < json_value_count(proofs); i++) {
        struct scan_proof *p = vec_push(&r->proofs, v.reader->fault);
        if (p == NULL) {
            json_value_stop(v);
            return NULL;
        }
        const struct json_value row = json_value_at(proofs, i);
        p->key = json_value_need_text(row, "key");
        p->file = json_value_text(row, "file");
        p->sha256 = json_value_need_text(row, "sha256");
        p->statement = json_value_need_text(row, "statement");
    }
    return r;
}

static void read_coverage(struct json_value v, struct coverage *c)
{
    const struct json_value skipped = json_value_list(v, "skipped");
    const struct json_value not_read = json_value_list(v, "not_read");
    struct arena *a = v.reader->arena;

    c->files = (uint64_t)json_value_number(v, "files", 0, INT64_MAX);
    c->folders = (uint64_t)json_value_number(v, "folders", 0, INT64_MAX);
    c->by_name = (uint64_t)json_value_number(v, "by_name", 0, INT64_MAX);
    c->read = (uint64_t)json_value_number(v, "read", 0, INT64_MAX);
    c->bytes = (uint64_t)json_value_number(v, "bytes", 0, INT64_MAX);
    c->unowned = (uint64_t)json_value_number(v, "unowned", 0, INT64_MAX);
    read_texts(json_value_list(v, "unidentified"), &c->unidentified);
    c->skipped = vec_of(a, sizeof(struct skipped), LIMIT_OWNED);
    for (size_t i = 0; i < json_value_count(skipped); i++) {
        struct skipped *s = vec_push(&c->skipped, v.reader->fault);
        if (s == NULL) {
            json_value_stop(v);
            return;
        }
        s->path = json_value_need_text(json_value_at(skipped, i), "path");
        s->why = json_value_need_text(json_value_at(skipped, i), "why");
    }
    c->not_read = vec_of(a, sizeof(struct not_read), LIMIT_OWNED);
    for (size_t i = 0; i < json_value_count(not_read); i++) {
        struct not_read *n = vec_push(&c->not_read, v.reader->fault);
        if (n == NULL) {
            json_value_stop(v);
            return;
        }
        n->path = json_value_need_text(json_value_at(not_read, i), "path");
        n->why = json_value_need_text(json_value_at(not_read, i), "why");
        n->kind = json_value_need_text(json_value_at(not_read, i), "kind");
    }
}

static void read_report(struct json_value top, struct scan *s)
{
    const struct json_value summary = json_value_map(top, "summary");

    (void)json_value_need_text(top, "hallmark");
    read_record(json_value_map(top, "scan"), &s->record);
    read_target(json_value_map_or_null(top, "target"), s);
    read_context(json_value_map(top, "context"), s);
    s->registry = read_registry(json_value_map_or_null(top, "register"));
    read_products(json_value_list(top, "products"), &s->products);
    read_coverage(json_value_map(top, "coverage"), &s->coverage);
    s->incomplete = json_value_bool(summary, "incomplete");
    s->interrupted = json_value_bool(summary, "interrupted");
    read_texts(json_value_list(summary, "warnings"), &s->warnings);
}

bool report_read(struct bytes json, struct arena *a, struct scan *out, struct fault *f)
{
    struct json_reader reader;
    struct fault own = { 0 };
    struct scan s = { 0 };

    if (f == NULL)
        f = &own;
    if (!json_value_open(json, a, &reader, f))
        return false;
    read_report(json_value_top(&reader), &s);
    const bool ok = !reader.failed;
    json_value_close(&reader);
    if (ok)
        *out = s;
    return ok;
}

bool report_read_file(const char *path, struct arena *a, struct scan *out, struct fault *f)
{
    struct buf text = buf_with_limit(LIMIT_REPORT);
    bool ok = file_read(path, &text, f);

    if (ok)
        ok = report_read(buf_bytes(&text), a, out, f) || fault_wrap(f, "%s", path);
    buf_done(&text);
    return ok;
}
