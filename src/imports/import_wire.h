/* import_wire.h -- a list that was read, as bytes between two of our processes: the one behind the
 * walls, which parsed the file, and the one that believes nothing of it.
 *
 * What comes out obeys every rule that import_read promises: texts are clean, names are ids, no
 * value is empty or longer than an entry holds, ids stand once, and the numbers add up. */
#ifndef IMPORT_WIRE_H
#define IMPORT_WIRE_H

#include "core/buf.h"
#include "imports/import.h"

/* All but the format, the digest of the file and what the caller said, which the reader knows. */
void import_wire_write(const struct import_list *l, struct buf *out);

/* Into the arena; a fault where the bytes break a rule. The digest, and whether it is meant, are
 * the caller's to set. */
bool import_wire_read(const struct import *format, struct bytes all, struct arena *a,
                      struct import_list *out, struct fault *f) MUST_CHECK;

#endif
