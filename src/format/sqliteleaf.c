#include "format/sqliteleaf.h"

#include "core/cursor.h"

#include <string.h>

enum {
    HEADER_FREE = 32,
    HEADER_SIZE = 100,
    LEAF_TABLE = 13,
    LEAF_HEADER = 8,
};

/* SQLite file format 1.6: up to eight bytes of seven bits, then one of eight. */
static uint64_t varint(struct cursor *c)
{
    uint64_t value = 0;

    for (int i = 0; i < 8; i++) {
        const uint8_t byte = cursor_u8(c);
        value = value << 7 | (byte & 0x7f);
        if (byte < 0x80)
            return value;
    }
    return value << 8 | cursor_u8(c);
}

/* SQLite file format 1.5: trunk pages, each with the next one's number and its leaves'. A page is
 * marked once, so a list in a circle ends. */
static void mark_free(struct sqliteleaf *l)
{
    struct cursor head = cursor_within(sqlitewal_page(l->pages, 1), HEADER_FREE, 4);
    uint32_t trunk = cursor_u32be(&head);

    while (trunk != 0 && trunk <= l->count && !l->free[trunk - 1]) {
        struct cursor c = cursor_over(sqlitewal_page(l->pages, trunk));
        l->free[trunk - 1] = 1;
        trunk = cursor_u32be(&c);
        uint32_t leaves = cursor_u32be(&c);
        for (; leaves > 0 && cursor_left(&c) >= 4; leaves--) {
            const uint32_t leaf = cursor_u32be(&c);
            if (leaf != 0 && leaf <= l->count)
                l->free[leaf - 1] = 1;
        }
    }
}

bool sqliteleaf_open(struct sqliteleaf *l, const struct sqlitewal *pages, struct arena *a,
                     struct fault *f)
{
    const uint32_t there =
        pages->main_pages > pages->frame_pages ? pages->main_pages : pages->frame_pages;

    *l = (struct sqliteleaf){ .pages = pages,
                              .count = there < pages->pages ? there : pages->pages,
                              .usable = pages->page_size };
    l->free = arena_alloc(a, l->count, f);
    if (l->free == NULL)
        return false;
    mark_free(l);
    return true;
}

static size_t start_of(uint32_t page)
{
    return page == 1 ? HEADER_SIZE : 0;
}

size_t sqliteleaf_cells(const struct sqliteleaf *l, uint32_t page)
{
    const struct bytes bytes = sqlitewal_page(l->pages, page);
    struct cursor c = cursor_within(bytes, start_of(page), LEAF_HEADER);
    const uint8_t kind = cursor_u8(&c);
    cursor_skip(&c, 2);
    const size_t cells = cursor_u16be(&c);
    const size_t used = start_of(page) + LEAF_HEADER;

    if (!cursor_ok(&c) || kind != LEAF_TABLE || l->free[page - 1] || l->usable < used)
        return 0;
    /* no more than the page has room to point at: a count that lies costs no time */
    const size_t room = (l->usable - used) / 2;
    return cells < room ? cells : room;
}

/* SQLite file format 1.6: how much of a payload stays on its leaf. */
static uint64_t local_size(size_t usable, uint64_t size)
{
    const uint64_t most = usable - 35;
    const uint64_t least = (usable - 12) * 32 / 255 - 23;

    if (size <= most)
        return size;
    const uint64_t fitting = least + (size - least) % (usable - 4);
    return fitting <= most ? fitting : least;
}

bool sqliteleaf_row(const struct sqliteleaf *l, uint32_t page, size_t i, struct sqliteleaf_row *row)
{
    const struct bytes bytes = bytes_part(sqlitewal_page(l->pages, page), 0, l->usable);
    struct cursor at = cursor_within(bytes, start_of(page) + LEAF_HEADER + 2 * i, 2);
    const size_t start = cursor_u16be(&at);
    struct cursor c = cursor_within(bytes, start, start <= bytes.len ? bytes.len - start : 0);

    if (!cursor_ok(&at))
        return false;
    row->size = varint(&c);
    row->id = (int64_t)varint(&c);
    const uint64_t local = local_size(l->usable, row->size);
    if (local > cursor_left(&c))
        return false;
    row->first = cursor_take(&c, (size_t)local);
    row->overflow = local < row->size ? cursor_u32be(&c) : 0;
    return cursor_ok(&c);
}

bool sqliteleaf_has_blob(const struct sqliteleaf_row *row, size_t *header, uint64_t *len)
{
    struct cursor c = cursor_over(row->first);
    const uint64_t size = varint(&c);
    const uint64_t id = varint(&c);
    const uint64_t type = varint(&c);

    /* serial type 0 is NULL, which a row id's own column holds; 12, 14, ... are blobs */
    if (!cursor_ok(&c) || c.pos != size || id != 0 || type < 12 || type % 2 != 0 ||
        (type - 12) / 2 + size != row->size)
        return false;
    *header = (size_t)size;
    *len = (type - 12) / 2;
    return true;
}

bool sqliteleaf_payload(const struct sqliteleaf *l, const struct sqliteleaf_row *row,
                        struct arena *a, struct bytes *payload, struct fault *f)
{
    uint8_t *copy = arena_alloc(a, (size_t)row->size, f);
    uint32_t page = row->overflow;
    size_t at = row->first.len;

    if (copy == NULL)
        return false;
    memcpy(copy, row->first.at, at);
    while (at < row->size) {
        struct cursor c = cursor_over(bytes_part(sqlitewal_page(l->pages, page), 0, l->usable));
        const uint32_t next = cursor_u32be(&c);
        const uint64_t left = row->size - at;
        const struct bytes piece =
            cursor_take(&c, left < l->usable - 4 ? (size_t)left : l->usable - 4);
        if (!cursor_ok(&c) || piece.len == 0)
            return fault_set(f, FAULT_FORMAT, "SQLite file format 1.6: overflow page %u", page);
        memcpy(copy + at, piece.at, piece.len);
        at += piece.len;
        page = next;
    }
    *payload = (struct bytes){ .at = copy, .len = at };
    return true;
}
