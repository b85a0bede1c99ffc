#include "format/pe_version.h"

#include "core/cursor.h"
#include "core/limits.h"
#include "core/text.h"
#include "format/pe_resource.h"

#include <string.h>
#include <strings.h>

enum {
    BLOCK_HEADER = 6,
    FIXED_SIZE = 52,
    BLOCKS_MAX = 4096, /* of one resource; the largest seen has 30 */
};

#define FIXED_SIGNATURE 0xfeef04bdu

/* A block: its header, its key, and what follows the key up to the block's end. Positions count
 * from the start of the resource, to which the format aligns. */
struct block {
    size_t end;      /* as far as there are bytes */
    size_t next;     /* where the next block at this level begins */
    size_t value_at; /* after the key, aligned */
    uint16_t value_len;
    struct bytes key; /* UTF-16LE */
};

struct resource {
    struct bytes all;
    uint32_t language;
    struct bytes fixed;
    struct arena *scratch;
    struct sink *out;
    size_t records;
    size_t blocks;
};

static size_t aligned(size_t at)
{
    return (at + 3) & ~(size_t)3;
}

/* The text units from `at` up to a NUL or `end`. */
static struct bytes units(struct bytes all, size_t at, size_t end)
{
    size_t to = at;

    while (to + 2 <= end && to + 2 <= all.len && (all.at[to] != 0 || all.at[to + 1] != 0))
        to += 2;
    return to > at ? bytes_part(all, at, to - at) : (struct bytes){ 0 };
}

/* A block whose header says more than its parent holds is cut to the parent: old linkers got
 * lengths wrong by a few bytes, and Windows reads them all the same. */
static bool read_block(struct resource *r, size_t at, size_t end, struct block *b, struct fault *f)
{
    struct cursor c = cursor_within(r->all, at, BLOCK_HEADER);
    const uint16_t length = cursor_u16le(&c);
    const uint16_t value_len = cursor_u16le(&c);

    if (!cursor_ok(&c) || length < BLOCK_HEADER || at + BLOCK_HEADER > end)
        return fault_set(f, FAULT_FORMAT, "VS_VERSIONINFO: a block of %u bytes at %zu of %zu",
                         (unsigned)length, at, r->all.len);
    if (++r->blocks > BLOCKS_MAX)
        return fault_set(f, FAULT_LIMIT, "VS_VERSIONINFO: more than %d blocks", BLOCKS_MAX);
    const size_t stop = at + length < end ? at + length : end;
    const struct bytes key = units(r->all, at + BLOCK_HEADER, stop);
    *b = (struct block){
        .end = stop,
        .next = aligned(at + length),
        .value_at = aligned(at + BLOCK_HEADER + key.len + 2),
        .value_len = value_len,
        .key = key,
    };
    return true;
}

/* True where only padding is left at this level. */
static bool is_over(const struct resource *r, size_t at, size_t end)
{
    const struct bytes rest = at < end ? bytes_part(r->all, at, end - at) : (struct bytes){ 0 };

    for (size_t i = 0; i < rest.len; i++) {
        if (rest.at[i] != 0)
            return false;
    }
    return true;
}

static bool key_is(const struct block *b, const char *ascii)
{
    const size_t len = strlen(ascii);

    if (b->key.len != 2 * len)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (b->key.at[2 * i] != (uint8_t)ascii[i] || b->key.at[2 * i + 1] != 0)
            return false;
    }
    return true;
}

static void add_fixed(const struct resource *r)
{
    struct cursor c = cursor_over(r->fixed);

    if (r->fixed.len == 0)
        return;
    cursor_skip(&c, 8);
    for (int i = 0; i < 2; i++) {
        const uint32_t high = cursor_u32le(&c);
        const uint32_t low = cursor_u32le(&c);
        sink_print(r->out, i == 0 ? "fixed_file_version" : "fixed_product_version", "%u.%u.%u.%u",
                   high >> 16, high & 0xffff, low >> 16, low & 0xffff);
    }
}

static bool add_string(struct resource *r, const struct block *b, struct fault *f)
{
    static const char *const known[] = {
        "Comments",       "CompanyName",     "FileDescription",  "FileVersion",  "InternalName",
        "LegalCopyright", "LegalTrademarks", "OriginalFilename", "PrivateBuild", "ProductName",
        "ProductVersion", "SpecialBuild",    "Assembly Version",
    };
    const struct bytes raw = units(r->all, b->value_at, b->end);

    if (b->key.len == 0 || raw.len == 0)
        return true;
    const char *key = text_from_utf16le(r->scratch, b->key, LIMIT_NAME, f);
    const char *value = text_from_utf16le(r->scratch, raw, LIMIT_TEXT, f);
    if (key == NULL || value == NULL)
        return false;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcasecmp(key, known[i]) != 0)
            continue;
        sink_text(r->out, known[i], bytes_of_text(value));
        return true;
    }
    const char *both = arena_print(r->scratch, f, "%s=%s", key, value);
    if (both == NULL)
        return false;
    sink_text(r->out, "string", bytes_of_text(both));
    return true;
}

