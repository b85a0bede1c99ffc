/* csv.h -- tables of text parted by commas (RFC 4180), as portals and spreadsheets really write
 * them.
 *
 * Quotes, doubled quotes and line ends inside quotes are read; lines end with CRLF, LF or CR; empty
 * lines are skipped; a byte order mark is skipped. A record that breaks the rules costs its first
 * line alone: reading goes on at the second, so that one forgotten quote cannot swallow a file.
 * What was read in vain is counted, and bounded.
 *
 *     struct csv c = csv_over(all, ',');
 *     while (csv_next(&c, &row, &f)) ...       // row.why != NULL: broken, and why
 *
 * The bytes of a cell are as the file has them: which letters they mean is the caller's question
 * (codec/cp1252.h). */
#ifndef CSV_H
#define CSV_H

#include "core/vec.h"

struct csv {
    struct bytes rest;
    struct bytes again; /* from the line after the last record's first */
    size_t line;        /* number of the line that `rest` begins with, from 1 */
    size_t vain;        /* bytes that were read and then read again */
    uint8_t separator;
    struct arena *arena; /* cells with doubled quotes are copied here */
};

struct csv_record {
    size_t line;      /* where it begins, from 1 */
    struct vec cells; /* struct bytes, borrowed from the file or in the arena */
    const char *why;  /* the rule that it breaks, or NULL; then `cells` means nothing */
};

struct csv csv_over(struct bytes all, uint8_t separator, struct arena *a);

/* The next record; *found is false at the end. A broken record is found, with its reason. A fault
 * is a limit that ends the reading. */
bool csv_next(struct csv *c, struct csv_record *out, bool *found, struct fault *f) MUST_CHECK;

/* The record that was just found makes no sense: go on at the line after its first. */
bool csv_again(struct csv *c, const struct csv_record *last, struct fault *f) MUST_CHECK;

#endif
