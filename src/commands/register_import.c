/* register_import.c -- hallmark register import: a public list of somebody else, read row by row,
 * and what was seen to change in it since it was last looked at. */
#include "cli/delivery.h"
#include "cli/near.h"
#include "cli/output.h"
#include "commands/importing.h"
#include "commands/keeping.h"
#include "core/buf.h"
#include "core/date.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/own.h"
#include "core/text.h"
#include "imports/import_map.h"
#include "imports/import_report.h"

#include <string.h>

/* What was asked for. */
struct importing {
    const struct invocation *in;
    const struct import *format;
    struct import_ask ask;
    const char *file;
    bool json;
};

static bool set_format(struct importing *i, struct fault *f)
{
    const char *word = invocation_value(i->in, OPTION_FROM);
    struct near near = near_to(word);

    for (size_t k = 0; import_all[k] != NULL; k++)
        near_offer(&near, import_all[k]->name);
    i->format = import_named(word);
    return i->format != NULL ||
           fault_set(f, FAULT_FORMAT, "--from: there is no list '%.40s'%s%s%s", word,
                     near.best == NULL ? "" : "; did you mean '",
                     near.best == NULL ? "" : near.best, near.best == NULL ? "" : "'?");
}

static bool set_map(struct importing *i, struct fault *f)
{
    const char *path = invocation_value(i->in, OPTION_MAP);
    struct import_map *map = arena_alloc(i->in->arena, sizeof *map, f);
    struct bytes text;

    if (map == NULL || path == NULL)
        return map != NULL;
    i->ask.map = map;
    return file_load(path, LIMIT_SMALL_FILE, i->in->arena, &text, f) &&
           import_map_read(text, path, i->in->arena, map, f);
}

static bool read_request(const struct invocation *in, struct importing *out, struct fault *f)
{
    struct importing i = { .in = in,
                           .ask = { .meant = invocation_has(in, OPTION_WHOLE),
                                    .status = invocation_value(in, OPTION_STATUS),
                                    .source = invocation_value(in, OPTION_SOURCE) } };

    i.file = text_from(in->arena, bytes_of_text(invocation_operand(in, 0)), LIMIT_PATH, f);
    if (i.file == NULL || !set_format(&i, f) || !delivery_json(i.in, &i.json, f) || !set_map(&i, f))
        return false;
    *out = i;
    return output_check(invocation_value(in, OPTION_OUTPUT), f);
}

static bool read_list(const struct importing *i, const char *path, struct import_list *out,
                      struct fault *f)
{
    struct import_ask ask = i->ask;

    ask.file = path;
    return file_load(path, LIMIT_LIST_FILE, i->in->arena, &ask.all, f) &&
           (importing_read(i->format, &ask, i->in->arena, out, f) || fault_wrap(f, "%s", path));
}

/* An older file of the same list; that it is another list's shows in its source. */
static bool add_since(const struct importing *i, const struct import_list *now,
                      struct observation_past *past, struct fault *f)
{
    const char *path = invocation_value(i->in, OPTION_SINCE);
    struct import_list then;

    if (path == NULL)
        return true;
    if (!read_list(i, path, &then, f))
        return false;
    if (strcmp(then.source, now->source) != 0)
        return fault_set(f, FAULT_FORMAT, "%s is of the list %s, not %s (see --source)", path,
                         then.source, now->source);
    return import_compare_older(past, &then, f);
}

static bool send(const struct importing *i, const struct import_report *r, struct fault *f)
{
    OWNED(buf_done) struct buf out = buf_with_limit(LIMIT_REPORT);

    if (i->json)
        import_report_json(r, &out);
    else if (!import_report_text(r, i->in->arena, &out, f))
        return false;
    return buf_ok(&out) ? output_write(invocation_value(i->in, OPTION_OUTPUT), buf_bytes(&out), f)
                        : fault_set(f, FAULT_LIMIT, "the report is too large");
}

/* The register that it goes into, and by whose key; none with a dry run alone. */
struct target {
    const char *into;
    struct writer *writer;
    struct key_signer *signer;
    bool dry;
    bool refused; /* an observation, by the rules of admission */
    bool logged;  /* all of them are durable */
};

static bool read_target(const struct invocation *in, struct target *t, struct fault *f)
{
    const char *key = invocation_value(in, OPTION_KEY);

    t->into = invocation_value(in, OPTION_INTO);
    t->dry = invocation_has(in, OPTION_DRY_RUN);
    if (t->into == NULL && !t->dry)
        return fault_set(f, FAULT_FORMAT, "import needs --into DIR --key PARTYKEY, or --dry-run");
    if (t->into == NULL)
        return true;
    if (invocation_has(in, OPTION_SINCE))
        return fault_set(f, FAULT_FORMAT,
                         "--since: the register says itself what it knows of the list");
    return key != NULL || t->dry ||
           fault_set(f, FAULT_FORMAT, "--key is missing: the key that signs observations");
}

/* After the list was read: hostile bytes are parsed before there is a key in the memory. */
static bool open_target(const struct invocation *in, struct target *t, struct fault *f)
{
    return t->into == NULL ||
           ((t->dry || key_signer_load(invocation_value(in, OPTION_KEY), &t->signer, f)) &&
            writer_open(t->into, &t->writer, f));
}

/* When it was seen: as the caller says, else as the list does. */
static bool set_date(const struct importing *i, const struct import_list *l, int32_t *date,
                     struct fault *f)
{
    const char *text = invocation_value(i->in, OPTION_DATE);

