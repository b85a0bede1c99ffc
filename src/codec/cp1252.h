/* cp1252.h -- text that is UTF-8 or, where it is not, windows-1252.
 *
 * Lists that were put together from many hands change their encoding from one cell to the next.
 * Valid UTF-8 of more than ASCII is hardly ever anything else, and every byte means something in
 * windows-1252 (five mean a control character, as the WHATWG has it), so this cannot fail on what
 * it reads. */
#ifndef CP1252_H
#define CP1252_H

#include "core/arena.h"

/* `in` itself where it is UTF-8, else a copy in the arena; *was says which. */
bool cp1252_text(struct bytes in, struct arena *a, struct bytes *out, bool *was,
                 struct fault *f) MUST_CHECK;

#endif
