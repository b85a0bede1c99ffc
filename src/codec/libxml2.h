/* libxml2.h -- libxml2, brought in by the first who reads a page (core/library.h). */
#ifndef LIBXML2_H
#define LIBXML2_H

#include "core/fault.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>

struct libxml2 {
#define CALL(name) __typeof__(name) *name;
#include "codec/libxml2.def"
#undef CALL
};

/* UNSUPPORTED where the library is not installed, or lacks a call. */
bool libxml2_bring(struct libxml2 *out, struct fault *f) MUST_CHECK;

#endif
