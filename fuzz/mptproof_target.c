/* mptproof_target.c -- forged absences. The input is a tree, a key that is in it, and a proof put
 * together from the tree's parts or raw. Asserts: the key is never absent, never has another value,
 * and a key that is not in the tree is never there. */
#include "core/cursor.h"
#include "proof/mptproof.h"
#include "proof/proof_trial.h"

#include <assert.h>
#include <string.h>

enum { LEAVES_MAX = 24 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_there(const struct proof_trial_leaf *leaves, size_t count, const struct sha256 *key)
{
    for (size_t i = 0; i < count; i++) {
        if (sha256_equal(&leaves[i].key, key))
            return true;
    }
    return false;
}

/* Two bytes at the front and one at the end make trees that are deep, flat, and part late. */
static struct proof_trial_leaf take_leaf(struct cursor *c)
{
    struct proof_trial_leaf l = { .value = { { cursor_u8(c) } } };

    l.key.at[0] = cursor_u8(c);
    l.key.at[1] = cursor_u8(c);
    l.key.at[SHA256_LEN - 1] = cursor_u8(c);
    return l;
}

static size_t take_leaves(struct cursor *c, struct proof_trial_leaf *leaves)
{
    const size_t wanted = 1 + cursor_u8(c) % LEAVES_MAX;
    size_t count = 0;

    for (size_t i = 0; i < wanted; i++) {
        leaves[count] = take_leaf(c);
        if (!is_there(leaves, count, &leaves[count].key))
            count++;
    }
    return count;
}

static void put_leaf(struct buf *proof, const struct proof_trial_leaf *l)
{
    buf_add(proof, (struct bytes){ .at = l->key.at, .len = SHA256_LEN });
    buf_add(proof, (struct bytes){ .at = l->value.at, .len = SHA256_LEN });
}

/* Each step takes two bytes: what is added, and which. */
static void put_step(const struct proof_trial_tree *t, uint8_t what, uint8_t which,
                     struct buf *proof)
{
    const struct proof_trial_node *n = &t->nodes[which % t->count];

    if (what == 0xff) {
        put_leaf(proof, &n->leaf);
    } else if (what == 0xfe) {
        (void)proof_trial_walk(t, &n->leaf.key, proof);
    } else if (what == 0xfd) {
        (void)proof_trial_prove(t, &n->leaf.key, proof);
    } else if (what == 0xfc && proof->len >= MPTPROOF_LEVEL) {
        proof->len -= MPTPROOF_LEVEL;
    } else {
        buf_add_byte(proof, what == 0xfb ? n->bit : what);
        buf_add(proof, (struct bytes){ .at = n->hash.at, .len = SHA256_LEN });
    }
}

static void try_one(const struct proof_trial_tree *t, const struct proof_trial_leaf *there,
                    const struct proof_trial_leaf *other, bool other_is_there, struct bytes proof)
{
    const struct sha256 root = proof_trial_root(t);

    assert(!mptproof_check(&root, &there->key, /* value */ NULL, proof, /* f */ NULL));
    assert(sha256_equal(&there->value, &other->value) ||
           !mptproof_check(&root, &there->key, &other->value, proof, /* f */ NULL));
    assert(other_is_there ||
           !mptproof_check(&root, &other->key, &other->value, proof, /* f */ NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cursor c = cursor_over((struct bytes){ .at = data, .len = size });
    struct proof_trial_leaf leaves[LEAVES_MAX];
    const size_t count = take_leaves(&c, leaves);
    const struct proof_trial_leaf there = leaves[cursor_u8(&c) % count];
    const struct proof_trial_leaf other = take_leaf(&c);
    const bool other_is_there = is_there(leaves, count, &other.key);
    struct buf proof = buf_with_limit(2 * MPTPROOF_MAX);

    struct proof_trial_tree t = proof_trial_build(leaves, count);
    try_one(&t, &there, &other, other_is_there,
            bytes_part((struct bytes){ .at = data, .len = size }, c.pos, size));
    while (cursor_left(&c) >= 2 && proof.len < MPTPROOF_MAX) {
        const uint8_t what = cursor_u8(&c);
        put_step(&t, what, cursor_u8(&c), &proof);
    }
    try_one(&t, &there, &other, other_is_there, buf_bytes(&proof));
    proof_trial_free(&t);
    buf_done(&proof);
    return 0;
}
