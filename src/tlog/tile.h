/* tile.h -- C2SP tlog-tiles: where hashes and entries stand, and how bundles are read.
 *
 *     tile/<L>/<N>[.p/<W>]            32 bytes a hash
 *     tile/entries/<N>[.p/<W>]        u16be length || entry
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

/* The reverse, exactly: one path for one tile, and none for a tile beyond 2^64 leaves. */
bool tile_path_read(struct bytes path, struct tile *out);

/* How many hashes (or entries) tile n of the level has in a tree of that size; 0: there is none. */
unsigned tile_width(unsigned level, uint64_t n, uint64_t size);

/* The next entry of a bundle. False at its end, and, with the cursor failed, where it is cut. */
bool tile_entry_next(struct cursor *bundle, struct bytes *entry);
void tile_entry_put(struct buf *bundle, struct bytes entry);

/* A reader of hashes over tiles, for a tree of `size` leaves: it asks for the tiles that exist in
 * that tree alone, partial ones by the width that they have in it. It holds the tree's right edge
 * (one partial tile a level) and the eight full tiles used last, 16 kB each, with their inner
 * nodes. A hash from a tile that it holds costs nothing; else one `load`, and once for each tile up
 * to 255 hashes of nodes (50 us). A proof in a tree of 10^6 leaves takes 3 to 5 loads.
 *
 * By itself it believes what `load` brings: whoever makes a proof from it must check the proof.
 * After tile_reader_trust every tile is checked against the root before a hash of it is believed,
 * and a fault names the tile that is wrong. */
struct tile_reader; /* opaque, in the arena; one thread at a time */

/* Brings a tile's bytes, borrowed until the next call, or in `a`, which is scratch: what is
 * allocated there is gone after the call. Exactly 32 * width bytes, else the reader refuses them.
 */
struct tile_store {
    void *with;
    bool (*load)(void *with, const struct tile *t, struct arena *a, struct bytes *out,
                 struct fault *f);
};

/* The arena must outlive the reader; it takes what it needs of it here. */
bool tile_reader_new(const struct tile_store *store, uint64_t size, struct arena *a,
                     struct tile_reader **out, struct fault *f) MUST_CHECK;

/* Compute the root from the right edge (at most eight loads) and compare it. */
bool tile_reader_trust(struct tile_reader *r, const struct sha256 *root,
                       struct fault *f) MUST_CHECK;
void tile_reader_free(struct tile_reader **r); /* the arena keeps the memory */
struct merkle_reader tile_hashes(struct tile_reader *r);

#endif
