/* writer_history.h -- the entries that a writer has, staged ones included, as a history. */
#ifndef WRITER_HISTORY_H
#define WRITER_HISTORY_H

#include "writer/writer_inside.h"

struct history writer_history_of(struct writer *w);

/* The entry's bytes, until the next call. */
bool writer_history_entry(struct writer *w, uint64_t place, struct bytes *out,
                          struct fault *f) MUST_CHECK;
void writer_history_done(struct writer *w);

#endif
