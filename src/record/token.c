#include "record/token.h"

enum { FIRST_BEYOND_ASCII = 0x80 };

static bool is_capital(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}

static bool stays(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= FIRST_BEYOND_ASCII;
}

bool token_cut(struct bytes *rest, struct bytes *raw)
{
    size_t from = 0;

    while (from < rest->len && !stays(rest->at[from]) && !is_capital(rest->at[from]))
        from++;
    size_t end = from;
    while (end < rest->len && (stays(rest->at[end]) || is_capital(rest->at[end])))
        end++;
    *raw = bytes_part(*rest, from, end - from);
    *rest = bytes_part(*rest, end, rest->len);
    return raw->len > 0;
}

void token_lower(struct bytes raw, uint8_t *out)
{
    for (size_t i = 0; i < raw.len; i++)
        out[i] = (uint8_t)(is_capital(raw.at[i]) ? raw.at[i] + ('a' - 'A') : raw.at[i]);
}

bool token_next(struct bytes *rest, struct arena *a, struct bytes *token, bool *found,
                struct fault *f)
{
    struct bytes raw;

    *found = token_cut(rest, &raw);
    if (!*found)
        return true;
    uint8_t *at = arena_alloc(a, raw.len, f);
    if (at == NULL)
        return false;
    token_lower(raw, at);
    *token = (struct bytes){ .at = at, .len = raw.len };
    return true;
}

bool token_is_one(struct bytes text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!stays(text.at[i]))
            return false;
    return text.len > 0;
}
