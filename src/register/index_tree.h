/* index_tree.h -- the Merkle Patricia tree of the index as it stands, over its nodes: part of
 * index.c.
 *
 * A node of the running batch has its hash only after index_tree_hash, which visits nothing but the
 * batch: adding costs a walk down, and no hash of a node. */
#ifndef INDEX_TREE_H
#define INDEX_TREE_H

#include "proof/mptproof.h"
#include "register/index_nodes.h"

struct index_tree {
    struct index_nodes nodes;
    uint32_t root;
    uint64_t keys;
};

/* That the root is there and has the hash given: the one hash that no parent vouches for. */
bool index_tree_check_root(const struct index_tree *t, const struct sha256 *hash,
                           struct fault *f) MUST_CHECK;

/* One more posting for a key. The newest once more changes nothing; an older one is a fault. On a
 * fault the tree says what it said before. */
bool index_tree_add(struct index_tree *t, const struct sha256 *key, uint64_t at,
                    struct fault *f) MUST_CHECK;

/* Bring into the cache what walks for these keys will touch, all at once: a walk alone waits for
 * memory at every step. Changes nothing, believes nothing. */
enum { INDEX_TREE_WARM_MAX = 16 };
void index_tree_warm(const struct index_tree *t, const struct sha256 *keys, size_t count);

/* The postings of a key; none: a tail with count 0. */
bool index_tree_find(struct index_tree *t, const struct sha256 *key, struct index_tail *out,
                     struct fault *f) MUST_CHECK;

/* The root's hash. */
bool index_tree_hash(struct index_tree *t, struct sha256 *out, struct fault *f) MUST_CHECK;

/* The proof for a key under an old root, which must still be checked against the root's hash. */
struct index_tree_proof {
    struct index_tail tail; /* count 0: absent */
    uint8_t at[MPTPROOF_MAX];
    size_t len;
};
bool index_tree_prove(struct index_tree *t, uint32_t root, const struct sha256 *key,
                      struct index_tree_proof *out, struct fault *f) MUST_CHECK;

#endif
