#include "tlog/tile.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { GROUPS_MAX = 7 }; /* of three digits, in 64 bits */

static const char prefix[] = "tile/";
static const char entries[] = "entries/";
static const char partial[] = ".p/";

const char *tile_path(const struct tile *t, char out[TILE_PATH_MAX])
{
    unsigned groups[GROUPS_MAX];
    size_t count = 0;
    struct {
        char at[TILE_PATH_MAX];
        size_t len;
    } p = { .len = 0 };

    assert(t->level < TILE_LEVELS || t->level == TILE_ENTRIES);
    assert(t->width >= 1 && t->width <= TILE_WIDTH);
    for (uint64_t n = t->n; n > 0 || count == 0; n /= 1000)
        groups[count++] = (unsigned)(n % 1000);
    if (t->level == TILE_ENTRIES)
        p.len = (size_t)snprintf(p.at, sizeof p.at, "%s%s", prefix, entries);
    else
        p.len = (size_t)snprintf(p.at, sizeof p.at, "%s%u/", prefix, t->level);
    for (size_t i = count; i-- > 0;)
        p.len += (size_t)snprintf(p.at + p.len, sizeof p.at - p.len, i > 0 ? "x%03u/" : "%03u",
                                  groups[i]);
    if (t->width < TILE_WIDTH)
        (void)snprintf(p.at + p.len, sizeof p.at - p.len, "%s%u", partial, t->width);
    memcpy(out, p.at, sizeof p.at);
    return out;
}

/* One to three decimal digits; their form is settled by writing them again. */
static bool read_digits(struct bytes text, unsigned *out)
{
    unsigned value = 0;

    if (text.len == 0 || text.len > 3)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        value = value * 10 + (text.at[i] - (unsigned)'0');
    }
    *out = value;
    return true;
}

/* The groups of three digits: x001/x234/067. */
static bool read_number(struct bytes text, uint64_t *out)
{
    uint64_t n = 0;
    struct bytes group;

    while (bytes_next(&text, '/', &group)) {
        unsigned three = 0;
        if (!read_digits(text.len > 0 ? bytes_part(group, 1, group.len) : group, &three) ||
            n > (UINT64_MAX - three) / 1000)
            return false;
        n = n * 1000 + three;
    }
    *out = n;
    return true;
}

static bool read_level(struct bytes *rest, unsigned *level)
{
    struct bytes word;

    if (bytes_has_prefix(*rest, entries)) {
        *rest = bytes_part(*rest, sizeof entries - 1, rest->len);
        *level = TILE_ENTRIES;
        return true;
    }
    return bytes_next(rest, '/', &word) && read_digits(word, level) && *level < TILE_LEVELS;
}

/* Whether the first leaf below the tile can be counted in 64 bits. */
static bool is_countable(unsigned level, uint64_t n)
{
    const unsigned bits = level == TILE_ENTRIES ? 8 : 8 * (level + 1);

    return bits >= 64 ? n == 0 : n >> (64 - bits) == 0;
}

bool tile_path_read(struct bytes path, struct tile *out)
{
    struct bytes rest = bytes_part(path, sizeof prefix - 1, path.len);
    struct tile t = { .width = TILE_WIDTH };
    char again[TILE_PATH_MAX];

    if (path.len >= TILE_PATH_MAX || !bytes_has_prefix(path, prefix) ||
        !read_level(&rest, &t.level))
        return false;
    const size_t dot = bytes_search(rest, bytes_of_text(partial));
    if (dot < rest.len &&
        (!read_digits(bytes_part(rest, dot + sizeof partial - 1, rest.len), &t.width) ||
         t.width == 0 || t.width >= TILE_WIDTH))
        return false;
    if (!read_number(bytes_part(rest, 0, dot), &t.n) || !is_countable(t.level, t.n))
        return false;
    if (!bytes_equal_text(path, tile_path(&t, again)))
        return false;
    *out = t;
    return true;
}

unsigned tile_width(unsigned level, uint64_t n, uint64_t size)
{
    assert(level < TILE_LEVELS || level == TILE_ENTRIES);
    const uint64_t hashes = level == TILE_ENTRIES ? size : size >> 8 * level;
    const uint64_t full = hashes / TILE_WIDTH;

    if (n < full)
        return TILE_WIDTH;
    return n == full ? (unsigned)(hashes % TILE_WIDTH) : 0;
}

bool tile_entry_next(struct cursor *bundle, struct bytes *entry)
{
    if (cursor_left(bundle) == 0)
        return false;
    const uint16_t len = cursor_u16be(bundle);
    const struct bytes e = cursor_take(bundle, len);
    if (!cursor_ok(bundle))
        return false;
    *entry = e;
    return true;
}

void tile_entry_put(struct buf *bundle, struct bytes entry)
{
    assert(entry.len <= TILE_ENTRY_MAX);
    buf_add_byte(bundle, (uint8_t)(entry.len >> 8));
    buf_add_byte(bundle, (uint8_t)entry.len);
    buf_add(bundle, entry);
}
