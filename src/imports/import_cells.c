#include "imports/import_cells.h"

#include "codec/cp1252.h"
#include "codec/html.h"
#include "core/limits.h"
#include "imports/import_list.h"
#include "imports/import_text.h"

#include <string.h>
#include <strings.h>

enum { ESCAPED_TWICE = 2 };

static bool read_cell(struct import_list *l, struct bytes cell, bool unescape, bool *was_1252,
                      const char **out, struct fault *f)
{
    bool was = false;

    if (!cp1252_text(cell, l->arena, &cell, &was, f))
        return false;
    *was_1252 = *was_1252 || was;
    for (int round = 0; unescape && round < ESCAPED_TWICE; round++) {
        if (!html_unescape(cell, l->arena, &cell, f))
            return false;
    }
    *out = import_text_clean(l->arena, cell, f);
    return *out != NULL;
}

/* The cells as text, noting once what was found in them. */
static bool read_cells(struct import_cells *c, const struct csv_record *record, struct vec *out,
                       struct fault *f)
{
    bool was_1252 = false;
    bool lost = false;

    *out = vec_of(c->list->arena, sizeof(const char *), LIMIT_CSV_CELLS);
    for (size_t i = 0; i < record->cells.count; i++) {
        const char **slot = vec_push(out, f);
        if (slot == NULL || !read_cell(c->list, *(struct bytes *)vec_at(&record->cells, i),
                                       c->unescape, &was_1252, slot, f))
            return false;
        lost = lost || strstr(*slot, "\xef\xbf\xbd") != NULL;
    }
    if (was_1252 && !import_list_note(c->list, record->line, f, "windows-1252, not UTF-8"))
        return false;
    return !lost || import_list_note(c->list, record->line, f,
                                     "holds U+FFFD: a letter was lost before this file was made");
}

bool import_cells_open(struct import_list *l, struct bytes all, uint8_t separator, bool unescape,
                       struct import_cells *out, struct fault *f)
{
    struct import_cells c = { .list = l,
                              .csv = csv_over(all, separator, l->arena),
                              .unescape = unescape };
    struct csv_record head;
    bool found = false;

    if (!csv_next(&c.csv, &head, &found, f))
        return false;
    if (!found || head.why != NULL)
        return fault_set(f, FAULT_FORMAT, "CSV: the first line names no columns%s%s",
                         found ? ": " : "", found ? head.why : "");
    if (!read_cells(&c, &head, &c.heads, f))
        return false;
    *out = c;
    return true;
}

size_t import_cells_column(const struct import_cells *c, const char *name)
{
    for (size_t i = 0; i < c->heads.count; i++) {
        if (strcasecmp(*(const char **)vec_at(&c->heads, i), name) == 0)
            return i;
    }
    return IMPORT_CELLS_NONE;
}

const char *import_cells_at(const struct import_cells *c, size_t column)
{
    return column == IMPORT_CELLS_NONE ? "" : *(const char **)vec_at(&c->row, column);
}

/* Spreadsheets end in rows of separators alone. */
static bool is_empty(const struct csv_record *record)
{
    for (size_t i = 0; i < record->cells.count; i++) {
        if (bytes_trim(*(struct bytes *)vec_at(&record->cells, i)).len > 0)
            return false;
    }
    return true;
}

/* Two files put together have the heads of the second among their rows. */
static bool is_head(const struct import_cells *c)
{
    for (size_t i = 0; i < c->heads.count; i++) {
        if (strcmp(import_cells_at(c, i), *(const char **)vec_at(&c->heads, i)) != 0)
            return false;
    }
    return true;
}

/* *row says whether the record is a row of the list; what is none was told. */
static bool take_record(struct import_cells *c, const struct csv_record *record, bool *row,
                        struct fault *f)
{
    *row = false;
    if (record->why != NULL)
        return import_list_refuse(c->list, record->line, NULL, f, "%s", record->why);
    if (is_empty(record))
        return import_list_note(c->list, record->line, f, "empty, and no row");
    if (record->cells.count != c->heads.count)
        return csv_again(&c->csv, record, f) &&
               import_list_refuse(c->list, record->line, NULL, f,
                                  "%zu cells; the list has %zu columns", record->cells.count,
                                  c->heads.count);
    if (!read_cells(c, record, &c->row, f))
        return false;
    c->line = record->line;
    *row = !is_head(c);
    return *row || import_list_refuse(c->list, record->line, NULL, f,
                                      "the names of the columns once more: two files in one?");
}

bool import_cells_next(struct import_cells *c, bool *found, struct fault *f)
{
    struct csv_record record;
    bool row = false;

    do {
        if (!csv_next(&c->csv, &record, found, f))
            return false;
    } while (*found && take_record(c, &record, &row, f) && !row);
    return !*found || row;
}
