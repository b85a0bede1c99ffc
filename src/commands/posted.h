/* posted.h -- the entries that a proof file carries, as a history: what can be said of a
 * certificate on a day from the file alone. */
#ifndef POSTED_H
#define POSTED_H

#include "proof/proof.h"

/* For a checked proof about certificate:ID that carries every entry under that key, the state of
 * the certificate on the day. Borrows from the finding. UNSUPPORTED for any other file. */
bool posted_standing(const struct proof_finding *found, int32_t day, struct arena *a,
                     struct proof_standing *out, struct fault *f) MUST_CHECK;

#endif
