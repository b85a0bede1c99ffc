/* export_oscal_seen.h -- the observations of both OSCAL documents. */
#ifndef EXPORT_OSCAL_SEEN_H
#define EXPORT_OSCAL_SEEN_H

#include "exports/export_oscal.h"

/* "observations": every report, and every silence after its due date. */
void export_oscal_seen(struct export_pen *p, const struct export_oscal *o);

/* "related-observations" of one case, or of all cases of the organisation (`c` NULL). */
void export_oscal_seen_related(struct export_pen *p, const struct export_oscal *o,
                               const struct export_oscal_case *c, struct bytes organisation);

#endif
