#include "writer/writer_entry.h"

#include "tlog/tile.h"

#include <inttypes.h>
#include <string.h>

/* The bundle as the published size has it; else the place of the one used longest ago. */
static struct writer_bundle *kept(struct writer *w, uint64_t n)
{
    const unsigned width = tile_width(/* level */ 0, n, w->published);
    struct writer_bundle *oldest = &w->bundles[0];

    for (int i = 0; i < WRITER_BUNDLES; i++) {
        struct writer_bundle *b = &w->bundles[i];
        if (b->content.len > 0 && b->n == n && b->width == width)
            return b;
        if (b->used < oldest->used)
            oldest = b;
    }
    arena_done(&oldest->arena);
    *oldest = (struct writer_bundle){
        .arena = arena_with_budget((size_t)TILE_BUNDLE_MAX + (1 << 16)), .n = n, .width = width
    };
    return oldest;
}

static const char *path_of(const struct writer_bundle *b, unsigned level, char out[TILE_PATH_MAX])
{
    const struct tile tile = { .level = level, .n = b->n, .width = b->width };

    return tile_path(&tile, out);
}

static bool load_tile(const struct writer *w, struct writer_bundle *b, unsigned level,
                      struct bytes *out, struct fault *f)
{
    char path[TILE_PATH_MAX];
    bool found = false;

    if (!folder_read(&w->folder, path_of(b, level, path), TILE_BUNDLE_MAX, &b->arena, out, &found,
                     f))
        return false;
    return found || fault_set(f, FAULT_IO,
                              "%s/%s: not there, though the checkpoint of size %" PRIu64
                              " needs it (tlog-tiles)",
                              w->folder.name, path, w->published);
}

static bool load(const struct writer *w, struct writer_bundle *b, struct fault *f)
{
    char path[TILE_PATH_MAX];

    if (!load_tile(w, b, /* level */ 0, &b->hashes, f))
        return false;
    if (b->hashes.len != (size_t)b->width * SHA256_LEN)
        return fault_set(f, FAULT_IO, "%s/%s: %zu bytes, where %u hashes have %u (tlog-tiles)",
                         w->folder.name, path_of(b, 0, path), b->hashes.len, b->width,
                         b->width * SHA256_LEN);
    return load_tile(w, b, TILE_ENTRIES, &b->content, f);
}

/* A change that leaves an entry readable would be taken for another history. */
static bool is_entry(const struct writer_bundle *b, unsigned at, struct bytes entry)
{
    const struct sha256 leaf = merkle_leaf(entry);

    return memcmp(leaf.at, b->hashes.at + (size_t)at * SHA256_LEN, SHA256_LEN) == 0;
}

static bool in_bundle(const struct writer *w, const struct writer_bundle *b, unsigned at,
                      struct bytes *out, struct fault *f)
{
    struct cursor c = cursor_over(b->content);
    char bundle[TILE_PATH_MAX];
    char tile[TILE_PATH_MAX];
    struct bytes entry;

    for (unsigned i = 0; tile_entry_next(&c, &entry); i++) {
        if (i != at)
            continue;
        *out = entry;
        return is_entry(b, at, entry) ||
               fault_set(f, FAULT_IO,
                         "%s/%s: its entry %u is not the one that %s has the hash of (tlog-tiles)",
                         w->folder.name, path_of(b, TILE_ENTRIES, bundle), at, path_of(b, 0, tile));
    }
    return fault_set(f, FAULT_IO, "%s/%s: cut before its entry %u (tlog-tiles)", w->folder.name,
                     path_of(b, TILE_ENTRIES, bundle), at);
}

bool writer_entry_ours(struct fault *f)
{
    if (f != NULL && f->kind == FAULT_FORMAT)
        f->kind = FAULT_IO;
    return false;
}

bool writer_entry(struct writer *w, uint64_t place, struct bytes *out, struct fault *f)
{
    if (place >= w->backlog.first && place < backlog_end(&w->backlog)) {
        *out = backlog_at(&w->backlog, place);
        return true;
    }
    if (place >= w->published)
        return fault_set(f, FAULT_FORMAT, "%s: there is no entry %" PRIu64, w->folder.name, place);
    struct writer_bundle *b = kept(w, place / TILE_WIDTH);
    b->used = ++w->uses;
    if (b->content.len == 0 && !load(w, b, f))
        return writer_entry_ours(f);
    return in_bundle(w, b, (unsigned)(place % TILE_WIDTH), out, f);
}

void writer_entry_done(struct writer *w)
{
    for (int i = 0; i < WRITER_BUNDLES; i++) {
        arena_done(&w->bundles[i].arena);
        w->bundles[i] = (struct writer_bundle){ 0 };
    }
}
