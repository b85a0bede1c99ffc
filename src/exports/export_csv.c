/* export_csv.c -- the rows of any observed list as CSV (RFC 4180): a column for each field, in the
 * order in which fields were first seen, and further ones (NAME/2, NAME/3) where a row has several
 * values of a name. The first column is the row's id. */
#include "core/map.h"
#include "exports/export_rows.h"

#include <string.h>

enum { COLUMNS_MAX = 1 << 16 };

struct column {
    const char *name;
    size_t most; /* values of the name in one row */
    size_t have; /* in the row at hand */
    size_t at;   /* its first place among the cells */
};

struct table {
    struct arena *arena;
    struct vec columns; /* struct column */
    struct map by_name; /* name -> size_t *, its place in `columns` */
    const char **cells; /* of the row at hand */
    size_t width;
};

static struct column *column_of(struct table *t, const char *name)
{
    const size_t *place = map_find(&t->by_name, bytes_of_text(name));

    return place == NULL ? NULL : vec_at(&t->columns, *place);
}

static struct column *add_column(struct table *t, const char *name, struct fault *f)
{
    size_t *place = arena_alloc(t->arena, sizeof *place, f);
    struct column *c = place == NULL ? NULL : vec_push(&t->columns, f);

    if (c == NULL)
        return NULL;
    *place = t->columns.count - 1;
    *c = (struct column){ .name = name };
    return map_put(&t->by_name, bytes_of_text(name), place, f) ? c : NULL;
}

static void forget_row(struct table *t)
{
    for (size_t i = 0; i < t->columns.count; i++)
        ((struct column *)vec_at(&t->columns, i))->have = 0;
}

static bool measure_row(struct table *t, const struct observation_row *row, struct fault *f)
{
    forget_row(t);
    for (size_t i = 0; i < row->fields.count; i++) {
        const struct observation_field *field = vec_at(&row->fields, i);
        struct column *c = column_of(t, field->name);
        if (c == NULL)
            c = add_column(t, field->name, f);
        if (c == NULL)
            return false;
        c->have++;
        c->most = c->have > c->most ? c->have : c->most;
    }
    return true;
}

static bool measure(struct table *t, const struct export_rows *rows, struct fault *f)
{
    for (size_t i = 0; i < rows->past.rows.count; i++) {
        const struct observation_row *row = vec_at(&rows->past.rows, i);
        if (row->present && !measure_row(t, row, f))
            return false;
    }
    for (size_t i = 0; i < t->columns.count; i++) {
        struct column *c = vec_at(&t->columns, i);
        c->at = t->width;
        t->width += c->most;
    }
    t->cells = arena_array(t->arena, t->width + 1, sizeof *t->cells, f);
    return t->cells != NULL;
}

/* RFC 4180 section 2.5 to 2.7 */
static void put_cell(struct buf *out, const char *text)
{
    if (strpbrk(text, "\",\r\n") == NULL) {
        buf_add_text(out, text);
        return;
    }
    buf_add_byte(out, '"');
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"')
            buf_add_byte(out, '"');
        buf_add_byte(out, (uint8_t)*at);
    }
    buf_add_byte(out, '"');
}

static void put_header(const struct table *t, struct buf *out)
{
    buf_add_text(out, "row");
    for (size_t i = 0; i < t->columns.count; i++) {
        const struct column *c = vec_at(&t->columns, i);
        for (size_t k = 1; k <= c->most; k++) {
            buf_print(out, ",%s", c->name);
            if (k > 1)
                buf_print(out, "/%zu", k);
        }
    }
    buf_add_text(out, "\r\n");
}

static void put_row(struct table *t, const struct observation_row *row, struct buf *out)
{
    forget_row(t);
    for (size_t i = 0; i < t->width; i++)
        t->cells[i] = "";
    for (size_t i = 0; i < row->fields.count; i++) {
        const struct observation_field *field = vec_at(&row->fields, i);
        struct column *c = column_of(t, field->name);
        if (c != NULL) /* every name of a row was given a column before */
            t->cells[c->at + c->have++] = field->value;
    }
    put_cell(out, row->row);
    for (size_t i = 0; i < t->width; i++) {
        buf_add_byte(out, ',');
        put_cell(out, t->cells[i]);
    }
    buf_add_text(out, "\r\n");
}

static bool write_csv(const struct export_question *q, struct arena *a, struct buf *out,
                      struct export_told *told, struct fault *f)
{
    struct table t = { .arena = a,
                       .columns = vec_of(a, sizeof(struct column), COLUMNS_MAX),
                       .by_name = map_in(a) };
    struct export_rows rows;

    if (q->id == NULL)
        return fault_set(f, FAULT_FORMAT, "csv needs the id of a source: what list was observed?");
    if (!export_rows_read(q, q->id, a, &rows, f) || !measure(&t, &rows, f))
        return false;
    put_header(&t, out);
    for (size_t i = 0; i < rows.past.rows.count; i++) {
        const struct observation_row *row = vec_at(&rows.past.rows, i);
        if (row->present)
            put_row(&t, row, out);
    }
    told->written = rows.present;
    return true;
}

const struct export_form export_csv_form = {
    .name = "csv",
    .title = "the rows of a list of others as last observed (CSV, all fields)",
    .takes_id = true,
    .write = write_csv,
};
