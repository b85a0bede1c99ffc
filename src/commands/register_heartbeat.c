/* register_heartbeat.c -- hallmark register heartbeat: the published size, cosigned anew. */
#include "cli/invocation.h"
#include "core/libcrypto.h"
#include "fetch/round.h"

#include <stdio.h>

struct beat {
    uint64_t size;
    bool was_waiting; /* there was something to publish */
    bool done;
};

static bool beat(const struct invocation *in, struct beat *out, struct fault *f)
{
    struct writer *w = NULL;

    if (!libcrypto_start(f) || !writer_open(invocation_operand(in, 0), &w, f))
        return false;
    const struct writer_round round = round_of(w);
    out->was_waiting = writer_size(w) > writer_published(w);
    const bool ok = writer_heartbeat(w, &round, &out->done, f);
    out->size = writer_published(w);
    writer_close(&w);
    return ok;
}

static int run_heartbeat(const struct invocation *in)
{
    struct fault f = { 0 };
    struct beat b = { 0 };

    if (!beat(in, &b, &f))
        return invocation_refuse(&f);
    if (!b.done) {
        (void)invocation_refuse(&f);
        return EXIT_FOUND;
    }
    (void)printf("size %llu: %s\n", (unsigned long long)b.size,
                 b.was_waiting ? "published" : "cosigned anew");
    return EXIT_CLEAN;
}

static const enum option_id options[] = { OPTION_HELP, OPTION_MAX };

static const char *const exits[4] = {
    [EXIT_CLEAN] = "the quorum has signed",
    [EXIT_FOUND] = "it has not: one line says who did not",
    [EXIT_REFUSED] = "the log could not be opened: one line says why",
};

static const struct example examples[] = {
    { "from a timer, so that silence can be told from withholding",
      "hallmark register heartbeat DIR" },
    { NULL, NULL },
};

const struct command register_heartbeat_command = {
    .name = "register heartbeat",
    .operands = "DIR",
    .operands_least = 1,
    .operands_most = 1,
    .operand = VALUE_FILE,
    .title = "have the published size cosigned anew",
    .text =
        "Nothing is entered: the witnesses sign once more that they have seen no larger tree, at "
        "the time that it is now. Entries that wait to be published, because witnesses were "
        "gone, are published first. 'register serve --heartbeat' does it by itself.",
    .options = options,
    .exits = exits,
    .examples = examples,
    .run = run_heartbeat,
};
