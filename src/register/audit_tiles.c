#include "register/audit_tiles.h"

#include <stdlib.h>
#include <string.h>

struct level {
    struct sha256 at[TILE_WIDTH];
    unsigned count;
    uint64_t n; /* of the tile that is being filled */
};

struct audit_tiles {
    struct source source; /* a copy; closed by its owner */
    uint64_t size;
    uint64_t compared;
    struct level levels[TILE_LEVELS];
};

bool audit_tiles_new(const struct source *s, uint64_t size, struct audit_tiles **out,
                     struct fault *f)
{
    struct audit_tiles *t = calloc(1, sizeof *t);

    if (t == NULL)
        return fault_set(f, FAULT_LIMIT, "memory: the tiles of an audit");
    t->source = *s;
    t->size = size;
    *out = t;
    return true;
}

void audit_tiles_free(struct audit_tiles **t)
{
    free(*t);
    *t = NULL;
}

/* The tile's file against the hashes; a partial tile may have given way to the full one. */
static bool compare(struct audit_tiles *t, unsigned level, struct fault *f)
{
    const struct level *l = &t->levels[level];
    struct arena a = arena_with_budget((size_t)64 << 10);
    struct tile tile = { .level = level, .n = l->n, .width = l->count };
    struct bytes file = { 0 };
    char path[TILE_PATH_MAX];
    bool found = false;
    bool ok = source_read(&t->source, tile_path(&tile, path), sizeof l->at, &a, &file, &found, f);

    if (ok && !found && tile.width != TILE_WIDTH) {
        tile.width = TILE_WIDTH;
        ok = source_read(&t->source, tile_path(&tile, path), sizeof l->at, &a, &file, &found, f);
    }
    const size_t whole = (size_t)tile.width * SHA256_LEN;
    tile.width = l->count;
    if (ok && !found)
        ok =
            fault_set(f, FAULT_FORMAT, "%s: %s is missing", t->source.name, tile_path(&tile, path));
    const size_t len = (size_t)l->count * SHA256_LEN;
    if (ok && (file.len != whole || memcmp(file.at, l->at, len) != 0))
        ok = fault_set(f, FAULT_FORMAT, "%s: %s does not hold the hashes that the entries make",
                       t->source.name, tile_path(&tile, path));
    arena_done(&a);
    t->compared += ok;
    return ok;
}

static struct sha256 root_of(const struct level *l)
{
    struct sha256 row[TILE_WIDTH];

    memcpy(row, l->at, sizeof row);
    for (unsigned width = TILE_WIDTH; width > 1; width /= 2) {
        for (unsigned i = 0; i < width / 2; i++)
            row[i] = merkle_node(&row[2 * i], &row[2 * i + 1]);
    }
    return row[0];
}

bool audit_tiles_resume(struct audit_tiles *t, const struct merkle_reader *r, uint64_t from,
                        struct fault *f)
{
    uint64_t count = from;

    for (unsigned level = 1; level < TILE_LEVELS; level++) {
        struct level *l = &t->levels[level];
        count /= TILE_WIDTH; /* hashes at this level */
        l->count = (unsigned)(count % TILE_WIDTH);
        l->n = count / TILE_WIDTH;
        for (unsigned i = 0; i < l->count; i++) {
            if (!r->read(r->with, 8 * level, l->n * TILE_WIDTH + i, &l->at[i], f))
                return false;
        }
    }
    t->levels[0].n = from / TILE_WIDTH;
    return true;
}

bool audit_tiles_add(struct audit_tiles *t, const struct sha256 *leaf, struct fault *f)
{
    struct sha256 hash = *leaf;

    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        struct level *l = &t->levels[level];
        l->at[l->count] = hash;
        l->count++;
        if (l->count < TILE_WIDTH)
            return true;
        if (!compare(t, level, f))
            return false;
        hash = root_of(l);
        l->count = 0;
        l->n++;
    }
    return true;
}

bool audit_tiles_end(struct audit_tiles *t, uint64_t *count, struct fault *f)
{
    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        if (t->levels[level].count > 0 && !compare(t, level, f))
            return false;
    }
    *count = t->compared;
    return true;
}
