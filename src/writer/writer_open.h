/* writer_open.h -- what opening a log and making one have in common. */
#ifndef WRITER_OPEN_H
#define WRITER_OPEN_H

#include "writer/writer_inside.h"

/* A writer of a folder that is open already and becomes its own, as the lock does. The settings
 * stand in the folder. */
bool writer_open_held(struct folder *folder, int *lock, struct writer **out,
                      struct fault *f) MUST_CHECK;

/* The text of the first entry of every log: its name, and whose clock it keeps. */
void writer_open_first(const char *origin, bool simulated, int64_t now, struct buf *text);

/* The lock of the folder, where asked waiting up to a second for another writer to leave; -1 and
 * the fault. */
int writer_open_lock(const struct folder *folder, bool wait, struct fault *f);

#endif
