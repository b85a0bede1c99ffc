/* mapfn_text.h -- the map function as a document: docs/mapfn-1.txt, rendered from the table of
 * types and the rules of the code beside it. */
#ifndef MAPFN_TEXT_H
#define MAPFN_TEXT_H

#include "core/buf.h"

void mapfn_text_write(struct buf *out);

#endif
