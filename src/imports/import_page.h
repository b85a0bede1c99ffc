/* import_page.h -- the one table of a CMVP page, and what stands around it. */
#ifndef IMPORT_PAGE_H
#define IMPORT_PAGE_H

#include "core/vec.h"

#define IMPORT_PAGE_NONE UINT64_MAX

struct import_page_cell {
    const char *text; /* clean; what the browser hides or offers as a button is left out */
    const char *link; /* of the first link in it, or NULL */
    bool marked;      /* class mip-highlight */
};

struct import_page_row {
    size_t number;       /* in the table's body, from 1 */
    struct vec cells;    /* struct import_page_cell */
    const char *contact; /* the number behind "View Contacts", or NULL */
};

struct import_page {
    struct vec heads;     /* const char *: ids of the columns; none: no such table */
    struct vec titles;    /* const char *: the same as the page has them */
    struct vec rows;      /* struct import_page_row, of the body */
    size_t later;         /* rows with as many cells in the tables after it, which are not read */
    uint64_t displayed;   /* of the footer; IMPORT_PAGE_NONE where it does not say */
    uint64_t hidden;      /* "Not Displayed" */
    uint64_t total;       /* "Total" */
    uint64_t found_rows;  /* "24 certificates match the search criteria" */
    const char *searched; /* the status that was asked for in the search form, or NULL */
    int32_t updated;      /* "Last Updated: 12/18/2021", or DATE_NONE */
};

/* The first table whose head names both a module and a vendor. Fails on limits alone. */
bool import_page_read(struct bytes all, struct arena *a, struct import_page *out,
                      struct fault *f) MUST_CHECK;

#endif
