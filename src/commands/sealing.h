/* sealing.h -- a record that is logged without being shown: its salted digest goes into the log,
 * and what opens it stays in a file. */
#ifndef SEALING_H
#define SEALING_H

#include "core/arena.h"
#include "core/buf.h"

/* Puts the text of a `sealed` record into `sealed`, for the record whose text is given, and what
 * opens it into a new file at `path` (mode 0600, never overwritten): the `opened` record as one
 * line for `register load`. */
bool sealing_make(struct bytes text, const char *path, struct arena *a, struct buf *sealed,
                  struct fault *f) MUST_CHECK;

/* Takes the file back: what it would open was not logged. */
void sealing_undo(const char *path);

#endif
