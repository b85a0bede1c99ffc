/* import_compare.h -- two snapshots of a list, and what was seen to change between them.
 *
 * The past is an older file of the same list, or the fold over the observations that a register
 * holds of it. What comes out are observations: that a row appeared, vanished, or says something
 * else now, field by field. They are no decisions of a scheme. A row that vanished from a list of
 * which not every row was understood is not told as vanished: it is withheld, and counted. */
#ifndef IMPORT_COMPARE_H
#define IMPORT_COMPARE_H

#include "exchange/import_past.h"

enum import_action { IMPORT_APPEARED, IMPORT_DISAPPEARED, IMPORT_CHANGED };

/* One entry of a register. A row with more to say than an entry holds becomes several: the later
 * ones have changed and say what else there is now. */
struct import_observation {
    enum import_action action;
    const char *row;
    const char *vendor; /* NULL or "": none */
    const char *product;
    struct vec fields; /* struct import_field, of what appeared */
    struct vec was;    /* of what changed: sorted by name, then value */
    struct vec now;
};

struct import_comparison {
    struct vec observations; /* struct import_observation, sorted by row */
    size_t appeared;         /* rows */
    size_t disappeared;
    size_t changed;
    size_t withheld; /* rows that are not here, of a list that is not whole */
};

/* The same past and list give the same observations in the same order. */
bool import_compare(const struct import_past *past, const struct import_list *now, struct arena *a,
                    struct import_comparison *out, struct fault *f) MUST_CHECK;

/* "appeared", "disappeared", "changed" */
const char *import_compare_action(enum import_action action);

#endif
