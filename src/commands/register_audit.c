/* register_audit.c -- hallmark register audit: recompute everything that a log says of itself. */
#include "commands/registry.h"
#include "core/file.h"
#include "register/audit.h"

#include <stdio.h>

static int say(const struct audit_finding *found, const char *place)
{
    (void)printf("%s: %llu %s the root of the checkpoint; %llu %s their hashes\n", place,
                 (unsigned long long)found->size, found->size == 1 ? "entry makes" : "entries make",
                 (unsigned long long)found->tiles, found->tiles == 1 ? "tile holds" : "tiles hold");
    if (found->since != 0)
        (void)printf("the earlier checkpoint of size %llu is one of this log\n",
                     (unsigned long long)found->since);
    if (found->index_checked)
        (void)printf(
            "every entry was admitted by the rules; %llu index leaves were recomputed; %llu "
            "kept checkpoints agree\n",
            (unsigned long long)found->index_leaves, (unsigned long long)found->checkpoints);
    else
        (void)printf(
            "no leaf of ours: the tree alone was audited; index not checked, admission not "
            "checked\n");
    return EXIT_CLEAN;
}

static bool audit(const struct invocation *in, struct audit_finding *found, struct fault *f)
{
    const char *since = invocation_value(in, OPTION_SINCE);
    const char *key = invocation_value(in, OPTION_KEY);
    struct audit_request q = { .source = NULL };
    struct source source;
    struct bytes kept;
    struct key log;

    if (!key_load(key, &log, f) ||
        (since != NULL && !file_load(since, NOTE_MAX, in->arena, &kept, f)) ||
        !registry_source(invocation_operand(in, 0), &source, f))
        return false;
    q.source = &source;
    q.since = since == NULL ? NULL : &kept;
    q.log = &log;
    const bool ok = audit_log(&q, found, f);
    source_close(&source);
    return ok;
}

static int run_audit(const struct invocation *in)
{
    struct audit_finding found;
    struct fault f = { 0 };

    if (audit(in, &found, &f))
        return say(&found, invocation_operand(in, 0));
    (void)invocation_refuse(&f);
    return EXIT_FOUND;
}

static const enum option_id options[] = { OPTION_KEY, OPTION_SINCE, OPTION_HELP, OPTION_MAX };

static const struct meaning meanings[] = {
    { OPTION_KEY, "VKEY", VALUE_TEXT, "the log's verifier key, or a file that holds it" },
    { OPTION_MAX, NULL, VALUE_NONE, NULL },
};

static const char *const exits[4] = {
    [EXIT_CLEAN] = "everything agrees",
    [EXIT_FOUND] = "something does not: the first thing that is wrong, in one line",
    [EXIT_REFUSED] = "the command was not understood",
};

static const struct example examples[] = {
    { "the whole of a register, and that it only grew since last month",
      "hallmark register audit https://register.example/ --key 'register.example+bf203a65+AYqI...' "
      "--since kept-checkpoint" },
    { NULL, NULL },
};

const struct command register_audit_command = {
    .name = "register audit",
    .operands = "DIR|URL",
    .operands_least = 1,
    .operands_most = 1,
    .operand = VALUE_FILE,
    .title = "recompute everything that a log says of itself",
    .text = "Reads every entry once and recomputes the Merkle tree, its tiles, the index of every "
            "index leaf, the kept checkpoints, and whether each entry was admitted by the rules as "
            "they stood at its place. Any C2SP tlog-tiles log can be audited; one without leaves "
            "of ours as a tree alone.",
    .options = options,
    .needed = 1,
    .meanings = meanings,
    .exits = exits,
    .examples = examples,
    .run = run_audit,
};
