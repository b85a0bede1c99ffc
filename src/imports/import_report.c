#include "imports/import_report.h"

#include "codec/emit.h"
#include "core/date.h"

#include <string.h>

enum { ROWS_SHOWN = 8 };

static void emit_fields(struct emit *e, const char *key, const struct vec *fields)
{
    if (fields->count == 0)
        return;
    emit_list(e, key, EMIT_FLAT);
    for (size_t i = 0; i < fields->count; i++) {
        const struct observation_field *field = vec_at(fields, i);
        emit_map(e, NULL, EMIT_FLAT);
        emit_text(e, field->name, field->value);
        emit_map_end(e);
    }
    emit_list_end(e);
}

static void emit_changes(struct emit *e, const struct import_report *r)
{
    emit_list(e, "changes", EMIT_TALL);
    for (size_t i = 0; r->has_past && i < r->comparison->observations.count; i++) {
        const struct observation *o = vec_at(&r->comparison->observations, i);
        emit_map(e, NULL, EMIT_FLAT);
        emit_text(e, "action", observation_action_word(o->action));
        emit_text(e, "row", o->row);
        emit_text(e, "vendor", o->vendor);
        emit_text(e, "product", o->product);
        emit_fields(e, "was", &o->was);
        emit_fields(e, "now", &o->now);
        emit_map_end(e);
    }
    emit_list_end(e);
}

static void emit_rows(struct emit *e, const struct import_list *l)
{
    emit_list(e, "refused", EMIT_TALL);
    for (size_t i = 0; i < l->refused.count; i++) {
        const struct import_refusal *refusal = vec_at(&l->refused, i);
        emit_map(e, NULL, EMIT_FLAT);
        emit_count(e, "row", refusal->row);
        emit_text(e, "id", refusal->id);
        emit_text(e, "why", refusal->why);
        emit_map_end(e);
    }
    emit_list_end(e);
    emit_list(e, "notes", EMIT_TALL);
    for (size_t i = 0; i < l->notes.count; i++) {
        const struct import_note *note = vec_at(&l->notes, i);
        emit_map(e, NULL, EMIT_FLAT);
        emit_count(e, "row", note->row);
        emit_text(e, "what", note->what);
        emit_map_end(e);
    }
    emit_list_end(e);
    emit_list(e, "counts", EMIT_TALL);
    for (size_t i = 0; i < l->counts.count; i++) {
        const struct import_count *count = vec_at(&l->counts, i);
        emit_map(e, NULL, EMIT_FLAT);
        emit_text(e, "name", count->name);
        emit_count(e, "declared", count->declared);
        emit_count(e, "found", count->found);
        emit_map_end(e);
    }
    emit_list_end(e);
}

void import_report_json(const struct import_report *r, struct buf *out)
{
    const struct import_list *l = r->list;
    const struct import_comparison *c = r->comparison;
    struct emit e = emit_to(out);
    char hex[SHA256_TEXT_MAX];
    char day[DATE_TEXT_MAX];

    emit_map(&e, NULL, EMIT_TALL);
    emit_text(&e, "from", l->format->name);
    emit_text(&e, "file", r->file);
    emit_text(&e, "sha256", sha256_write(&l->digest, hex));
    emit_text(&e, "source", l->source);
    emit_text(&e, "date", l->date == DATE_NONE ? NULL : date_write(l->date, day));
    emit_count(&e, "read", l->read);
    emit_count(&e, "understood", l->understood);
    emit_count(&e, "rows", l->rows.count);
    emit_rows(&e, l);
    emit_count(&e, "observations", c->observations.count);
    emit_count(&e, "appeared", c->appeared);
    emit_count(&e, "disappeared", c->disappeared);
    emit_count(&e, "changed", c->changed);
    emit_count(&e, "withheld", c->withheld);
    emit_text(&e, "doubt", c->doubt);
    emit_bool(&e, "written", r->into != NULL);
    emit_changes(&e, r);
    emit_map_end(&e);
    buf_add_byte(out, '\n');
}

/* A note and its place, so that notes keep their order where nothing else decides. */
struct placed {
    const struct import_note *note;
    size_t place;
};

static int by_what(const void *one, const void *two)
{
    const struct placed *a = one;
    const struct placed *b = two;
    const int what = strcmp(a->note->what, b->note->what);

    return what != 0 ? what : a->place < b->place ? -1 : a->place > b->place;
}

static int by_place(const void *one, const void *two)
{
    const struct placed *const *a = one;
    const struct placed *const *b = two;
    const size_t x = (*a)->note->row;
    const size_t y = (*b)->note->row;

    if (x != y)
        return x < y ? -1 : 1;
    return (*a)->place < (*b)->place ? -1 : (*a)->place > (*b)->place;
}

