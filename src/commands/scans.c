#include "commands/scans.h"

#include "commands/registry.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/sha256.h"
#include "record/record_json.h"
#include "record/token.h"
#include "report/report_read.h"
#include "standing/standing.h"

#include <inttypes.h>
#include <string.h>

enum { METHODS_MOST = 64 };

struct tally {
    const struct standing_directive *directive;
    struct arena *arena;
    uint64_t scans;
    uint64_t hosts_found;
    uint64_t products_found;
    uint64_t unread;
    uint64_t files;
    struct vec methods;  /* const char *, each once */
    struct vec evidence; /* const char *: "sha256:..." */
};

static bool is_token(const struct tally *t, const char *name, bool *hit, struct fault *f)
{
    struct bytes rest = bytes_of_text(name == NULL ? "" : name);
    struct bytes token;
    bool found = true;

    while (!*hit && found) {
        if (!token_next(&rest, t->arena, &token, &found, f))
            return false;
        for (size_t i = 0; found && i < t->directive->tokens.count; i++) {
            const struct bytes *subject = vec_at(&t->directive->tokens, i);
            *hit = *hit || bytes_equal(*subject, token);
        }
    }
    return true;
}

static bool is_subject(const struct tally *t, const struct product *p, bool *hit, struct fault *f)
{
    *hit = false;
    for (size_t i = 0; p->vendor != NULL && i < t->directive->vendors.count; i++) {
        const struct bytes *vendor = vec_at(&t->directive->vendors, i);
        *hit = *hit || bytes_equal_text(*vendor, p->vendor);
    }
    if (*hit || !is_token(t, p->name, hit, f) || !is_token(t, p->title, hit, f))
        return *hit;
    for (size_t i = 0; !*hit && i < p->claims.count; i++) {
        const struct claim *claim = vec_at(&p->claims, i);
        if (!is_token(t, claim->name, hit, f))
            return false;
    }
    return true;
}

static bool add_once(struct vec *texts, const char *text, struct fault *f)
{
    for (size_t i = 0; i < texts->count; i++) {
        const char *const *known = vec_at(texts, i);
        if (strcmp(*known, text) == 0)
            return true;
    }
    const char **slot = texts->count == texts->limit ? NULL : vec_push(texts, f);
    if (slot == NULL)
        return texts->count == texts->limit; /* the rest of the sentences stands in the evidence */
    *slot = text;
    return true;
}

static bool count_report(struct tally *t, const struct scan *s, struct fault *f)
{
    uint64_t found = 0;

    for (size_t i = 0; i < s->products.count; i++) {
        const struct scan_product *p = vec_at(&s->products, i);
        bool hit = false;
        if (!is_subject(t, &p->product, &hit, f))
            return false;
        found += hit;
    }
    for (size_t i = 0; i < s->record.method.count; i++) {
        const char *const *method = vec_at(&s->record.method, i);
        if (!add_once(&t->methods, *method, f))
            return false;
    }
    t->scans++;
    t->hosts_found += found > 0;
    t->products_found += found;
    t->unread += s->coverage.not_read.count + (s->interrupted ? 1 : 0);
    t->files += s->coverage.files;
    return true;
}

static bool take_report(struct tally *t, const char *path, struct fault *f)
{
    char hex[SHA256_TEXT_MAX];
    struct bytes file;
    struct scan s;

    if (!file_load(path, LIMIT_REPORT, t->arena, &file, f) || !report_read(file, t->arena, &s, f))
        return fault_wrap(f, "--from %s", path);
    const struct sha256 digest = sha256_of(file);
    const char *text = arena_print(t->arena, f, "sha256:%s", sha256_write(&digest, hex));
    const char **slot = text == NULL ? NULL : vec_push(&t->evidence, f);
    if (slot == NULL)
        return false;
    *slot = text;
    return count_report(t, &s, f);
}

static bool is_given(const struct vec *pairs, const char *key, struct bytes *value)
{
    for (size_t i = 0; i < pairs->count; i++) {
        const struct record_pair *pair = vec_at(pairs, i);
        if (bytes_equal_text(pair->key, key)) {
            *value = pair->value;
            return true;
        }
    }
    return false;
}

static bool add(struct vec *pairs, const char *key, const char *value, struct fault *f)
{
    struct record_pair *slot = value == NULL ? NULL : vec_push(pairs, f);

    if (slot == NULL)
        return false;
    *slot = (struct record_pair){ .key = bytes_of_text(key), .value = bytes_of_text(value) };
    return true;
}

static bool add_list(struct vec *pairs, const char *key, const struct vec *texts, struct fault *f)
{
    struct bytes given;

    if (is_given(pairs, key, &given))
        return true;
    for (size_t i = 0; i < texts->count; i++) {
        const char *const *text = vec_at(texts, i);
        if (!add(pairs, key, *text, f))
            return false;
    }
    return true;
}

static bool add_counts(const struct tally *t, struct vec *pairs, struct fault *f)
{
    const struct {
        const char *key;
        const char *value;
    } rows[] = {
        { "result", t->hosts_found > 0 ? "found" : "none-found" },
        { "coverage", arena_print(t->arena, f,
                                  "%" PRIu64 " %s, %" PRIu64 " files seen, %" PRIu64
                                  " places not read, %" PRIu64 " products found",
                                  t->scans, t->scans == 1 ? "scan" : "scans", t->files, t->unread,
                                  t->products_found) },
        { "hosts", arena_print(t->arena, f, "%" PRIu64, t->scans) },
        { "found", arena_print(t->arena, f, "%" PRIu64, t->hosts_found) },
        { "unread", arena_print(t->arena, f, "%" PRIu64, t->unread) },
        { "scans", arena_print(t->arena, f, "%" PRIu64, t->scans) },
    };
    struct bytes given;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!is_given(pairs, rows[i].key, &given) && !add(pairs, rows[i].key, rows[i].value, f))
            return false;
    }
    return add_list(pairs, "method", &t->methods, f) &&
           add_list(pairs, "evidence", &t->evidence, f);
}

static bool read_directive(const struct invocation *in, struct registry *r, struct bytes id,
                           struct standing_directive *out, struct fault *f)
{
    struct history h;

    return reader_history(r->reader, &h, f) &&
           standing_directive(&h, id, INT32_MAX, in->arena, out, f) &&
           (out->state != NULL || fault_set(f, FAULT_FORMAT, "the register has no directive '%.*s'",
                                            (int)id.len, (const char *)id.at));
}

bool scans_add_fields(const struct invocation *in, const char *place, struct vec *pairs,
                      struct fault *f)
{
    const struct vec *reports = &in->values[OPTION_FROM];
    struct standing_directive directive;
    struct tally t = { .directive = &directive,
                       .arena = in->arena,
                       .methods = vec_of(in->arena, sizeof(const char *), METHODS_MOST),
                       .evidence = vec_of(in->arena, sizeof(const char *), LIMIT_RECORDS) };
    struct registry r;
    struct bytes id;

    if (!is_given(pairs, "directive", &id))
        return fault_set(f, FAULT_FORMAT, "--from needs directive=ID: whose subjects are counted?");
    if (!registry_open(in, place, &r, f))
        return false;
    bool ok = read_directive(in, &r, id, &directive, f);
    for (size_t i = 0; ok && i < reports->count; i++) {
        const char *const *path = vec_at(reports, i);
        ok = take_report(&t, *path, f);
    }
    ok = ok && add_counts(&t, pairs, f);
    registry_close(&r);
    return ok;
}
