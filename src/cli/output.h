/* output.h -- where a report goes: whole to its place, or not at all. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "core/arena.h"
#include "core/bytes.h"
#include "core/fault.h"

/* Before the work: could `path` be written? NULL and "-" are standard output. */
bool output_check(const char *path, struct fault *f) MUST_CHECK;

/* A regular file is written under another name beside its place and then renamed, so that it never
 * stands there in part; a device or pipe is written as it is. A reader of standard output who went
 * away is no fault. */
bool output_write(const char *path, struct bytes text, struct fault *f) MUST_CHECK;

/* Standard output for what exists nowhere else: that its reader went away is a fault too. */
bool output_entrust(struct bytes text, struct fault *f) MUST_CHECK;

/* The path of the file `name` in `folder`, however many slashes it was given with; NULL: no memory.
 */
char *output_below(const char *folder, const char *name, struct arena *a,
                   struct fault *f) MUST_CHECK;

/* A line for whoever started us: in the file at `ready` first, where one is wanted, then on
 * standard output. */
bool output_announce(const char *line, const char *ready, struct fault *f) MUST_CHECK;

#endif
