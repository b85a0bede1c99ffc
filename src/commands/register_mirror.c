/* register_mirror.c -- hallmark register mirror: follow another's log. */
#include "commands/registry.h"
#include "core/libcrypto.h"
#include "writer/mirror.h"

#include <stdio.h>

static bool mirror(const struct invocation *in, struct mirror_finding *found, struct fault *f)
{
    struct mirror_request q = { .folder = invocation_operand(in, 1) };
    struct source remote;
    struct key log;

    if (!libcrypto_start(f) || !key_load(invocation_value(in, OPTION_KEY), &log, f) ||
        !registry_source(invocation_operand(in, 0), &remote, f))
        return false;
    q.remote = &remote;
    q.log = &log;
    const bool ok = mirror_follow(&q, found, f);
    source_close(&remote);
    return ok;
}

static int run_mirror(const struct invocation *in)
{
    struct mirror_finding found;
    struct fault f = { 0 };

    if (!mirror(in, &found, &f)) {
        (void)invocation_refuse(&f);
        return EXIT_FOUND;
    }
    (void)printf("%s: size %llu, %s; before: %llu\n", invocation_operand(in, 1),
                 (unsigned long long)found.audit.size,
                 found.newer ? "audited and taken" : "nothing new",
                 (unsigned long long)found.before);
    if (!found.audit.index_checked)
        (void)printf("no leaf of ours: index not checked, admission not checked\n");
    return EXIT_CLEAN;
}

static const enum option_id options[] = { OPTION_KEY, OPTION_HELP, OPTION_MAX };

static const struct meaning meanings[] = {
    { OPTION_KEY, "VKEY", VALUE_TEXT, "the log's verifier key, or a file that holds it" },
    { OPTION_MAX, NULL, VALUE_NONE, NULL },
};

static const char *const exits[4] = {
    [EXIT_CLEAN] = "the copy is the newest state, audited",
    [EXIT_FOUND] = "the log is wrong, or could not be fetched: the copy is as it was",
    [EXIT_REFUSED] = "the command was not understood",
};

static const struct example examples[] = {
    { "a copy that notices when the register forks or forgets",
      "hallmark register mirror https://register.example/ COPY --key register.vkey" },
    { NULL, NULL },
};

const struct command register_mirror_command = {
    .name = "register mirror",
    .operands = "URL|DIR COPY",
    .operands_least = 2,
    .operands_most = 2,
    .operand = VALUE_FILE,
    .title = "follow another's log: copy it, and check all of it",
    .text =
        "Fetches the newest state of a log, audits it as 'register audit' does, checks that it "
        "extends the state that the copy holds, and only then takes it. Run it again to follow: "
        "it judges what came since, and 'register audit COPY' judges everything anew. The copy is "
        "a register for reading: 'prove', 'register log' and 'register "
        "serve' work on it.",
    .options = options,
    .needed = 1,
    .meanings = meanings,
    .exits = exits,
    .examples = examples,
    .run = run_mirror,
};
