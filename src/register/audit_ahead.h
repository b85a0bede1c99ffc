/* audit_ahead.h -- the signatures of a bundle, verified before its entries are judged.
 *
 * Nine tenths of an audit are signatures, and each can be verified without the entries before it
 * once its key is known: the bundle's are, on all processors. Admission then judges entry by entry
 * as ever, and verifies itself what was not known ahead: entries with several signatures, or by a
 * key that the same bundle admits. */
#ifndef AUDIT_AHEAD_H
#define AUDIT_AHEAD_H

#include "core/cursor.h"
#include "standing/admission.h"

struct audit_ahead;

bool audit_ahead_new(struct audit_ahead **out, struct fault *f) MUST_CHECK;
void audit_ahead_free(struct audit_ahead **h);

/* A bundle's first entry and those behind it, by the keys that are known now. What is wrong with an
 * entry is for admission to say: only memory and the history's own faults are faults here. */
struct audit_bundle {
    struct bytes first;
    struct cursor rest;
    struct admission *admission;
    const struct key *log;
};
bool audit_ahead_bundle(struct audit_ahead *h, const struct audit_bundle *b,
                        struct fault *f) MUST_CHECK;

/* The key under which the next entry's one signature is good; NULL: admission must verify. In the
 * order of the bundle, each entry once; good until the next bundle. */
const struct key *audit_ahead_next(struct audit_ahead *h);

#endif