static size_t same_from(const struct vec *sorted, size_t i)
{
    const struct placed *all = sorted->items;
    size_t k = i + 1;

    while (k < sorted->count && strcmp(all[k].note->what, all[i].note->what) == 0)
        k++;
    return k - i;
}

static void print_note(struct buf *out, const struct placed *first, size_t count)
{
    if (first->note->row == 0)
        buf_add_text(out, "  file");
    else
        buf_print(out, "  %s", count == 1 ? "row" : "rows");
    for (size_t i = 0; first->note->row != 0 && i < count && i < ROWS_SHOWN; i++)
        buf_print(out, "%s%zu", i == 0 ? " " : ", ", first[i].note->row);
    if (count > ROWS_SHOWN)
        buf_print(out, " and %zu more", count - ROWS_SHOWN);
    buf_print(out, ": %s\n", first->note->what);
}

/* Those of one wording together, in the order of the first of each. */
static bool print_notes(const struct import_list *l, struct arena *a, struct buf *out,
                        struct fault *f)
{
    struct vec sorted = vec_of(a, sizeof(struct placed), l->notes.count + 1);
    struct vec first = vec_of(a, sizeof(const struct placed *), l->notes.count + 1);

    for (size_t i = 0; i < l->notes.count; i++) {
        struct placed *slot = vec_push(&sorted, f);
        if (slot == NULL)
            return false;
        *slot = (struct placed){ .note = vec_at(&l->notes, i), .place = i };
    }
    vec_sort(&sorted, by_what);
    for (size_t i = 0; i < sorted.count; i += same_from(&sorted, i)) {
        const struct placed **slot = vec_push(&first, f);
        if (slot == NULL)
            return false;
        *slot = vec_at(&sorted, i);
    }
    vec_sort(&first, by_place);
    if (first.count > 0)
        buf_add_text(out, "\nnotes\n");
    for (size_t i = 0; i < first.count; i++) {
        const struct placed *note = *(const struct placed **)vec_at(&first, i);
        print_note(out, note, same_from(&sorted, (size_t)(note - (struct placed *)sorted.items)));
    }
    return true;
}

static void print_refused(const struct import_list *l, struct buf *out)
{
    if (l->refused.count > 0)
        buf_add_text(out, "\nnot understood\n");
    for (size_t i = 0; i < l->refused.count; i++) {
        const struct import_refusal *refusal = vec_at(&l->refused, i);
        buf_print(out, "  row %zu: %s\n", refusal->row, refusal->why);
    }
}

static void print_fields(struct buf *out, const char *word, const struct vec *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct observation_field *field = vec_at(fields, i);
        buf_print(out, "      %s %s: %s\n", word, field->name, field->value);
    }
}

static void print_changes(const struct import_report *r, struct buf *out)
{
    const struct vec *all = &r->comparison->observations;

    if (r->has_past && all->count > 0)
        buf_add_text(out, "\nchanges\n");
    for (size_t i = 0; r->has_past && i < all->count; i++) {
        const struct observation *o = vec_at(all, i);
        buf_print(out, "  %s %s%s%s%s%s\n", o->row, observation_action_word(o->action),
                  o->vendor == NULL ? "" : ": ", o->vendor == NULL ? "" : o->vendor,
                  o->product == NULL ? "" : ", ", o->product == NULL ? "" : o->product);
        print_fields(out, "was", &o->was);
        print_fields(out, "now", &o->now);
    }
}

bool import_report_text(const struct import_report *r, struct arena *a, struct buf *out,
                        struct fault *f)
{
    const struct import_list *l = r->list;
    const struct import_comparison *c = r->comparison;
    char hex[SHA256_TEXT_MAX];
    char day[DATE_TEXT_MAX];

    buf_print(out, "%s: %s\n", r->file, l->format->title);
    buf_print(out, "  sha256:%s\n", sha256_write(&l->digest, hex));
    buf_print(out, "  observed as %s%s%s\n", l->source, l->date == DATE_NONE ? "" : ", made on ",
              date_write(l->date, day));
    buf_print(out, "  %zu rows read: %zu understood, %zu not; %zu after merging\n", l->read,
              l->understood, l->refused.count, l->rows.count);
    buf_print(out, "  %zu observations%s%s: %zu rows appeared, %zu disappeared, %zu changed\n",
              c->observations.count, r->into != NULL ? " logged in " : ", not logged (dry run)",
              r->into != NULL ? r->into : "", c->appeared, c->disappeared, c->changed);
    if (c->withheld > 0)
        buf_print(out, "  %zu rows known before are not here, and not told as disappeared: %s%s\n",
                  c->withheld, c->doubt,
                  import_is_whole(l) ? " (--whole: it is the whole list)" : "");
    print_refused(l, out);
    if (!print_notes(l, a, out, f))
        return false;
    print_changes(r, out);
    return true;
}
