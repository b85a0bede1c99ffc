/* proof_trial.h -- Merkle Patricia trees for tests and fuzz targets: built by their definition, a
 * node at a time, so that every part of one can be taken for a forgery. Test code. */
#ifndef PROOF_TRIAL_H
#define PROOF_TRIAL_H

#include "core/buf.h"
#include "proof/mptproof.h"

struct proof_trial_leaf {
    struct sha256 key;
    struct sha256 value;
};

struct proof_trial_node {
    bool inner;
    struct proof_trial_leaf leaf; /* of a leaf */
    uint8_t bit;                  /* of an inner node, as are the children: places in `nodes` */
    size_t left;
    size_t right;
    struct sha256 hash;
};

struct proof_trial_tree {
    struct proof_trial_node *nodes; /* on the heap */
    size_t count;                   /* 0: the empty tree */
    size_t root;
};

/* Sorts the leaves by key; no key may be there twice. */
struct proof_trial_tree proof_trial_build(struct proof_trial_leaf *leaves, size_t count);
void proof_trial_free(struct proof_trial_tree *t);
struct sha256 proof_trial_root(const struct proof_trial_tree *t);

/* The leaf in which the walk by the key's bits ends, or NULL in the empty tree; its levels, from
 * the leaf up, are appended to `levels`. Works on trees that no honest builder would build, if they
 * are trees. */
const struct proof_trial_leaf *proof_trial_walk(const struct proof_trial_tree *t,
                                                const struct sha256 *key, struct buf *levels);

/* The honest proof of what the tree has to say about the key; whether it is there. */
bool proof_trial_prove(const struct proof_trial_tree *t, const struct sha256 *key,
                       struct buf *proof);

#endif
