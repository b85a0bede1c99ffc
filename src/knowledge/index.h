/* index.h -- the tables by which knowledge is asked: built once, after all files are read. */
#ifndef INDEX_H
#define INDEX_H

#include "knowledge/knowledge.h"

/* Sorts the vendors, gives each mark its vendor (`mark_vendors`: const char *, an id for each mark)
 * and fills the maps. Names, domains and marks that two vendors claim become warnings; the first
 * in the order of ids keeps them. An owner that is no vendor is a fault. */
bool index_build(struct knowledge *k, const struct vec *mark_vendors, struct fault *f) MUST_CHECK;

#endif
