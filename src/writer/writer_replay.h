/* writer_replay.h -- the index made to agree with the entries. */
#ifndef WRITER_REPLAY_H
#define WRITER_REPLAY_H

#include "writer/writer_inside.h"

/* Open DIR/index and bring it up to all entries that the writer has; one that is damaged, or not
 * what the log's index leaves say, is discarded and built anew from the entries. */
bool writer_replay_open(struct writer *w, struct fault *f) MUST_CHECK;

/* Give up what is not committed, and add again what the writer still has. */
bool writer_replay_restore(struct writer *w, struct fault *f) MUST_CHECK;

#endif
