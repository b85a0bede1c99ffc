/* register_diff.c -- hallmark register diff: what was logged between two states. */
#include "cli/delivery.h"
#include "commands/entry_table.h"
#include "commands/registry.h"
#include "core/file.h"
#include "core/limits.h"

#include <stdio.h>
#include <string.h>

/* A state named by its size, by a time (the newest published by then), or by a file that holds its
 * checkpoint. */
static bool read_state(const struct invocation *in, struct registry *r, const char *text,
                       uint64_t *size, struct fault *f)
{
    struct checkpoint c;
    struct vec states;
    struct note note;
    struct bytes file;
    int64_t time;

    if (checkpoint_number(bytes_of_text(text), size))
        return true;
    if (!instant_read_by(bytes_of_text(text), &time)) {
        if (!file_load(text, NOTE_MAX, in->arena, &file, f) ||
            !note_read(file, in->arena, &note, f) || !checkpoint_read(note.text, &c, f))
            return fault_wrap(f, "'%.80s' is no size, no time, and no file of a checkpoint", text);
        *size = c.size;
        return reader_extends(r->reader, &c, f) || fault_wrap(f, "%s", text);
    }
    if (!reader_states(r->reader, &states, f))
        return false;
    *size = 0;
    for (size_t i = 0; i < states.count; i++) {
        const struct reader_state *s = vec_at(&states, i);
        if (s->first != INSTANT_NONE && s->first <= time)
            *size = s->size;
    }
    return true;
}

struct span {
    uint64_t from;
    uint64_t to;
};

static bool read_span(const struct invocation *in, struct registry *r, struct span *out,
                      struct fault *f)
{
    const uint64_t newest = reader_checkpoint(r->reader)->size;

    out->to = newest;
    if (!read_state(in, r, invocation_operand(in, 1), &out->from, f) ||
        (invocation_operand(in, 2) != NULL &&
         !read_state(in, r, invocation_operand(in, 2), &out->to, f)))
        return false;
    return (out->from <= out->to && out->to <= newest) ||
           fault_set(f, FAULT_FORMAT, "from %llu to %llu: the log has %llu entries",
                     (unsigned long long)out->from, (unsigned long long)out->to,
                     (unsigned long long)newest);
}

static bool add_rows(struct reader *r, const struct span *s, struct entry_table *table,
                     struct fault *f)
{
    struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct bytes entry;
    bool ok = true;

    for (uint64_t i = s->from; ok && i < s->to; i++) {
        const struct arena_mark mark = arena_mark(&a);
        struct entry_row row = { .index = i };
        ok = reader_entry(r, i, &a, &entry, f) && entry_row_read(entry, &a, &row, f);
        /* index leaves are the log's own machinery: every state has one */
        if (ok && strcmp(row.type, "index") != 0)
            entry_table_add(table, &row);
        arena_release(&a, mark);
    }
    arena_done(&a);
    return ok;
}

static int run_diff(const struct invocation *in)
{
    struct entry_table table;
    struct registry r;
    struct span span;
    struct fault f = { 0 };
    bool json = false;

    if (!delivery_json(in, &json, &f) || !registry_open(in, invocation_operand(in, 0), &r, &f))
        return invocation_refuse(&f);
    const bool ok = entry_table_begin(&table, r.reader, json, &f) && read_span(in, &r, &span, &f) &&
                    add_rows(r.reader, &span, &table, &f);
    const int status = entry_table_end(&table, ok, &f);
    registry_close(&r);
    return status;
}

static const enum option_id options[] = { OPTION_FORMAT, OPTION_POLICY, OPTION_HELP, OPTION_MAX };

static const struct meaning meanings[] = {
    { OPTION_POLICY, "FILE", VALUE_FILE,
      "the logs, witnesses and quorum that times are told by (without it: the register's own "
      "policy.txt)" },
    { OPTION_MAX, NULL, VALUE_NONE, NULL },
};

static const struct example examples[] = {
    { "what was logged in September 2017", "hallmark register diff DIR 2017-08-31 2017-09-30" },
    { "what is new since a checkpoint that was kept",
      "hallmark register diff https://register.example/ kept-checkpoint" },
    { NULL, NULL },
};

const struct command register_diff_command = {
    .name = "register diff",
    .operands = "DIR|URL OLD [NEW]",
    .operands_least = 2,
    .operands_most = 3,
    .operand = VALUE_FILE,
    .title = "list what was logged between two states",
    .text = "A state is named by its size, by a time (the newest published by then) or by a file "
            "that holds its checkpoint; without NEW the newest. That the one extends the other is "
            "for 'register audit --since' to check.",
    .options = options,
    .meanings = meanings,
    .exits = command_told,
    .examples = examples,
    .run = run_diff,
};
