/* recognise_inside.h -- the steps of recognise_makers.
 *
 * Each claim gets its vendor (recognise_claim.c), an attested name becomes a claim of its own, a
 * package's name is looked up among the marks; then the claims that are strong enough decide, and
 * what contradicts itself is said (recognise_conflict.c). */
#ifndef RECOGNISE_INSIDE_H
#define RECOGNISE_INSIDE_H

#include "knowledge/knowledge.h"

/* Give each claim of `p` its vendor, and a signature the strength that its certificate deserves.
 * Adds claims for makers whom a signature attests. */
bool recognise_claims(const struct knowledge *k, struct product *p, struct arena *a,
                      struct fault *f) MUST_CHECK;

/* The vendor of a mail address's or home page's domain, its parents included; NULL where it is
 * nobody's, or a host of other people's pages. */
const struct vendor *recognise_domain(const struct knowledge *k, const char *domain);

/* Add the sentences about claims that contradict each other. */
bool recognise_conflicts(const struct knowledge *k, struct product *p, struct arena *a,
                         struct fault *f) MUST_CHECK;

#endif
