/* register_log.c -- hallmark register log: every entry, in order. */
#include "cli/delivery.h"
#include "commands/entry_table.h"
#include "commands/registry.h"
#include "core/limits.h"

static bool add_rows(struct reader *r, struct entry_table *table, struct fault *f)
{
    struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct reader_walk walk = reader_walk_begin();
    struct bytes entry;
    bool found = true;
    bool ok = true;

    while (ok && found) {
        const struct arena_mark mark = arena_mark(&a);
        struct entry_row row = { .index = walk.next };
        ok = reader_walk_next(r, &walk, &entry, &found, f) &&
             (!found || entry_row_read(entry, &a, &row, f));
        if (ok && found)
            entry_table_add(table, &row);
        arena_release(&a, mark);
    }
    reader_walk_done(&walk);
    arena_done(&a);
    return ok;
}

static int run_log(const struct invocation *in)
{
    struct entry_table table;
    struct registry r;
    struct fault f = { 0 };
    bool json = false;

    if (!delivery_json(in, &json, &f) || !registry_open(in, invocation_operand(in, 0), &r, &f))
        return invocation_refuse(&f);
    const bool ok = entry_table_begin(&table, r.reader, json, &f) && add_rows(r.reader, &table, &f);
    const int status = entry_table_end(&table, ok, &f);
    registry_close(&r);
    return status;
}

static const enum option_id options[] = { OPTION_FORMAT, OPTION_KNOWN_AT, OPTION_POLICY,
                                          OPTION_HELP, OPTION_MAX };

static const struct meaning meanings[] = {
    { OPTION_POLICY, "FILE", VALUE_FILE,
      "the logs, witnesses and quorum that times are told by (without it: the register's own "
      "policy.txt)" },
    { OPTION_MAX, NULL, VALUE_NONE, NULL },
};

static const struct example examples[] = {
    { "everything that a register holds, for a program",
      "hallmark register log DIR --format json" },
    { NULL, NULL },
};

const struct command register_log_command = {
    .name = "register log",
    .operands = "DIR|URL",
    .operands_least = 1,
    .operands_most = 1,
    .operand = VALUE_FILE,
    .title = "list every entry: what, when it happened and was logged, and who signed",
    .text = "Lists the published entries in order. 'happened' is the signer's own date; 'logged' "
            "is when witnesses had first seen the entry in the log, where there are witnesses.",
    .options = options,
    .meanings = meanings,
    .exits = command_told,
    .examples = examples,
    .run = run_log,
};
