/* join.h -- the one place where policy and register meet: policy's questions about lists and
 * schemes (policy/listing.h) are answered by a register, every answer proved (register/proved.h).
 *
 * What is asked, for each list and scheme: the maker by its ids, those of the knowledge base and
 * those that the register gives to one of its names; and by every name that the knowledge base has,
 * as tokens. An entry that names the maker maps to all tokens of the name, so a name of which one
 * token is absent was never entered. Where all are present the entries that have them all are read,
 * each proved. A name that contains one of the maker's and is no other known one is not decided
 * here: a person must judge. */
#ifndef JOIN_H
#define JOIN_H

#include "policy/listing.h"
#include "register/proved.h"

struct join;

/* Borrows `p`; the rest lives in the arena. */
bool join_open(struct proved *p, struct arena *a, struct join **out, struct fault *f) MUST_CHECK;

/* The answers; lives as long as the join. Keys that an answer rests on are marked (`rests`). */
const struct listing_source *join_source(const struct join *j);

#endif
