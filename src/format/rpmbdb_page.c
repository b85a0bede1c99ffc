#include "format/rpmbdb_page.h"

#include "core/cursor.h"
#include "core/limits.h"

#include <string.h>

enum {
    META_MAGIC = 12,
    META_SIZE = 72,
    MAGIC_HASH = 0x061561,
    MAGIC_BTREE = 0x053162,
    META_CHECKSUM = 1,
    PAGE_MIN = 512,
    PAGE_MAX = 65536,
    PAGE_NUMBER = 8,
    PAGE_NEXT = 16,
    PAGE_HEADER = 26,
    PAGE_HEADER_CHECKSUM = 32,
};

enum page_type {
    P_INVALID = 0,
    P_HASH_UNSORTED = 2,
    P_IBTREE = 3,
    P_LBTREE = 5,
    P_OVERFLOW = 7,
    P_HASHMETA = 8,
    P_BTREEMETA = 9,
    P_HASH = 13,
};

enum {
    H_KEYDATA = 1,
    H_OFFPAGE = 3,
    B_KEYDATA = 1,
    B_OVERFLOW = 3,
    B_DELETE = 0x80,
};

/* An entry of a page: bytes in it, or a chain of overflow pages. */
struct item {
    struct bytes bytes;
    bool chained;
    bool deleted;
    uint32_t page;
    uint32_t len;
};

static uint16_t u16(const struct rpmbdb *db, struct cursor *c)
{
    return db->big_endian ? cursor_u16be(c) : cursor_u16le(c);
}

static uint32_t u32(const struct rpmbdb *db, struct cursor *c)
{
    return db->big_endian ? cursor_u32be(c) : cursor_u32le(c);
}

static bool is_page_size(uint32_t size)
{
    return size >= PAGE_MIN && size <= PAGE_MAX && (size & (size - 1)) == 0;
}

static bool is_magic(uint32_t magic)
{
    return magic == MAGIC_HASH || magic == MAGIC_BTREE;
}

/* Hash 7 to 10 and B-tree 8 to 10 share one layout (Berkeley DB 3.1 to 18); older ones do not. */
static bool is_version(uint32_t magic, uint32_t version)
{
    return version >= (magic == MAGIC_HASH ? 7u : 8u) && version <= 10;
}

bool rpmbdb_open(struct bytes all, struct rpmbdb *db, struct fault *f)
{
    struct rpmbdb found = { .all = all };
    struct cursor c = cursor_within(all, META_MAGIC, META_SIZE - META_MAGIC);
    struct cursor reversed = c;
    uint32_t magic = cursor_u32le(&c);

    if (!is_magic(magic)) {
        found.big_endian = true;
        magic = cursor_u32be(&reversed);
        c = reversed;
    }
    const uint32_t version = u32(&found, &c);
    const uint32_t page_size = u32(&found, &c);
    const uint8_t encryption = cursor_u8(&c);
    const uint8_t type = cursor_u8(&c);
    const uint8_t flags = cursor_u8(&c);
    cursor_skip(&c, 5);
    found.last_page = u32(&found, &c);
    if (!cursor_ok(&c) || !is_magic(magic))
        return fault_at(f, FAULT_FORMAT, META_MAGIC, "DBMETA.magic: neither hash nor B-tree");
    if (!is_version(magic, version))
        return fault_at(f, FAULT_UNSUPPORTED, 16, "DBMETA.version: %u", version);
    if (encryption != 0)
        return fault_at(f, FAULT_UNSUPPORTED, 24, "DBMETA.encrypt_alg: encrypted");
    if (!is_page_size(page_size))
        return fault_at(f, FAULT_FORMAT, 20, "DBMETA.pagesize: %u", page_size);
    if (type != (magic == MAGIC_HASH ? P_HASHMETA : P_BTREEMETA))
        return fault_at(f, FAULT_FORMAT, 25, "DBMETA.type: %u", type);
    found.page_size = page_size;
    found.overhead = flags & META_CHECKSUM ? PAGE_HEADER_CHECKSUM : PAGE_HEADER;
    found.pages = (uint32_t)(all.len / page_size);
    *db = found;
    return true;
}

bool rpmbdb_guess(struct bytes all, struct rpmbdb *db)
{
    for (size_t attempt = 0; attempt < 16; attempt++) {
        struct rpmbdb guess = { .all = all, .big_endian = attempt % 2 == 1 };
        guess.page_size = (size_t)PAGE_MIN << attempt / 2;
        guess.overhead = PAGE_HEADER;
        guess.pages = (uint32_t)(all.len / guess.page_size);
        guess.last_page = guess.pages - 1;
        struct cursor first = cursor_within(all, guess.page_size + PAGE_NUMBER, 4);
        struct cursor second = cursor_within(all, 2 * guess.page_size + PAGE_NUMBER, 4);
        if (u32(&guess, &first) != 1 || u32(&guess, &second) != 2)
            continue;
        *db = guess;
        return true;
    }
    return false;
}

