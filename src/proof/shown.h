/* shown.h -- bytes from a proof file, for a reader: printable ASCII as it is, a backslash doubled,
 * every other byte as \xNN. So two different texts never look alike, and nothing moves the cursor.
 */
#ifndef SHOWN_H
#define SHOWN_H

#include "core/buf.h"

enum { SHOWN_MAX = 100 };

void shown_put(struct buf *out, struct bytes text);

/* The same for a fault, cut with "..." where it is longer. Returns `out`. */
const char *shown_brief(struct bytes text, char out[SHOWN_MAX]);

#endif
