/* policy_text.h -- instruments and words told to a reader: `hallmark policies [ID]`,
 * `hallmark policies words`. Plain text, no colour, one fact a line. */
#ifndef POLICY_TEXT_H
#define POLICY_TEXT_H

#include "core/buf.h"
#include "policy/policy.h"

/* Every instrument: id, what it is, since when, its title. False where `out` failed. */
bool policy_text_list(const struct policy *p, struct buf *out) MUST_CHECK;

/* One instrument, all of it. A fault where there is none of that id. */
bool policy_text_instrument(const struct policy *p, const char *id, struct buf *out,
                            struct fault *f) MUST_CHECK;

/* The keys of the context with their words, and the categories. */
bool policy_text_words(const struct words *w, struct buf *out) MUST_CHECK;

#endif
