/* writer_replay.h -- the index made to agree with the entries. */
#ifndef WRITER_REPLAY_H
#define WRITER_REPLAY_H

#include "writer/writer_inside.h"

/* Open DIR/index and bring it up to all entries that the writer has; one that is damaged, or not
 * what the log's index leaves say, is discarded and built anew from the entries. */
bool writer_replay_open(struct writer *w, struct fault *f) MUST_CHECK;

/* Give up what is not committed, and add again what the writer still has. */
bool writer_replay_restore(struct writer *w, struct fault *f) MUST_CHECK;

/* index_find, index_add_entry, index_root and index_commit on an index that may turn out to be
 * damaged at any node that they come to: it is then built anew from the entries, and asked again.
 * The entry that is added is the last that the writer has. */
bool writer_replay_find(struct writer *w, struct bytes key, struct vec *places,
                        struct fault *f) MUST_CHECK;
bool writer_replay_add(struct writer *w, const struct vec *keys, struct fault *f) MUST_CHECK;
bool writer_replay_root(struct writer *w, struct sha256 *root, uint64_t *keys,
                        struct fault *f) MUST_CHECK;
bool writer_replay_commit(struct writer *w, uint64_t covers, struct fault *f) MUST_CHECK;

#endif
