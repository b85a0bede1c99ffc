#include "imports/import_cells.h"

#include "codec/cp1252.h"
#include "codec/html.h"
#include "core/limits.h"
#include "imports/import_list.h"
#include "imports/import_text.h"

#include <string.h>

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

bool import_cells_read(struct import_list *l, const struct csv_record *record, bool unescape,
                       struct vec *out, struct fault *f)
{
    bool was_1252 = false;
    bool lost = false;

    *out = vec_of(l->arena, sizeof(const char *), LIMIT_CSV_CELLS);
    for (size_t i = 0; i < record->cells.count; i++) {
        const char **slot = vec_push(out, f);
        if (slot == NULL ||
            !read_cell(l, *(struct bytes *)vec_at(&record->cells, i), unescape, &was_1252, slot, f))
            return false;
        lost = lost || strstr(*slot, "\xef\xbf\xbd") != NULL;
    }
    if (was_1252 && !import_list_note(l, record->line, f, "windows-1252, not UTF-8"))
        return false;
    return !lost || import_list_note(l, record->line, f,
                                     "holds U+FFFD: a letter was lost before this file was made");
}

bool import_cells_next(struct import_list *l, struct csv *c, size_t columns, struct csv_record *out,
                       bool *found, struct fault *f)
{
    for (;;) {
        if (!csv_next(c, out, found, f))
            return false;
        if (!*found || (out->why == NULL && out->cells.count == columns))
            return true;
        if (out->why == NULL && !csv_again(c, out, f))
            return false;
        if (!(out->why != NULL
                  ? import_list_refuse(l, out->line, NULL, f, "%s", out->why)
                  : import_list_refuse(l, out->line, NULL, f, "%zu cells; the list has %zu columns",
                                       out->cells.count, columns)))
            return false;
    }
}
