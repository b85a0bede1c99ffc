/* tile_reader.c -- hashes of perfect subtrees out of tiles. */
#include "tlog/tile.h"

#include <assert.h>
#include <string.h>

enum {
    HELD = 8,                   /* full tiles: three levels of two neighbours in most logs */
    NODES = 2 * TILE_WIDTH - 1, /* of a tile: its hashes and what lies above them, to its root */
    TILE_BITS = 8,
};

struct slot {
    struct tile t; /* width 0: nothing is held */
    uint64_t used; /* by the reader's clock */
    unsigned built;
    struct sha256 at[NODES]; /* 256 hashes of the tile, 128 above them, 64, ... 1 */
};

struct tile_reader {
    struct tile_store store;
    uint64_t size;
    struct arena *arena;
    bool checks;
    uint64_t clock;
    struct slot *edge[TILE_LEVELS]; /* the partial tile of each level; they stay */
    struct slot *held[HELD];        /* full tiles, the one used longest ago gives way */
};

static size_t level_start(unsigned above)
{
    return 2 * TILE_WIDTH - (2 * (size_t)TILE_WIDTH >> above);
}

/* The nodes up to `above` levels over the tile's hashes. */
static void build(struct slot *s, unsigned above)
{
    for (; s->built < above; s->built++) {
        const struct sha256 *below = &s->at[level_start(s->built)];
        struct sha256 *here = &s->at[level_start(s->built + 1)];
        for (size_t i = 0; i < s->t.width >> (s->built + 1); i++)
            here[i] = merkle_node(&below[2 * i], &below[2 * i + 1]);
    }
}

static bool fill(struct tile_reader *r, struct slot *s, const struct tile *t, struct fault *f)
{
    const struct arena_mark m = arena_mark(r->arena);
    const size_t want = (size_t)SHA256_LEN * t->width;
    char path[TILE_PATH_MAX];
    struct bytes all = { 0 };

    s->t.width = 0;
    bool ok = r->store.load(r->store.with, t, r->arena, &all, f);
    if (ok && all.len != want)
        ok = fault_set(f, FAULT_FORMAT, "tlog-tiles, Merkle tree: %s has %zu bytes, not %zu",
                       tile_path(t, path), all.len, want);
    if (ok) {
        memcpy(s->at, all.at, want);
        s->t = *t;
        s->built = 0;
    }
    arena_release(r->arena, m);
    return ok;
}

static bool read_hash(struct tile_reader *r, unsigned level, uint64_t index, struct sha256 *out,
                      struct fault *f);

/* A full tile, whose root stands in the tile above. That is asked first: it may need the slot. */
static struct slot *fill_checked(struct tile_reader *r, const struct tile *t, struct fault *f)
{
    struct slot *s = r->held[0];
    struct sha256 want;
    char path[TILE_PATH_MAX];

    if (r->checks && !read_hash(r, TILE_BITS * (t->level + 1), t->n, &want, f))
        return NULL;
    for (size_t i = 1; i < HELD; i++) {
        if (r->held[i]->used < s->used)
            s = r->held[i];
    }
    if (!fill(r, s, t, f))
        return NULL;
    if (!r->checks)
        return s;
    build(s, TILE_BITS);
    if (sha256_equal(&s->at[NODES - 1], &want))
        return s;
    s->t.width = 0;
    (void)fault_set(f, FAULT_FORMAT,
                    "tlog-tiles, Merkle tree: %s does not have the hash that the tile above it "
                    "gives",
                    tile_path(t, path));
    return NULL;
}

/* The slot that holds the tile, loaded if need be; NULL where it cannot be. */
static struct slot *find(struct tile_reader *r, const struct tile *t, struct fault *f)
{
    if (t->width < TILE_WIDTH) {
        struct slot *edge = r->edge[t->level];
        return edge->t.width > 0 || fill(r, edge, t, f) ? edge : NULL;
    }
    for (size_t i = 0; i < HELD; i++) {
        const struct tile *h = &r->held[i]->t;
        if (h->width == t->width && h->level == t->level && h->n == t->n)
            return r->held[i];
    }
    return fill_checked(r, t, f);
}

/* The subtree's hashes in its tile are the 2^above ones from `first`; their node is the answer. */
static bool read_hash(struct tile_reader *r, unsigned level, uint64_t index, struct sha256 *out,
                      struct fault *f)
{
    const unsigned above = level % TILE_BITS;
    const uint64_t first = index << above;
    struct tile t = { .level = level / TILE_BITS, .n = first / TILE_WIDTH };

    t.width = tile_width(t.level, t.n, r->size);
    assert(index < r->size >> level);
    struct slot *s = find(r, &t, f);
    if (s == NULL)
        return false;
    s->used = ++r->clock;
    build(s, above);
    *out = s->at[level_start(above) + (size_t)(first % TILE_WIDTH >> above)];
    return true;
}

static bool read_with(void *with, unsigned level, uint64_t index, struct sha256 *out,
                      struct fault *f)
{
    return read_hash(with, level, index, out, f);
}

bool tile_reader_new(const struct tile_store *store, uint64_t size, struct arena *a,
                     struct tile_reader **out, struct fault *f)
{
    struct tile_reader *r = arena_alloc(a, sizeof *r, f);

    if (r == NULL)
        return false;
    *r = (struct tile_reader){ .store = *store, .size = size, .arena = a };
    for (size_t i = 0; i < TILE_LEVELS && size >> (TILE_BITS * i) > 0; i++) {
        r->edge[i] = arena_alloc(a, sizeof *r->edge[i], f);
        if (r->edge[i] == NULL)
            return false;
    }
    for (size_t i = 0; i < HELD; i++) {
        r->held[i] = arena_alloc(a, sizeof *r->held[i], f);
        if (r->held[i] == NULL)
            return false;
    }
    *out = r;
    return true;
}

bool tile_reader_trust(struct tile_reader *r, const struct sha256 *root, struct fault *f)
{
    const struct merkle_reader reader = tile_hashes(r);
    struct sha256 computed;
    char want[SHA256_TEXT_MAX];
    char got[SHA256_TEXT_MAX];

    /* a tree's root is made of every hash of its partial tiles, and of nothing else */
    if (!merkle_root(&reader, r->size, &computed, f))
        return false;
    if (!sha256_equal(&computed, root))
        return fault_set(
            f, FAULT_FORMAT,
            "tlog-tiles, Merkle tree: the partial tiles give the root %.16s... of size "
            "%llu, not %.16s...",
            sha256_write(&computed, got), (unsigned long long)r->size, sha256_write(root, want));
    for (size_t i = 0; i < HELD; i++)
        r->held[i]->t.width = 0;
    r->checks = true;
    return true;
}

void tile_reader_free(struct tile_reader **r)
{
    *r = NULL;
}

struct merkle_reader tile_hashes(struct tile_reader *r)
{
    return (struct merkle_reader){ .with = r, .read = read_with };
}
