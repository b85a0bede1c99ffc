#include "writer/tiles_write.h"

#include "core/buf.h"
#include "tlog/tile.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tiles_write {
    const struct folder *folder;
    uint64_t size;
    struct sha256 at[TILE_LEVELS][TILE_WIDTH]; /* of each level, the tile at the right edge */
    struct buf bundle;                         /* and the entries of that of level 0 */
};

static uint64_t hashes_of(uint64_t size, unsigned level)
{
    return size >> (8 * level);
}

static unsigned width_of(uint64_t size, unsigned level)
{
    return (unsigned)(hashes_of(size, level) % TILE_WIDTH);
}

/* The tile at the right edge: partial, unless its last hash has just come. */
static struct tile edge_tile(unsigned level, uint64_t size, unsigned kind)
{
    const unsigned width = width_of(size, level);

    return (struct tile){ .level = kind,
                          .n = (hashes_of(size, level) - (width == 0)) / TILE_WIDTH,
                          .width = width == 0 ? TILE_WIDTH : width };
}

/* The root over `count` hashes, a power of two. */
static struct sha256 fold(const struct sha256 *at, unsigned count)
{
    if (count == 1)
        return *at;
    const struct sha256 left = fold(at, count / 2);
    const struct sha256 right = fold(at + count / 2, count / 2);
    return merkle_node(&left, &right);
}

struct merkle_edge tiles_write_edge(const struct tiles_write *t)
{
    struct merkle_edge e = { .size = t->size };

    for (unsigned level = TILE_LEVELS; level-- > 0;) {
        const unsigned width = width_of(t->size, level);
        unsigned from = 0;
        for (unsigned part = TILE_WIDTH / 2; part > 0; part /= 2) {
            if ((width & part) == 0)
                continue;
            e.at[e.count++] = fold(&t->at[level][from], part);
            from += part;
        }
    }
    return e;
}

static bool missing(const struct tiles_write *t, const char *path, struct fault *f)
{
    return fault_set(f, FAULT_FORMAT,
                     "%s/%s: not there, though the checkpoint of size %" PRIu64
                     " needs it (tlog-tiles)",
                     t->folder->name, path, t->size);
}

static bool load_level(struct tiles_write *t, unsigned level, struct arena *a, struct fault *f)
{
    const unsigned width = width_of(t->size, level);
    const struct tile tile = edge_tile(level, t->size, level);
    char path[TILE_PATH_MAX];
    struct bytes content = { 0 };
    bool found = false;

    if (width == 0)
        return true;
    (void)tile_path(&tile, path);
    if (!folder_read(t->folder, path, TILE_WIDTH * SHA256_LEN, a, &content, &found, f))
        return false;
    if (!found)
        return missing(t, path, f);
    if (content.len != (size_t)width * SHA256_LEN)
        return fault_set(f, FAULT_FORMAT, "%s/%s: %zu bytes, where %u hashes have %u (tlog-tiles)",
                         t->folder->name, path, content.len, width, width * SHA256_LEN);
    memcpy(t->at[level], content.at, content.len);
    return true;
}

/* The entries of the partial bundle must be those that level 0 has the hashes of. */
static bool load_bundle(struct tiles_write *t, struct arena *a, struct fault *f)
{
    const unsigned width = width_of(t->size, 0);
    const struct tile tile = edge_tile(0, t->size, TILE_ENTRIES);
    char path[TILE_PATH_MAX];
    struct bytes content = { 0 };
    struct bytes entry;
    bool found = false;
    unsigned n = 0;

    if (width == 0)
        return true;
    (void)tile_path(&tile, path);
    if (!folder_read(t->folder, path, TILE_BUNDLE_MAX, a, &content, &found, f))
        return false;
    if (!found)
        return missing(t, path, f);
    struct cursor c = cursor_over(content);
    bool same = true;
    while (same && n < width && tile_entry_next(&c, &entry)) {
        const struct sha256 leaf = merkle_leaf(entry);
        same = sha256_equal(&leaf, &t->at[0][n++]);
    }
    if (!same || n != width || !cursor_ok(&c) || cursor_left(&c) != 0)
        return fault_set(f, FAULT_FORMAT,
                         "%s/%s: not the entries that tile/0 has the hashes of (tlog-tiles)",
                         t->folder->name, path);
    buf_add(&t->bundle, content);
    return buf_ok(&t->bundle) || fault_set(f, FAULT_LIMIT, "out of memory");
}

