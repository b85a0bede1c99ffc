/* index_nodes.h -- the nodes of the index's trees on their shelves: part of index.c.
 *
 * A reference names an inner node or, with its highest bit, a leaf. Nodes are copied on write: what
 * stood on the shelves at the last index_nodes_keep belongs to versions and is never changed; what
 * came since is the running batch's own and is changed in place. So a batch is given up by cutting
 * the shelves, and an old root goes on naming the tree that it named.
 *
 * A kept node is checked on the way down before it is believed: that its hash is the one of its
 * children's hashes and its bit. Whoever knows the root's hash so knows every node of the walk, and
 * the leaf at its end. */
#ifndef INDEX_NODES_H
#define INDEX_NODES_H

#include "register/index_postings.h"

#define INDEX_NODES_NONE UINT32_MAX /* the root of the empty tree */
#define INDEX_NODES_LEAF 0x80000000U
enum { INDEX_NODES_BITS = 8 * SHA256_LEN };

/* Files of the folder. */
#define INDEX_NODES_INNER_FILE "inner"
#define INDEX_NODES_LEAF_FILE "leaf"
#define INDEX_NODES_POSTING_FILE "posting"

/* The links first: a walk through nodes of the batch touches nothing else. */
struct index_inner {
    uint32_t child[2];
    uint8_t bit;
    uint8_t unhashed; /* of the running batch: the hash is not that of the children */
    uint8_t zero[2];
    struct sha256 hash;
};

struct index_leaf {
    struct sha256 key;
    struct index_tail tail;
};

/* How much there is of each. */
struct index_nodes_count {
    uint32_t inner;
    uint32_t leaf;
    uint32_t posting;
};

struct index_nodes {
    struct shelf inner;
    struct shelf leaf;
    struct shelf posting;
    struct index_nodes_count kept; /* at the last index_nodes_keep */
    uint32_t opened;               /* inner nodes that were there when the shelves were opened */
    uint8_t *seen;                 /* a bit for each of them: it was checked */
};

/* In memory; or those of a folder. index_nodes_close accepts the empty struct {0}. */
bool index_nodes_new(struct index_nodes *out, struct fault *f) MUST_CHECK;
struct index_nodes_place {
    int folder;
    bool writable;
    struct index_nodes_count count;
};
bool index_nodes_open(const struct index_nodes_place *place, struct index_nodes *out,
                      struct fault *f) MUST_CHECK;
void index_nodes_close(struct index_nodes *n);

/* What came since the last keep is on the disk; is kept; is given up. */
bool index_nodes_sync(const struct index_nodes *n, struct fault *f) MUST_CHECK;
void index_nodes_keep(struct index_nodes *n);
void index_nodes_drop(struct index_nodes *n);

struct index_nodes_count index_nodes_count(const struct index_nodes *n);
uint64_t index_nodes_bytes(const struct index_nodes *n);

static inline bool index_nodes_is_leaf(uint32_t ref)
{
    return (ref & INDEX_NODES_LEAF) != 0;
}

static inline struct index_inner *index_nodes_inner(const struct index_nodes *n, uint32_t ref)
{
    return (struct index_inner *)(void *)n->inner.at + ref;
}

static inline struct index_leaf *index_nodes_leaf(const struct index_nodes *n, uint32_t ref)
{
    return (struct index_leaf *)(void *)n->leaf.at + (ref & ~INDEX_NODES_LEAF);
}

/* Of a version: never changed. */
static inline bool index_nodes_is_kept(const struct index_nodes *n, uint32_t ref)
{
    return index_nodes_is_leaf(ref) ? (ref & ~INDEX_NODES_LEAF) < n->kept.leaf
                                    : ref < n->kept.inner;
}

/* As mptproof_bit, for walks of twenty steps a million times. */
static inline unsigned index_nodes_bit(const struct sha256 *key, unsigned bit)
{
    return (unsigned)key->at[bit / 8] >> (7 - bit % 8) & 1;
}

/* The hash of a node: a leaf's is taken anew, an inner node's is the one that it has. */
bool index_nodes_hash(const struct index_nodes *n, uint32_t ref, struct sha256 *out,
                      struct fault *f) MUST_CHECK;

/* The walk by the bits of a key from a root that is not NONE to a leaf. Kept nodes are checked: to
 * be built upon, each time; to be read, once for each opening, and not those that this process made
 * itself. */
enum index_nodes_use { INDEX_NODES_READ, INDEX_NODES_BUILD };
struct index_walk {
    uint32_t inner[INDEX_NODES_BITS];
    size_t depth;
    uint32_t leaf; /* reference */
};
bool index_nodes_walk(struct index_nodes *n, uint32_t root, const struct sha256 *key,
                      enum index_nodes_use use, struct index_walk *out, struct fault *f) MUST_CHECK;

#endif
