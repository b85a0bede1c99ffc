/* fold.h -- one thing found in two ways is one product: what a path or a service bears out of a
 * product that a package database lists too becomes evidence of that product. */
#ifndef FOLD_H
#define FOLD_H

#include "knowledge/knowledge.h"

/* `products` (struct product, recognised). Folded ones are taken out; the order of the rest stands.
 */
bool fold_sightings(const struct knowledge *k, struct vec *products, struct fault *f) MUST_CHECK;

#endif
