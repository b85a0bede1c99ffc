/* import_cells.h -- what import_cc.c and import_csv.c share: a CSV with the names of its columns in
 * its first record, read a row at a time as clean text.
 *
 * Cells are UTF-8 or windows-1252, told apart cell by cell; what was found is noted once a row. A
 * row that holds nothing is noted and no row of the list; one that breaks the rules of CSV, has
 * more or fewer cells than there are columns, or names the columns again is refused. */
#ifndef IMPORT_CELLS_H
#define IMPORT_CELLS_H

#include "codec/csv.h"
#include "imports/import.h"

#define IMPORT_CELLS_NONE SIZE_MAX /* no column */

struct import_cells {
    struct import_list *list;
    struct csv csv;
    bool unescape;
    struct vec heads; /* const char *: the columns as the file names them */
    struct vec row;   /* const char *, of the row that was read last; as many as heads */
    size_t line;      /* on which it begins */
};

/* With `unescape`, character references are decoded twice, as portals escape them twice. A fault
 * where the first record names no columns. */
bool import_cells_open(struct import_list *l, struct bytes all, uint8_t separator, bool unescape,
                       struct import_cells *out, struct fault *f) MUST_CHECK;

/* The first column of that name, in either case. */
size_t import_cells_column(const struct import_cells *c, const char *name);

/* The next row that is one; *found is false at the end. */
bool import_cells_next(struct import_cells *c, bool *found, struct fault *f) MUST_CHECK;

/* The cell of the row in that column; "" for IMPORT_CELLS_NONE. */
const char *import_cells_at(const struct import_cells *c, size_t column);

#endif
