/* scans.h -- what an organisation reports of a directive's step, taken from its scans. */
#ifndef SCANS_H
#define SCANS_H

#include "cli/invocation.h"

/* For `directive=ID` among the pairs (struct record_pair), read the directive's subjects from the
 * register at `place` and every --from REPORT, and add the fields result, method, coverage, hosts,
 * found, unread, scans and evidence, each only where it was not given by hand. A product counts as
 * found by its vendor's id or by a token of its name or of a maker's name. */
bool scans_add_fields(const struct invocation *in, const char *place, struct vec *pairs,
                      struct fault *f) MUST_CHECK;

#endif
