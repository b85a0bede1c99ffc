#include "codec/csv.h"

#include "core/limits.h"

#include <string.h>

enum ending { CELL_ENDS, RECORD_ENDS, BROKEN };

/* One record being read: how far it goes, and how many lines it spans. */
struct walk {
    struct bytes all; /* from the record's first byte */
    size_t at;
    size_t lines;      /* line ends passed */
    size_t first_line; /* length of the first line with its end; 0: not yet passed */
    const char *why;
};

struct csv csv_over(struct bytes all, uint8_t separator, struct arena *a)
{
    const struct bytes rest =
        bytes_part(all, bytes_has_prefix(all, "\xef\xbb\xbf") ? 3 : 0, all.len);

    return (
        struct csv){ .rest = rest, .again = rest, .line = 1, .separator = separator, .arena = a };
}

/* Step over the line end at `at`, if one is there. */
static bool pass_line_end(struct walk *w)
{
    if (w->at >= w->all.len)
        return false;
    const uint8_t c = w->all.at[w->at];
    if (c != '\r' && c != '\n')
        return false;
    w->at++;
    if (c == '\r' && w->at < w->all.len && w->all.at[w->at] == '\n')
        w->at++;
    w->lines++;
    if (w->first_line == 0)
        w->first_line = w->at;
    return true;
}

static enum ending break_off(struct walk *w, const char *why)
{
    w->why = why;
    return BROKEN;
}

/* What follows a cell: the separator, a line end, or the file's. */
static enum ending end_cell(struct walk *w, uint8_t separator)
{
    if (w->at >= w->all.len || pass_line_end(w))
        return RECORD_ENDS;
    if (w->all.at[w->at] != separator)
        return break_off(w, "RFC 4180 2.5: more text after a closing quote");
    w->at++;
    return CELL_ENDS;
}

/* `inside` with each doubled quote as one. */
static bool undouble(struct bytes inside, struct arena *a, struct bytes *out, struct fault *f)
{
    uint8_t *copy = arena_alloc(a, inside.len, f);
    size_t len = 0;

    if (copy == NULL)
        return false;
    for (size_t i = 0; i < inside.len; i++) {
        copy[len++] = inside.at[i];
        if (inside.at[i] == '"')
            i++;
    }
    *out = (struct bytes){ .at = copy, .len = len };
    return true;
}

/* Up to the closing quote, which is passed. */
static enum ending walk_quoted(struct walk *w, struct bytes *inside, bool *doubled)
{
    const size_t from = ++w->at;

    *doubled = false;
    while (w->at < w->all.len) {
        if (w->at - from > LIMIT_TEXT)
            return break_off(w, "a quoted cell of more than 64 kB: its quote was never closed");
        if (w->all.at[w->at] != '"') {
            if (!pass_line_end(w))
                w->at++;
            continue;
        }
        if (w->at + 1 >= w->all.len || w->all.at[w->at + 1] != '"') {
            *inside = bytes_part(w->all, from, w->at - from);
            w->at++;
            return CELL_ENDS;
        }
        *doubled = true;
        w->at += 2;
    }
    return break_off(w, "RFC 4180 2.5: a quote that is never closed");
}

/* Quotes inside an unquoted cell are text: 5.25" is written so. */
static enum ending walk_plain(struct walk *w, uint8_t separator, struct bytes *cell)
{
    const size_t from = w->at;

    while (w->at < w->all.len && w->all.at[w->at] != separator && w->all.at[w->at] != '\n' &&
           w->all.at[w->at] != '\r')
        w->at++;
    *cell = bytes_part(w->all, from, w->at - from);
    return cell->len > LIMIT_TEXT ? break_off(w, "a cell of more than 64 kB") : CELL_ENDS;
}

static bool walk_record(struct csv *c, struct walk *w, struct vec *cells, struct fault *f)
{
    enum ending ending = CELL_ENDS;

    while (ending == CELL_ENDS) {
        struct bytes cell = { 0 };
        bool doubled = false;
        const bool quoted = w->at < w->all.len && w->all.at[w->at] == '"';

        if (cells->count == LIMIT_CSV_CELLS) {
            w->why = "more than 1024 cells";
            return true;
        }
        ending = quoted ? walk_quoted(w, &cell, &doubled) : walk_plain(w, c->separator, &cell);
        if (ending == BROKEN)
            return true;
        if (doubled && !undouble(cell, c->arena, &cell, f))
            return false;
        struct bytes *slot = vec_push(cells, f);
        if (slot == NULL)
            return false;
        *slot = cell;
        ending = end_cell(w, c->separator);
    }
    return true;
}

static bool spend(struct csv *c, size_t bytes, struct fault *f)
{
    c->vain += bytes;
    if (c->vain <= LIMIT_CSV_VAIN)
        return true;
    return fault_set(f, FAULT_LIMIT,
                     "RFC 4180: line %zu: so many quotes are never closed that this is no CSV",
                     c->line);
}

static void skip_empty_lines(struct csv *c)
{
    struct walk w = { .all = c->rest };

    while (pass_line_end(&w))
        continue;
    c->rest = bytes_part(c->rest, w.at, c->rest.len);
    c->line += w.lines;
}

/* The whole first line, whatever stands in it. */
static void pass_first_line(struct walk *w)
{
    if (w->first_line != 0)
        return;
    while (w->at < w->all.len && !pass_line_end(w))
        w->at++;
    w->first_line = w->at;
}

bool csv_next(struct csv *c, struct csv_record *out, bool *found, struct fault *f)
{
    skip_empty_lines(c);
    *found = c->rest.len > 0;
    if (!*found)
        return true;
    struct walk w = { .all = c->rest };
    struct csv_record record = { .line = c->line,
                                 .cells = vec_of(c->arena, sizeof(struct bytes), LIMIT_CSV_CELLS) };
    if (!walk_record(c, &w, &record.cells, f))
        return false;
    record.why = w.why;
    pass_first_line(&w);
    c->again = bytes_part(c->rest, w.first_line, c->rest.len);
    c->rest = bytes_part(c->rest, w.at, c->rest.len);
    c->line += w.lines;
    *out = record;
    return w.why == NULL || csv_again(c, out, f);
}

bool csv_again(struct csv *c, const struct csv_record *last, struct fault *f)
{
    if (!spend(c, c->again.len - c->rest.len, f))
        return false;
    c->rest = c->again;
    c->line = last->line + 1;
    return true;
}
