/* writer_carry.h -- a candidate carried to its end: tiles, cosignatures, checkpoint. Touches files
 * alone and nothing of the writer, so that it may be done in a child process. */
#ifndef WRITER_CARRY_H
#define WRITER_CARRY_H

#include "writer/writer_inside.h"

/* *published false, without a fault, when the quorum has not signed: `f` says who. */
bool writer_carry_out(struct writer *w, const struct writer_plan *plan,
                      const struct writer_round *round, bool *published,
                      struct fault *f) MUST_CHECK;

/* Cosignatures of the checkpoint in `note`, which is of that size, appended to it. */
bool writer_carry_gather(struct writer *w, uint64_t size, const struct writer_round *round,
                         struct buf *note, struct fault *f) MUST_CHECK;

#endif
