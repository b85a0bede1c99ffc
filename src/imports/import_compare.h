/* import_compare.h -- two snapshots of a list, and what was seen to change between them.
 *
 * The past is an older file of the same list, or the fold over the observations that a register
 * holds of it. What comes out are observations: that a row appeared, vanished, or says something
 * else now, field by field. They are no decisions of a scheme. A row that is missing is not told as
 * vanished, but withheld and counted, where the list may be at fault: not every row of it was
 * understood, or most of what was known is missing from it, as from a download that was cut. */
#ifndef IMPORT_COMPARE_H
#define IMPORT_COMPARE_H

#include "imports/import.h"
#include "observation/observation_past.h"

struct import_comparison {
    struct vec observations; /* struct observation, sorted by row */
    size_t appeared;         /* rows */
    size_t disappeared;
    size_t changed;
    size_t withheld;   /* rows that are not here, and not told as vanished */
    const char *doubt; /* why they are withheld; NULL: none is */
};

/* Every row of an older snapshot is part of the past. Strings are shared. */
bool import_compare_older(struct observation_past *past, const struct import_list *then,
                          struct fault *f) MUST_CHECK;

/* The same past and list give the same observations in the same order. */
bool import_compare(const struct observation_past *past, const struct import_list *now,
                    struct arena *a, struct import_comparison *out, struct fault *f) MUST_CHECK;

#endif
