/* losses.h -- records that a reader loses one at a time: the first LIMIT_LOSSES are reported each
 * with its reason, the rest is counted and told once, so that a hostile file of ten million broken
 * records costs no more than a small one. */
#ifndef LOSSES_H
#define LOSSES_H

#include "format/sink.h"

struct losses {
    struct sink *out;
    size_t count; /* may be read outside */
};

struct losses losses_to(struct sink *out);

/* One more record is lost; drops the record being built. False only when the consumer wants no
 * more. */
bool losses_add(struct losses *l, const struct fault *lost, struct fault *f) MUST_CHECK;

/* At the end of the input: tells how many more there were, if any. */
bool losses_end(struct losses *l, struct fault *f) MUST_CHECK;

#endif
