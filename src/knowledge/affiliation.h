/* affiliation.h -- who belongs to whom at a date: the closure over dated edges of ownership and
 * succession. */
#ifndef AFFILIATION_H
#define AFFILIATION_H

#include "knowledge/knowledge.h"

/* As knowledge_affiliated. */
bool affiliation_holds(const struct knowledge *k, const char *vendor, const char *of, int32_t date);

#endif
