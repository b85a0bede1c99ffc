#include "proof/lookup.h"

#include "core/cursor.h"
#include "tlog/merkle.h"

#include <string.h>

enum { VERSION_BARE = 1, VERSION_FULL = 2, POSTING = 8 };

static bool cut(struct fault *f)
{
    return fault_set(f, FAULT_FORMAT, "extra: it ends early");
}

static struct bytes take_sized(struct cursor *c)
{
    return cursor_take(c, cursor_u16be(c));
}

static bool read_postings(struct cursor *c, struct arena *a, struct lookup *l, struct fault *f)
{
    const uint32_t count = cursor_u32be(c);

    if (!cursor_ok(c) || count > cursor_left(c) / POSTING)
        return cut(f);
    uint64_t *postings = arena_array(a, count, sizeof *postings, f);
    if (postings == NULL)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        postings[i] = cursor_u64be(c);
        if (i > 0 && postings[i] <= postings[i - 1])
            return fault_set(f, FAULT_FORMAT, "extra: postings that do not increase");
    }
    l->postings = postings;
    l->count = count;
    return true;
}

static bool read_further(struct cursor *c, struct arena *a, struct vec *further, struct fault *f)
{
    const uint8_t count = cursor_u8(c);

    *further = vec_of(a, sizeof(struct lookup), LOOKUP_FURTHER_MAX);
    for (unsigned i = 0; i < count; i++) {
        struct lookup *l = vec_push(further, f);
        if (l == NULL)
            return false;
        l->key = take_sized(c);
        if (!read_postings(c, a, l, f))
            return false;
        l->proof = take_sized(c);
    }
    return cursor_ok(c) || cut(f);
}

static bool read_inclusion(struct cursor *c, struct arena *a, struct lookup_posted *p,
                           struct fault *f)
{
    const uint8_t count = cursor_u8(c);

    if (count > MERKLE_PROOF_MAX)
        return fault_set(f, FAULT_FORMAT, "extra: an inclusion proof of %u hashes",
                         (unsigned)count);
    const struct bytes hashes = cursor_take(c, (size_t)count * SHA256_LEN);
    struct sha256 *inclusion = arena_array(a, count, sizeof *inclusion, f);
    if (inclusion == NULL)
        return false;
    for (size_t i = 0; i < hashes.len / SHA256_LEN; i++)
        memcpy(inclusion[i].at, hashes.at + i * SHA256_LEN, SHA256_LEN);
    p->inclusion = inclusion;
    p->count = count;
    return cursor_ok(c) || cut(f);
}

static bool read_posted(struct cursor *c, struct arena *a, struct vec *posted, struct fault *f)
{
    const uint32_t count = cursor_u32be(c);
    uint64_t least = 0;

    *posted = vec_of(a, sizeof(struct lookup_posted), LOOKUP_POSTED_MAX);
    if (count > LOOKUP_POSTED_MAX)
        return fault_set(f, FAULT_LIMIT, "extra: more than %d entries", LOOKUP_POSTED_MAX);
    for (uint32_t i = 0; i < count; i++) {
        struct lookup_posted *p = vec_push(posted, f);
        if (p == NULL)
            return false;
        p->index = cursor_u64be(c);
        p->entry = take_sized(c);
        if (!read_inclusion(c, a, p, f))
            return false;
        if (p->index < least || p->index == UINT64_MAX)
            return fault_set(f, FAULT_FORMAT, "extra: entries whose indices do not increase");
        least = p->index + 1;
    }
    return cursor_ok(c) || cut(f);
}

bool lookup_read(struct bytes extra, struct arena *a, struct lookup_file *out, struct fault *f)
{
    struct cursor c = cursor_over(extra);
    struct lookup_file l = { .version = cursor_u8(&c),
                             .further = vec_of(a, sizeof(struct lookup), LOOKUP_FURTHER_MAX),
                             .posted = vec_of(a, sizeof(struct lookup_posted), LOOKUP_POSTED_MAX) };

    if (!cursor_ok(&c))
        return cut(f);
    if (l.version != VERSION_BARE && l.version != VERSION_FULL)
        return fault_set(f, FAULT_UNSUPPORTED, "extra: version %u; 1 and 2 are known", l.version);
    l.asked.key = take_sized(&c);
    l.index_entry = take_sized(&c);
    if (!read_postings(&c, a, &l.asked, f))
        return false;
    l.asked.proof = l.version == VERSION_BARE ? cursor_take(&c, cursor_left(&c)) : take_sized(&c);
    if (!cursor_ok(&c))
        return cut(f);
    if (l.version == VERSION_FULL &&
        (!read_further(&c, a, &l.further, f) || !read_posted(&c, a, &l.posted, f)))
        return false;
    if (cursor_left(&c) > 0)
        return fault_set(f, FAULT_FORMAT, "extra: %zu bytes behind its end", cursor_left(&c));
    *out = l;
    return true;
}

static void put_number(struct buf *out, uint64_t value, unsigned bytes)
{
    for (unsigned i = bytes; i > 0; i--)
        buf_add_byte(out, (uint8_t)(value >> 8 * (i - 1)));
}

static void put_sized(struct buf *out, struct bytes value)
{
    /* a length that does not fit would be told wrong: the buffer fails instead */
    if (value.len > UINT16_MAX)
        out->failed = true;
    put_number(out, value.len, 2);
    buf_add(out, value);
}

static void put_postings(struct buf *out, const struct lookup *l)
{
    if (l->count > UINT32_MAX)
        out->failed = true;
    put_number(out, l->count, 4);
    for (size_t i = 0; i < l->count; i++)
        put_number(out, l->postings[i], POSTING);
}

static void put_posted(struct buf *out, const struct lookup_posted *p)
{
    if (p->count > MERKLE_PROOF_MAX)
        out->failed = true;
    put_number(out, p->index, 8);
    put_sized(out, p->entry);
    put_number(out, p->count, 1);
    for (size_t i = 0; i < p->count; i++)
        buf_add(out, (struct bytes){ .at = p->inclusion[i].at, .len = SHA256_LEN });
}

void lookup_write(const struct lookup_file *l, struct buf *out)
{
    put_number(out, l->version, 1);
    put_sized(out, l->asked.key);
    put_sized(out, l->index_entry);
    put_postings(out, &l->asked);
    if (l->version == VERSION_BARE) {
        buf_add(out, l->asked.proof);
        return;
    }
    put_sized(out, l->asked.proof);
    if (l->further.count > LOOKUP_FURTHER_MAX)
        out->failed = true;
    put_number(out, l->further.count, 1);
    for (size_t i = 0; i < l->further.count; i++) {
        const struct lookup *one = vec_at(&l->further, i);
        put_sized(out, one->key);
        put_postings(out, one);
        put_sized(out, one->proof);
    }
    if (l->posted.count > LOOKUP_POSTED_MAX)
        out->failed = true;
    put_number(out, l->posted.count, 4);
    for (size_t i = 0; i < l->posted.count; i++)
        put_posted(out, vec_at(&l->posted, i));
}

bool lookup_has(const struct lookup *l, uint64_t index)
{
    size_t low = 0;
    size_t high = l->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (l->postings[middle] == index)
            return true;
        if (l->postings[middle] < index)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}
