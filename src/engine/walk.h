/* walk.h -- one folder of the target: its files offered to those who want them, its folders found.
 */
#ifndef WALK_H
#define WALK_H

#include "engine/artefact.h"
#include "engine/trail.h"

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

struct walk {
    struct artefact_reader *reader;
    struct trail trail;
    uint64_t device;          /* of the target's file system */
    const struct vec *struck; /* struct bytes: paths that cost a worker its life; not read again */
    struct visits found;      /* folders found in the folder just walked */
};

/* Walk one folder; w->found holds what lies below. All else goes to the parent as messages. */
void walk_folder(struct walk *w, const struct visit *v);

/* Read the programs `names` (struct bytes) of a folder, whatever owns them; `done` after each. */
void walk_program(struct walk *w, struct bytes folder, struct bytes name);

#endif