bool rpmbdb_track(struct rpmbdb *db, struct arena *a, struct fault *f)
{
    db->seen = arena_alloc(a, db->pages, f);
    return db->seen != NULL;
}

/* The page's header, which must have the page's own number. */
static bool open_page(const struct rpmbdb *db, uint32_t number, struct rpmbdb_page *p,
                      uint16_t *entries, uint16_t *free_at, struct fault *f)
{
    struct cursor c = cursor_within(db->all, (uint64_t)number * db->page_size, db->page_size);

    p->number = number;
    p->bytes = c.all;
    cursor_skip(&c, PAGE_NUMBER);
    const uint32_t own = u32(db, &c);
    cursor_skip(&c, 8);
    *entries = u16(db, &c);
    *free_at = u16(db, &c);
    cursor_skip(&c, 1);
    p->type = cursor_u8(&c);
    if (!cursor_ok(&c))
        return fault_at(f, FAULT_FORMAT, 0, "PAGE: outside the file");
    if (own != number && (own != 0 || p->type != P_INVALID))
        return fault_at(f, FAULT_FORMAT, PAGE_NUMBER, "PAGE.pgno: says %u", own);
    return true;
}

bool rpmbdb_page(const struct rpmbdb *db, uint32_t number, struct rpmbdb_page *p, struct fault *f)
{
    uint16_t entries = 0;
    uint16_t free_at = 0;

    *p = (struct rpmbdb_page){ 0 };
    if (!open_page(db, number, p, &entries, &free_at, f))
        return false;
    switch (p->type) {
    case P_INVALID:
    case P_IBTREE:
    case P_OVERFLOW:
        return true;
    case P_HASH:
    case P_HASH_UNSORTED:
    case P_LBTREE:
        break;
    default:
        return fault_at(f, FAULT_FORMAT, PAGE_HEADER - 1, "PAGE.type: %u", p->type);
    }
    if (entries > (db->page_size - db->overhead) / 2 || entries % 2 != 0)
        return fault_at(f, FAULT_FORMAT, 20, "PAGE.entries: %u", entries);
    p->pairs = entries / 2;
    return true;
}

/* Where entry `i` begins on its page; 0, which no entry can, for one outside. */
static size_t entry_at(const struct rpmbdb *db, const struct rpmbdb_page *p, size_t i)
{
    struct cursor c = cursor_within(p->bytes, db->overhead + 2 * i, 2);
    const size_t at = u16(db, &c);

    return at >= db->overhead + 4 * p->pairs && at < db->page_size ? at : 0;
}

/* HKEYDATA, HOFFPAGE: an entry on a hash page reaches up to the one before it. */
static bool hash_item(const struct rpmbdb *db, const struct rpmbdb_page *p, size_t i,
                      struct item *item, struct fault *f)
{
    const size_t at = entry_at(db, p, i);
    struct cursor c = cursor_within(p->bytes, at, db->page_size - at);
    const uint8_t type = cursor_u8(&c);

    if (at == 0)
        return fault_at(f, FAULT_FORMAT, db->overhead + 2 * i, "PAGE.inp: outside the page");
    *item = (struct item){ 0 };
    if (type == H_KEYDATA) {
        const size_t end = i == 0 ? db->page_size : entry_at(db, p, i - 1);
        if (end <= at)
            return fault_at(f, FAULT_FORMAT, db->overhead + 2 * i, "PAGE.inp: not descending");
        item->bytes = bytes_part(p->bytes, at + 1, end - at - 1);
        return true;
    }
    cursor_skip(&c, 3);
    item->page = u32(db, &c);
    item->len = u32(db, &c);
    item->chained = true;
    if (type != H_OFFPAGE || !cursor_ok(&c))
        return fault_at(f, FAULT_FORMAT, at, "HKEYDATA.type: %u", type);
    return true;
}

/* BKEYDATA, BOVERFLOW: an entry on a B-tree leaf has its own length. */
static bool leaf_item(const struct rpmbdb *db, const struct rpmbdb_page *p, size_t i,
                      struct item *item, struct fault *f)
{
    const size_t at = entry_at(db, p, i);
    struct cursor c = cursor_within(p->bytes, at, db->page_size - at);
    const uint16_t len = u16(db, &c);
    const uint8_t type = cursor_u8(&c);

