/* export_atom.c -- the newest acts as an Atom feed (RFC 4287), for whoever follows a register with
 * a feed reader: an entry for each log entry of ours, its text verbatim. */
#include "codec/emit_xml.h"
#include "core/date.h"
#include "core/instant.h"
#include "exports/export_name.h"

enum { ENTRIES = 100 };

/* The newest records dated by the day, newest first. The log's own index leaves are none. */
static bool gather(const struct export_question *q, struct arena *a, struct vec *acts,
                   struct fault *f)
{
    *acts = history_none(a);
    for (uint64_t place = q->size; place > 0 && acts->count < ENTRIES; place--) {
        const struct arena_mark mark = arena_mark(a);
        struct history_act act;
        bool found = false;
        if (!history_act_at(q->history, place - 1, a, &act, &found, f))
            return false;
        if (!found || record_happened(&act.record) > q->day) {
            arena_release(a, mark);
            continue;
        }
        struct history_act *kept = vec_push(acts, f);
        if (kept == NULL)
            return false;
        *kept = act;
    }
    return true;
}

/* When it was logged, else when it happened, else the day asked. */
static const char *updated(struct export_pen *p, const struct history_act *act)
{
    const struct history *h = p->question->history;
    const int32_t happened = record_happened(&act->record);
    char text[INSTANT_TEXT_MAX];
    int64_t time = INSTANT_NONE;

    if (!h->logged(h->with, act->place, &time, p->f)) {
        p->failed = true;
        return "";
    }
    if (time != INSTANT_NONE)
        return export_pen_print(p, "%s", instant_write(time, text));
    return export_pen_moment(p, happened == DATE_NONE ? p->question->day : happened);
}

static void put_author(struct emit_xml *x, struct bytes name)
{
    emit_xml_open(x, "author", NULL);
    emit_xml_text(x, "name", NULL, name);
    emit_xml_close(x);
}

static void put_author_of(struct emit_xml *x, const struct record *r)
{
    const struct note_signature *first =
        r->note.signatures.count == 0 ? NULL : vec_at(&r->note.signatures, 0);

    if (first != NULL)
        put_author(x, first->name);
}

static void put_entry(struct export_pen *p, struct emit_xml *x, const struct history_act *act)
{
    const struct record *r = &act->record;
    const struct bytes id = record_id(r);
    const char *place = export_pen_print(p, "%llu", (unsigned long long)act->place);

    emit_xml_open(x, "entry", NULL);
    emit_xml_text(x, "id", NULL, bytes_of_text(export_name_tag(p, place)));
    emit_xml_text(x, "title", (const char *const[]){ "type", "text", NULL },
                  bytes_of_text(export_pen_print(p, "%s %.*s", r->type->name, (int)id.len,
                                                 (const char *)id.at)));
    emit_xml_text(x, "updated", NULL, bytes_of_text(updated(p, act)));
    put_author_of(x, r);
    emit_xml_text(x, "category", (const char *const[]){ "term", r->type->name, NULL },
                  (struct bytes){ .len = 0 });
    emit_xml_text(x, "content", (const char *const[]){ "type", "text", NULL }, r->text);
    emit_xml_close(x);
}

static bool write_atom(const struct export_question *q, struct arena *a, struct buf *out,
                       struct export_told *told, struct fault *f)
{
    struct export_pen p = export_pen_on(q, a, out, f);
    struct vec acts;

    if (!gather(q, a, &acts, f))
        return false;
    struct emit_xml x = emit_xml_to(out);
    emit_xml_open(&x, "feed",
                  (const char *const[]){ "xmlns", "http://www.w3.org/2005/Atom", NULL });
    emit_xml_text(&x, "id", NULL, bytes_of_text(export_name_tag(&p, "")));
    emit_xml_text(&x, "title", (const char *const[]){ "type", "text", NULL },
                  bytes_of_text(export_pen_print(&p, "The register %s", q->origin)));
    if (bytes_equal_text(export_pen_clock(&p), "simulated"))
        emit_xml_text(&x, "subtitle", NULL,
                      bytes_of_text("a register of a story: its clock is simulated"));
    emit_xml_text(&x, "updated", NULL, bytes_of_text(export_pen_updated(&p)));
    put_author(&x, bytes_of_text(q->origin));
    for (size_t i = 0; i < acts.count; i++)
        put_entry(&p, &x, vec_at(&acts, i));
    emit_xml_close(&x);
    told->written = acts.count;
    return export_pen_ok(&p);
}

const struct export_form export_atom_form = {
    .name = "atom",
    .title = "an Atom feed (RFC 4287) of the newest 100 acts",
    .write = write_atom,
};
