#include "codec/der.h"

/* X.690 8.1.3: one byte, or 0x81..0x84 and that many bytes; DER wants the shortest, which old
 * signers did not always write, so it is not enforced. */
static size_t read_length(struct cursor *c)
{
    const uint8_t first = cursor_u8(c);
    size_t length = 0;

    if (first < 0x80)
        return first;
    if (first == 0x80 || first > 0x84) {
        c->failed = true;
        return 0;
    }
    for (unsigned i = 0; i < (first & 0x7fu); i++)
        length = length << 8 | cursor_u8(c);
    return length;
}

bool der_next(struct cursor *c, struct der *out)
{
    if (cursor_left(c) == 0)
        return false;
    const size_t start = c->pos;
    const uint8_t tag = cursor_u8(c);
    if ((tag & 0x1f) == 0x1f)
        c->failed = true;
    const size_t length = read_length(c);
    const struct bytes body = cursor_take(c, length);
    if (!cursor_ok(c))
        return false;
    *out = (struct der){
        .tag = tag,
        .body = body,
        .whole = bytes_part(c->all, start, c->pos - start),
    };
    return true;
}

struct cursor der_enter(struct cursor *c, uint8_t tag)
{
    struct der element;

    if (!der_next(c, &element) || element.tag != tag)
        return (struct cursor){ .failed = true };
    return cursor_over(element.body);
}

struct cursor der_open(struct bytes b, uint8_t tag)
{
    struct cursor c = cursor_over(b);

    return der_enter(&c, tag);
}