    *date = l->date;
    if (text != NULL)
        return date_read(bytes_of_text(text), date) ||
               fault_set(f, FAULT_FORMAT, "--date: '%.40s' is no day (YYYY-MM-DD)", text);
    return *date != DATE_NONE || invocation_has(i->in, OPTION_DRY_RUN) ||
           fault_set(f, FAULT_FORMAT, "%s does not say of which day it is: give --date", i->file);
}

/* What the register saw later, an older file would tell as changed back. */
static bool check_order(const struct importing *i, const struct import_list *l,
                        const struct observation_past *past, int32_t date, struct fault *f)
{
    char seen[DATE_TEXT_MAX];
    char day[DATE_TEXT_MAX];

    return date == DATE_NONE || date >= past->seen ||
           fault_set(f, FAULT_FORMAT, "%.120s is of %s; the register has seen %.40s of %s already",
                     i->file, date_write(date, day), l->source, date_write(past->seen, seen));
}

static bool run(const struct importing *i, struct target *t, struct fault *f)
{
    const struct invocation *in = i->in;
    struct import_list list;
    struct import_comparison seen;
    struct observation_past past = observation_past_in(in->arena);
    int32_t date = DATE_NONE;

    if (!read_list(i, invocation_operand(in, 0), &list, f) || !set_date(i, &list, &date, f) ||
        !add_since(i, &list, &past, f) || !open_target(in, t, f) ||
        (t->writer != NULL && !importing_recall(t->writer, list.source, &past, f)) ||
        !check_order(i, &list, &past, date, f) ||
        !import_compare(&past, &list, in->arena, &seen, f))
        return false;
    if (!t->dry && !importing_log(t->writer, t->signer, &list, &seen, date, &t->refused, f))
        return false;
    t->logged = !t->dry;
    const struct import_report r = {
        .file = i->file,
        .list = &list,
        .comparison = &seen,
        .has_past = past.rows.count > 0 || invocation_has(in, OPTION_SINCE),
        .into = t->dry ? NULL : t->into,
    };
    return send(i, &r, f);
}

static int run_import(const struct invocation *in)
{
    struct target t = { .into = NULL };
    struct importing i;
    struct fault f = { 0 };
    int status = EXIT_CLEAN;

    if (!read_request(in, &i, &f) || !read_target(in, &t, &f) || !run(&i, &t, &f)) {
        status = invocation_refuse(&f);
        if (t.refused)
            status = EXIT_FOUND;
    }
    const int published = t.logged ? keeping_publish(t.writer) : EXIT_CLEAN;
    if (status == EXIT_CLEAN)
        status = published;
    writer_close(&t.writer);
    key_signer_free(&t.signer);
    return status;
}

static const enum option_id options[] = {
    OPTION_FROM,   OPTION_DRY_RUN, OPTION_INTO, OPTION_KEY,    OPTION_DATE,
    OPTION_SINCE,  OPTION_STATUS,  OPTION_MAP,  OPTION_SOURCE, OPTION_WHOLE,
    OPTION_FORMAT, OPTION_OUTPUT,  OPTION_HELP, OPTION_MAX,
};

static const struct meaning meanings[] = {
    { OPTION_FROM, "WORD", VALUE_TEXT,
      "what FILE is: cc (Common Criteria CSV), cmvp (a page of NIST's CMVP), csv (any, with "
      "--map), "
      "eucc (ENISA), fedramp or kev (JSON)" },
    { OPTION_SINCE, "OLDFILE", VALUE_FILE,
      "an older file of the same list: tell what changed since" },
    { OPTION_KEY, "PARTYKEY", VALUE_FILE, "the file of the party's private key, which signs" },
    { .text = NULL },
};

static const char *const exits[4] = {
    [EXIT_CLEAN] = "the list was read, and its observations logged; rows that were not understood "
                   "are told in the report",
    [EXIT_FOUND] = "an observation was refused by the register, and none was logged; one line on "
                   "standard error names the rule",
    [EXIT_REFUSED] = "the file is no such list, or could not be read; one line on standard error "
                     "says why, and nothing was written",
    [EXIT_INCOMPLETE] = "all was logged, but the witnesses have not signed: it is published later",
};

static const struct example examples[] = {
    { "what would be taken from today's catalogue of exploited vulnerabilities?",
      "hallmark register import known_exploited_vulnerabilities.json --from kev --dry-run" },
    { "what changed in silence between two downloads of the Common Criteria list?",
      "hallmark register import certified_products.csv --from cc --since "
      "old/certified_products.csv "
      "--dry-run" },
    { "log what changed since the list was last looked at",
      "hallmark register import certified_products.csv --from cc --into DIR --key party.key --date "
      "2026-01-31" },
    { "a list of one's own, with a map of its columns",
      "hallmark register import approved.csv --from csv --map approved.yaml --dry-run --format "
      "json" },
    { NULL, NULL },
};

const struct command register_import_command = {
    .name = "register import",
    .operands = "FILE",
    .operands_least = 1,
    .operands_most = 1,
    .operand = VALUE_FILE,
    .title = "read a public list of somebody else, and tell what was seen to change in it",
    .text =
        "Each row of the list is understood, with every field, or told as not understood, with the "
        "reason; counts that the list declares are checked. What becomes of it are observations: "
        "that a row appeared, vanished, or says something else than before. They are no decisions "
        "of the list's owner. A row that is missing from a list of which not all could be read, "
        "or from which more than half is missing, is not told as vanished.",
    .options = options,
    .needed = 1,
    .meanings = meanings,
    .exits = exits,
    .examples = examples,
    .run = run_import,
};
