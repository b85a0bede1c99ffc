/* indexleaf.h -- the last leaf of every published checkpoint: it commits the index over all entries
 * before it.
 *
 *     hallmark/index/v1
 *     covers 5
 *     keys 18
 *     root <base64>
 *     mapfn sha256:<hex>
 */
#ifndef INDEXLEAF_H
#define INDEXLEAF_H

#include "core/buf.h"
#include "core/fault.h"
#include "core/sha256.h"

enum { INDEXLEAF_MAX = 300 };

struct indexleaf {
    uint64_t covers; /* entries, and its own place in the log */
    uint64_t keys;
    struct sha256 root;
    struct sha256 mapfn;
};

/* Whether the entry's first line says that it is one; reading may still fail. */
bool indexleaf_is(struct bytes entry);
bool indexleaf_read(struct bytes entry, struct indexleaf *out, struct fault *f) MUST_CHECK;
void indexleaf_write(const struct indexleaf *leaf, struct buf *out);

/* Where a key string stands: SHA-256 of it. What stands there: SHA-256 over u64be of each posting;
 * with no posting there is no leaf. */
struct sha256 indexleaf_key(struct bytes key);
struct sha256 indexleaf_value(const uint64_t *postings, size_t count);

#endif
