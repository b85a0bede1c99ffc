/* affiliation.h -- who belongs to whom at a date: the closure over dated edges of ownership and
 * succession. */
#ifndef AFFILIATION_H
#define AFFILIATION_H

#include "knowledge/knowledge.h"

/* True where `vendor` is `of`, or owned by it, or its owner, or a sister under one owner, or its
 * successor, at `date`: the ownership closure that instruments speak of. DATE_NONE asks what holds
 * without an end. */
bool affiliation_holds(const struct knowledge *k, const char *vendor, const char *of, int32_t date);

#endif
