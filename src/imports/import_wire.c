#include "imports/import_wire.h"

#include "core/date.h"
#include "core/limits.h"
#include "core/wire.h"
#include "imports/import_list.h"
#include "imports/import_text.h"
#include "observation/observation.h"

#include <string.h>

/* A day as a number that is never negative. */
static void put_day(struct buf *out, int32_t day)
{
    wire_put_u32(out, (uint32_t)day);
}

static void put_row(struct buf *out, const struct import_row *row)
{
    wire_put_u64(out, row->number);
    wire_put_text(out, row->id);
    wire_put_text(out, row->vendor);
    wire_put_text(out, row->product);
    wire_put_text(out, row->status);
    put_day(out, row->from);
    put_day(out, row->until);
    put_day(out, row->due);
    wire_put_u32(out, (uint32_t)row->fields.count);
    for (size_t i = 0; i < row->fields.count; i++) {
        const struct observation_field *field = vec_at(&row->fields, i);
        wire_put_text(out, field->name);
        wire_put_text(out, field->value);
    }
}

static void put_rows(struct buf *out, const struct vec *rows)
{
    wire_put_u32(out, (uint32_t)rows->count);
    for (size_t i = 0; i < rows->count; i++)
        put_row(out, vec_at(rows, i));
}

static void put_told(struct buf *out, const struct import_list *l)
{
    wire_put_u32(out, (uint32_t)l->refused.count);
    for (size_t i = 0; i < l->refused.count; i++) {
        const struct import_refusal *refusal = vec_at(&l->refused, i);
        wire_put_u64(out, refusal->row);
        wire_put_text(out, refusal->id);
        wire_put_text(out, refusal->why);
    }
    wire_put_u32(out, (uint32_t)l->notes.count);
    for (size_t i = 0; i < l->notes.count; i++) {
        const struct import_note *note = vec_at(&l->notes, i);
        wire_put_u64(out, note->row);
        wire_put_text(out, note->what);
    }
    wire_put_u32(out, (uint32_t)l->counts.count);
    for (size_t i = 0; i < l->counts.count; i++) {
        const struct import_count *count = vec_at(&l->counts, i);
        wire_put_text(out, count->name);
        wire_put_u64(out, count->declared);
        wire_put_u64(out, count->found);
    }
}

void import_wire_write(const struct import_list *l, struct buf *out)
{
    wire_put_text(out, l->source);
    put_day(out, l->date);
    wire_put_u64(out, l->read);
    wire_put_u64(out, l->understood);
    put_rows(out, &l->rows);
    put_rows(out, &l->aside);
    put_told(out, l);
}

/* What is being read; `f` may be NULL. */
struct wire_in {
    struct cursor at;
    struct import_list *list;
    struct fault *fault;
};

static bool broken(struct wire_in *in, const char *rule)
{
    return fault_set(in->fault, FAULT_FORMAT, "the list as it was read: %s", rule);
}

static bool sound(struct wire_in *in)
{
    return cursor_ok(&in->at) || broken(in, "cut short, no clean text, or more than memory holds");
}

/* As import_text_clean leaves it: a line of an entry has no blank at its ends. */
static const char *text(struct wire_in *in, size_t limit)
{
    const char *found = wire_text(&in->at, in->list->arena, limit);
    const size_t len = found == NULL ? 0 : strlen(found);

    if (len > 0 && (found[0] == ' ' || found[len - 1] == ' '))
        in->at.failed = true;
    return found;
}

/* A text that must be there. */
static const char *word(struct wire_in *in, size_t limit)
{
    const char *found = text(in, limit);

    if (found == NULL)
        in->at.failed = true;
    return found;
}

static bool take_day(struct wire_in *in, int32_t *day)
{
    *day = (int32_t)wire_u32(&in->at);
    return *day == DATE_NONE || import_text_is_day(*day) || broken(in, "a day that does not exist");
}

