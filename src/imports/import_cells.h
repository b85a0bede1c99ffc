/* import_cells.h -- what import_cc.c and import_csv.c share: the cells of a record as text. */
#ifndef IMPORT_CELLS_H
#define IMPORT_CELLS_H

#include "codec/csv.h"
#include "imports/import.h"

/* The cells of a record as clean text (const char *): UTF-8 or windows-1252, told apart cell by
 * cell; with `unescape`, character references decoded twice, as portals escape them twice. What was
 * found is noted once a record. */
bool import_cells_read(struct import_list *l, const struct csv_record *record, bool unescape,
                       struct vec *out, struct fault *f) MUST_CHECK;

/* The next record that keeps the rules of CSV and has `columns` cells; others are refused, each at
 * the cost of its first line. *found is false at the end. */
bool import_cells_next(struct import_list *l, struct csv *c, size_t columns, struct csv_record *out,
                       bool *found, struct fault *f) MUST_CHECK;

#endif
