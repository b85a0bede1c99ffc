#include "writer/backlog.h"

#include <assert.h>
#include <string.h>

/* Entries that no quorum would sign must not eat the machine. */
#define BACKLOG_LIMIT ((size_t)2 << 30)

struct backlog backlog_from(uint64_t first)
{
    return (struct backlog){ .first = first,
                             .bytes = buf_with_limit(BACKLOG_LIMIT),
                             .ends = buf_with_limit(BACKLOG_LIMIT) };
}

void backlog_done(struct backlog *b)
{
    buf_done(&b->bytes);
    buf_done(&b->ends);
    *b = (struct backlog){ 0 };
}

static size_t count(const struct backlog *b)
{
    return b->ends.len / sizeof(uint64_t);
}

/* Where the n-th entry begins, and the one before it ends. */
static size_t start(const struct backlog *b, size_t n)
{
    uint64_t end = 0;

    if (n > 0)
        memcpy(&end, b->ends.at + (n - 1) * sizeof end, sizeof end);
    return (size_t)end;
}

uint64_t backlog_end(const struct backlog *b)
{
    return b->first + count(b);
}

bool backlog_add(struct backlog *b, struct bytes entry, struct fault *f)
{
    const size_t before = b->bytes.len;

    buf_add(&b->bytes, entry);
    uint8_t *end = buf_ok(&b->bytes) ? buf_extend(&b->ends, sizeof(uint64_t)) : NULL;
    if (end == NULL) {
        b->bytes.failed = false;
        b->ends.failed = false;
        b->bytes.len = before;
        return fault_set(f, FAULT_LIMIT, "too much waits to be published (%zu bytes)", before);
    }
    const uint64_t len = b->bytes.len;
    memcpy(end, &len, sizeof len);
    return true;
}

struct bytes backlog_at(const struct backlog *b, uint64_t index)
{
    assert(index >= b->first && index < backlog_end(b));
    const size_t n = (size_t)(index - b->first);
    const size_t from = start(b, n);

    return (struct bytes){ .at = b->bytes.at + from, .len = start(b, n + 1) - from };
}

void backlog_cut(struct backlog *b, uint64_t end)
{
    assert(end >= b->first && end <= backlog_end(b));
    const size_t n = (size_t)(end - b->first);

    b->bytes.len = start(b, n);
    b->ends.len = n * sizeof(uint64_t);
}

void backlog_drop(struct backlog *b, uint64_t first)
{
    assert(first >= b->first && first <= backlog_end(b));
    const size_t n = (size_t)(first - b->first);
    const size_t gone = start(b, n);
    const size_t kept = count(b) - n;

    if (n == 0)
        return;
    for (size_t i = 0; i < kept; i++) {
        const uint64_t end = start(b, n + i + 1) - gone;
        memcpy(b->ends.at + i * sizeof end, &end, sizeof end);
    }
    memmove(b->bytes.at, b->bytes.at + gone, b->bytes.len - gone);
    b->bytes.len -= gone;
    b->ends.len = kept * sizeof(uint64_t);
    b->first = first;
}
