/* recognise.h -- from claims and marks to vendors. */
#ifndef RECOGNISE_H
#define RECOGNISE_H

#include "knowledge/knowledge.h"

/* A mark was found at `place`: adds the evidence, and where the mark needs no other claim beside
 * it, an originator claim of its strength. Sets title and categories from the mark's product.
 * recognise_makers comes after, and is what sets p->vendor. */
bool recognise_mark(const struct mark *m, const char *place, struct product *p, struct arena *a,
                    struct fault *f) MUST_CHECK;

/* Recognise the makers of a product: fills claims' vendors (and names, where a domain alone was
 * stated), p->vendor, title, categories, maker_known, adds conflicts, and evidence for each mark
 * that hit. `system` is the root's own (may be NULL). Claims that are only weak never set
 * p->vendor. For one product call it once. */
bool recognise_makers(const struct knowledge *k, const struct system *system, struct product *p,
                      struct arena *a, struct fault *f) MUST_CHECK;

#endif
