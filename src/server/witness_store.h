/* witness_store.h -- what a witness must never forget: of each log the last checkpoint that it
 * cosigned.
 *
 * A folder with one file for each log, named by the SHA-256 of the log's origin in hexadecimal; it
 * holds that checkpoint with the log's signature and the cosignature, as it is served. There is
 * nothing else to keep: size, root and time stand in it. One process at a time owns the folder (a
 * lock that ends with the process), and a file is replaced whole: when witness_store_write returns
 * true the new one is on the disk, and whatever happens before leaves the old one. */
#ifndef WITNESS_STORE_H
#define WITNESS_STORE_H

#include "core/arena.h"

enum { WITNESS_STORE_NOTE_MAX = 128 << 10 };

struct witness_store; /* opaque, on the heap */

/* Makes the folder where it is not there. */
bool witness_store_open(const char *dir, struct witness_store **out, struct fault *f) MUST_CHECK;
void witness_store_close(struct witness_store **s);

/* The checkpoint last written for the origin, in the arena. None: true, with *found false. */
bool witness_store_read(const struct witness_store *s, struct bytes origin, struct arena *a,
                        struct bytes *note, bool *found, struct fault *f) MUST_CHECK;

bool witness_store_write(struct witness_store *s, struct bytes origin, struct bytes note,
                         struct fault *f) MUST_CHECK;

#endif
