/* striking.h -- what is struck from a list, or put on it again, in the words of its listing.
 *
 * A removal must repeat the lines of the listing that it ends, so that it is found under every key
 * under which the listing is (register-admission.md). Nobody should have to type them again. */
#ifndef STRIKING_H
#define STRIKING_H

#include "cli/invocation.h"

/* Where the pairs (struct record_pair) say action=remove or action=relist: find the one thing on
 * (or struck from) the list that has all lines given, and add those that were not. Several that
 * match are a fault; none is left to admission to refuse. */
bool striking_complete(const struct invocation *in, const char *place, struct vec *pairs,
                       struct fault *f) MUST_CHECK;

#endif
