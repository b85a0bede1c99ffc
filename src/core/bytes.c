#include "core/bytes.h"

#include <string.h>

struct bytes bytes_of_text(const char *text)
{
    return (struct bytes){ .at = (const uint8_t *)text, .len = strlen(text) };
}

int bytes_compare(struct bytes a, struct bytes b)
{
    const size_t common = a.len < b.len ? a.len : b.len;
    const int order = common == 0 ? 0 : memcmp(a.at, b.at, common);

    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.len == b.len && bytes_compare(a, b) == 0;
}

/* Without the text's length: names are held against one after the other, and differ at once. */
bool bytes_equal_text(struct bytes a, const char *text)
{
    for (size_t i = 0; i < a.len; i++)
        if (text[i] == '\0' || a.at[i] != (uint8_t)text[i])
            return false;
    return text[a.len] == '\0';
}

bool bytes_has_prefix(struct bytes b, const char *prefix)
{
    const size_t len = strlen(prefix);

    return b.len >= len && bytes_equal_text(bytes_part(b, 0, len), prefix);
}

bool bytes_has_suffix(struct bytes b, const char *suffix)
{
    const size_t len = strlen(suffix);

    return b.len >= len && bytes_equal_text(bytes_part(b, b.len - len, len), suffix);
}

struct bytes bytes_part(struct bytes b, size_t from, size_t len)
{
    if (from >= b.len)
        return (struct bytes){ 0 };
    if (len > b.len - from)
        len = b.len - from;
    return (struct bytes){ .at = b.at + from, .len = len };
}

size_t bytes_index(struct bytes b, uint8_t byte)
{
    if (b.len == 0)
        return 0;
    const uint8_t *hit = memchr(b.at, byte, b.len);
    return hit == NULL ? b.len : (size_t)(hit - b.at);
}

size_t bytes_search(struct bytes haystack, struct bytes needle)
{
    if (needle.len == 0)
        return 0;
    if (haystack.len < needle.len)
        return haystack.len;
    const uint8_t *hit = memmem(haystack.at, haystack.len, needle.at, needle.len);
    return hit == NULL ? haystack.len : (size_t)(hit - haystack.at);
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct bytes bytes_trim(struct bytes b)
{
    while (b.len > 0 && is_blank(b.at[b.len - 1]))
        b.len--;
    while (b.len > 0 && is_blank(b.at[0])) {
        b.at++;
        b.len--;
    }
    return b;
}

bool bytes_next(struct bytes *rest, uint8_t byte, struct bytes *piece)
{
    if (rest->len == 0)
        return false;
    const size_t end = bytes_index(*rest, byte);
    *piece = bytes_part(*rest, 0, end);
    *rest = bytes_part(*rest, end + 1, rest->len);
    return true;
}
