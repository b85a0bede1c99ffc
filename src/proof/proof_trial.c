#include "proof/proof_trial.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static int by_key(const void *a, const void *b)
{
    return memcmp(a, b, SHA256_LEN);
}

static size_t add_node(struct proof_trial_tree *t, struct proof_trial_node n)
{
    n.hash = n.inner ? mptproof_inner(&t->nodes[n.left].hash, &t->nodes[n.right].hash, n.bit)
                     : mptproof_leaf(&n.leaf.key, &n.leaf.value);
    t->nodes[t->count] = n;
    return t->count++;
}

/* Sorted leaves part where the first bit differs in which the least and the greatest key do. */
static size_t build(struct proof_trial_tree *t, const struct proof_trial_leaf *leaves, size_t count)
{
    unsigned bit = 0;
    size_t middle = 0;

    if (count == 1)
        return add_node(t, (struct proof_trial_node){ .leaf = leaves[0] });
    while (mptproof_bit(&leaves[0].key, bit) == mptproof_bit(&leaves[count - 1].key, bit))
        bit++;
    while (mptproof_bit(&leaves[middle].key, bit) == 0)
        middle++;
    const size_t left = build(t, leaves, middle);
    const size_t right = build(t, leaves + middle, count - middle);
    return add_node(t, (struct proof_trial_node){
                           .inner = true, .bit = (uint8_t)bit, .left = left, .right = right });
}

struct proof_trial_tree proof_trial_build(struct proof_trial_leaf *leaves, size_t count)
{
    struct proof_trial_tree t = { .nodes = calloc(2 * count + 1, sizeof *t.nodes) };

    assert(t.nodes != NULL);
    if (count == 0)
        return t;
    qsort(leaves, count, sizeof *leaves, by_key);
    for (size_t i = 1; i < count; i++)
        assert(by_key(&leaves[i - 1], &leaves[i]) < 0);
    t.root = build(&t, leaves, count);
    return t;
}

void proof_trial_free(struct proof_trial_tree *t)
{
    free(t->nodes);
    *t = (struct proof_trial_tree){ 0 };
}

struct sha256 proof_trial_root(const struct proof_trial_tree *t)
{
    return t->count == 0 ? sha256_of((struct bytes){ 0 }) : t->nodes[t->root].hash;
}

const struct proof_trial_leaf *proof_trial_walk(const struct proof_trial_tree *t,
                                                const struct sha256 *key, struct buf *levels)
{
    uint8_t down[MPTPROOF_LEVEL * MPTPROOF_LEVELS_MAX];
    size_t depth = 0;

    if (t->count == 0)
        return NULL;
    const struct proof_trial_node *n = &t->nodes[t->root];
    while (n->inner) {
        const bool right = mptproof_bit(key, n->bit) == 1;
        uint8_t *level = down + MPTPROOF_LEVEL * depth++;
        assert(depth <= MPTPROOF_LEVELS_MAX);
        level[0] = n->bit;
        memcpy(level + 1, t->nodes[right ? n->left : n->right].hash.at, SHA256_LEN);
        n = &t->nodes[right ? n->right : n->left];
    }
    for (; depth > 0; depth--)
        buf_add(levels,
                (struct bytes){ .at = down + MPTPROOF_LEVEL * (depth - 1), .len = MPTPROOF_LEVEL });
    return &n->leaf;
}

bool proof_trial_prove(const struct proof_trial_tree *t, const struct sha256 *key,
                       struct buf *proof)
{
    struct buf levels = buf_with_limit(MPTPROOF_MAX);
    const struct proof_trial_leaf *leaf = proof_trial_walk(t, key, &levels);
    const bool there = leaf != NULL && sha256_equal(&leaf->key, key);

    if (leaf != NULL && !there) {
        buf_add(proof, (struct bytes){ .at = leaf->key.at, .len = SHA256_LEN });
        buf_add(proof, (struct bytes){ .at = leaf->value.at, .len = SHA256_LEN });
    }
    buf_add(proof, buf_bytes(&levels));
    assert(buf_ok(proof) && buf_ok(&levels));
    buf_done(&levels);
    return there;
}
