#include "proof/mptproof.h"

#include "core/cursor.h"

#include <assert.h>
#include <string.h>

unsigned mptproof_bit(const struct sha256 *key, unsigned b)
{
    assert(b < 8 * SHA256_LEN);
    return (unsigned)key->at[b / 8] >> (7 - b % 8) & 1;
}

struct sha256 mptproof_leaf(const struct sha256 *key, const struct sha256 *value)
{
    uint8_t preimage[2 * SHA256_LEN];

    memcpy(preimage, key->at, SHA256_LEN);
    memcpy(preimage + SHA256_LEN, value->at, SHA256_LEN);
    return sha256_of((struct bytes){ .at = preimage, .len = sizeof preimage });
}

struct sha256 mptproof_inner(const struct sha256 *left, const struct sha256 *right, uint8_t bit)
{
    uint8_t preimage[2 * SHA256_LEN + 1];

    memcpy(preimage, left->at, SHA256_LEN);
    memcpy(preimage + SHA256_LEN, right->at, SHA256_LEN);
    preimage[2 * SHA256_LEN] = bit;
    return sha256_of((struct bytes){ .at = preimage, .len = sizeof preimage });
}

static struct sha256 take_hash(struct cursor *c)
{
    const struct bytes b = cursor_take(c, SHA256_LEN);
    struct sha256 h = { 0 };

    if (b.len == SHA256_LEN)
        memcpy(h.at, b.at, SHA256_LEN);
    return h;
}

static bool broken(struct fault *f, int rule, const char *what)
{
    return fault_set(f, FAULT_FORMAT, "Merkle Patricia proof, rule %d: %s", rule, what);
}

/* The leaf in which the walk by the key's bits ends: the key's own, or another's. */
struct end {
    struct sha256 key;
    struct sha256 value;
};

static bool take_other(struct cursor *c, const struct sha256 *key, struct end *out, struct fault *f)
{
    out->key = take_hash(c);
    out->value = take_hash(c);
    if (sha256_equal(&out->key, key))
        return broken(f, 3, "the other leaf is the key's own");
    return true;
}

/* From the leaf up to the root. Rule 5 is what leaves no choice: at every inner node the proof goes
 * to the side that the asked key's own bit names, so that two proofs under one root meet the same
 * nodes and end in the same leaf. */
static bool climb(struct cursor *c, const struct sha256 *key, const struct end *leaf,
                  struct sha256 *root, struct fault *f)
{
    struct sha256 h = mptproof_leaf(&leaf->key, &leaf->value);
    unsigned below = 8 * SHA256_LEN;

    while (cursor_left(c) > 0) {
        const uint8_t b = cursor_u8(c);
        const struct sha256 sibling = take_hash(c);

        if (b >= below)
            return broken(f, 4, "the bits do not decrease from the leaf to the root");
        if (mptproof_bit(key, b) != mptproof_bit(&leaf->key, b))
            return broken(f, 5, "the key's own bit leads to the other side of a node");
        h = mptproof_bit(key, b) == 0 ? mptproof_inner(&h, &sibling, b) /* rule 6 */
                                      : mptproof_inner(&sibling, &h, b);
        below = b;
    }
    *root = h;
    return true;
}

bool mptproof_check(const struct sha256 *root, const struct sha256 *key, const struct sha256 *value,
                    struct bytes proof, struct fault *f)
{
    const size_t head = value == NULL ? 2 * SHA256_LEN : 0;
    const struct sha256 empty = sha256_of((struct bytes){ 0 });
    struct cursor c = cursor_over(proof);
    struct end leaf = { .key = *key };
    struct sha256 reached;

    if (value == NULL && proof.len == 0)
        return sha256_equal(root, &empty) || broken(f, 2, "the tree is not empty");
    if (proof.len < head || (proof.len - head) % MPTPROOF_LEVEL != 0)
        return broken(f, 1, "no whole number of levels");
    if (value == NULL && !take_other(&c, key, &leaf, f))
        return false;
    if (value != NULL)
        leaf.value = *value;
    if (!climb(&c, key, &leaf, &reached, f))
        return false;
    assert(cursor_ok(&c)); /* by rule 1 */
    return sha256_equal(&reached, root) || broken(f, 7, "it does not lead to the root");
}
