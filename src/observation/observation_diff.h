/* observation_diff.h -- what differs between two sets of fields, in which a name may repeat and
 * order has no meaning. */
#ifndef OBSERVATION_DIFF_H
#define OBSERVATION_DIFF_H

#include "core/vec.h"

/* Both are struct observation_field. `gone` gets what only `was` has, `came` what only `now` has,
 * each sorted by name, then by value; the strings are shared. */
bool observation_diff(const struct vec *was, const struct vec *now, struct arena *a,
                      struct vec *gone, struct vec *came, struct fault *f) MUST_CHECK;

#endif
