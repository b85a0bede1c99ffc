/* cursor.h -- reading hostile bytes.
 *
 * A cursor is a window on bytes it does not own. A read past the end fails the
 * cursor for good: it yields zero, moves nothing, and every later read yields
 * zero too. So a parser reads like the format's own table, and asks once,
 * before it believes any value, whether the window held. */
#ifndef CURSOR_H
#define CURSOR_H

#include "core/bytes.h"

struct cursor {
    struct bytes all;
    size_t pos; /* may be read outside: where the next read is */
    bool failed;
};

struct cursor cursor_over(struct bytes b);
bool cursor_ok(const struct cursor *c);
size_t cursor_left(const struct cursor *c);

uint8_t cursor_u8(struct cursor *c);
uint16_t cursor_u16le(struct cursor *c);
uint32_t cursor_u32le(struct cursor *c);
uint64_t cursor_u64le(struct cursor *c);
uint16_t cursor_u16be(struct cursor *c);
uint32_t cursor_u32be(struct cursor *c);
uint64_t cursor_u64be(struct cursor *c);

/* The next `n` bytes, or an empty window on failure. */
struct bytes cursor_take(struct cursor *c, size_t n);
void cursor_skip(struct cursor *c, size_t n);

/* The bytes up to the next NUL, which is consumed too; fails where there is none. */
struct bytes cursor_take_string(struct cursor *c);

/* A cursor on the `n` bytes at `off` of `b`; failed from the start if they are not inside. */
struct cursor cursor_within(struct bytes b, uint64_t off, uint64_t n);

#endif
