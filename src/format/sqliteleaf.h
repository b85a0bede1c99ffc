/* sqliteleaf.h -- rows straight from the leaf pages of tables (SQLite file format 1.6, 2.1), for
 * databases whose schema or tree SQLite itself can no longer follow. Which table a leaf belongs to
 * is not known: the caller tells by what the rows hold. Leaves on the list of free pages hold rows
 * that were deleted, and are passed over. No page is taken to have reserved bytes: rpm writes none,
 * and the header's word for it may be what is damaged. */
#ifndef SQLITELEAF_H
#define SQLITELEAF_H

#include "format/sqliteview.h"

struct sqliteleaf {
    const struct sqlitewal *pages;
    uint32_t count; /* pages that are there, whatever the header says of their number */
    size_t usable;  /* bytes of a page */
    uint8_t *free;  /* one per page */
};

struct sqliteleaf_row {
    int64_t id;
    struct bytes first; /* the payload's part on the page */
    uint64_t size;      /* of the whole payload */
    uint32_t overflow;  /* the page where the rest begins, or 0 */
};

bool sqliteleaf_open(struct sqliteleaf *l, const struct sqlitewal *pages, struct arena *a,
                     struct fault *f) MUST_CHECK;

/* Cells on page `page` (from 1); 0 where it is no leaf of a table, or free. */
size_t sqliteleaf_cells(const struct sqliteleaf *l, uint32_t page);

/* Cell `i` of that page. */
bool sqliteleaf_row(const struct sqliteleaf *l, uint32_t page, size_t i,
                    struct sqliteleaf_row *row) MUST_CHECK;

/* True, and its size, where the row is (NULL, blob): a row id and a blob. */
bool sqliteleaf_has_blob(const struct sqliteleaf_row *row, size_t *header, uint64_t *len);

/* The whole payload, in the arena; the caller has limited row->size. */
bool sqliteleaf_payload(const struct sqliteleaf *l, const struct sqliteleaf_row *row,
                        struct arena *a, struct bytes *payload, struct fault *f) MUST_CHECK;

#endif
