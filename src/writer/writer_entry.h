/* writer_entry.h -- the entries that a writer has, staged ones included, read again: published ones
 * from their bundles, each held against its hash. */
#ifndef WRITER_ENTRY_H
#define WRITER_ENTRY_H

#include "writer/writer_inside.h"

/* The entry's bytes, until the next call. */
bool writer_entry(struct writer *w, uint64_t place, struct bytes *out, struct fault *f) MUST_CHECK;
void writer_entry_done(struct writer *w);

/* What is wrong with our own files is no fault of the entry that made us look there. False. */
bool writer_entry_ours(struct fault *f);

#endif
