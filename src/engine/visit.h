/* visit.h -- folders that are still to be walked. */
#ifndef VISIT_H
#define VISIT_H

#include "core/bytes.h"
#include "core/fault.h"

/* A folder to be walked. Where a link stands for a part of the way to a package database, `said` is
 * the path through the link and `real` the one that it leads to; then only databases are looked
 * for, since the walk sees everything else where it really is. */
struct visit {
    struct bytes said; /* heap */
    struct bytes real; /* heap; the same bytes as `said` for all but links */
};

struct visit visit_copy(struct bytes said, struct bytes real);
void visit_done(struct visit *v);

/* A stack of visits on the heap. */
struct visits {
    struct visit *at;
    size_t count;
    size_t room;
};

/* The visit becomes the stack's. False without memory; then it is freed. */
bool visits_push(struct visits *v, struct visit visit) MUST_CHECK;
void visits_done(struct visits *v);

#endif
