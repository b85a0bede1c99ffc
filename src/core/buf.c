#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct buf buf_with_limit(size_t limit)
{
    return (struct buf){ .limit = limit };
}

void buf_done(struct buf *b)
{
    free(b->at);
    *b = (struct buf){ .limit = b->limit };
}

bool buf_ok(const struct buf *b)
{
    return !b->failed;
}

static bool make_room(struct buf *b, size_t n)
{
    if (b->failed || n > b->limit - b->len)
        return false;
    if (n <= b->room - b->len)
        return true;
    size_t room = b->room == 0 ? 256 : b->room * 2;
    while (room < b->len + n)
        room *= 2;
    uint8_t *at = realloc(b->at, room);
    if (at == NULL)
        return false;
    b->at = at;
    b->room = room;
    return true;
}

uint8_t *buf_extend(struct buf *b, size_t n)
{
    if (!make_room(b, n)) {
        b->failed = true;
        return NULL;
    }
    uint8_t *p = b->at + b->len;
    b->len += n;
    return p;
}

void buf_add(struct buf *b, struct bytes piece)
{
    if (piece.len == 0)
        return;
    uint8_t *p = buf_extend(b, piece.len);
    if (p != NULL)
        memcpy(p, piece.at, piece.len);
}

void buf_add_text(struct buf *b, const char *text)
{
    buf_add(b, bytes_of_text(text));
}

void buf_add_byte(struct buf *b, uint8_t byte)
{
    buf_add(b, (struct bytes){ .at = &byte, .len = 1 });
}

void buf_end_row(struct buf *b)
{
    while (b->len > 0 && b->at[b->len - 1] == ' ')
        b->len--;
    buf_add_byte(b, '\n');
}

void buf_print(struct buf *b, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    const int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    uint8_t *p = n < 0 ? NULL : buf_extend(b, (size_t)n + 1);
    if (p == NULL) {
        b->failed = true;
        return;
    }
    va_start(args, fmt);
    (void)vsnprintf((char *)p, (size_t)n + 1, fmt, args);
    va_end(args);
    b->len--; /* the NUL */
}

struct bytes buf_bytes(const struct buf *b)
{
    return (struct bytes){ .at = b->at, .len = b->len };
}
