/* libcurl.h -- libcurl, brought in by the first who fetches something.
 *
 * Linked, it would bring twenty more libraries into every start of the program, a third of what
 * `hallmark --version` takes, and most commands never fetch. It stays once it is there.
 */
#ifndef LIBCURL_H
#define LIBCURL_H

#include "core/fault.h"

#include <curl/curl.h>

struct libcurl {
#define CALL(name) __typeof__(curl_##name) *name;
#include "fetch/libcurl.def"
#undef CALL
};

/* False where the library is not installed, or lacks a call. */
bool libcurl_load(struct libcurl *out, struct fault *f) MUST_CHECK;

#endif