/* "040904b0": language and codepage in hexadecimal. */
static void add_block_key(struct resource *r, const char *key)
{
    uint32_t number = 0;
    size_t digits = 0;

    sink_text(r->out, "block", bytes_of_text(key));
    for (; key[digits] != '\0'; digits++) {
        const char c = key[digits];
        const int digit = c >= '0' && c <= '9'                     ? c - '0'
                          : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                                   : -1;
        if (digit < 0 || digits >= 8)
            return;
        number = number << 4 | (uint32_t)digit;
    }
    if (digits != 8)
        return;
    sink_number(r->out, "language", number >> 16);
    sink_number(r->out, "codepage", number & 0xffff);
}

/* One StringTable is one record. A string that is broken ends it; what stood before counts. */
static bool read_table(struct resource *r, const struct block *table, struct fault *f)
{
    struct fault lost = { 0 };
    const char *key = text_from_utf16le(r->scratch, table->key, LIMIT_NAME, f);
    struct block string;

    if (key == NULL)
        return false;
    sink_begin(r->out, "version");
    add_block_key(r, key);
    sink_number(r->out, "resource_language", r->language);
    add_fixed(r);
    for (size_t at = table->value_at; !is_over(r, at, table->end); at = string.next) {
        if (!read_block(r, at, table->end, &string, &lost))
            break;
        if (!add_string(r, &string, f)) {
            sink_drop(r->out);
            return false;
        }
    }
    r->records++;
    if (!sink_end(r->out, f))
        return false;
    return lost.kind == FAULT_NONE || sink_fault(r->out, &lost, f);
}

/* False with a FAULT_FORMAT or the blocks' LIMIT: this resource is over; `stop` says that the
 * reader is. */
static bool read_children(struct resource *r, const struct block *root, size_t from, bool *stop,
                          struct fault *f)
{
    struct block info;
    struct block table;

    for (size_t at = from; !is_over(r, at, root->end); at = info.next) {
        if (!read_block(r, at, root->end, &info, f))
            return false;
        if (!key_is(&info, "StringFileInfo"))
            continue;
        for (size_t t = info.value_at; !is_over(r, t, info.end); t = table.next) {
            if (!read_block(r, t, info.end, &table, f))
                return false;
            *stop = !read_table(r, &table, f);
            if (*stop)
                return false;
        }
    }
    return true;
}

static bool read_root(struct resource *r, bool *stop, struct fault *f)
{
    struct block root;

    if (!read_block(r, 0, r->all.len, &root, f))
        return false;
    if (!key_is(&root, "VS_VERSION_INFO"))
        return fault_set(f, FAULT_FORMAT, "VS_VERSIONINFO: its key is another");
    struct cursor fixed = cursor_within(r->all, root.value_at, FIXED_SIZE);
    if (root.value_len >= FIXED_SIZE && cursor_u32le(&fixed) == FIXED_SIGNATURE)
        r->fixed = fixed.all;
    return read_children(r, &root, aligned(root.value_at + root.value_len), stop, f);
}

static bool read_resource(struct resource *r, uint64_t offset, struct fault *f)
{
    struct fault lost = { 0 };
    bool stop = false;

    const bool whole = read_root(r, &stop, &lost);
    if (stop) {
        if (f != NULL)
            *f = lost;
        return false;
    }
    if (r->records == 0 && r->fixed.len > 0) {
        sink_begin(r->out, "version");
        sink_number(r->out, "resource_language", r->language);
        add_fixed(r);
        if (!sink_end(r->out, f))
            return false;
    }
    if (whole)
        return true;
    lost.offset = offset;
    lost.has_offset = true;
    return sink_fault(r->out, &lost, f);
}

bool pe_version_read(const struct pe_image *image, struct arena *scratch, struct sink *out,
                     struct fault *f)
{
    struct vec found = vec_of(scratch, sizeof(struct pe_resource), PE_RESOURCE_FOUND_MAX);
    struct fault lost = { 0 };
    const bool whole = pe_resource_find(image, PE_RESOURCE_VERSION, &found, &lost);

    for (size_t i = 0; i < found.count; i++) {
        const struct pe_resource *at = vec_at(&found, i);
        struct resource r = {
            .all = at->data,
            .language = at->language,
            .scratch = scratch,
            .out = out,
        };
        if (!read_resource(&r, at->rva, f))
            return false;
    }
    return whole || sink_fault(out, &lost, f);
}
