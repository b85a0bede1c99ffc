/* libmicrohttpd.h -- libmicrohttpd, brought in by the first who serves something:
 * core/library.h. */
#ifndef LIBMICROHTTPD_H
#define LIBMICROHTTPD_H

#include "core/fault.h"

#include <microhttpd.h>

struct libmicrohttpd {
#define CALL(name) __typeof__(MHD_##name) *name;
#include "server/libmicrohttpd.def"
#undef CALL
};

/* UNSUPPORTED where the library is not installed, or lacks a call. */
bool libmicrohttpd_bring(struct libmicrohttpd *out, struct fault *f) MUST_CHECK;

#endif
