/* merge.h -- what all workers found becomes one list of products, the same whatever the order of
 * arrival: duplicates joined, notes about makers hung on their packages, purls and ids set.
 *
 * Lives in the parent, in the arena of the run; repeated texts are kept once. */
#ifndef MERGE_H
#define MERGE_H

#include "model/product.h"
#include "model/scan.h"

struct merge;

/* On an empty merge in `a`. merge_done frees what is not in the arena (the owned paths). */
bool merge_new(struct arena *a, struct merge **out, struct fault *f) MUST_CHECK;
void merge_done(struct merge *m);

/* The hash of a path for ownership: `root` ("/" or "/srv/chroot") and the path below it
 * ("/bin/ls"), normalised: no "//", "/./" or slash at the end, and a first part that a merged /usr
 * has moved (bin, sbin, lib, lib32, lib64, libx32, libo32) hashes as below usr. */
uint64_t merge_path_hash(struct bytes root, struct bytes path);

/* Take over one finding each: everything is copied. */
bool merge_product(struct merge *m, const struct product *p, struct fault *f) MUST_CHECK;
bool merge_system(struct merge *m, const struct system *s, struct fault *f) MUST_CHECK;
bool merge_note(struct merge *m, const char *type, const char *root, const char *package,
                const struct claim *claim, struct fault *f) MUST_CHECK;
bool merge_owns(struct merge *m, uint64_t path_hash, const char *package,
                struct fault *f) MUST_CHECK;

/* Which package owns the path, by its hash: false where none does. `package` may become NULL where
 * the database did not say which. */
bool merge_owner(const struct merge *m, uint64_t path_hash, const char **package);

/* Sort, join, name. Afterwards `products` (struct product, sorted by type, root, name, version,
 * arch, presence) and `systems` (struct system, by root) are the result, in the arena. */
bool merge_finish(struct merge *m, struct vec *products, struct vec *systems,
                  struct fault *f) MUST_CHECK;

#endif
