/* register_export.c -- hallmark register export: what a register holds, in the formats of others.
 */
#include "cli/output.h"
#include "commands/registry.h"
#include "core/date.h"
#include "core/instant.h"
#include "core/limits.h"
#include "exports/export.h"

#include <stdio.h>
#include <string.h>

enum { EXPORT_TEXT_MAX = 1 << 30 };

/* Of --to: its words are those of exports.def. */
static bool read_form(const struct invocation *in, const struct export_form **out, struct fault *f)
{
    const char *word = invocation_value(in, OPTION_TO);
    struct buf words = buf_with_limit(1024);

    *out = export_named(word);
    if (*out != NULL)
        return true;
    for (size_t i = 0; export_all[i] != NULL; i++)
        buf_print(&words, "%s%s", i == 0 ? "" : ", ", export_all[i]->name);
    (void)fault_set(f, FAULT_FORMAT, "--to: '%.40s' is no form: %.*s", word,
                    buf_ok(&words) ? (int)words.len : 0, (const char *)words.at);
    buf_done(&words);
    return false;
}

/* The day asked, or that of the checkpoint by its witnesses (a register of a story has the
 * story's), or today. */
static bool read_day(const struct invocation *in, const struct reader *r, int32_t *day,
                     struct fault *f)
{
    const char *text = invocation_value(in, OPTION_AS_OF);
    int64_t now = reader_time(r);

    if (text != NULL)
        return date_read(bytes_of_text(text), day) ||
               fault_set(f, FAULT_FORMAT, "--as-of: '%.40s' is no day (YYYY-MM-DD)", text);
    if (now == INSTANT_NONE && !instant_now(/* simulated */ NULL, &now, f))
        return false;
    *day = instant_day(now);
    return true;
}

struct exporting {
    const struct invocation *in;
    const struct export_form *form;
    struct export_question question;
    struct export_told told;
};

static bool write_register(struct exporting *x, struct registry *r, struct buf *out,
                           struct fault *f)
{
    struct arena a = arena_with_budget(LIMIT_LIST_MEMORY);
    struct history history;

    x->question.origin = arena_copy(x->in->arena, reader_checkpoint(r->reader)->origin, f);
    x->question.size = reader_checkpoint(r->reader)->size;
    x->question.history = &history;
    const bool ok = x->question.origin != NULL && read_day(x->in, r->reader, &x->question.day, f) &&
                    reader_history(r->reader, &history, f) &&
                    export_write(x->form, &x->question, &a, out, &x->told, f);
    arena_done(&a);
    return ok;
}

static int tell(const struct exporting *x, const struct buf *out)
{
    struct fault f = { 0 };

    if (!output_write(invocation_value(x->in, OPTION_OUTPUT), buf_bytes(out), &f))
        return invocation_refuse(&f);
    if (x->told.left_out > 0)
        (void)fprintf(stderr, "hallmark: left out: %zu (%s)\n", x->told.left_out, x->told.why);
    return EXIT_CLEAN;
}

static int run_export(const struct invocation *in)
{
    struct exporting x = { .in = in };
    struct buf out = buf_with_limit(EXPORT_TEXT_MAX);
    struct registry r;
    struct fault f = { 0 };

    x.question.id = invocation_value(in, OPTION_ID);
    x.question.directive = invocation_value(in, OPTION_DIRECTIVE);
    if (!read_form(in, &x.form, &f) || !output_check(invocation_value(in, OPTION_OUTPUT), &f) ||
        !registry_open(in, invocation_operand(in, 0), &r, &f))
        return invocation_refuse(&f);
    const bool ok = write_register(&x, &r, &out, &f);
    const int status = ok ? tell(&x, &out) : invocation_refuse(&f);
    buf_done(&out);
    registry_close(&r);
    return status;
}

static const enum option_id options[] = { OPTION_TO,     OPTION_ID,       OPTION_DIRECTIVE,
                                          OPTION_AS_OF,  OPTION_KNOWN_AT, OPTION_POLICY,
                                          OPTION_OUTPUT, OPTION_HELP,     OPTION_MAX };

static const struct meaning meanings[] = {
    { OPTION_TO, "FORM", VALUE_TEXT,
      "in-toto, cyclonedx (certificates), oscal-ar, oscal-poam (the reports on a directive), "
      "directives, atom (feeds), kev, csv (what was imported)" },
    { OPTION_ID, "ID", VALUE_TEXT,
      "the certificate (without it: all), or the source of the rows of kev and csv" },
    { OPTION_AS_OF, "DATE", VALUE_DATE,
      "what happened after that day, YYYY-MM-DD, does not count (without it: the day of the "
      "checkpoint by its witnesses, else today)" },
    { OPTION_POLICY, "FILE", VALUE_FILE,
      "the logs, witnesses and quorum that times are told by (without it: the register's own "
      "policy.txt)" },
    { OPTION_OUTPUT, "FILE", VALUE_FILE,
      "write it there, whole or not at all (without it: standard output)" },
    { OPTION_MAX, NULL, VALUE_NONE, NULL },
};

static const char *const exits[4] = {
    [EXIT_CLEAN] = "it was written; what the form cannot say is counted on standard error",
    [EXIT_REFUSED] = "it was not: one line says why",
};

static const struct example examples[] = {
    { "a certificate, for who checks artefacts by their digests",
      "hallmark register export DIR --to in-toto --id cpa/1001" },
    { "who has reported on a directive, for a compliance tool",
      "hallmark register export DIR --to oscal-ar --directive bod-17-01 --as-of 2017-10-14" },
    { "the list that was imported, as its source publishes it",
      "hallmark register export DIR --to kev --output kev.json" },
    { NULL, NULL },
};

const struct command register_export_command = {
    .name = "register export",
    .operands = "DIR|URL",
    .operands_least = 1,
    .operands_most = 1,
    .operand = VALUE_FILE,
    .title = "write certificates, directives, reports or imported rows in the formats of others",
    .text = "An export states what was logged, and what follows from it on the day asked; it is no "
            "proof, but names the log, its size and the entries, by which 'hallmark prove' makes "
            "one. The same register, question and day give the same bytes. In oscal-ar only a "
            "report in time is 'satisfied'; late, missing and excepted are told apart.",
    .options = options,
    .needed = 1,
    .meanings = meanings,
    .exits = exits,
    .examples = examples,
    .run = run_export,
};