static bool makes(const struct tiles_write *t, const struct sha256 *root)
{
    const struct merkle_edge e = tiles_write_edge(t);
    const struct sha256 found = merkle_edge_root(&e);

    return sha256_equal(&found, root);
}

static bool load(struct tiles_write *t, const struct sha256 *root, struct fault *f)
{
    struct arena a = arena_with_budget((size_t)TILE_BUNDLE_MAX + (1 << 20));
    bool ok = true;

    for (unsigned level = 0; ok && level < TILE_LEVELS; level++)
        ok = load_level(t, level, &a, f);
    ok = ok && load_bundle(t, &a, f);
    arena_done(&a);
    if (!ok)
        return false;
    return makes(t, root) || fault_set(f, FAULT_FORMAT,
                                       "%s/tile: the tiles at size %" PRIu64
                                       " do not make the root of the checkpoint (RFC 6962 2.1)",
                                       t->folder->name, t->size);
}

static struct tiles_write *begin(const struct folder *folder, uint64_t size, struct fault *f)
{
    struct tiles_write *t = calloc(1, sizeof *t);

    if (t == NULL) {
        (void)fault_set(f, FAULT_LIMIT, "out of memory");
        return NULL;
    }
    t->folder = folder;
    t->size = size;
    t->bundle = buf_with_limit(TILE_BUNDLE_MAX);
    return t;
}

bool tiles_write_open(const struct folder *folder, uint64_t size, const struct sha256 *root,
                      struct tiles_write **out, struct fault *f)
{
    struct tiles_write *t = begin(folder, size, f);

    if (t == NULL)
        return false;
    if (!load(t, root, f)) {
        tiles_write_close(&t);
        return false;
    }
    *out = t;
    return true;
}

void tiles_write_close(struct tiles_write **t)
{
    if (*t == NULL)
        return;
    buf_done(&(*t)->bundle);
    free(*t);
    *t = NULL;
}

static bool write_tile(struct tiles_write *t, struct folder_batch *b, unsigned level,
                       struct fault *f)
{
    const struct tile tile = edge_tile(level, t->size, level);
    uint8_t content[TILE_WIDTH * SHA256_LEN];
    char path[TILE_PATH_MAX];

    memcpy(content, t->at[level], sizeof content);
    return folder_batch_add_once(
        b, tile_path(&tile, path),
        (struct bytes){ .at = content, .len = (size_t)tile.width * SHA256_LEN }, f);
}

static bool write_bundle(struct tiles_write *t, struct folder_batch *b, struct fault *f)
{
    const struct tile tile = edge_tile(0, t->size, TILE_ENTRIES);
    char path[TILE_PATH_MAX];

    return folder_batch_add_once(b, tile_path(&tile, path), buf_bytes(&t->bundle), f);
}

bool tiles_write_add(struct tiles_write *t, struct folder_batch *b, struct bytes entry,
                     struct fault *f)
{
    t->at[0][width_of(t->size, 0)] = merkle_leaf(entry);
    tile_entry_put(&t->bundle, entry);
    if (!buf_ok(&t->bundle))
        return fault_set(f, FAULT_LIMIT, "out of memory");
    t->size++;
    if (width_of(t->size, 0) == 0) {
        if (!write_bundle(t, b, f))
            return false;
        t->bundle.len = 0;
    }
    /* a level whose tile is full has one hash more above it */
    for (unsigned level = 0; level < TILE_LEVELS && width_of(t->size, level) == 0; level++) {
        if (!write_tile(t, b, level, f))
            return false;
        if (level + 1 < TILE_LEVELS) {
            const uint64_t place = (hashes_of(t->size, level + 1) - 1) % TILE_WIDTH;
            t->at[level + 1][place] = fold(t->at[level], TILE_WIDTH);
        }
    }
    return true;
}

bool tiles_write_end(struct tiles_write *t, struct folder_batch *b, struct fault *f)
{
    if (width_of(t->size, 0) != 0 && !write_bundle(t, b, f))
        return false;
    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        if (width_of(t->size, level) != 0 && !write_tile(t, b, level, f))
            return false;
    }
    return true;
}

static void remove_partials(const struct folder *folder, unsigned level, uint64_t old_size,
                            uint64_t new_size, unsigned kind)
{
    const struct tile tile = edge_tile(level, old_size, kind);
    char path[TILE_PATH_MAX];

    if (width_of(old_size, level) == 0 ||
        hashes_of(new_size, level) / TILE_WIDTH == hashes_of(old_size, level) / TILE_WIDTH)
        return;
    (void)tile_path(&tile, path);
    char *width = strrchr(path, '/'); /* "tile/0/001.p/17": all widths go with their folder */
    *width = '\0';
    folder_remove_all(folder, path);
}

