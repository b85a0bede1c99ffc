/* export_in_toto.c -- certificates as in-toto Statements v1 (in-toto/attestation spec/v1/
 * statement.md): a statement a line, the one that was asked for by its id indented. A subject is
 * matched by its digest alone, so that a certificate which names no file cannot be said. */
#include "core/date.h"
#include "exports/export_find.h"
#include "exports/export_name.h"
#include "exports/export_pen.h"

static void put_subjects(struct export_pen *p, const struct export_certificate *c)
{
    struct emit *e = &p->emit;

    emit_list(e, "subject", EMIT_TALL);
    for (size_t i = 0; i < c->covers.count; i++) {
        const struct export_cover *cover = vec_at(&c->covers, i);
        if (cover->artefact.len == 0)
            continue;
        emit_map(e, NULL, EMIT_FLAT);
        emit_text(e, "name", cover->name);
        emit_map(e, "digest", EMIT_FLAT);
        emit_text(e, "sha256", export_pen_text(p, export_name_hex(cover->artefact)));
        emit_map_end(e);
        emit_map_end(e);
    }
    emit_list_end(e);
}

static void put_effects(struct emit *e, const struct standing_effects *effects)
{
    emit_map(e, "effects", EMIT_FLAT);
    emit_text(e, "claim", standing_answer_name(effects->claim));
    emit_text(e, "procure", standing_answer_name(effects->procure));
    emit_text(e, "use", standing_answer_name(effects->use));
    emit_map_end(e);
}

static void put_acts(struct export_pen *p, const struct vec *acts)
{
    struct emit *e = &p->emit;

    emit_list(e, "acts", EMIT_TALL);
    for (size_t i = 0; i < acts->count; i++) {
        const struct history_act *act = vec_at(acts, i);
        export_pen_put_act(p, act);
    }
    emit_list_end(e);
}

static void put_state(struct export_pen *p, const struct standing_certificate *s)
{
    struct emit *e = &p->emit;

    export_pen_put_day(p, "asOf", p->question->day);
    emit_text(e, "state", s->word);
    export_pen_put_day(p, "since", s->since);
    export_pen_put_day(p, "stateUntil", s->until);
    export_pen_put(p, "successor", s->successor);
    put_effects(e, &s->effects);
}

static void put_predicate(struct export_pen *p, const struct export_certificate *c)
{
    const struct record *r = c->record;
    struct emit *e = &p->emit;

    emit_map(e, "predicate", EMIT_TALL);
    export_pen_put(p, "id", c->id);
    export_pen_put(p, "scheme", record_value(r, "scheme"));
    export_pen_put(p, "holder", record_value(r, "vendor"));
    export_pen_put(p, "holderName", record_value(r, "vendor-name"));
    export_pen_put(p, "product", record_value(r, "product"));
    export_pen_put_list(p, "versions", &c->standing.versions);
    export_pen_put(p, "level", record_value(r, "level"));
    export_pen_put(p, "report", record_value(r, "report"));
    export_pen_put(p, "from", record_value(r, "from"));
    export_pen_put(p, "until", record_value(r, "until"));
    export_pen_put(p, "renewBy", record_value(r, "renew-by"));
    put_state(p, &c->standing);
    put_acts(p, &c->standing.acts);
    emit_map(e, "log", EMIT_FLAT);
    export_pen_put_log(p);
    emit_count(e, "index", c->place);
    emit_map_end(e);
    emit_map_end(e);
}

static void put_statement(struct export_pen *p, const struct export_certificate *c,
                          enum emit_shape shape)
{
    struct emit *e = &p->emit;

    emit_map(e, NULL, shape);
    emit_text(e, "_type", "https://in-toto.io/Statement/v1");
    put_subjects(p, c);
    emit_text(e, "predicateType", "https://hallmark.example/certificate/v1");
    put_predicate(p, c);
    emit_map_end(e);
}

static bool write_one(const struct export_question *q, struct bytes id, struct arena *a,
                      struct buf *out, struct export_told *told, struct fault *f)
{
    struct export_pen p = export_pen_on(q, a, out, f);
    struct export_certificate c;
    char day[DATE_TEXT_MAX];
    bool found = false;

    if (!export_find_certificate(q, id, a, &c, &found, f))
        return false;
    if (!found && q->id != NULL)
        return fault_set(f, FAULT_FORMAT, "%s: not yet issued on %s", q->id,
                         date_write(q->day, day));
    if (!found)
        return true;
    if (c.standing.artefacts.count == 0) {
        told->left_out++;
        told->why = "it names no file, and an in-toto Statement is about digests";
        return q->id == NULL || fault_set(f, FAULT_FORMAT, "%s: %s", q->id, told->why);
    }
    put_statement(&p, &c, q->id == NULL ? EMIT_FLAT : EMIT_TALL);
    told->written++;
    return export_pen_ok(&p);
}

static bool write_in_toto(const struct export_question *q, struct arena *a, struct buf *out,
                          struct export_told *told, struct fault *f)
{
    struct vec ids;

    if (!export_find_ids(q, "certificate", q->id, a, &ids, f))
        return false;
    for (size_t i = 0; i < ids.count; i++) {
        const struct arena_mark mark = arena_mark(a);
        if (!write_one(q, *(const struct bytes *)vec_at(&ids, i), a, out, told, f))
            return false;
        arena_release(a, mark);
    }
    return true;
}

const struct export_form export_in_toto_form = {
    .name = "in-toto",
    .title = "in-toto Statements v1, one for each certificate (JSON lines)",
    .takes_id = true,
    .write = write_in_toto,
};
