/* file.h -- a small file that somebody named, whole, read or made. What a scan reads comes by other
 * ways (engine/artefact.h). */
#ifndef FILE_H
#define FILE_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/fault.h"

/* Appends the file to `out`, whose limit is the file's. Faults name the path: DENIED, IO, or LIMIT
 * where it is larger. */
bool file_read(const char *path, struct buf *out, struct fault *f) MUST_CHECK;

/* The same into the arena, at most `limit` bytes. */
bool file_load(const char *path, size_t limit, struct arena *a, struct bytes *out,
               struct fault *f) MUST_CHECK;

/* A new file that its owner alone may read (0600), on the disk with its folder's entry when this
 * returns true; else nothing of it is left. DENIED where something is there already, be it a link:
 * nothing is overwritten. */
bool file_create(const char *path, struct bytes text, struct fault *f) MUST_CHECK;

#endif
