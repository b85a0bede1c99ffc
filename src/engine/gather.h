/* gather.h -- the parent's side of what workers say: every message is checked, then goes into the
 * merge, the coverage, or the list of programs still to be read. */
#ifndef GATHER_H
#define GATHER_H

#include "engine/message.h"
#include "inventory/merge.h"
#include "knowledge/knowledge.h"

/* Programs of one folder that are to be read if no package owns them. */
struct candidate_folder {
    struct bytes path;  /* in the arena */
    struct bytes names; /* in the arena: wire byte strings */
    uint32_t count;
};

struct gather {
    struct arena *arena;  /* of the run */
    struct arena scratch; /* of one message */
    const struct knowledge *knowledge;
    struct merge *merge;
    struct coverage coverage;
    struct vec candidates; /* struct candidate_folder */
    struct vec loose;      /* struct product: no database gave them a root yet */
    struct vec sightings;  /* struct sighting */
    struct vec roots;      /* const char *: of package databases, other than "/" */
    struct map root_index; /* the same, for asking */
};

struct sighting {
    const struct mark *mark;
    const char *path;
};

bool gather_new(struct arena *a, const struct knowledge *k, struct gather *out,
                struct fault *f) MUST_CHECK;
void gather_done(struct gather *g);

/* Take over whole frames of a worker, all that lie between two commits. False with FAULT_FORMAT
 * where one breaks a rule: then the worker is not to be believed. FAULT_LIMIT without memory. */
bool gather_take(struct gather *g, struct bytes frames, struct fault *f) MUST_CHECK;

bool gather_not_read(struct gather *g, const char *path, const char *kind, const char *why,
                     struct fault *f) MUST_CHECK;
bool gather_skipped(struct gather *g, const char *path, const char *why,
                    struct fault *f) MUST_CHECK;

/* The deepest root with a package database that `path` lies below; "/" else. Complete only after
 * the whole walk. */
const char *gather_root(const struct gather *g, struct bytes path);

/* True where a package owns the path; its name in `package`, NULL where the database does not say.
 */
bool gather_owner(const struct gather *g, struct bytes path, const char **package);

/* After the last message: loose findings get their roots, sightings become products or evidence of
 * the packages that they belong to. `products` and `systems` are the merge's result. */
bool gather_finish(struct gather *g, struct vec *products, struct vec *systems,
                   struct fault *f) MUST_CHECK;

#endif
