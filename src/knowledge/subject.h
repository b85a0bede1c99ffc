/* subject.h -- one attribute of a distinguished name that was printed as text (RFC 4514, with or
 * without blanks after the separators). */
#ifndef SUBJECT_H
#define SUBJECT_H

#include "core/arena.h"

/* The value of the first attribute of `type` ("O", "CN"; compared without case) in `subject`,
 * without its escapes, in `a`. *out is NULL where there is none. False only without memory. */
bool subject_field(struct arena *a, const char *subject, const char *type, const char **out,
                   struct fault *f) MUST_CHECK;

#endif
