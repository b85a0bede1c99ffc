/* about_text.c -- the history of an object for a reader. */
#include "core/buf.h"
#include "core/instant.h"
#include "standing/about.h"
#include "standing/about_says.h"

#include <inttypes.h>

static void put_state(const struct about *about, struct buf *out)
{
    char day[DATE_TEXT_MAX];

    if (about->state == NULL && about->parts.count > 0)
        buf_print(out, "  as of %s\n", date_write(about->day, day));
    if (about->state == NULL)
        return;
    buf_print(out, "  %s", about->state);
    if (about->since != DATE_NONE)
        buf_print(out, " since %s", date_write(about->since, day));
    if (about->until != DATE_NONE)
        buf_print(out, ", until %s", date_write(about->until, day));
    if (about->decide_by != DATE_NONE)
        buf_print(out, ", to be decided by %s%s", date_write(about->decide_by, day),
                  about_is_overdue(about) ? ": overdue" : "");
    buf_print(out, " (as of %s)\n", date_write(about->day, day));
    if (about->has_effects)
        buf_print(
            out, "  claim %s, procure %s, use %s\n", standing_answer_name(about->effects.claim),
            standing_answer_name(about->effects.procure), standing_answer_name(about->effects.use));
}

/* Values of a record: clean UTF-8 by its own rules. */
static void put_values(const char *what, const struct vec *values, struct buf *out)
{
    if (values->count == 0)
        return;
    buf_print(out, "  %s", what);
    for (size_t i = 0; i < values->count; i++) {
        buf_add_text(out, i == 0 ? " " : ", ");
        buf_add(out, *(const struct bytes *)vec_at(values, i));
    }
    buf_add_byte(out, '\n');
}

static void put_step(const struct about_step *s, struct buf *out)
{
    char day[DATE_TEXT_MAX];

    buf_add_text(out, "  step ");
    buf_add(out, s->step.step);
    if (s->reports.due != DATE_NONE)
        buf_print(out, ", due %s", date_write(s->reports.due, day));
    for (int r = STANDING_REPORTED; r <= STANDING_EXCEPTED; r++) {
        size_t count = 0;
        for (size_t i = 0; i < s->reports.reporters.count; i++) {
            const struct standing_reporter *who = vec_at(&s->reports.reporters, i);
            if (who->report != (enum standing_report)r)
                continue;
            if (count++ == 0)
                buf_print(out, "\n    %s:", standing_report_name(who->report));
            buf_add_byte(out, ' ');
            buf_add(out, who->organisation);
        }
    }
    buf_add_byte(out, '\n');
}

static void put_signers(const struct vec *signers, struct buf *out)
{
    for (size_t i = 0; i < signers->count; i++) {
        const struct about_signer *s = vec_at(signers, i);
        buf_print(out, s->kind == NULL ? "%s%s" : "%s%s (%s)", i == 0 ? "" : ", ", s->name,
                  s->kind);
    }
}

static void put_act(const struct about_act *told, struct bytes id, struct buf *out)
{
    char happened[DATE_TEXT_MAX];
    char logged[INSTANT_TEXT_MAX] = "";
    struct buf by = buf_with_limit(1 << 16);

    if (told->logged != INSTANT_NONE)
        (void)instant_write(told->logged, logged);
    put_signers(&told->signers, &by);
    buf_print(out, "  %-10s  %-20s  %8" PRIu64 "  %-14s %-28.*s %s",
              date_write(record_happened(&told->act.record), happened), logged, told->act.place,
              told->act.record.type->name, (int)by.len, (const char *)by.at,
              told->state == NULL ? "" : told->state);
    buf_done(&by);
    buf_end_row(out);
    about_says(&told->act.record, id, out);
}

static void put_part(const struct about_part *part, struct buf *out)
{
    char day[DATE_TEXT_MAX];

    buf_print(out, "  %s %s: %s", part->what, part->name, part->state);
    if (part->since != DATE_NONE)
        buf_print(out, " since %s", date_write(part->since, day));
    if (part->until != DATE_NONE)
        buf_print(out, ", until %s", date_write(part->until, day));
    buf_add_byte(out, '\n');
}

void about_text(const struct about *about, struct buf *out)
{
    const struct bytes key = bytes_of_text(about->key);
    const struct bytes id = bytes_part(key, bytes_index(key, ':') + 1, key.len);

    buf_print(out, "%s%s%s\n", about->key, about->title == NULL ? "" : "  ",
              about->title == NULL ? "" : about->title);
    put_state(about, out);
    put_values("versions", &about->versions, out);
    put_values("artefacts", &about->artefacts, out);
    for (size_t i = 0; i < about->steps.count; i++)
        put_step(vec_at(&about->steps, i), out);
    for (size_t i = 0; i < about->parts.count; i++)
        put_part(*(struct about_part *const *)vec_at(&about->parts, i), out);
    buf_print(out, "\n  %-10s  %-20s  %8s  %-14s %-28s %s\n", "happened", "logged", "entry", "what",
              "signer", "state after it");
    for (size_t i = 0; i < about->acts.count; i++)
        put_act(vec_at(&about->acts, i), id, out);
    if (about->sealed > 0)
        buf_print(out, "\n  %zu %s of this register %s sealed: what %s is not known here.\n",
                  about->sealed, about->sealed == 1 ? "entry" : "entries",
                  about->sealed == 1 ? "is" : "are", about->sealed == 1 ? "it says" : "they say");
}