    if (at == 0)
        return fault_at(f, FAULT_FORMAT, db->overhead + 2 * i, "PAGE.inp: outside the page");
    *item = (struct item){ .deleted = (type & B_DELETE) != 0 };
    if ((type & ~B_DELETE) == B_KEYDATA) {
        item->bytes = cursor_take(&c, len);
    } else {
        cursor_skip(&c, 1);
        item->page = u32(db, &c);
        item->len = u32(db, &c);
        item->chained = true;
    }
    if (!cursor_ok(&c) || (item->chained && (type & ~B_DELETE) != B_OVERFLOW))
        return fault_at(f, FAULT_FORMAT, at, "BKEYDATA: type %u, %u bytes", type, len);
    return true;
}

static bool read_item(const struct rpmbdb *db, const struct rpmbdb_page *p, size_t i,
                      struct item *item, struct fault *f)
{
    return p->type == P_LBTREE ? leaf_item(db, p, i, item, f) : hash_item(db, p, i, item, f);
}

/* The data of one overflow page and the page after it. */
static bool overflow_page(const struct rpmbdb *db, uint32_t number, struct bytes *data,
                          uint32_t *next, struct fault *f)
{
    struct rpmbdb_page p;
    uint16_t references = 0;
    uint16_t len = 0;

    if (number >= db->pages)
        return fault_set(f, FAULT_FORMAT, "P_OVERFLOW: page %u of %u", number, db->pages);
    if (!open_page(db, number, &p, &references, &len, f))
        return fault_wrap(f, "P_OVERFLOW: page %u", number);
    if (p.type != P_OVERFLOW || len == 0 || len > db->page_size - db->overhead)
        return fault_set(f, FAULT_FORMAT, "P_OVERFLOW: page %u has type %u and %u bytes", number,
                         p.type, len);
    struct cursor c = cursor_within(p.bytes, PAGE_NEXT, 4);
    *next = u32(db, &c);
    *data = bytes_part(p.bytes, db->overhead, len);
    return true;
}

/* Walk the chain before anything is allocated for it: its pages must be nobody else's and hold
 * exactly the bytes that the entry states. */
static bool check_chain(struct rpmbdb *db, const struct item *item, struct fault *f)
{
    uint32_t number = item->page;
    uint64_t left = item->len;

    if (item->len > LIMIT_RPM_HEADER)
        return fault_set(f, FAULT_LIMIT, "HOFFPAGE.tlen: %u bytes, limit %llu", item->len,
                         (unsigned long long)LIMIT_RPM_HEADER);
    while (left > 0) {
        struct bytes data;
        uint32_t next = 0;
        if (!overflow_page(db, number, &data, &next, f))
            return false;
        if (db->seen[number])
            return fault_set(f, FAULT_FORMAT, "P_OVERFLOW: page %u is in a chain already", number);
        db->seen[number] = 1;
        if (data.len > left)
            return fault_set(f, FAULT_FORMAT, "HOFFPAGE.tlen: %u bytes, page %u has more",
                             item->len, number);
        left -= data.len;
        number = next;
    }
    return true;
}

static bool gather(struct rpmbdb *db, const struct item *item, struct arena *a, struct bytes *value,
                   struct fault *f)
{
    uint32_t number = item->page;
    size_t at = 0;

    if (!check_chain(db, item, f))
        return false;
    uint8_t *copy = arena_alloc(a, item->len, f);
    if (copy == NULL)
        return false;
    while (at < item->len) {
        struct bytes data;
        if (!overflow_page(db, number, &data, &number, f))
            return false;
        memcpy(copy + at, data.at, data.len);
        at += data.len;
    }
    *value = (struct bytes){ .at = copy, .len = at };
    return true;
}

static bool is_counter(const struct item *key)
{
    static const uint8_t zero[4];

    return !key->chained && bytes_equal(key->bytes, (struct bytes){ .at = zero, .len = 4 });
}

bool rpmbdb_value(struct rpmbdb *db, const struct rpmbdb_page *p, size_t pair, struct arena *a,
                  bool *skip, struct bytes *value, struct fault *f)
{
    struct item key;
    struct item item;

    if (!read_item(db, p, 2 * pair + 1, &item, f))
        return false;
    /* a broken key is no reason to lose its value */
    *skip =
        item.deleted || (read_item(db, p, 2 * pair, &key, /* fault */ NULL) && is_counter(&key));
    if (*skip) {
        (void)(item.chained && check_chain(db, &item, /* fault */ NULL));
        return true;
    }
    if (item.chained)
        return gather(db, &item, a, value, f);
    *value = item.bytes;
    return true;
}

uint32_t rpmbdb_orphan(const struct rpmbdb *db)
{
    for (uint32_t number = 1; number < db->pages; number++) {
        struct cursor c = cursor_within(db->all, (uint64_t)number * db->page_size, PAGE_HEADER);
        cursor_skip(&c, PAGE_HEADER - 1);
        if (cursor_u8(&c) == P_OVERFLOW && !db->seen[number])
            return number;
    }
    return 0;
}
