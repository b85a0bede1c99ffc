/* merkle.h -- the Merkle tree of RFC 6962 section 2 and RFC 9162 section 2.1: hashes, proofs, and
 * their verification. No storage: who proves brings a reader of stored hashes.
 *
 * Sizes and indices are numbers of leaves. A leaf is SHA-256(0x00 || entry), a node
 * SHA-256(0x01 || left || right), the root of the empty tree SHA-256(""). */
#ifndef MERKLE_H
#define MERKLE_H

#include "core/fault.h"
#include "core/sha256.h"

enum { MERKLE_PROOF_MAX = 64 };

#define MERKLE_SIZE_MAX ((uint64_t)INT64_MAX) /* as all C2SP formats count */

struct merkle_proof {
    struct sha256 at[MERKLE_PROOF_MAX];
    size_t count;
};

struct sha256 merkle_leaf(struct bytes entry);
struct sha256 merkle_node(const struct sha256 *left, const struct sha256 *right);
struct sha256 merkle_empty(void);

/* The right edge of a growing tree: the roots of its perfect subtrees, largest first. All that is
 * needed to add leaves and to tell the root. */
struct merkle_edge {
    uint64_t size;
    struct sha256 at[64];
    size_t count;
};

struct merkle_edge merkle_edge_empty(void);
void merkle_edge_add(struct merkle_edge *e, const struct sha256 *leaf);
struct sha256 merkle_edge_root(const struct merkle_edge *e);

/* RFC 9162 sections 2.1.3.2 and 2.1.4.2, to the letter (both check sn == 0 at the end). The proof
 * is untrusted and of any count: above MERKLE_PROOF_MAX it is refused unread. From the empty tree
 * nothing can be proved: old_size 0 is refused, and equal sizes want an empty proof and equal
 * roots.
 */
bool merkle_check_inclusion(uint64_t index, uint64_t size, const struct sha256 *leaf,
                            const struct merkle_proof *proof, const struct sha256 *root) MUST_CHECK;
bool merkle_check_consistency(uint64_t old_size, uint64_t new_size,
                              const struct merkle_proof *proof, const struct sha256 *old_root,
                              const struct sha256 *new_root) MUST_CHECK;

/* A reader of the hashes of perfect subtrees: the one over leaves [index << level, (index + 1) <<
 * level). Asked only for subtrees that lie whole inside the tree. */
struct merkle_reader {
    void *with;
    bool (*read)(void *with, unsigned level, uint64_t index, struct sha256 *out, struct fault *f);
};

bool merkle_root(const struct merkle_reader *r, uint64_t size, struct sha256 *out,
                 struct fault *f) MUST_CHECK;

/* index < size; 0 < old_size <= new_size; sizes up to MERKLE_SIZE_MAX, for which no proof is longer
 * than MERKLE_PROOF_MAX. Each reads at most 128 hashes. */
bool merkle_prove_inclusion(const struct merkle_reader *r, uint64_t index, uint64_t size,
                            struct merkle_proof *out, struct fault *f) MUST_CHECK;
bool merkle_prove_consistency(const struct merkle_reader *r, uint64_t old_size, uint64_t new_size,
                              struct merkle_proof *out, struct fault *f) MUST_CHECK;

/* The edge of the tree of that size, so that it can grow on. */
bool merkle_edge_read(const struct merkle_reader *r, uint64_t size, struct merkle_edge *out,
                      struct fault *f) MUST_CHECK;

#endif
