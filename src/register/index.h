/* index.h -- the index of a register: key -> postings, as a persistent Merkle Patricia tree.
 *
 * Persistent in both senses. Every commit leaves the versions before it as they were, so that a
 * proof can be made for an older checkpoint; and the tree lives in a folder of append-only pools,
 * mapped into memory, so that opening costs nothing and a commit costs by what is new. The folder
 * is a cache: everything in it can be made anew from the entries, every node that is touched is
 * checked against its stored hash before it is built upon, and a proof that does not verify under
 * the root of the index leaf is never handed out. One writer (the log's lock); readers map what was
 * committed. One thread at a time for each handle.
 *
 * Postings of a key only grow, and are hashed from a kept state: adding one to a million costs one
 * block. */
#ifndef INDEX_H
#define INDEX_H

#include "core/vec.h"
#include "proof/lookup.h"

struct index;

/* In memory; in a folder (made if missing), for writing or reading. A folder that is damaged, of
 * another map function, or of a future version is a fault of kind FORMAT: the caller discards it
 * (index_discard) and builds anew. Where nothing was committed yet, a reader gets the empty index.
 */
bool index_new(struct index **out, struct fault *f) MUST_CHECK;
bool index_open(const char *folder, bool writable, struct index **out, struct fault *f) MUST_CHECK;
void index_close(struct index **i);
bool index_discard(const char *folder, struct fault *f) MUST_CHECK;

/* Entry `at` maps to `key`. Places never decrease, and none is covered by a version; the same place
 * under the same key counts once. Visible to index_find at once, to versions after the next commit.
 */
bool index_add(struct index *i, uint64_t at, struct bytes key, struct fault *f) MUST_CHECK;

/* The same for all keys of an entry: faster than one by one. After a fault some may be added. */
bool index_add_entry(struct index *i, uint64_t at, const struct bytes *keys, size_t count,
                     struct fault *f) MUST_CHECK;

/* Hash what is new: root and number of keys of the tree as it stands. */
bool index_root(struct index *i, struct sha256 *root, uint64_t *keys, struct fault *f) MUST_CHECK;

/* Make the tree as it stands the version that covers so many entries (more than any added, more
 * than the last; the same as the last changes nothing), durable where it has a folder; or give up
 * all that was added since the last commit. After a fault what was added is still there: commit
 * once more, or roll back. */
bool index_commit(struct index *i, uint64_t covers, struct fault *f) MUST_CHECK;
void index_rollback(struct index *i);

/* Entries covered by the newest version (0: none). */
uint64_t index_covers(const struct index *i);

/* Root and keys of the version that covers exactly so many; false where it is not kept. The empty
 * tree, which covers 0, always is. */
bool index_version(const struct index *i, uint64_t covers, struct sha256 *root, uint64_t *keys);

/* Postings (uint64_t, appended to the vec) of a key in the tree as it stands, uncommitted included;
 * only those below `limit`, at most `most` of the newest where `most` is not 0. */
struct index_question {
    struct bytes key;
    uint64_t limit; /* UINT64_MAX: all */
    size_t most;    /* 0: all */
};
bool index_find(struct index *i, const struct index_question *q, struct vec *postings,
                struct fault *f) MUST_CHECK;

/* The lookup of a key in the version that covers `covers`, its parts in the arena: postings and MPT
 * proof, checked with mptproof_check against that version's root before it is returned. */
bool index_prove(struct index *i, uint64_t covers, struct bytes key, struct arena *a,
                 struct lookup *out, struct fault *f) MUST_CHECK;

/* Bytes of memory and of file that the index takes, for the benchmark. */
struct index_size {
    uint64_t keys;
    uint64_t bytes;
};
struct index_size index_measure(const struct index *i);

#endif
