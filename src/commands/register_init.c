/* register_init.c -- hallmark register init: a new register, published at once. */
#include "commands/keeping.h"
#include "core/own.h"

#include <stdio.h>

static bool create(const struct invocation *in, struct writer **w, struct fault *f)
{
    const struct writer_settings settings = {
        .folder = invocation_operand(in, 0),
        .origin = invocation_value(in, OPTION_ORIGIN),
        .key = invocation_value(in, OPTION_KEY),
        .witnesses = invocation_value(in, OPTION_WITNESSES),
        .simulated_clock = invocation_value(in, OPTION_SIMULATED_CLOCK),
    };
    struct key key;

    if (invocation_has(in, OPTION_AS) && !invocation_has(in, OPTION_ADMIT))
        return fault_set(f, FAULT_FORMAT, "--as says what --admit admits, which is missing");
    /* a key that cannot be read is found before anything is made */
    for (size_t i = 0; i < in->values[OPTION_ADMIT].count; i++) {
        const char *const *admit = vec_at(&in->values[OPTION_ADMIT], i);
        if (!key_load(*admit, &key, f))
            return fault_wrap(f, "--admit");
    }
    return writer_create(&settings, w, f);
}

static bool admit(const struct invocation *in, struct writer *w, struct fault *f)
{
    uint64_t index = 0;

    for (size_t i = 0; i < in->values[OPTION_ADMIT].count; i++) {
        const char *const *key = vec_at(&in->values[OPTION_ADMIT], i);
        const struct keeping_party party = { .key = *key, .kind = invocation_value(in, OPTION_AS) };
        if (!keeping_admit(w, &party, &index, f))
            return fault_wrap(f, "--admit");
    }
    return writer_sync(w, f);
}

static int run_register_init(const struct invocation *in)
{
    OWNED(writer_close) struct writer *w = NULL;
    struct fault f = { 0 };

    if (!create(in, &w, &f))
        return invocation_refuse(&f);
    if (invocation_has(in, OPTION_SIMULATED_CLOCK))
        (void)fprintf(stderr, "hallmark: the clock is simulated: the register tells the time of a "
                              "story, and says so\n");
    const bool admitted = admit(in, w, &f);
    if (!admitted)
        (void)invocation_refuse(&f);
    const int status = keeping_publish(w);
    return admitted ? status : EXIT_FOUND;
}

static const enum option_id options[] = {
    OPTION_ORIGIN,          OPTION_KEY,       OPTION_ADMIT, OPTION_AS,
    OPTION_SIMULATED_CLOCK, OPTION_WITNESSES, OPTION_HELP,  OPTION_MAX,
};

static const struct meaning meanings[] = {
    { OPTION_KEY, "LOGKEY", VALUE_FILE,
      "the file of the log's private key; the register keeps its path, never the key" },
    { OPTION_ADMIT, "KEY", VALUE_FILE,
      "a party that may write: its verifier key, or the file of its key; may be repeated" },
    { OPTION_WITNESSES, "FILE", VALUE_FILE,
      "the witnesses that cosign each checkpoint, and their quorum (C2SP tlog-policy, without log "
      "lines; without it: none)" },
    { .text = NULL },
};

static const struct example examples[] = {
    { "a register, and who may write into it",
      "hallmark register init DIR --origin bar.example/register --key log.key --admit party.key" },
    { NULL, NULL },
};

const struct command register_init_command = {
    .name = "register init",
    .operands = "DIR",
    .operands_least = 1,
    .operands_most = 1,
    .operand = VALUE_FILE,
    .title = "begin a register and publish its first checkpoint",
    .text =
        "Makes the folder DIR of a new register. Its first entry tells its origin and whose clock "
        "it keeps. DIR may be served to everybody, except DIR/private, which holds no key but the "
        "path of one. DIR/policy.txt tells the log's key, the witnesses and their quorum: hand it "
        "to readers by another way than the register itself.",
    .options = options,
    .needed = 2,
    .meanings = meanings,
    .exits = keeping_exits,
    .examples = examples,
    .run = run_register_init,
};
