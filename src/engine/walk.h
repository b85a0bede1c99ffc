/* walk.h -- one folder of the target: its files offered to those who want them, its folders found.
 */
#ifndef WALK_H
#define WALK_H

#include "engine/artefact.h"
#include "engine/trail.h"
#include "engine/visit.h"

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
