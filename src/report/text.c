/* text.c -- for a person at a terminal: what to do first, then what was covered, one line of result
 * last. */
#include "core/limits.h"
#include "report/closing.h"
#include "report/coverage_text.h"
#include "report/findings.h"
#include "report/report.h"

#include <string.h>

enum { LABEL = 10 };

static void flush(struct page *p, const char *label)
{
    page_flush(p, &(struct page_label){ 0, LABEL, INK_DIM, label });
}

static const char *system_name(const struct system *system)
{
    if (system->name != NULL)
        return system->name;
    return system->id == NULL ? "unnamed" : system->id;
}

static void write_systems(struct page *p, const struct scan *s)
{
    bool any = false;

    for (size_t i = 0; i < s->systems.count; i++) {
        const struct system *system = vec_at(&s->systems, i);
        const bool nested = system->root != NULL && strcmp(system->root, "/") != 0;
        page_say(p, "%s%s", any ? ", " : "", system_name(system));
        if (nested)
            page_say(p, " in %s", system->root);
        any = true;
    }
    if (any)
        flush(p, "System");
}

static void write_question(struct page *p, const struct scan *s)
{
    page_say(p, "%s", s->as_of);
    for (size_t i = 0; i < s->context.count; i++) {
        const struct context_line *line = vec_at(&s->context, i);
        page_say(p, ", %s", line->key);
        for (size_t n = 0; n < line->words.count; n++) {
            const char *const *word = vec_at(&line->words, n);
            page_say(p, "%s%s", n == 0 ? "=" : "+", *word);
        }
    }
    if (s->context.count == 0)
        page_say(p, ", no context given (--context says whom the rules are to bind)");
    flush(p, "Asked for");
    for (size_t i = 0; i < s->policies.count; i++) {
        const char *const *policy = vec_at(&s->policies, i);
        page_say(p, "%s", *policy);
        flush(p, i == 0 ? "Policy" : "");
    }
}

static void write_header(struct page *p, const struct scan *s)
{
    page_cell(p, INK_BOLD, 0, "Hallmark " HALLMARK_VERSION);
    page_cell(p, INK_PLAIN, 2, s->target == NULL ? ":" : "");
    page_say(p, "%s", s->target == NULL ? "a product that is only thought of" : s->target);
    page_flush(p, /* label */ NULL);
    write_systems(p, s);
    write_question(p, s);
    page_blank(p);
}

static bool write_body(struct page *p, const struct scan *s, int verbosity, struct arena *a,
                       struct fault *f)
{
    const bool asked = s->target == NULL;
    const struct findings_options findings = {
        .mildest = asked ? STATUS_CERTIFIED : STATUS_ADVISED_AGAINST,
        .reasons = verbosity >= 0,
        .ids = verbosity > 0,
        .all_answers = asked || verbosity > 0,
    };

    if (!findings_write(p, s, &findings, a, f))
        return false;
    if (verbosity < 0)
        return true;
    if (!closing_notes(p, s, verbosity, a, f))
        return false;
    if (!asked &&
        (!closing_quiet(p, s, verbosity, a, f) || !coverage_text_write(p, s, verbosity, a, f)))
        return false;
    closing_registry(p, s, verbosity);
    closing_warnings(p, s);
    return true;
}

static bool write_text(const struct scan *s, const struct report_options *o, struct buf *out,
                       struct fault *f)
{
    struct arena scratch = arena_with_budget(LIMIT_RUN_MEMORY);
    struct page p = page_on(out, o->columns, o->colour);

    if (o->verbosity >= 0)
        write_header(&p, s);
    const bool ok = write_body(&p, s, o->verbosity, &scratch, f);
    if (ok)
        closing_result(&p, s);
    page_done(&p);
    arena_done(&scratch);
    if (ok && !buf_ok(out))
        return fault_set(f, FAULT_LIMIT, "memory: no room for the report");
    return ok;
}

const struct report_form text_report = {
    .name = "text",
    .title = "for a person at a terminal: findings first, then what was covered",
    .write = write_text,
};
