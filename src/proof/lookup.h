/* lookup.h -- the `extra` of a proof file: what the index says of one key, and of further keys
 * under the same root.
 *
 *     u8 1 || u16be len || key || u16be len || index entry || u32be n || n * u64be || MPT proof
 *     u8 2 || the same, the MPT proof with u16be len || u8 count || count * (u16be len || key ||
 *             u32be n || n * u64be || u16be len || MPT proof) ||
 *             u32be count || count * (u64be index || u16be len || entry || u8 n || n * inclusion)
 *
 * In version 1 the proof is the rest of the bytes. Everything here is untrusted until proof.h has
 * checked it. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/sha256.h"
#include "core/vec.h"

enum { LOOKUP_FURTHER_MAX = 255, LOOKUP_POSTED_MAX = 4096 };

struct lookup {
    struct bytes key;
    const uint64_t *postings; /* strictly increasing; in the arena */
    size_t count;             /* 0: absence */
    struct bytes proof;       /* of the Merkle Patricia tree */
};

struct lookup_posted {
    uint64_t index;
    struct bytes entry;
    const struct sha256 *inclusion; /* leaf's sibling to root's child */
    size_t count;
};

struct lookup_file {
    unsigned version;
    struct bytes index_entry;
    struct lookup asked;
    struct vec further; /* struct lookup */
    struct vec posted;  /* struct lookup_posted, by index */
};

bool lookup_read(struct bytes extra, struct arena *a, struct lookup_file *out,
                 struct fault *f) MUST_CHECK;
void lookup_write(const struct lookup_file *l, struct buf *out);

/* Whether the index is among the postings. */
bool lookup_has(const struct lookup *l, uint64_t index);

#endif
