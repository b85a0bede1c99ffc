#include "codec/cp1252.h"

#include "core/text.h"

/* What 0x80 to 0x9f mean; all else is Latin-1. */
static const uint16_t high[32] = {
    0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8d,   0x017d, 0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178,
};

static bool is_utf8(struct bytes b)
{
    while (b.len > 0) {
        if (text_next(&b) < 0)
            return false;
    }
    return true;
}

static size_t put(uint8_t *at, unsigned c)
{
    if (c < 0x80) {
        at[0] = (uint8_t)c;
        return 1;
    }
    if (c < 0x800) {
        at[0] = (uint8_t)(0xc0 | c >> 6);
        at[1] = (uint8_t)(0x80 | (c & 0x3f));
        return 2;
    }
    at[0] = (uint8_t)(0xe0 | c >> 12);
    at[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
    at[2] = (uint8_t)(0x80 | (c & 0x3f));
    return 3;
}

bool cp1252_text(struct bytes in, struct arena *a, struct bytes *out, bool *was, struct fault *f)
{
    *was = !is_utf8(in);
    *out = in;
    if (!*was)
        return true;
    uint8_t *copy = arena_array(a, in.len, 3, f);
    size_t len = 0;
    if (copy == NULL)
        return false;
    for (size_t i = 0; i < in.len; i++)
        len +=
            put(copy + len, in.at[i] >= 0x80 && in.at[i] < 0xa0 ? high[in.at[i] - 0x80] : in.at[i]);
    *out = (struct bytes){ .at = copy, .len = len };
    return true;
}
