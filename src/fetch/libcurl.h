/* libcurl.h -- libcurl, brought in by the first who fetches something (core/library.h). */
#ifndef LIBCURL_H
#define LIBCURL_H

#include "core/fault.h"

#include <curl/curl.h>

struct libcurl {
#define CALL(name) __typeof__(curl_##name) *name;
#include "fetch/libcurl.def"
#undef CALL
};

/* UNSUPPORTED where the library is not installed, or lacks a call. */
bool libcurl_bring(struct libcurl *out, struct fault *f) MUST_CHECK;

#endif
