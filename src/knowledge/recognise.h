/* recognise.h -- from claims and marks to vendors: the inside of knowledge_recognise.
 *
 * The order of work: each claim gets its vendor (recognise_claim.c), an attested name becomes a
 * claim of its own, a package's name is looked up among the marks; then the claims that are strong
 * enough decide, and what contradicts itself is said (recognise_conflict.c). */
#ifndef RECOGNISE_H
#define RECOGNISE_H

#include "knowledge/knowledge.h"

/* As knowledge_product_named, knowledge_apply_mark and knowledge_recognise. */
const struct vendor_product *recognise_product(const struct vendor *v, struct bytes name);
bool recognise_mark(const struct mark *m, const char *place, struct product *p, struct arena *a,
                    struct fault *f) MUST_CHECK;
bool recognise_makers(const struct knowledge *k, const struct system *system, struct product *p,
                      struct arena *a, struct fault *f) MUST_CHECK;

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

/* "deb", "rpm", "apk": entries of a package database. */
bool recognise_is_package(const struct product *p);

#endif
