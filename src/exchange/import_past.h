/* import_past.h -- what was known of a list before: from an older file of it, or from the
 * observations that a register holds. */
#ifndef IMPORT_PAST_H
#define IMPORT_PAST_H

#include "exchange/import.h"

struct record;

/* What was last known of one row. */
struct import_known {
    const char *row;
    const char *vendor; /* NULL: none */
    const char *product;
    bool present;
    struct vec fields; /* struct import_field */
};

struct import_past {
    struct arena *arena;
    struct vec rows;   /* struct import_known, in the order of their appearance */
    struct map by_row; /* row -> size_t *, its place in `rows` */
};

struct import_past import_past_in(struct arena *a);

/* Every row of an older snapshot. Strings are shared. */
bool import_past_add_list(struct import_past *p, const struct import_list *l,
                          struct fault *f) MUST_CHECK;

/* One observation more, in the order of the log: it may be of any row. Records of another type or
 * source are passed by. */
bool import_past_add(struct import_past *p, const struct record *r, const char *source,
                     struct fault *f) MUST_CHECK;

const struct import_known *import_past_find(const struct import_past *p, const char *row);

#endif