static bool take_field(struct wire_in *in, struct import_row *row)
{
    const char *name = word(in, LIMIT_NAME);
    const char *value = word(in, LIMIT_LIST_VALUE);

    if (!sound(in))
        return false;
    if (!import_text_is_name(name) || value[0] == '\0' || !observation_fits(value))
        return broken(in, "a field that no entry could hold");
    struct observation_field *slot = vec_push(&row->fields, in->fault);
    if (slot == NULL)
        return false;
    *slot = (struct observation_field){ .name = name, .value = value };
    return true;
}

static bool is_line(const char *name)
{
    return name == NULL || observation_fits(name);
}

static bool take_row(struct wire_in *in, struct vec *rows)
{
    struct import_row row = import_list_row(in->list, wire_u64(&in->at));

    row.id = word(in, LIMIT_LIST_ID);
    row.vendor = text(in, LIMIT_TEXT);
    row.product = text(in, LIMIT_TEXT);
    row.status = text(in, LIMIT_TEXT);
    if (!take_day(in, &row.from) || !take_day(in, &row.until) || !take_day(in, &row.due))
        return false;
    const uint32_t fields = wire_u32(&in->at);
    if (!sound(in))
        return false;
    if (row.id[0] == '\0' || !is_line(row.vendor) || !is_line(row.product))
        return broken(in, "a row without an id, or with a name that no entry could hold");
    for (uint32_t i = 0; i < fields; i++) {
        if (!take_field(in, &row))
            return false;
    }
    struct import_row *slot = vec_push(rows, in->fault);
    if (slot == NULL)
        return false;
    *slot = row;
    return true;
}

static bool take_rows(struct wire_in *in, struct vec *rows)
{
    const uint32_t count = wire_u32(&in->at);

    for (uint32_t i = 0; i < count; i++) {
        if (!take_row(in, rows))
            return false;
    }
    return sound(in);
}

static bool take_refusals(struct wire_in *in)
{
    const uint32_t count = wire_u32(&in->at);

    for (uint32_t i = 0; i < count; i++) {
        const size_t row = wire_u64(&in->at);
        const char *id = text(in, LIMIT_TEXT);
        const char *why = word(in, LIMIT_NAME);
        struct import_refusal *slot = !sound(in) ? NULL : vec_push(&in->list->refused, in->fault);
        if (slot == NULL)
            return false;
        *slot = (struct import_refusal){ .row = row, .id = id, .why = why };
    }
    return sound(in);
}

static bool take_notes(struct wire_in *in)
{
    const uint32_t count = wire_u32(&in->at);

    for (uint32_t i = 0; i < count; i++) {
        const size_t row = wire_u64(&in->at);
        const char *what = word(in, LIMIT_NAME);
        struct import_note *slot = !sound(in) ? NULL : vec_push(&in->list->notes, in->fault);
        if (slot == NULL)
            return false;
        *slot = (struct import_note){ .row = row, .what = what };
    }
    return sound(in);
}

static bool take_counts(struct wire_in *in)
{
    const uint32_t count = wire_u32(&in->at);

    for (uint32_t i = 0; i < count; i++) {
        const char *name = word(in, LIMIT_NAME);
        const uint64_t declared = wire_u64(&in->at);
        const uint64_t found = wire_u64(&in->at);
        struct import_count *slot = !sound(in) ? NULL : vec_push(&in->list->counts, in->fault);
        if (slot == NULL)
            return false;
        *slot = (struct import_count){ .name = name, .declared = declared, .found = found };
    }
    return sound(in);
}

bool import_wire_read(const struct import *format, struct bytes all, struct arena *a,
                      struct import_list *out, struct fault *f)
{
    struct import_list l = import_list_empty(format, a);
    struct wire_in in = { .at = cursor_over(all), .list = &l, .fault = f };

    l.source = word(&in, LIMIT_NAME);
    if (!take_day(&in, &l.date))
        return false;
    l.read = wire_u64(&in.at);
    l.understood = wire_u64(&in.at);
    if (!take_rows(&in, &l.rows) || !take_rows(&in, &l.aside) || !take_refusals(&in) ||
        !take_notes(&in) || !take_counts(&in))
        return false;
    if (cursor_left(&in.at) > 0)
        return broken(&in, "more bytes than it has parts");
    if (!import_list_settle(&l, f))
        return false;
    *out = l;
    return true;
}
