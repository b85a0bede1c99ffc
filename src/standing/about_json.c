/* about_json.c -- the history of an object for a program. */
#include "codec/emit.h"
#include "core/instant.h"
#include "record/record_json.h"
#include "standing/about.h"

#include <string.h>

static void put_day(struct emit *e, const char *key, int32_t day)
{
    char text[DATE_TEXT_MAX];

    emit_text(e, key, day == DATE_NONE ? NULL : date_write(day, text));
}

/* A value of a record, as a text: its own rules hold it below LIMIT. */
static void put_bytes(struct emit *e, const char *key, struct bytes value)
{
    enum { LIMIT = 1024 };
    char text[LIMIT + 1];
    const size_t len = value.len < LIMIT ? value.len : LIMIT;

    if (len > 0)
        memcpy(text, value.at, len);
    text[len] = '\0';
    emit_text(e, key, text);
}

static void put_values(struct emit *e, const char *key, const struct vec *values)
{
    emit_list(e, key, EMIT_FLAT);
    for (size_t i = 0; i < values->count; i++)
        put_bytes(e, NULL, *(const struct bytes *)vec_at(values, i));
    emit_list_end(e);
}

static void put_effects(struct emit *e, const struct about *about)
{
    if (!about->has_effects) {
        emit_null(e, "effects");
        return;
    }
    emit_map(e, "effects", EMIT_FLAT);
    emit_text(e, "claim", standing_answer_name(about->effects.claim));
    emit_text(e, "procure", standing_answer_name(about->effects.procure));
    emit_text(e, "use", standing_answer_name(about->effects.use));
    emit_map_end(e);
}

static void put_reporter(struct emit *e, const struct standing_reporter *r)
{
    emit_map(e, NULL, EMIT_FLAT);
    put_bytes(e, "organisation", r->organisation);
    emit_text(e, "report", standing_report_name(r->report));
    put_day(e, "happened", r->happened);
    if (r->place == UINT64_MAX)
        emit_null(e, "index");
    else
        emit_count(e, "index", r->place);
    emit_map_end(e);
}

static void put_step(struct emit *e, const struct about_step *s)
{
    emit_map(e, NULL, EMIT_TALL);
    put_bytes(e, "step", s->step.step);
    put_day(e, "due", s->reports.due);
    if (s->step.every_days > 0)
        emit_number(e, "every_days", s->step.every_days);
    emit_list(e, "reporters", EMIT_TALL);
    for (size_t i = 0; i < s->reports.reporters.count; i++)
        put_reporter(e, vec_at(&s->reports.reporters, i));
    emit_list_end(e);
    emit_map_end(e);
}

static void put_part(struct emit *e, const struct about_part *part)
{
    emit_map(e, NULL, EMIT_FLAT);
    emit_text(e, "what", part->what);
    emit_text(e, "name", part->name);
    emit_text(e, "state", part->state);
    put_day(e, "since", part->since);
    put_day(e, "until", part->until);
    emit_map_end(e);
}

/* `also` is there where several parties signed. */
static void put_signers(struct emit *e, const struct vec *signers)
{
    const struct about_signer *first = vec_at(signers, 0);

    emit_text(e, "signer", first->name);
    emit_text(e, "signed_as", first->kind);
    if (signers->count == 1)
        return;
    emit_list(e, "also", EMIT_FLAT);
    for (size_t i = 1; i < signers->count; i++)
        emit_text(e, NULL, ((const struct about_signer *)vec_at(signers, i))->name);
    emit_list_end(e);
}

static void put_act(struct emit *e, const struct about_act *told)
{
    char logged[INSTANT_TEXT_MAX];

    emit_map(e, NULL, EMIT_TALL);
    emit_count(e, "index", told->act.place);
    emit_text(e, "type", told->act.record.type->name);
    emit_text(e, "id", told->id);
    put_day(e, "happened", record_happened(&told->act.record));
    emit_text(e, "logged",
              told->logged == INSTANT_NONE ? NULL : instant_write(told->logged, logged));
    put_signers(e, &told->signers);
    emit_text(e, "state", told->state);
    if (told->act.opened)
        emit_bool(e, "opened", true);
    emit_map(e, "record", EMIT_TALL);
    record_json_put(&told->act.record, e);
    emit_map_end(e);
    emit_map_end(e);
}

void about_json(const struct about *about, struct emit *e)
{
    emit_map(e, NULL, EMIT_TALL);
    emit_text(e, "key", about->key);
    emit_text(e, "title", about->title);
    put_day(e, "as_of", about->day);
    emit_text(e, "state", about->state);
    put_day(e, "since", about->since);
    put_day(e, "until", about->until);
    put_day(e, "decide_by", about->decide_by);
    if (about_is_overdue(about))
        emit_bool(e, "overdue", true);
    put_effects(e, about);
    put_values(e, "versions", &about->versions);
    put_values(e, "artefacts", &about->artefacts);
    emit_list(e, "steps", EMIT_TALL);
    for (size_t i = 0; i < about->steps.count; i++)
        put_step(e, vec_at(&about->steps, i));
    emit_list_end(e);
    emit_list(e, "parts", EMIT_TALL);
    for (size_t i = 0; i < about->parts.count; i++)
        put_part(e, *(struct about_part *const *)vec_at(&about->parts, i));
    emit_list_end(e);
    emit_count(e, "sealed", about->sealed);
    emit_list(e, "entries", EMIT_TALL);
    for (size_t i = 0; i < about->acts.count; i++)
        put_act(e, vec_at(&about->acts, i));
    emit_list_end(e);
    emit_map_end(e);
}
