/* observation_past.h -- what was known of a list before: from an older file of it, or from the
 * observations that a register holds. */
#ifndef OBSERVATION_PAST_H
#define OBSERVATION_PAST_H

#include "core/map.h"
#include "observation/observation.h"

struct record;

/* What was last known of one row. */
struct observation_row {
    const char *row;
    const char *vendor; /* NULL: none */
    const char *product;
    bool present;
    struct vec fields; /* struct observation_field */
};

struct observation_past {
    struct arena *arena;
    struct vec rows;   /* struct observation_row, in the order of their appearance */
    struct map by_row; /* row -> size_t *, its place in `rows` */
    int32_t seen;      /* the newest day of an observation, or DATE_NONE */
};

struct observation_past observation_past_in(struct arena *a);

/* One row of an older snapshot. Its strings are shared; its fields are copied, for later
 * observations change what is known, and not the snapshot. */
bool observation_past_see(struct observation_past *p, const struct observation_row *seen,
                          struct fault *f) MUST_CHECK;

/* One observation more, in the order of the log: it may be of any row. Records of another type or
 * source are passed by. */
bool observation_past_add(struct observation_past *p, const struct record *r, const char *source,
                          struct fault *f) MUST_CHECK;

const struct observation_row *observation_past_find(const struct observation_past *p,
                                                    const char *row);

#endif
