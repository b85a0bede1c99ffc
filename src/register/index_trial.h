/* index_trial.h -- entries whose keys are known, and the index over them by its definition: test
 * code, linked into the unit tests alone.
 *
 * An entry's keys follow from its place: one that every entry has, one of thirty-seven, one of two
 * hundred at random, and one of its own. */
#ifndef INDEX_TRIAL_H
#define INDEX_TRIAL_H

#include "proof/proof_trial.h"
#include "register/index.h"

enum { INDEX_TRIAL_KEYS = 4, INDEX_TRIAL_TEXT = 32 };

struct index_trial_keys {
    char text[INDEX_TRIAL_KEYS][INDEX_TRIAL_TEXT];
};
struct index_trial_keys index_trial_keys(uint64_t at);

/* The tree over the entries below `covers`: proof_trial_free. */
struct proof_trial_tree index_trial_tree(uint64_t covers);

/* The entries below `covers` that have the key, increasing: into `out`, which has room for all. */
size_t index_trial_postings(uint64_t covers, const char *key, uint64_t *out);

/* Add the entries from..to-1. */
bool index_trial_add(struct index *i, uint64_t from, uint64_t to, struct fault *f) MUST_CHECK;

/* The index's version: its root and number of keys are the tree's; what it says of a key is, byte
 * for byte. False with a fault where the index will not say; asserts on every other answer. */
bool index_trial_agrees(const struct index *i, uint64_t covers,
                        const struct proof_trial_tree *tree);
bool index_trial_proves(struct index *i, uint64_t covers, const struct proof_trial_tree *tree,
                        const char *key, struct fault *f) MUST_CHECK;

/* An empty folder below /tmp; the path is static. And away with it and its files. */
const char *index_trial_folder(void);
void index_trial_sweep(const char *folder);

#endif
