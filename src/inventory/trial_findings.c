#include "inventory/trial_findings.h"

#include "core/buf.h"
#include "core/limits.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *or_dash(const char *text)
{
    return text == NULL ? "-" : text;
}

static void print_claim(struct buf *out, const struct claim *c)
{
    buf_print(out, "%s %s %s", maker_role_name(c->role), strength_name(c->strength),
              or_dash(c->name));
    if (c->domain != NULL)
        buf_print(out, " <%s>", c->domain);
    buf_print(out, ": %s\n", or_dash(c->evidence));
}

static bool take_product(void *ctx, const struct product *p, struct fault *f)
{
    struct buf *out = ctx;

    (void)f;
    buf_print(out, "product: %s %s %s %s", p->type, p->name, or_dash(p->version), or_dash(p->arch));
    if (p->source != NULL || p->source_version != NULL)
        buf_print(out, " source=%s (%s)", or_dash(p->source), or_dash(p->source_version));
    buf_print(out, " %s root=%s\n", presence_name(p->presence), p->root);
    for (size_t i = 0; i < p->claims.count; i++) {
        buf_add_text(out, "  ");
        print_claim(out, vec_at(&p->claims, i));
    }
    return true;
}

static bool take_owned(void *ctx, struct bytes path, const char *package, struct fault *f)
{
    (void)f;
    buf_print(ctx, "owns: %s %.*s\n", or_dash(package), (int)path.len, (const char *)path.at);
    return true;
}

static bool take_system(void *ctx, const struct system *s, struct fault *f)
{
    (void)f;
    buf_print(ctx, "system: %s %s\n", or_dash(s->id), or_dash(s->version_id));
    return true;
}

static bool take_note(void *ctx, const char *type, const char *package, const struct claim *claim,
                      struct fault *f)
{
    (void)f;
    buf_print(ctx, "note: %s %s ", type, package);
    print_claim(ctx, claim);
    return true;
}

static bool take_unidentified(void *ctx, struct fault *f)
{
    (void)f;
    buf_add_text(ctx, "unidentified\n");
    return true;
}

struct run {
    const struct cataloger *cataloger;
    struct cataloging cataloging;
    struct buf *out;
};

static bool take_record(void *ctx, const struct record *r, struct fault *f)
{
    struct run *run = ctx;
    struct arena *a = run->cataloging.arena;
    const struct arena_mark m = arena_mark(a);
    const bool ok = run->cataloger->record(&run->cataloging, r, f);

    arena_release(a, m);
    return ok;
}

static bool take_fault(void *ctx, const struct fault *lost, struct fault *f)
{
    struct run *run = ctx;

    (void)f;
    buf_print(run->out, "lost: %s\n", lost->text);
    return true;
}

/* The highest bidder, as in a worker. NULL where none bids and the cataloger insists. */
static const struct format *format_for(const struct cataloger *c, struct bytes all)
{
    const struct format *best = c->must_bid || c->formats[1] != NULL ? NULL : c->formats[0];
    int best_bid = 0;

    for (size_t i = 0; c->formats[i] != NULL; i++) {
        const int bid = c->formats[i]->bid(bytes_part(all, 0, LIMIT_HEAD));
        if (bid > best_bid) {
            best_bid = bid;
            best = c->formats[i];
        }
    }
    return best;
}

static void read_all(const struct format *format, struct run *run, struct bytes all)
{
    static const struct sink_consumer consumer = { .record = take_record, .fault = take_fault };
    struct arena scratch = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct arena fields = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct sink sink = sink_to(&consumer, run, &fields);
    struct fault f = { 0 };

    if (!format->read(&(struct reading){ .all = all, .arena = &scratch }, &sink, &f))
        buf_print(run->out, "fault: %s\n", f.text);
    sink_drop(&sink);
    if (run->cataloger->finish != NULL && !run->cataloger->finish(&run->cataloging, &f))
        buf_print(run->out, "fault: %s\n", f.text);
    arena_done(&scratch);
    arena_done(&fields);
}

static char *run_with(const struct cataloger *cataloger, const char *path, const char *root,
                      struct bytes all, size_t allocations)
{
    struct buf text = buf_with_limit((size_t)1 << 30);
    struct arena arena = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    arena.fail_after = allocations;
    const struct findings out = {
        .product = take_product,
        .owns = take_owned,
        .system = take_system,
        .note = take_note,
        .unidentified = take_unidentified,
        .ctx = &text,
    };
    struct run run = {
        .cataloger = cataloger,
        .cataloging = { .path = path,
                        .raw_path = bytes_of_text(path),
                        .root = root,
                        .arena = &arena,
                        .out = &out,
                        .state = calloc(1, cataloger->state_size + 1) },
        .out = &text,
    };
    const struct format *format = format_for(cataloger, all);

    assert(run.cataloging.state != NULL);
    if (format != NULL)
        read_all(format, &run, all);
    free(run.cataloging.state);
    arena_done(&arena);
    buf_add_byte(&text, '\0');
    assert(buf_ok(&text));
    return (char *)text.at;
}

char *trial_findings(const struct cataloger *cataloger, const char *path, const char *root,
                     struct bytes all)
{
    return run_with(cataloger, path, root, all, SIZE_MAX);
}

void trial_findings_starved(const struct cataloger *cataloger, const char *path, const char *root,
                            struct bytes all)
{
    char *whole = trial_findings(cataloger, path, root, all);
    bool enough = false;

    for (size_t allowed = 0; !enough; allowed++) {
        char *starved = run_with(cataloger, path, root, all, allowed);
        const char *fault = strstr(starved, "fault: ");
        enough = fault == NULL;
        assert(strncmp(whole, starved, enough ? strlen(whole) + 1 : (size_t)(fault - starved)) ==
               0);
        free(starved);
    }
    free(whole);
}

size_t trial_findings_count(const char *text, const char *prefix)
{
    struct bytes rest = bytes_of_text(text);
    struct bytes line;
    size_t count = 0;

    while (bytes_next(&rest, '\n', &line))
        count += bytes_has_prefix(line, prefix) ? 1 : 0;
    return count;
}
