/* report_read.h -- a JSON report back into the structs it was written from.
 *
 * A report comes from a file that anybody may have changed: every text is made clean again, every
 * word must be one of ours, and what is wrong is a fault that names its place
 * ("products[3].status: 'x' is no status"). Keys that are not known are passed over, so that a
 * later version's report still reads. `not_read`, `skipped` and all else is read as it stands;
 * nothing is believed about the target. */
#ifndef REPORT_READ_H
#define REPORT_READ_H

#include "core/bytes.h"
#include "model/scan.h"

/* The texts and vectors live in `a`. */
bool report_read(struct bytes json, struct arena *a, struct scan *out, struct fault *f) MUST_CHECK;

/* The same from a file of at most LIMIT_REPORT bytes. */
bool report_read_file(const char *path, struct arena *a, struct scan *out,
                      struct fault *f) MUST_CHECK;

#endif
