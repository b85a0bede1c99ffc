#include "imports/import_list.h"

#include "core/date.h"
#include "core/limits.h"
#include "core/text.h"
#include "imports/import_text.h"
#include "observation/observation.h"
#include "observation/observation_diff.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct import_list import_list_empty(const struct import *format, struct arena *a)
{
    return (struct import_list){
        .format = format,
        .date = DATE_NONE,
        .rows = vec_of(a, sizeof(struct import_row), LIMIT_LIST_ROWS),
        .refused = vec_of(a, sizeof(struct import_refusal), LIMIT_LIST_ROWS),
        .notes = vec_of(a, sizeof(struct import_note), LIMIT_RECORDS),
        .aside = vec_of(a, sizeof(struct import_row), LIMIT_FIELDS),
        .counts = vec_of(a, sizeof(struct import_count), LIMIT_FIELDS),
        .by_id = map_in(a),
        .arena = a,
    };
}

/* The rows stand still from now on. */
static bool index_rows(struct import_list *l, const struct vec *rows, struct fault *f)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct import_row *row = vec_at(rows, i);
        if (map_find(&l->by_id, bytes_of_text(row->id)) != NULL)
            return fault_set(f, FAULT_FORMAT, "two rows of the list have the id '%.80s'", row->id);
        if (!map_put(&l->by_id, bytes_of_text(row->id), row, f))
            return false;
    }
    return true;
}

static bool is_id(const char *text)
{
    static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz._/-";
    const size_t len = strlen(text);

    return len > 0 && len <= 128 && strspn(text, letters) == len && strchr("._/-", *text) == NULL;
}

bool import_list_settle(struct import_list *l, struct fault *f)
{
    l->by_id = map_in(l->arena);
    if (!index_rows(l, &l->aside, f) || !index_rows(l, &l->rows, f))
        return false;
    if (l->read != l->understood + l->refused.count || l->understood > l->read ||
        l->rows.count > l->understood)
        return fault_set(f, FAULT_FORMAT, "the rows of the list do not add up");
    return is_id(l->source) ||
           fault_set(f, FAULT_FORMAT,
                     "the source is no id ([a-z0-9][a-z0-9._/-]*, at most 128 bytes)");
}

struct import_row import_list_row(const struct import_list *l, size_t number)
{
    return (struct import_row){
        .number = number,
        .from = DATE_NONE,
        .until = DATE_NONE,
        .due = DATE_NONE,
        .fields = vec_of(l->arena, sizeof(struct observation_field), LIMIT_FIELDS),
    };
}

bool import_list_field(const struct import_list *l, struct import_row *row, struct bytes name,
                       struct bytes value, struct fault *f)
{
    const char *clean = import_text_clean(l->arena, value, f);

    if (clean == NULL)
        return false;
    if (clean[0] == '\0')
        return true;
    const char *id = import_text_name(l->arena, name, f);
    struct observation_field *field = id == NULL ? NULL : vec_push(&row->fields, f);
    if (field == NULL)
        return false;
    *field = (struct observation_field){ .name = id, .value = clean };
    return true;
}

const char *import_list_value(const struct import_row *row, const char *name)
{
    for (size_t i = 0; i < row->fields.count; i++) {
        const struct observation_field *field = vec_at(&row->fields, i);
        if (strcmp(field->name, name) == 0)
            return field->value;
    }
    return NULL;
}

struct import_row *import_list_find(const struct import_list *l, const char *id)
{
    const size_t *place = map_find(&l->by_id, bytes_of_text(id));

    return place == NULL ? NULL : vec_at(&l->rows, *place);
}

bool import_list_differs(const struct import_list *l, const struct import_row *a,
                         const struct import_row *b, const char **name, struct fault *f)
{
    const struct arena_mark scratch = arena_mark(l->arena);
    struct vec gone;
    struct vec came;

    if (!observation_diff(&a->fields, &b->fields, l->arena, &gone, &came, f))
        return false;
    const struct observation_field *one = gone.count > 0   ? vec_at(&gone, 0)
                                          : came.count > 0 ? vec_at(&came, 0)
                                                           : NULL;
    *name = one == NULL ? NULL : one->name;
    arena_release(l->arena, scratch);
    return true;
}

