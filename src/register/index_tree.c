#include "register/index_tree.h"

#include <assert.h>
#include <string.h>

/* The first bit where two keys differ; INDEX_NODES_BITS where they are equal. */
static unsigned first_difference(const struct sha256 *a, const struct sha256 *b)
{
    unsigned i = 0;

    while (i < SHA256_LEN && a->at[i] == b->at[i])
        i++;
    if (i == SHA256_LEN)
        return INDEX_NODES_BITS;
    return 8 * i + (unsigned)__builtin_clz((unsigned)(a->at[i] ^ b->at[i])) - 24;
}

/* The link on the walk to what stands at the depth given. */
static uint32_t *link_to(struct index_tree *t, const struct index_walk *w, size_t depth,
                         const struct sha256 *key)
{
    if (depth == 0)
        return &t->root;
    struct index_inner *parent = index_nodes_inner(&t->nodes, w->inner[depth - 1]);
    return &parent->child[index_nodes_bit(key, parent->bit)];
}

/* The first `depth` nodes of the walk are the batch's own, and without a hash. A copy says what
 * the node said, so that stopping half way has changed nothing. */
static bool own_walk(struct index_tree *t, struct index_walk *w, size_t depth,
                     const struct sha256 *key, struct fault *f)
{
    for (size_t i = 0; i < depth; i++) {
        uint32_t ref = w->inner[i];
        if (index_nodes_is_kept(&t->nodes, ref)) {
            if (!shelf_add(&t->nodes.inner, 1, &ref, f))
                return false;
            *index_nodes_inner(&t->nodes, ref) = *index_nodes_inner(&t->nodes, w->inner[i]);
            *link_to(t, w, i, key) = ref;
            w->inner[i] = ref;
        }
        index_nodes_inner(&t->nodes, ref)->unhashed = 1;
    }
    return true;
}

static bool new_leaf(struct index_tree *t, const struct index_leaf *leaf, uint32_t *ref,
                     struct fault *f)
{
    uint32_t place = 0;

    if (!shelf_add(&t->nodes.leaf, 1, &place, f))
        return false;
    *ref = place | INDEX_NODES_LEAF;
    *index_nodes_leaf(&t->nodes, *ref) = *leaf;
    return true;
}

/* The walk ended in the key's own leaf. */
static bool add_posting(struct index_tree *t, struct index_walk *w, uint64_t at, struct fault *f)
{
    struct index_leaf leaf = *index_nodes_leaf(&t->nodes, w->leaf);
    uint32_t ref = w->leaf;

    if (at == leaf.tail.newest)
        return true;
    if (at < leaf.tail.newest)
        return fault_set(f, FAULT_FORMAT, "posting %llu comes after %llu", (unsigned long long)at,
                         (unsigned long long)leaf.tail.newest);
    if (!index_postings_add(&t->nodes.posting, &leaf.tail, at, f) ||
        !own_walk(t, w, w->depth, &leaf.key, f))
        return false;
    if (index_nodes_is_kept(&t->nodes, ref)) {
        if (!new_leaf(t, &leaf, &ref, f))
            return false;
        *link_to(t, w, w->depth, &leaf.key) = ref;
    }
    *index_nodes_leaf(&t->nodes, ref) = leaf;
    return true;
}

/* The walk ended in the leaf of another key, which differs first at `bit`: a new node there. */
static bool add_key(struct index_tree *t, struct index_walk *w, const struct index_leaf *leaf,
                    unsigned bit, struct fault *f)
{
    size_t depth = 0;
    uint32_t ref = 0;
    uint32_t fork = 0;

    while (depth < w->depth && index_nodes_inner(&t->nodes, w->inner[depth])->bit < bit)
        depth++;
    const unsigned side = index_nodes_bit(&leaf->key, bit);
    const uint32_t other = depth < w->depth ? w->inner[depth] : w->leaf;
    if (!own_walk(t, w, depth, &leaf->key, f) || !new_leaf(t, leaf, &ref, f) ||
        !shelf_add(&t->nodes.inner, 1, &fork, f))
        return false;
    struct index_inner n = { .bit = (uint8_t)bit, .unhashed = 1 };
    n.child[side] = ref;
    n.child[1 - side] = other;
    *index_nodes_inner(&t->nodes, fork) = n;
    *link_to(t, w, depth, &leaf->key) = fork;
    t->keys++;
    return true;
}

static bool add_first(struct index_tree *t, const struct index_leaf *leaf, struct fault *f)
{
    uint32_t ref = 0;

    if (!new_leaf(t, leaf, &ref, f))
        return false;
    t->root = ref;
    t->keys = 1;
    return true;
}

bool index_tree_add(struct index_tree *t, const struct sha256 *key, uint64_t at, struct fault *f)
{
    const struct index_leaf leaf = {
        .key = *key, .tail = { .newest = at, .before = INDEX_POSTINGS_NONE, .count = 1 }
    };
    struct index_walk w;

    if (t->root == INDEX_NODES_NONE)
        return add_first(t, &leaf, f);
    if (!index_nodes_walk(&t->nodes, t->root, key, INDEX_NODES_BUILD, &w, f))
        return false;
    const unsigned bit = first_difference(key, &index_nodes_leaf(&t->nodes, w.leaf)->key);
    return bit == INDEX_NODES_BITS ? add_posting(t, &w, at, f) : add_key(t, &w, &leaf, bit, f);
}

