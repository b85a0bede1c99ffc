/* audit_tiles.h -- the hash tiles of a log against the leaf hashes that its entries make. */
#ifndef AUDIT_TILES_H
#define AUDIT_TILES_H

#include "register/source.h"
#include "tlog/tile.h"

struct audit_tiles;

bool audit_tiles_new(const struct source *s, uint64_t size, struct audit_tiles **out,
                     struct fault *f) MUST_CHECK;
void audit_tiles_free(struct audit_tiles **t);

/* As after the first `from` leaves, a multiple of 256, of a tree whose hashes `r` reads: the tiles
 * before were compared by an earlier audit. */
bool audit_tiles_resume(struct audit_tiles *t, const struct merkle_reader *r, uint64_t from,
                        struct fault *f) MUST_CHECK;

/* Leaf by leaf: a tile is compared as soon as its last hash is known. */
bool audit_tiles_add(struct audit_tiles *t, const struct sha256 *leaf, struct fault *f) MUST_CHECK;

/* The partial tiles at the right edge; *count is how many tiles were compared in all. */
bool audit_tiles_end(struct audit_tiles *t, uint64_t *count, struct fault *f) MUST_CHECK;

#endif