void tiles_write_tidy(const struct folder *folder, uint64_t old_size, uint64_t new_size)
{
    remove_partials(folder, 0, old_size, new_size, TILE_ENTRIES);
    for (unsigned level = 0; level < TILE_LEVELS; level++)
        remove_partials(folder, level, old_size, new_size, level);
}

/* The hashes of the right edge's tile at a level above 0 are the roots of the full tiles below. */
static bool mend_level(struct tiles_write *t, unsigned level, struct fault *f)
{
    struct arena a = arena_with_budget(TILE_WIDTH * SHA256_LEN + (1 << 16));
    const uint64_t first = edge_tile(level, t->size, level).n * TILE_WIDTH;
    struct sha256 hashes[TILE_WIDTH];
    char path[TILE_PATH_MAX];
    bool ok = true;

    for (unsigned i = 0; ok && i < width_of(t->size, level); i++) {
        const struct arena_mark mark = arena_mark(&a);
        const struct tile below = { .level = level - 1, .n = first + i, .width = TILE_WIDTH };
        struct bytes content = { 0 };
        bool found = false;
        ok =
            folder_read(t->folder, tile_path(&below, path), sizeof hashes, &a, &content, &found, f);
        if (ok && (!found || content.len != sizeof hashes))
            ok = missing(t, path, f);
        if (ok) {
            memcpy(hashes, content.at, sizeof hashes);
            t->at[level][i] = fold(hashes, TILE_WIDTH);
        }
        arena_release(&a, mark);
    }
    arena_done(&a);
    return ok;
}

static bool mend(struct tiles_write *t, const struct tiles_write_entries *entries, struct fault *f)
{
    const uint64_t start = t->size - width_of(t->size, 0);

    if (entries->first > start)
        return fault_set(f, FAULT_FORMAT,
                         "%s/tile: damaged at size %" PRIu64
                         ", and the journal does not reach back to entry %" PRIu64,
                         t->folder->name, t->size, start);
    for (uint64_t i = start; i < t->size; i++) {
        const struct bytes entry = entries->entry(entries->with, i);
        t->at[0][i - start] = merkle_leaf(entry);
        tile_entry_put(&t->bundle, entry);
    }
    if (!buf_ok(&t->bundle))
        return fault_set(f, FAULT_LIMIT, "out of memory");
    for (unsigned level = 1; level < TILE_LEVELS; level++) {
        if (!mend_level(t, level, f))
            return false;
    }
    return true;
}

/* In the place of whatever stands there: what is proved by the root may replace what is not. */
static bool replace_edge(struct tiles_write *t, struct fault *f)
{
    const struct tile bundle = edge_tile(0, t->size, TILE_ENTRIES);
    struct folder_batch b = folder_batch_begin(t->folder);
    uint8_t content[TILE_WIDTH * SHA256_LEN];
    char path[TILE_PATH_MAX];
    bool ok = width_of(t->size, 0) == 0 ||
              folder_batch_add(&b, tile_path(&bundle, path), buf_bytes(&t->bundle), f);

    for (unsigned level = 0; ok && level < TILE_LEVELS; level++) {
        const struct tile tile = edge_tile(level, t->size, level);
        const struct bytes hashes = { .at = content, .len = (size_t)tile.width * SHA256_LEN };
        memcpy(content, t->at[level], sizeof content);
        ok = width_of(t->size, level) == 0 ||
             folder_batch_add(&b, tile_path(&tile, path), hashes, f);
    }
    ok = ok && folder_batch_commit(&b, f);
    folder_batch_done(&b);
    return ok;
}

bool tiles_write_mend(const struct folder *folder, uint64_t size, const struct sha256 *root,
                      const struct tiles_write_entries *entries, struct fault *f)
{
    struct tiles_write *t = begin(folder, size, f);
    bool ok = t != NULL && mend(t, entries, f);

    if (ok && !makes(t, root))
        ok = fault_set(f, FAULT_FORMAT,
                       "%s/tile: damaged at size %" PRIu64
                       ", and the journal's entries do not make the checkpoint's root",
                       folder->name, size);
    ok = ok && replace_edge(t, f);
    tiles_write_close(&t);
    return ok;
}
