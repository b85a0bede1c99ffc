#include "core/cursor.h"

struct cursor cursor_over(struct bytes b)
{
    return (struct cursor){ .all = b };
}

bool cursor_ok(const struct cursor *c)
{
    return !c->failed;
}

size_t cursor_left(const struct cursor *c)
{
    return c->failed ? 0 : c->all.len - c->pos;
}

struct bytes cursor_take(struct cursor *c, size_t n)
{
    if (n > cursor_left(c)) {
        c->failed = true;
        return (struct bytes){ 0 };
    }
    struct bytes b = { .at = n == 0 ? NULL : c->all.at + c->pos, .len = n };
    c->pos += n;
    return b;
}

void cursor_skip(struct cursor *c, size_t n)
{
    (void)cursor_take(c, n);
}

/* The next `n` (at most 8) bytes as a number, least significant first; zero on failure. */
static uint64_t take_le(struct cursor *c, size_t n)
{
    const struct bytes b = cursor_take(c, n);
    uint64_t value = 0;

    for (size_t i = b.len; i > 0; i--)
        value = value << 8 | b.at[i - 1];
    return value;
}

static uint64_t take_be(struct cursor *c, size_t n)
{
    const struct bytes b = cursor_take(c, n);
    uint64_t value = 0;

    for (size_t i = 0; i < b.len; i++)
        value = value << 8 | b.at[i];
    return value;
}

uint8_t cursor_u8(struct cursor *c)
{
    return (uint8_t)take_le(c, 1);
}

uint16_t cursor_u16le(struct cursor *c)
{
    return (uint16_t)take_le(c, 2);
}

uint32_t cursor_u32le(struct cursor *c)
{
    return (uint32_t)take_le(c, 4);
}

uint64_t cursor_u64le(struct cursor *c)
{
    return take_le(c, 8);
}

uint16_t cursor_u16be(struct cursor *c)
{
    return (uint16_t)take_be(c, 2);
}

uint32_t cursor_u32be(struct cursor *c)
{
    return (uint32_t)take_be(c, 4);
}

uint64_t cursor_u64be(struct cursor *c)
{
    return take_be(c, 8);
}

struct bytes cursor_take_string(struct cursor *c)
{
    const struct bytes rest = bytes_part(c->all, c->pos, cursor_left(c));
    const size_t len = bytes_index(rest, 0);

    if (c->failed || len == rest.len) {
        c->failed = true;
        return (struct bytes){ 0 };
    }
    const struct bytes text = cursor_take(c, len);
    cursor_skip(c, 1);
    return text;
}

struct cursor cursor_within(struct bytes b, uint64_t off, uint64_t n)
{
    if (off > b.len || n > b.len - off)
        return (struct cursor){ .failed = true };
    return cursor_over((struct bytes){ .at = n == 0 ? NULL : b.at + off, .len = (size_t)n });
}
