#include "commands/lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { STEP = 1 << 16 };

struct lines lines_of(int fd, size_t limit)
{
    return (struct lines){ .fd = fd, .held = buf_with_limit(limit + STEP + 1), .limit = limit };
}

void lines_done(struct lines *l)
{
    buf_done(&l->held);
}

/* Up to the end of the line at hand, or of what is held where the line goes on. */
static bool cut(struct lines *l, struct bytes *piece)
{
    const struct bytes rest = bytes_part(buf_bytes(&l->held), l->taken, l->held.len);
    const size_t end = bytes_index(rest, '\n');

    *piece = bytes_part(rest, 0, end);
    return end < rest.len;
}

bool lines_next(struct lines *l, struct bytes *line, bool *too_long)
{
    struct bytes piece = { 0 };

    for (;;) {
        const bool whole = cut(l, &piece);
        const bool last = !whole && l->ended && (piece.len > 0 || l->passing);
        const bool passed = l->passing;
        *too_long = !passed && piece.len > l->limit;
        if (!whole && !last && !*too_long) {
            if (passed)
                l->taken += piece.len;
            return false;
        }
        l->taken += piece.len + (whole ? 1 : 0);
        l->passing = !whole && !last;
        if (passed)
            continue; /* its number was told when it became too long */
        l->number++;
        *line = *too_long ? (struct bytes){ 0 } : piece;
        return true;
    }
}

bool lines_fill(struct lines *l, struct fault *f)
{
    ssize_t n = -1;

    if (l->taken > 0)
        memmove(l->held.at, l->held.at + l->taken, l->held.len - l->taken);
    l->held.len -= l->taken;
    l->taken = 0;
    const size_t before = l->held.len;
    uint8_t *at = buf_extend(&l->held, STEP);
    if (at == NULL)
        return fault_set(f, FAULT_LIMIT, "out of memory");
    do
        n = read(l->fd, at, STEP);
    while (n < 0 && errno == EINTR);
    l->held.len = before + (n > 0 ? (size_t)n : 0);
    l->ended = n == 0;
    return n >= 0 || fault_set(f, FAULT_IO, "standard input: %s", strerror(errno));
}
