/* tiles_write.h -- tiles and entry bundles of a growing log, as files of a batch.
 *
 * Begins at a size whose tiles stand on the disk: the partial tiles at its right edge are read,
 * the root that they make is compared with the one that was published, and only then it grows. */
#ifndef TILES_WRITE_H
#define TILES_WRITE_H

#include "tlog/merkle.h"
#include "writer/folder.h"

struct tiles_write;

bool tiles_write_open(const struct folder *folder, uint64_t size, const struct sha256 *root,
                      struct tiles_write **out, struct fault *f) MUST_CHECK;
void tiles_write_close(struct tiles_write **t);

/* The next entry; tiles that become full with it go to the batch. */
bool tiles_write_add(struct tiles_write *t, struct folder_batch *b, struct bytes entry,
                     struct fault *f) MUST_CHECK;

/* The partial tiles of the tree as it stands. */
bool tiles_write_end(struct tiles_write *t, struct folder_batch *b, struct fault *f) MUST_CHECK;

/* Where tiles at the right edge are torn or gone: made anew, from the entries of the last bundle,
 * which `entry` brings, and from the full tiles below them. They are put in place only if they make
 * the root. */
struct tiles_write_entries {
    void *with;
    struct bytes (*entry)(void *with, uint64_t index);
    uint64_t first; /* the first that can be brought */
};
bool tiles_write_mend(const struct folder *folder, uint64_t size, const struct sha256 *root,
                      const struct tiles_write_entries *entries, struct fault *f) MUST_CHECK;

struct merkle_edge tiles_write_edge(const struct tiles_write *t);

/* The partial tiles of the old size that are full in the new one are removed: tlog-tiles allows it
 * once the full tile is there, and clients look for that. What cannot be removed stays. */
void tiles_write_tidy(const struct folder *folder, uint64_t old_size, uint64_t new_size);

#endif