static bool meet_again(struct import_list *l, const struct import_row *row,
                       const struct import_row *first, struct fault *f)
{
    const char *differs = NULL;

    if (!import_list_differs(l, first, row, &differs, f))
        return false;
    if (differs != NULL)
        return import_list_refuse(l, row->number, row->id, f,
                                  "'%.80s' stands in row %zu already, with another %s", row->id,
                                  first->number, differs);
    l->read++;
    l->understood++;
    return import_list_note(l, row->number, f, "the same as row %zu, word for word", first->number);
}

/* What an entry of a register could not hold. */
static const struct observation_field *too_long(const struct import_row *row)
{
    for (size_t i = 0; i < row->fields.count; i++) {
        const struct observation_field *field = vec_at(&row->fields, i);
        if (strlen(field->value) > LIMIT_LIST_VALUE || !observation_fits(field->value))
            return field;
    }
    return NULL;
}

bool import_list_add(struct import_list *l, const struct import_row *row, struct fault *f)
{
    const struct import_row *first = import_list_find(l, row->id);
    const struct observation_field *field = too_long(row);

    if (strlen(row->id) > LIMIT_LIST_ID)
        return import_list_refuse(l, row->number, NULL, f, "its id has %zu bytes; %d are allowed",
                                  strlen(row->id), LIMIT_LIST_ID);
    if (field != NULL)
        return import_list_refuse(l, row->number, row->id, f,
                                  "%s, of %zu bytes, is more than an entry can hold", field->name,
                                  strlen(field->value));
    if (first != NULL)
        return meet_again(l, row, first, f);
    size_t *place = arena_alloc(l->arena, sizeof *place, f);
    struct import_row *slot = place == NULL ? NULL : vec_push(&l->rows, f);
    if (slot == NULL)
        return false;
    *slot = *row;
    *place = l->rows.count - 1;
    l->read++;
    l->understood++;
    return map_put(&l->by_id, bytes_of_text(row->id), place, f);
}

/* A precision ("%.60s") counts bytes and may end inside a letter: its rest is taken out. */
static struct bytes without_torn(char *text)
{
    struct bytes rest = bytes_of_text(text);
    size_t len = 0;

    while (rest.len > 0) {
        const struct bytes before = rest;
        if (text_next(&rest) < 0)
            continue;
        memmove(text + len, before.at, before.len - rest.len);
        len += before.len - rest.len;
    }
    return (struct bytes){ .at = (const uint8_t *)text, .len = len };
}

/* In the arena. Words of the input are clean by now; what is too long is cut. */
static const char *print(struct import_list *l, struct fault *f, const char *fmt, va_list args)
    __attribute__((format(printf, 3, 0)));

static const char *print(struct import_list *l, struct fault *f, const char *fmt, va_list args)
{
    char text[LIMIT_NAME];

    (void)vsnprintf(text, sizeof text, fmt, args);
    return arena_copy(l->arena, without_torn(text), f);
}

bool import_list_refuse(struct import_list *l, size_t number, const char *id, struct fault *f,
                        const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    const char *why = print(l, f, fmt, args);
    va_end(args);
    struct import_refusal *refusal = why == NULL ? NULL : vec_push(&l->refused, f);
    if (refusal == NULL)
        return false;
    *refusal = (struct import_refusal){ .row = number, .id = id, .why = why };
    l->read++;
    return true;
}

bool import_list_note(struct import_list *l, size_t number, struct fault *f, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    const char *what = print(l, f, fmt, args);
    va_end(args);
    struct import_note *note = what == NULL ? NULL : vec_push(&l->notes, f);
    if (note == NULL)
        return false;
    *note = (struct import_note){ .row = number, .what = what };
    return true;
}

bool import_list_count(struct import_list *l, const char *name, uint64_t declared, uint64_t found,
                       struct fault *f)
{
    struct import_count *count = vec_push(&l->counts, f);

    if (count == NULL)
        return false;
    *count = (struct import_count){ .name = name, .declared = declared, .found = found };
    return declared == found ||
           import_list_note(l, 0, f, "the list declares %llu %s, and holds %llu",
                            (unsigned long long)declared, name, (unsigned long long)found);
}
