/* tile.h -- C2SP tlog-tiles: where hashes and entries stand, and how bundles are read.
 *
 *     tile/<L>/<N>[.p/<W>]     32 bytes a hash          tile/entries/<N>[.p/<W>]     u16be length
 * || entry
 *
 * Tile n of level l holds, at place i, the root over leaves [(n * 256 + i) * 256^l, ... + 256^l).
 */
#ifndef TILE_H
#define TILE_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/cursor.h"
#include "tlog/merkle.h"

enum {
    TILE_WIDTH = 256,
    TILE_LEVELS = 8,        /* 256^8 leaves are all that 64 bits can count */
    TILE_ENTRY_MAX = 65535, /* u16be */
    TILE_PATH_MAX = 96,
    TILE_BUNDLE_MAX = TILE_WIDTH * (TILE_ENTRY_MAX + 2),
    TILE_ENTRIES = 255, /* as a level: the entry bundles */
};

struct tile {
    unsigned level; /* 0..7, or TILE_ENTRIES */
    uint64_t n;
    unsigned width; /* 1..256; 256: full */
};

/* "tile/0/x001/x234/067", "tile/entries/000.p/6". Returns `out`. */
const char *tile_path(const struct tile *t, char out[TILE_PATH_MAX]);

/* The reverse, exactly: one path for one tile. */
bool tile_path_read(struct bytes path, struct tile *out);

/* How many hashes tile n of the level has in a tree of that size (0: it does not exist). */
unsigned tile_width(unsigned level, uint64_t n, uint64_t size);

/* The next entry of a bundle. False at its end, and, with the cursor failed, where it is cut. */
bool tile_entry_next(struct cursor *bundle, struct bytes *entry);
void tile_entry_put(struct buf *bundle, struct bytes entry);

/* A reader over tiles: `load` brings one tile's bytes (32 * width, checked by the caller of load),
 * kept in a small cache. `size` is the tree's: partial tiles are asked for by the width they have
 * in it. With `root` given, every tile is checked against it before a hash is believed. */
struct tile_reader; /* opaque, in an arena */

struct tile_store {
    void *with;
    bool (*load)(void *with, const struct tile *t, struct arena *a, struct bytes *out,
                 struct fault *f);
};

bool tile_reader_new(const struct tile_store *store, uint64_t size, struct arena *a,
                     struct tile_reader **out, struct fault *f) MUST_CHECK;
void tile_reader_free(struct tile_reader **r);
struct merkle_reader tile_hashes(struct tile_reader *r);

#endif
