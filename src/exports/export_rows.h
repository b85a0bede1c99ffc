/* export_rows.h -- the rows of a list of others as the register last saw them: the fold over what
 * was observed of a source (observation/observation_past.h). */
#ifndef EXPORT_ROWS_H
#define EXPORT_ROWS_H

#include "exports/export.h"
#include "observation/observation_past.h"

struct export_rows {
    struct observation_past past; /* rows that have vanished among them: `present` is false */
    size_t present;
    int32_t seen; /* the newest day of an observation */
};

/* By the day asked. A fault where nothing was observed of the source. */
bool export_rows_read(const struct export_question *q, const char *source, struct arena *a,
                      struct export_rows *out, struct fault *f) MUST_CHECK;

#endif
