#include "core/text.h"

#include "core/buf.h"
#include "core/limits.h"

#include <string.h>
#include <wchar.h>

int32_t text_next(struct bytes *rest)
{
    static const int32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    const uint8_t first = rest->at[0];
    const size_t len = first < 0x80   ? 1
                       : first < 0xc2 ? 0
                       : first < 0xe0 ? 2
                       : first < 0xf0 ? 3
                       : first < 0xf5 ? 4
                                      : 0;
    int32_t code = len == 1 ? first : len == 0 ? -1 : first & (0x7f >> len);

    for (size_t i = 1; i < len && code >= 0; i++) {
        const bool follows = i < rest->len && (rest->at[i] & 0xc0) == 0x80;
        code = follows ? code << 6 | (rest->at[i] & 0x3f) : -1;
    }
    if (code >= 0 && (code < least[len] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)))
        code = -1;
    *rest = bytes_part(*rest, code < 0 ? 1 : len, rest->len);
    return code;
}

/* Controls that a terminal or a reader's eye would obey. */
static bool is_control(int32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0x200e ||
           c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
           c == 0xfeff || c == 0x061c;
}

bool text_is_blank(int32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
           c == 0x205f || c == 0x3000;
}

bool text_is_formless(int32_t c)
{
    static const struct {
        int32_t first;
        int32_t last;
    } ranges[] = {
        { 0xad, 0xad },     { 0x34f, 0x34f },     { 0x115f, 0x1160 },   { 0x17b4, 0x17b5 },
        { 0x180b, 0x180f }, { 0x200b, 0x200d },   { 0x2060, 0x2065 },   { 0x206a, 0x206f },
        { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f },   { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },
        { 0xfff0, 0xfff8 }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
    };

    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    }
    return false;
}

/* How far the text is printable ASCII: most of it is, and needs no decoding. */
static size_t ascii_run(struct bytes b)
{
    size_t i = 0;

    while (i < b.len && b.at[i] >= 0x20 && b.at[i] < 0x7f)
        i++;
    return i;
}

bool text_is_clean(struct bytes b)
{
    for (b = bytes_part(b, ascii_run(b), b.len); b.len > 0;
         b = bytes_part(b, ascii_run(b), b.len)) {
        const int32_t c = text_next(&b);
        if (c < 0 || is_control(c))
            return false;
    }
    return true;
}

bool text_is_disguised(struct bytes b)
{
    for (b = bytes_part(b, ascii_run(b), b.len); b.len > 0;
         b = bytes_part(b, ascii_run(b), b.len)) {
        const int32_t c = text_next(&b);
        if ((c != ' ' && text_is_blank(c)) || text_is_formless(c))
            return true;
    }
    return false;
}

static void add_utf8(struct buf *out, int32_t c)
{
    const uint32_t u = (uint32_t)c;

    if (u < 0x80) {
        buf_add_byte(out, (uint8_t)u);
        return;
    }
    if (u < 0x800) {
        buf_add_byte(out, (uint8_t)(0xc0 | u >> 6));
    } else if (u < 0x10000) {
        buf_add_byte(out, (uint8_t)(0xe0 | u >> 12));
        buf_add_byte(out, (uint8_t)(0x80 | (u >> 6 & 0x3f)));
    } else {
        buf_add_byte(out, (uint8_t)(0xf0 | u >> 18));
        buf_add_byte(out, (uint8_t)(0x80 | (u >> 12 & 0x3f)));
        buf_add_byte(out, (uint8_t)(0x80 | (u >> 6 & 0x3f)));
    }
    buf_add_byte(out, (uint8_t)(0x80 | (u & 0x3f)));
}

static void add_safe(struct buf *out, int32_t c)
{
    if (!is_control(c))
        add_utf8(out, c);
    else if (c < 0x80)
        buf_print(out, "\\x%02x", (unsigned)c);
    else
        buf_print(out, "\\u{%04x}", (unsigned)c);
}

