/* page.h -- lines for a terminal: indentation, wrapping at blanks by display width, colour.
 *
 * Texts are clean UTF-8. Widths come from text_width, which asks the locale: a program that prints
 * pages has set LC_CTYPE to a UTF-8 locale. A word wider than the line is not broken, so that a
 * path can be copied. */
#ifndef PAGE_H
#define PAGE_H

#include "core/buf.h"

enum ink { INK_PLAIN, INK_BOLD, INK_DIM, INK_BAD, INK_WARN, INK_NOTE, INK_GOOD, INK_MAX };

struct page {
    struct buf *out;
    struct buf line; /* what was said since the last flush */
    unsigned columns;
    size_t column; /* where the cells of the line in hand end */
    bool colour;
};

/* A label in `ink` at `indent`, padded to `width` columns (a wider one has a line of its own); what
 * follows is wrapped under itself. */
struct page_label {
    unsigned indent;
    unsigned width;
    enum ink ink;
    const char *label; /* NULL: none */
};

/* page_done frees the line being made, not `out`. */
struct page page_on(struct buf *out, unsigned columns, bool colour);
void page_done(struct page *p);

void page_blank(struct page *p);
void page_heading(struct page *p, enum ink ink, const char *text);

/* A paragraph is said in pieces, then flushed: under its label, or (label NULL) behind the cells of
 * the line in hand. */
void page_say(struct page *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void page_flush(struct page *p, const struct page_label *label);

/* Pieces of one line, for tables: text in `ink`, padded to `width` columns (0: not padded). The
 * line ends with page_flush. */
void page_cell(struct page *p, enum ink ink, unsigned width, const char *text);

enum { PAGE_NUMBER_MAX = 40 };

/* "6,800"; "3.4 MB" (powers of 1000). Return `out`. */
const char *page_count(uint64_t number, char out[PAGE_NUMBER_MAX]);
const char *page_size(uint64_t bytes, char out[PAGE_NUMBER_MAX]);

/* "product" or "products". */
const char *page_plural(uint64_t number, const char *one, const char *many);

#endif