static void prefetch(const struct index_tree *t, uint32_t ref)
{
    const uint32_t place = ref & ~INDEX_NODES_LEAF;

    if (index_nodes_is_leaf(ref) && place < t->nodes.leaf.count)
        __builtin_prefetch(index_nodes_leaf(&t->nodes, ref));
    if (!index_nodes_is_leaf(ref) && place < t->nodes.inner.count)
        __builtin_prefetch(index_nodes_inner(&t->nodes, ref));
}

/* One step of one walk; false at its end. */
static bool warm_step(const struct index_tree *t, const struct sha256 *key, uint32_t *ref)
{
    if (index_nodes_is_leaf(*ref) || *ref >= t->nodes.inner.count)
        return false;
    const struct index_inner *n = index_nodes_inner(&t->nodes, *ref);
    prefetch(t, n->child[0]);
    prefetch(t, n->child[1]);
    *ref = n->child[index_nodes_bit(key, n->bit)];
    return true;
}

void index_tree_warm(const struct index_tree *t, const struct sha256 *keys, size_t count)
{
    uint32_t at[INDEX_TREE_WARM_MAX];
    size_t walking = count;

    assert(count <= INDEX_TREE_WARM_MAX);
    for (size_t i = 0; i < count; i++)
        at[i] = t->root;
    for (unsigned depth = 0; depth < INDEX_NODES_BITS && walking > 0; depth++) {
        walking = 0;
        for (size_t i = 0; i < count; i++)
            walking += warm_step(t, &keys[i], &at[i]);
    }
}

bool index_tree_find(struct index_tree *t, const struct sha256 *key, struct index_tail *out,
                     struct fault *f)
{
    struct index_walk w;

    *out = (struct index_tail){ 0 };
    if (t->root == INDEX_NODES_NONE)
        return true;
    if (!index_nodes_walk(&t->nodes, t->root, key, INDEX_NODES_READ, &w, f))
        return false;
    const struct index_leaf *leaf = index_nodes_leaf(&t->nodes, w.leaf);
    if (sha256_equal(key, &leaf->key))
        *out = leaf->tail;
    return true;
}

/* As deep as the tree, of which the bits allow 256. */
static bool hash_batch(struct index_tree *t, uint32_t ref, struct sha256 *out, struct fault *f)
{
    struct sha256 left;
    struct sha256 right;

    if (index_nodes_is_leaf(ref) || index_nodes_is_kept(&t->nodes, ref) ||
        index_nodes_inner(&t->nodes, ref)->unhashed == 0)
        return index_nodes_hash(&t->nodes, ref, out, f);
    struct index_inner *n = index_nodes_inner(&t->nodes, ref);
    prefetch(t, n->child[0]);
    prefetch(t, n->child[1]);
    if (!hash_batch(t, n->child[0], &left, f) || !hash_batch(t, n->child[1], &right, f))
        return false;
    n->hash = mptproof_inner(&left, &right, n->bit);
    n->unhashed = 0;
    *out = n->hash;
    return true;
}

bool index_tree_hash(struct index_tree *t, struct sha256 *out, struct fault *f)
{
    if (t->root != INDEX_NODES_NONE)
        return hash_batch(t, t->root, out, f);
    *out = sha256_of((struct bytes){ 0 });
    return true;
}

bool index_tree_check_root(const struct index_tree *t, const struct sha256 *hash, struct fault *f)
{
    struct sha256 there = sha256_of((struct bytes){ 0 });

    if (t->root != INDEX_NODES_NONE && !index_nodes_hash(&t->nodes, t->root, &there, f))
        return false;
    return sha256_equal(&there, hash) ||
           fault_set(f, FAULT_FORMAT, "the root: it is not the version's");
}

static void put(struct index_tree_proof *p, const void *at, size_t len)
{
    assert(len <= sizeof p->at - p->len);
    memcpy(p->at + p->len, at, len);
    p->len += len;
}

/* The leaf where the walk ended is another key's. */
static bool put_other(struct index_tree *t, const struct index_leaf *leaf,
                      struct index_tree_proof *p, struct fault *f)
{
    struct sha256 value;

    if (!index_postings_value(&t->nodes.posting, &leaf->tail, &value, f))
        return false;
    put(p, leaf->key.at, SHA256_LEN);
    put(p, value.at, SHA256_LEN);
    return true;
}

bool index_tree_prove(struct index_tree *t, uint32_t root, const struct sha256 *key,
                      struct index_tree_proof *out, struct fault *f)
{
    struct sha256 hash;
    struct index_walk w;

    out->tail = (struct index_tail){ 0 };
    out->len = 0;
    if (root == INDEX_NODES_NONE)
        return true;
    if (!index_nodes_walk(&t->nodes, root, key, INDEX_NODES_READ, &w, f))
        return false;
    const struct index_leaf *leaf = index_nodes_leaf(&t->nodes, w.leaf);
    if (sha256_equal(key, &leaf->key))
        out->tail = leaf->tail;
    else if (!put_other(t, leaf, out, f))
        return false;
    for (size_t i = w.depth; i > 0; i--) {
        const struct index_inner *n = index_nodes_inner(&t->nodes, w.inner[i - 1]);
        const uint32_t sibling = n->child[1 - index_nodes_bit(key, n->bit)];
        if (!index_nodes_hash(&t->nodes, sibling, &hash, f))
            return false;
        put(out, &n->bit, 1);
        put(out, hash.at, SHA256_LEN);
    }
    return true;
}
