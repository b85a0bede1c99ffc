#include "tlog/merkle.h"

#include <assert.h>
#include <string.h>

static_assert(sizeof(struct sha256) == SHA256_LEN, "hashes stand side by side");

struct sha256 merkle_leaf(struct bytes entry)
{
    static const uint8_t prefix = 0x00;
    struct sha256_run run = sha256_begin();

    sha256_feed(&run, (struct bytes){ .at = &prefix, .len = 1 });
    sha256_feed(&run, entry);
    return sha256_end(&run);
}

struct sha256 merkle_node(const struct sha256 *left, const struct sha256 *right)
{
    uint8_t both[1 + 2 * SHA256_LEN];

    both[0] = 0x01;
    memcpy(both + 1, left->at, SHA256_LEN);
    memcpy(both + 1 + SHA256_LEN, right->at, SHA256_LEN);
    return sha256_of((struct bytes){ .at = both, .len = sizeof both });
}

struct sha256 merkle_empty(void)
{
    return sha256_of((struct bytes){ 0 });
}

struct merkle_edge merkle_edge_empty(void)
{
    return (struct merkle_edge){ 0 };
}

void merkle_edge_add(struct merkle_edge *e, const struct sha256 *leaf)
{
    struct sha256 h = *leaf;

    /* as a binary counter carries: each one at the end of the size is a subtree to merge with */
    for (uint64_t size = e->size; (size & 1) != 0; size >>= 1) {
        e->count--;
        h = merkle_node(&e->at[e->count], &h);
    }
    e->at[e->count] = h;
    e->count++;
    e->size++;
}

struct sha256 merkle_edge_root(const struct merkle_edge *e)
{
    if (e->count == 0)
        return merkle_empty();
    struct sha256 h = e->at[e->count - 1];
    for (size_t i = e->count - 1; i > 0; i--)
        h = merkle_node(&e->at[i - 1], &h);
    return h;
}

bool merkle_check_inclusion(uint64_t index, uint64_t size, const struct sha256 *leaf,
                            const struct merkle_proof *proof, const struct sha256 *root)
{
    if (index >= size || proof->count > MERKLE_PROOF_MAX)
        return false;
    uint64_t fn = index;
    uint64_t sn = size - 1;
    struct sha256 r = *leaf;
    for (size_t i = 0; i < proof->count; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) != 0 || fn == sn) {
            r = merkle_node(&proof->at[i], &r);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            r = merkle_node(&r, &proof->at[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && sha256_equal(&r, root);
}

/* Step 6 of RFC 9162 section 2.1.4.2 and what follows, over the path behind its first hash. */
static bool walk_consistency(uint64_t fn, uint64_t sn, const struct sha256 *first,
                             const struct merkle_proof *proof, size_t from,
                             const struct sha256 *old_root, const struct sha256 *new_root)
{
    struct sha256 fr = *first;
    struct sha256 sr = *first;

    for (size_t i = from; i < proof->count; i++) {
        const struct sha256 *c = &proof->at[i];
        if (sn == 0)
            return false;
        if ((fn & 1) != 0 || fn == sn) {
            fr = merkle_node(c, &fr);
            sr = merkle_node(c, &sr);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            sr = merkle_node(&sr, c);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && sha256_equal(&fr, old_root) && sha256_equal(&sr, new_root);
}

bool merkle_check_consistency(uint64_t old_size, uint64_t new_size,
                              const struct merkle_proof *proof, const struct sha256 *old_root,
                              const struct sha256 *new_root)
{
    if (old_size == 0 || old_size > new_size || proof->count > MERKLE_PROOF_MAX)
        return false;
    if (old_size == new_size)
        return proof->count == 0 && sha256_equal(old_root, new_root);
    if (proof->count == 0)
        return false;
    uint64_t fn = old_size - 1;
    uint64_t sn = new_size - 1;
    while ((fn & 1) != 0) {
        fn >>= 1;
        sn >>= 1;
    }
    /* a power of two: the old root is itself the first hash of the path */
    if ((old_size & (old_size - 1)) == 0)
        return walk_consistency(fn, sn, old_root, proof, 0, old_root, new_root);
    return walk_consistency(fn, sn, &proof->at[0], proof, 1, old_root, new_root);
}

/* The edge of the leaves [low, high), where low is a multiple of the largest power of two that is
 * not above high - low: every perfect subtree of the range is one of the whole tree too. */
static bool read_edge(const struct merkle_reader *r, uint64_t low, uint64_t high,
                      struct merkle_edge *out, struct fault *f)
{
    struct merkle_edge e = { .size = high - low };

    for (unsigned level = 64; level-- > 0;) {
        if ((e.size >> level & 1) == 0)
            continue;
        if (!r->read(r->with, level, low >> level, &e.at[e.count], f))
            return false;
        e.count++;
        low += (uint64_t)1 << level;
    }
    *out = e;
    return true;
}

bool merkle_edge_read(const struct merkle_reader *r, uint64_t size, struct merkle_edge *out,
                      struct fault *f)
{
    return read_edge(r, 0, size, out, f);
}

static bool range_root(const struct merkle_reader *r, uint64_t low, uint64_t high,
                       struct sha256 *out, struct fault *f)
{
    struct merkle_edge e;

    if (!read_edge(r, low, high, &e, f))
        return false;
    *out = merkle_edge_root(&e);
    return true;
}

bool merkle_root(const struct merkle_reader *r, uint64_t size, struct sha256 *out, struct fault *f)
{
    return range_root(r, 0, size, out, f);
}

/* The largest power of two below n, n > 1: where RFC 9162 cuts a tree of n leaves. */
static uint64_t split(uint64_t n)
{
    return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

/* Both proofs are found from the root down and told from the leaf up. */
static void turn(struct merkle_proof *p)
{
    for (size_t i = 0; i < p->count / 2; i++) {
        const struct sha256 other = p->at[p->count - 1 - i];
        p->at[p->count - 1 - i] = p->at[i];
        p->at[i] = other;
    }
}

bool merkle_prove_inclusion(const struct merkle_reader *r, uint64_t index, uint64_t size,
                            struct merkle_proof *out, struct fault *f)
{
    struct merkle_proof p = { .count = 0 };
    uint64_t low = 0;
    uint64_t high = size;

    assert(index < size && size <= MERKLE_SIZE_MAX);
    while (high - low > 1) {
        const uint64_t middle = low + split(high - low);
        const bool left = index < middle;
        if (!range_root(r, left ? middle : low, left ? high : middle, &p.at[p.count], f))
            return false;
        p.count++;
        if (left)
            high = middle;
        else
            low = middle;
    }
    turn(&p);
    *out = p;
    return true;
}

bool merkle_prove_consistency(const struct merkle_reader *r, uint64_t old_size, uint64_t new_size,
                              struct merkle_proof *out, struct fault *f)
{
    struct merkle_proof p = { .count = 0 };
    uint64_t low = 0;
    uint64_t high = new_size;

    assert(old_size > 0 && old_size <= new_size && new_size <= MERKLE_SIZE_MAX);
    while (high != old_size) {
        const uint64_t middle = low + split(high - low);
        const bool left = old_size <= middle;
        if (!range_root(r, left ? middle : low, left ? high : middle, &p.at[p.count], f))
            return false;
        p.count++;
        if (left)
            high = middle;
        else
            low = middle;
    }
    /* the old tree's last subtree, unless it is the whole old tree, whose root is known */
    if (low > 0) {
        if (!range_root(r, low, high, &p.at[p.count], f))
            return false;
        p.count++;
    }
    turn(&p);
    *out = p;
    return true;
}
