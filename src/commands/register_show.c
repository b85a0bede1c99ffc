/* register_show.c -- hallmark register show: the history of one object, and where it stands. */
#include "cli/delivery.h"
#include "codec/emit.h"
#include "commands/registry.h"
#include "core/instant.h"
#include "core/limits.h"
#include "proof/proof.h"
#include "standing/about.h"

#include <string.h>

/* The day of the state: asked for, or that of the checkpoint by its witnesses (a register of a
 * story has the story's), or today. */
static bool read_day(const struct invocation *in, const struct reader *r, int32_t *day,
                     struct fault *f)
{
    const char *as_of = invocation_value(in, OPTION_AS_OF);
    int64_t now = reader_time(r);

    if (as_of != NULL)
        return date_read(bytes_of_text(as_of), day) ||
               fault_set(f, FAULT_FORMAT, "--as-of: '%.40s' is no date (YYYY-MM-DD)", as_of);
    if (now == INSTANT_NONE && !instant_now(/* simulated */ NULL, &now, f))
        return false;
    *day = instant_day(now);
    return true;
}

static bool tell(const struct invocation *in, struct registry *r, struct arena *a, bool json,
                 struct buf *out, struct fault *f)
{
    struct about_question q = { .what = bytes_of_text(invocation_operand(in, 1)) };
    struct history history;
    struct about about;

    if (!read_day(in, r->reader, &q.day, f) || !reader_history(r->reader, &history, f) ||
        !about_read(&history, &q, a, &about, f))
        return false;
    if (!json) {
        if (proof_is_simulated(reader_checkpoint(r->reader)->origin))
            buf_add_text(out, "The clock of this register is simulated.\n");
        about_text(&about, out);
        return true;
    }
    struct emit e = emit_to(out);
    about_json(&about, &e);
    buf_add_byte(out, '\n');
    return true;
}

static int run_show(const struct invocation *in)
{
    struct buf out = buf_with_limit(LIMIT_REPORT);
    struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct registry r;
    struct fault f = { 0 };
    bool json = false;

    if (!delivery_json(in, &json, &f) || !registry_open(in, invocation_operand(in, 0), &r, &f))
        return invocation_refuse(&f);
    const bool ok = tell(in, &r, &a, json, &out, &f);
    const int status = ok ? delivery_print(&out) : invocation_refuse(&f);
    arena_done(&a);
    buf_done(&out);
    registry_close(&r);
    return status;
}

static const enum option_id options[] = { OPTION_AS_OF,  OPTION_KNOWN_AT, OPTION_FORMAT,
                                          OPTION_POLICY, OPTION_HELP,     OPTION_MAX };

static const struct meaning meanings[] = {
    { OPTION_AS_OF, "DATE", VALUE_DATE,
      "the day of the state that is told, YYYY-MM-DD (without it: that of the checkpoint by its "
      "witnesses, else today)" },
    { OPTION_POLICY, "FILE", VALUE_FILE,
      "the logs, witnesses and quorum that times are told by (without it: the register's own "
      "policy.txt)" },
    { OPTION_MAX, NULL, VALUE_NONE, NULL },
};

static const struct example examples[] = {
    { "was it in force on that day, and what became of it?",
      "hallmark register show DIR cpa/1001 --as-of 2017-07-19" },
    { "who has not reported yet?", "hallmark register show DIR bod-17-01" },
    { "what does the list say of a vendor?",
      "hallmark register show DIR listed:ncsc-directory:vendor:northgate" },
    { NULL, NULL },
};

const struct command register_show_command = {
    .name = "register show",
    .operands = "DIR|URL ID|KEY",
    .operands_least = 2,
    .operands_most = 2,
    .operand = VALUE_FILE,
    .title = "tell the history of one object: a certificate, an application, a list, a directive",
    .text = "Tells every entry about the object, by its id or by a key of the index: when it "
            "happened by its signer, when witnesses had first seen it, who signed and as what, the "
            "state after it, and below it what the entry says, but for digests (--format json has "
            "them). Above them stands the state on one day, with what the scheme's table lets one "
            "do, and what belongs to the object: the things on a list, the certificates of a "
            "vendor, the schemes of a laboratory, exceptions; for a directive, who reported each "
            "step and who did not. How many entries of the register are sealed still is told, for "
            "they may be about the object.",
    .options = options,
    .meanings = meanings,
    .exits = command_told,
    .examples = examples,
    .run = run_show,
};
