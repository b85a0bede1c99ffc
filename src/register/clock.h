/* clock.h -- the time that a log lives in: the host's, or a story's, kept in a file.
 *
 * Seconds since 1970, as cosignatures count; in text RFC 3339: "2017-09-13T00:00:00Z". */
#ifndef CLOCK_H
#define CLOCK_H

#include "core/bytes.h"
#include "core/fault.h"

enum { CLOCK_TEXT_MAX = 32 };

/* An RFC 3339 time in whole seconds, with "Z" or an offset; false otherwise. */
bool clock_parse(struct bytes text, int64_t *time);

/* "YYYY-MM-DDTHH:MM:SSZ"; "" for a time that text cannot hold. Returns `out`. */
const char *clock_text(int64_t time, char out[CLOCK_TEXT_MAX]);

/* Now: by the host with NULL, else by the file, which is read anew each time. */
bool clock_read(const char *simulated, int64_t *time, struct fault *f) MUST_CHECK;

#endif
