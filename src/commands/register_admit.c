/* register_admit.c -- hallmark register admit: a further party that may write. */
#include "commands/keeping.h"
#include "core/own.h"

#include <stdio.h>

/* One line, if any: refused by the rules (FOUND), or not to be done (REFUSED). */
static int admit(struct writer *w, const struct keeping_party *party, uint64_t *index)
{
    struct buf text = buf_with_limit(NOTE_MAX);
    struct fault f = { 0 };
    const bool ok = keeping_party_text(party, writer_now(w), &text, &f) &&
                    keeping_admit(w, buf_bytes(&text), index, &f);
    buf_done(&text);
    if (ok && writer_sync(w, &f))
        return EXIT_CLEAN;
    (void)invocation_refuse(&f);
    return ok || f.kind == FAULT_IO ? EXIT_REFUSED : EXIT_FOUND;
}

static int run_register_admit(const struct invocation *in)
{
    const struct keeping_party party = { .key = invocation_operand(in, 1),
                                         .kind = invocation_value(in, OPTION_AS),
                                         .id = invocation_value(in, OPTION_ID),
                                         .name = invocation_value(in, OPTION_NAME) };
    OWNED(writer_close) struct writer *w = NULL;
    struct fault f = { 0 };
    struct key key;
    uint64_t index = 0;

    if (!key_load(party.key, &key, &f) || !writer_open(invocation_operand(in, 0), &w, &f))
        return invocation_refuse(&f);
    const int status = admit(w, &party, &index);
    if (status != EXIT_CLEAN)
        return status;
    (void)printf("%llu\n", (unsigned long long)index);
    (void)fflush(stdout);
    return keeping_publish(w);
}

static const enum option_id options[] = { OPTION_AS, OPTION_ID, OPTION_NAME, OPTION_HELP,
                                          OPTION_MAX };

static const struct meaning meanings[] = {
    { OPTION_NAME, "TEXT", VALUE_TEXT, "its name in the world" },
    { OPTION_ID, "ID", VALUE_TEXT, "its name in the register (without it: the key's name)" },
    { .text = NULL },
};

static const struct example examples[] = {
    { "a lab, by the verifier key that it sent",
      "hallmark register admit DIR lab.example+3f1a...+AX8n... --as lab" },
    { NULL, NULL },
};

const struct command register_admit_command = {
    .name = "register admit",
    .operands = "DIR VKEY",
    .operands_least = 2,
    .operands_most = 2,
    .operand = VALUE_FILE,
    .title = "admit a party: whose key may write, and what",
    .text = "Logs an entry, signed by the log, that admits the key (or the file of one), and "
            "publishes it. Prints the entry's index.",
    .options = options,
    .meanings = meanings,
    .exits = keeping_exits,
    .examples = examples,
    .run = run_register_admit,
};
