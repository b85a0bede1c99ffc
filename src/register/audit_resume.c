#include "register/audit_resume.h"

#include "register/reader_inside.h"

/* The index that is kept is the newest there, and the one that the leaf at the place commits. */
static bool index_is_of(struct reader *r, uint64_t place, struct index *kept, bool *yes,
                        struct fault *f)
{
    struct arena a = arena_with_budget(READER_BUNDLE_MEMORY);
    struct indexleaf leaf;
    struct sha256 root;
    struct bytes entry;
    uint64_t keys;

    *yes = index_covers(kept) == place && index_version(kept, place, &root, &keys);
    const bool ok = !*yes || reader_entry(r, place, &a, &entry, f);
    *yes = *yes && ok && indexleaf_read(entry, &leaf, /* f */ NULL) && leaf.covers == place &&
           leaf.keys == keys && sha256_equal(&leaf.root, &root);
    arena_done(&a);
    return ok;
}

bool audit_resume(struct reader *r, const struct checkpoint *since, struct index *kept,
                  struct audit_tiles *tiles, struct audit_start *out, bool *found, struct fault *f)
{
    const struct tile_store store = { .with = r, .load = reader_tile };
    struct arena a = arena_with_budget(READER_BUNDLE_MEMORY);
    struct tile_reader *held = NULL;

    *found = false;
    bool ok = index_is_of(r, since->size - 1, kept, found, f);
    if (ok && *found) {
        ok = tile_reader_new(&store, since->size, &a, &held, f) &&
             tile_reader_trust(held, &since->root, f);
        if (ok) {
            const struct merkle_reader hashes = tile_hashes(held);
            ok = merkle_edge_read(&hashes, since->size - since->size % TILE_WIDTH, &out->edge, f) &&
                 audit_tiles_resume(tiles, &hashes, out->edge.size, f);
        }
        out->judged = since->size - 1;
    }
    tile_reader_free(&held);
    arena_done(&a);
    return ok;
}
