#include "core/wire.h"

#include "core/text.h"

enum { TEXT_ABSENT = 0, TEXT_PRESENT = 1 };

void wire_put_u8(struct buf *b, uint8_t value)
{
    buf_add_byte(b, value);
}

static void put_le(struct buf *b, uint64_t value, size_t n)
{
    uint8_t *p = buf_extend(b, n);

    for (size_t i = 0; p != NULL && i < n; i++)
        p[i] = (uint8_t)(value >> 8 * i & 0xff);
}

void wire_put_u32(struct buf *b, uint32_t value)
{
    put_le(b, value, 4);
}

void wire_put_u64(struct buf *b, uint64_t value)
{
    put_le(b, value, 8);
}

void wire_put_bytes(struct buf *b, struct bytes value)
{
    if (value.len > UINT32_MAX) {
        b->failed = true;
        return;
    }
    wire_put_u32(b, (uint32_t)value.len);
    buf_add(b, value);
}

void wire_put_text(struct buf *b, const char *text)
{
    wire_put_u8(b, text == NULL ? TEXT_ABSENT : TEXT_PRESENT);
    if (text != NULL)
        wire_put_bytes(b, bytes_of_text(text));
}

uint8_t wire_u8(struct cursor *c)
{
    return cursor_u8(c);
}

uint32_t wire_u32(struct cursor *c)
{
    return cursor_u32le(c);
}

uint64_t wire_u64(struct cursor *c)
{
    return cursor_u64le(c);
}

struct bytes wire_bytes(struct cursor *c)
{
    return cursor_take(c, wire_u32(c));
}

char *wire_text(struct cursor *c, struct arena *a, size_t limit)
{
    const uint8_t present = wire_u8(c);

    if (present == TEXT_ABSENT)
        return NULL;
    const struct bytes b = wire_bytes(c);
    char *text = NULL;
    if (present == TEXT_PRESENT && cursor_ok(c) && b.len <= limit && text_is_clean(b))
        text = arena_copy(a, b, /* fault */ NULL);
    if (text == NULL)
        c->failed = true;
    return text;
}
