/* register_init.c -- hallmark register init: a new register, published at once. */
#include "commands/keeping.h"
#include "core/instant.h"
#include "core/own.h"

#include <stdio.h>

static struct writer_settings settings_of(const struct invocation *in)
{
    return (struct writer_settings){ .folder = invocation_operand(in, 0),
                                     .origin = invocation_value(in, OPTION_ORIGIN),
                                     .key = invocation_value(in, OPTION_KEY),
                                     .witnesses = invocation_value(in, OPTION_WITNESSES),
                                     .simulated_clock =
                                         invocation_value(in, OPTION_SIMULATED_CLOCK) };
}

static bool add_record(const struct keeping_party *p, int64_t now, struct arena *a,
                       struct vec *records, struct fault *f)
{
    struct buf text = buf_with_limit(NOTE_MAX);
    const bool ok = keeping_party_text(p, now, &text, f);
    const char *copy = ok ? arena_copy(a, buf_bytes(&text), f) : NULL;
    struct bytes *record = copy != NULL ? vec_push(records, f) : NULL;

    if (record != NULL)
        *record = (struct bytes){ .at = (const uint8_t *)copy, .len = text.len };
    buf_done(&text);
    return record != NULL;
}

/* The records of --admit, and that a register could be made: nothing is made yet. */
static bool prepare(const struct invocation *in, const struct writer_settings *s,
                    struct vec *records, struct fault *f)
{
    const struct vec *admitted = &in->values[OPTION_ADMIT];
    int64_t now = 0;

    if (invocation_has(in, OPTION_AS) && admitted->count == 0)
        return fault_set(f, FAULT_FORMAT, "--as says what --admit admits, which is missing");
    if (!writer_check(s, f) || !instant_now(s->simulated_clock, &now, f))
        return false;
    for (size_t i = 0; i < admitted->count; i++) {
        const char *const *key = vec_at(admitted, i);
        const struct keeping_party party = { .key = *key, .kind = invocation_value(in, OPTION_AS) };
        if (!add_record(&party, now, in->arena, records, f))
            return fault_wrap(f, "--admit");
    }
    return true;
}

static bool admit(struct writer *w, const struct vec *records, struct fault *f)
{
    uint64_t index = 0;

    for (size_t i = 0; i < records->count; i++) {
        if (!keeping_admit(w, *(const struct bytes *)vec_at(records, i), &index, f))
            return fault_wrap(f, "--admit");
    }
    return writer_sync(w, f);
}

/* What stands is published, though a disk that is full let not all be admitted. */
static int create(const struct writer_settings *s, const struct vec *records)
{
    OWNED(writer_close) struct writer *w = NULL;
    struct fault f = { 0 };

    if (!writer_create(s, &w, &f))
        return invocation_refuse(&f);
    if (s->simulated_clock != NULL)
        (void)fprintf(stderr, "hallmark: the clock is simulated: the register tells the time of a "
                              "story, and says so\n");
    const bool admitted = admit(w, records, &f);
    if (!admitted)
        (void)invocation_refuse(&f);
    const int status = keeping_publish(w);
    return admitted ? status : EXIT_REFUSED;
}

static int run_register_init(const struct invocation *in)
{
    const struct writer_settings settings = settings_of(in);
    struct vec records = vec_of(in->arena, sizeof(struct bytes), WRITER_RECORDS_MAX);
    struct fault f = { 0 };
    size_t place = 0;

    if (!prepare(in, &settings, &records, &f) || !writer_rehearse(&settings, &records, &place, &f))
        return invocation_refuse(&f);
    if (place == records.count)
        return create(&settings, &records);
    (void)fault_wrap(&f, "--admit");
    (void)invocation_refuse(&f);
    return EXIT_FOUND;
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
        "to readers by another way than the register itself. "
        "Where a party is refused, nothing is made.",
    .options = options,
    .needed = 2,
    .meanings = meanings,
    .exits = keeping_exits,
    .examples = examples,
    .run = run_register_init,
};