/* Move a finished buffer into the arena as a C string. */
static char *settle(struct arena *a, struct buf *b, struct fault *f)
{
    char *text = NULL;

    if (buf_ok(b))
        text = arena_copy(a, buf_bytes(b), f);
    else
        (void)fault_set(f, FAULT_LIMIT, "memory: a text of input");
    buf_done(b);
    return text;
}

char *text_from(struct arena *a, struct bytes input, size_t limit, struct fault *f)
{
    struct bytes rest = bytes_part(input, 0, limit);

    if (input.len <= limit && text_is_clean(input))
        return arena_copy(a, input, f);
    struct buf out = buf_with_limit(8 * limit + 8);
    while (rest.len > 0) {
        const uint8_t first = rest.at[0];
        const int32_t c = text_next(&rest);
        if (c < 0)
            buf_print(&out, "\\x%02x", first);
        else
            add_safe(&out, c);
    }
    if (input.len > limit)
        buf_add_text(&out, "\xe2\x80\xa6");
    return settle(a, &out, f);
}

static uint16_t unit_at(struct bytes b, size_t i)
{
    return (uint16_t)(b.at[2 * i] | b.at[2 * i + 1] << 8);
}

char *text_from_utf16le(struct arena *a, struct bytes input, size_t limit, struct fault *f)
{
    const struct bytes cut = bytes_part(input, 0, limit);
    const size_t units = cut.len / 2;
    struct buf out = buf_with_limit(8 * limit + 8);

    for (size_t i = 0; i < units; i++) {
        const uint16_t high = unit_at(cut, i);
        if (high < 0xd800 || high > 0xdfff) {
            add_safe(&out, high);
            continue;
        }
        const uint16_t low = high < 0xdc00 && i + 1 < units ? unit_at(cut, i + 1) : 0;
        if (low < 0xdc00 || low > 0xdfff) {
            buf_print(&out, "\\u{%04x}", (unsigned)high);
            continue;
        }
        add_safe(&out, 0x10000 + ((high & 0x3ff) << 10 | (low & 0x3ff)));
        i++;
    }
    if (input.len > limit)
        buf_add_text(&out, "\xe2\x80\xa6");
    return settle(a, &out, f);
}

size_t text_width(const char *text)
{
    struct bytes rest = bytes_of_text(text);
    size_t width = 0;

    while (rest.len > 0) {
        const int32_t c = text_next(&rest);
        const int columns = c < 0 ? 1 : wcwidth((wchar_t)c);
        width += columns < 0 ? 1 : (size_t)columns;
    }
    return width;
}

int32_t text_fold(int32_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c + 32;
    if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9) ||
        (c >= 0x410 && c <= 0x42f))
        return c + 32;
    if (c >= 0x400 && c <= 0x40f)
        return c + 80;
    if (c >= 0x100 && c <= 0x177 && c != 0x130 && c != 0x138 && c != 0x149)
        return ((c >= 0x139 && c <= 0x148) ? c % 2 == 1 : c % 2 == 0) ? c + 1 : c;
    return c;
}

/* Letters and digits carry a name; all else only separates. Beyond ASCII, everything carries but
 * the Latin-1 punctuation, general punctuation and CJK punctuation blocks. */
static bool carries(int32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    return !(c < 0xc0 && c != 0xaa && c != 0xb5 && c != 0xba) && !(c >= 0x2000 && c <= 0x206f) &&
           !(c >= 0x3000 && c <= 0x303f) && c != 0xd7 && c != 0xf7;
}

char *text_name_key(struct arena *a, struct bytes name, struct fault *f)
{
    struct buf out = buf_with_limit(4 * LIMIT_NAME);
    bool gap = false;

    name = bytes_part(name, 0, LIMIT_NAME);
    while (name.len > 0) {
        const int32_t c = text_fold(text_next(&name));
        if (c < 0 || !carries(c)) {
            gap = out.len > 0;
            continue;
        }
        if (gap)
            buf_add_byte(&out, ' ');
        gap = false;
        add_utf8(&out, c);
    }
    return settle(a, &out, f);
}
