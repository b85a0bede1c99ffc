/* mptproof.h -- the verifier of the Merkle Patricia tree: whether a key has this value under a
 * root, or none. The heart of "never": small, and forced by the key's bits.
 *
 *     empty  SHA-256("")        leaf  SHA-256(K || V)        inner at bit b  SHA-256(left || right
 * || u8 b)
 *
 * A proof is, from the leaf up to the root, u8 b and the sibling's hash for every inner node; an
 * absence begins with the other leaf (key, value) that the walk by K's bits ends in. Under one root
 * no key has two answers, whatever tree was built (docs/register.md has the argument). */
#ifndef MPTPROOF_H
#define MPTPROOF_H

#include "core/fault.h"
#include "core/sha256.h"

enum {
    MPTPROOF_LEVEL = 33,
    MPTPROOF_LEVELS_MAX = 256,
    MPTPROOF_MAX = 2 * SHA256_LEN + MPTPROOF_LEVEL * MPTPROOF_LEVELS_MAX,
};

/* Bit b (0..255) of a key: the first byte's highest bit is bit 0. */
unsigned mptproof_bit(const struct sha256 *key, unsigned b);

struct sha256 mptproof_leaf(const struct sha256 *key, const struct sha256 *value);
struct sha256 mptproof_inner(const struct sha256 *left, const struct sha256 *right, uint8_t bit);

/* `value` NULL: that the key has none. The fault names the rule (1 to 7) that is broken. */
bool mptproof_check(const struct sha256 *root, const struct sha256 *key, const struct sha256 *value,
                    struct bytes proof, struct fault *f) MUST_CHECK;

#endif
