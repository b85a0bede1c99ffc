/* instant.h -- moments as logs have them: seconds since 1970 in UTC, written as RFC 3339 with "Z",
 * and the clocks that tell them. */
#ifndef INSTANT_H
#define INSTANT_H

#include "core/fault.h"

#include "core/bytes.h"

enum { INSTANT_TEXT_MAX = 24 };

#define INSTANT_NONE ((int64_t)0)
#define INSTANT_LAST ((int64_t)253402300799) /* 9999-12-31T23:59:59Z, the last that is written */

/* "YYYY-MM-DDTHH:MM:SSZ" exactly (seconds to 59, years 1900 to 2999). */
bool instant_read(struct bytes text, int64_t *out);

/* The same, or "YYYY-MM-DD" for the last second of that day: by then. */
bool instant_read_by(struct bytes text, int64_t *out);

/* Writes it with a NUL. Returns `out`. */
const char *instant_write(int64_t instant, char out[INSTANT_TEXT_MAX]);

/* Days since 1970 (core/date.h). */
int32_t instant_day(int64_t instant);

/* The machine's clock, or, where `simulated` names a file, the moment that it holds (one line, RFC
 * 3339; read anew at each call). */
bool instant_now(const char *simulated, int64_t *out, struct fault *f) MUST_CHECK;

#endif
