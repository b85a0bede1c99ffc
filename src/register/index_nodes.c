#include "register/index_nodes.h"

#include "proof/mptproof.h"

#include <assert.h>
#include <stdlib.h>

#define PLACES_MAX 0x7fffffffU /* so that no reference is INDEX_NODES_NONE */

static_assert(sizeof(struct index_inner) == 44 && sizeof(struct index_leaf) == 48,
              "no padding: records are kept in files");

static const struct shelf_plan inner_plan = { .size = sizeof(struct index_inner),
                                              .limit = PLACES_MAX };
static const struct shelf_plan leaf_plan = { .size = sizeof(struct index_leaf),
                                             .limit = PLACES_MAX };

static bool open_shelves(const struct index_nodes_place *place, struct index_nodes *n,
                         struct fault *f)
{
    struct shelf_file file = { .folder = place->folder, .writable = place->writable };

    file.name = INDEX_NODES_INNER_FILE;
    file.count = place->count.inner;
    if (!shelf_open(&inner_plan, &file, &n->inner, f))
        return false;
    file.name = INDEX_NODES_LEAF_FILE;
    file.count = place->count.leaf;
    if (!shelf_open(&leaf_plan, &file, &n->leaf, f))
        return false;
    file.name = INDEX_NODES_POSTING_FILE;
    file.count = place->count.posting;
    return shelf_open(&index_postings_plan, &file, &n->posting, f);
}

bool index_nodes_open(const struct index_nodes_place *place, struct index_nodes *out,
                      struct fault *f)
{
    struct index_nodes n = { .kept = place->count, .opened = place->count.inner };

    n.seen = calloc(n.opened / 8 + (size_t)1, 1);
    if (n.seen == NULL)
        return fault_set(f, FAULT_LIMIT, "out of memory");
    if (open_shelves(place, &n, f)) {
        *out = n;
        return true;
    }
    index_nodes_close(&n);
    return false;
}

bool index_nodes_new(struct index_nodes *out, struct fault *f)
{
    struct index_nodes n = { 0 };

    if (shelf_new(&inner_plan, &n.inner, f) && shelf_new(&leaf_plan, &n.leaf, f) &&
        shelf_new(&index_postings_plan, &n.posting, f)) {
        *out = n;
        return true;
    }
    index_nodes_close(&n);
    return false;
}

void index_nodes_close(struct index_nodes *n)
{
    shelf_close(&n->inner);
    shelf_close(&n->leaf);
    shelf_close(&n->posting);
    free(n->seen);
    *n = (struct index_nodes){ 0 };
}

bool index_nodes_sync(const struct index_nodes *n, struct fault *f)
{
    return shelf_sync(&n->inner, n->kept.inner, f) && shelf_sync(&n->leaf, n->kept.leaf, f) &&
           shelf_sync(&n->posting, n->kept.posting, f);
}

void index_nodes_keep(struct index_nodes *n)
{
    n->kept = index_nodes_count(n);
}

void index_nodes_drop(struct index_nodes *n)
{
    shelf_cut(&n->inner, n->kept.inner);
    shelf_cut(&n->leaf, n->kept.leaf);
    shelf_cut(&n->posting, n->kept.posting);
}

struct index_nodes_count index_nodes_count(const struct index_nodes *n)
{
    return (struct index_nodes_count){ .inner = n->inner.count,
                                       .leaf = n->leaf.count,
                                       .posting = n->posting.count };
}

uint64_t index_nodes_bytes(const struct index_nodes *n)
{
    return shelf_bytes(&n->inner) + shelf_bytes(&n->leaf) + shelf_bytes(&n->posting) +
           n->opened / 8;
}

static bool damaged(uint32_t ref, const char *why, struct fault *f)
{
    return fault_set(f, FAULT_FORMAT, "%s %u: %s", index_nodes_is_leaf(ref) ? "leaf" : "inner node",
                     ref & ~INDEX_NODES_LEAF, why);
}

static bool is_there(const struct index_nodes *n, uint32_t ref)
{
    return index_nodes_is_leaf(ref) ? (ref & ~INDEX_NODES_LEAF) < n->leaf.count
                                    : ref < n->inner.count;
}

bool index_nodes_hash(const struct index_nodes *n, uint32_t ref, struct sha256 *out,
                      struct fault *f)
{
    struct sha256 value;

    if (!is_there(n, ref))
        return damaged(ref, "is not there", f);
    if (!index_nodes_is_leaf(ref)) {
        *out = index_nodes_inner(n, ref)->hash;
        return true;
    }
    const struct index_leaf *leaf = index_nodes_leaf(n, ref);
    if (!index_postings_value(&n->posting, &leaf->tail, &value, f))
        return false;
    *out = mptproof_leaf(&leaf->key, &value);
    return true;
}

static bool check(const struct index_nodes *n, uint32_t ref, struct fault *f)
{
    const struct index_inner *inner = index_nodes_inner(n, ref);
    struct sha256 left;
    struct sha256 right;

    if (!index_nodes_hash(n, inner->child[0], &left, f) ||
        !index_nodes_hash(n, inner->child[1], &right, f))
        return false;
    const struct sha256 hash = mptproof_inner(&left, &right, inner->bit);
    return sha256_equal(&hash, &inner->hash) ||
           damaged(ref, "its hash is not that of its children", f);
}

static bool believe(struct index_nodes *n, uint32_t ref, enum index_nodes_use use, struct fault *f)
{
    const bool known = ref >= n->opened || (n->seen[ref / 8] >> ref % 8 & 1) != 0;

    if (use == INDEX_NODES_BUILD ? !index_nodes_is_kept(n, ref) : known)
        return true;
    if (!check(n, ref, f))
        return false;
    if (!known)
        n->seen[ref / 8] |= (uint8_t)(1U << ref % 8);
    return true;
}

/* The bits grow on the way, so that it ends. */
bool index_nodes_walk(struct index_nodes *n, uint32_t root, const struct sha256 *key,
                      enum index_nodes_use use, struct index_walk *out, struct fault *f)
{
    uint32_t ref = root;
    int last = -1;

    out->depth = 0;
    while (!index_nodes_is_leaf(ref)) {
        if (!is_there(n, ref))
            return damaged(ref, "is not there", f);
        const struct index_inner *inner = index_nodes_inner(n, ref);
        if (inner->bit <= last)
            return damaged(ref, "its bit is not below its parent's", f);
        if (!believe(n, ref, use, f))
            return false;
        out->inner[out->depth++] = ref;
        last = inner->bit;
        ref = inner->child[index_nodes_bit(key, inner->bit)];
    }
    if (!is_there(n, ref))
        return damaged(ref, "is not there", f);
    out->leaf = ref;
    return true;
}
