/* mergeid.h -- the stable id of a product. For inventory/merge alone.
 *
 * The first 16 hexadecimal digits of SHA-256 over what identifies it: family, root, name, version,
 * epoch, architecture (packages), presence, and of loose products who is said to have made and
 * signed it. Not over paths, nor over what a root certificate given to the scan changes (the
 * strength of a signer, the state of its chain): the same product keeps its id. */
#ifndef MERGEID_H
#define MERGEID_H

#include "core/map.h"
#include "inventory/mergerow.h"

/* Write the id of the product that `row` is of into `kept`. `taken` has the ids given so far: where
 * two products would share one (told apart by no more than a signer's weight), the second in order
 * gets the next of its own. */
bool mergeid_write(const struct mergerow *row, struct map *taken, struct arena *kept,
                   const char **id, struct fault *f) MUST_CHECK;

#endif
