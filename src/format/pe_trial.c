#include "format/pe_trial.h"

#include "core/wire.h"

#include <assert.h>
#include <string.h>

enum {
    HEADER_AT = 0x40,
    OPTIONAL_AT = HEADER_AT + 24,
    CHECKSUM_AT = OPTIONAL_AT + 64,
    RESOURCES_ADDRESS = 0x2000,
    SUBSYSTEM_CONSOLE = 3,
};

static void put_u16(struct buf *b, unsigned value)
{
    buf_add_byte(b, (uint8_t)value);
    buf_add_byte(b, (uint8_t)(value >> 8));
}

static void put_zeros(struct buf *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_add_byte(b, 0);
}

static void pad(struct buf *b, size_t to)
{
    while (b->len % to != 0)
        buf_add_byte(b, 0);
}

static void set_u16(struct buf *b, size_t at, size_t value)
{
    assert(at + 2 <= b->len);
    b->at[at] = (uint8_t)value;
    b->at[at + 1] = (uint8_t)(value >> 8);
}

static void set_u32(struct buf *b, size_t at, size_t value)
{
    set_u16(b, at, value & 0xffff);
    set_u16(b, at + 2, value >> 16);
}

static void put_text(struct buf *b, const char16_t *text)
{
    for (; *text != 0; text++)
        put_u16(b, *text);
    put_u16(b, 0);
}

/* A block of VS_VERSIONINFO up to where its value or its children go; the place of its length. */
static size_t begin_block(struct buf *b, const char16_t *key, size_t value_len, unsigned type)
{
    pad(b, 4);
    const size_t at = b->len;
    put_u16(b, 0);
    put_u16(b, (unsigned)value_len);
    put_u16(b, type);
    put_text(b, key);
    pad(b, 4);
    return at;
}

static void end_block(struct buf *b, size_t at)
{
    set_u16(b, at, b->len - at);
}

static void put_strings(struct buf *b, const struct pe_trial_block *block)
{
    const size_t table = begin_block(b, block->key, 0, 1);

    for (const struct pe_trial_string *s = block->strings; s->key != NULL; s++) {
        size_t units = 1;
        while (s->value[units - 1] != 0)
            units++;
        const size_t at = begin_block(b, s->key, units, 1);
        put_text(b, s->value);
        end_block(b, at);
    }
    end_block(b, table);
}

static struct buf version_resource(const struct pe_trial_block *blocks)
{
    static const uint32_t fixed[13] = { 0xfeef04bd, 0x10000, 0x10002, 0x30004, 0x50006, 0x70008 };
    struct buf b = buf_with_limit(64 * 1024);
    const size_t root = begin_block(&b, u"VS_VERSION_INFO", sizeof fixed, 0);

    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        wire_put_u32(&b, fixed[i]);
    const size_t info = begin_block(&b, u"StringFileInfo", 0, 1);
    for (; blocks->key != NULL; blocks++)
        put_strings(&b, blocks);
    end_block(&b, info);
    end_block(&b, root);
    return b;
}

/* One table of the resource tree with one row. */
static void put_table(struct buf *b, uint32_t id, uint32_t to)
{
    put_zeros(b, 12);
    put_u16(b, 0);
    put_u16(b, 1);
    wire_put_u32(b, id);
    wire_put_u32(b, to);
}

static struct buf resources(const struct pe_trial_block *blocks)
{
    enum { TABLE = 24, DATA_AT = 3 * TABLE + 16 };
    struct buf version = version_resource(blocks);
    struct buf b = buf_with_limit(64 * 1024);

    put_table(&b, 16, 0x80000000u | TABLE);
    put_table(&b, 1, 0x80000000u | 2 * TABLE);
    put_table(&b, 0x409, 3 * TABLE);
    wire_put_u32(&b, RESOURCES_ADDRESS + DATA_AT);
    wire_put_u32(&b, (uint32_t)version.len);
    wire_put_u32(&b, 1200);
    wire_put_u32(&b, 0);
    buf_add(&b, buf_bytes(&version));
    buf_done(&version);
    return b;
}

static void put_section(struct buf *b, const char *name, uint32_t address, size_t size, size_t at)
{
    char padded[8] = { 0 };

    memcpy(padded, name, strlen(name));
    buf_add(b, (struct bytes){ .at = (const uint8_t *)padded, .len = sizeof padded });
    wire_put_u32(b, (uint32_t)size);
    wire_put_u32(b, address);
    wire_put_u32(b, (uint32_t)size);
    wire_put_u32(b, (uint32_t)at);
    put_zeros(b, 16);
}

static void put_headers(struct buf *b, const struct pe_trial_program *wish, size_t optional,
                        unsigned sections)
{
    buf_add_text(b, "MZ");
    put_zeros(b, 0x16);
    put_u16(b, 0x40);
    put_zeros(b, 0x3c - b->len);
    wire_put_u32(b, HEADER_AT);
    buf_add(b, (struct bytes){ .at = (const uint8_t *)"PE\0", .len = 4 });
    put_u16(b, wish->plus ? 0x8664 : 0x14c);
    put_u16(b, sections);
    wire_put_u32(b, 0x5e0be100); /* 2020-01-01 */
    put_zeros(b, 8);
    put_u16(b, (unsigned)optional);
    put_u16(b, wish->dll ? 0x2002 : 2);
    assert(b->len == OPTIONAL_AT);
    put_zeros(b, optional);
    set_u16(b, OPTIONAL_AT, wish->plus ? 0x20b : 0x10b);
    set_u32(b, CHECKSUM_AT, 0x12345678);
    set_u16(b, OPTIONAL_AT + 68, wish->subsystem == 0 ? SUBSYSTEM_CONSOLE : wish->subsystem);
    set_u32(b, OPTIONAL_AT + optional - 16 * 8 - 4, 16);
}

struct buf pe_trial_program(const struct pe_trial_program *wish)
{
    static const uint8_t code[16] = { 0x31, 0xc0, 0xc3 };
    const size_t optional = wish->plus ? 240 : 224;
    const unsigned sections = wish->blocks == NULL ? 1 : 2;
    const size_t code_at = (OPTIONAL_AT + optional + (size_t)40 * sections + 15) & ~(size_t)15;
    struct buf tree = wish->blocks == NULL ? buf_with_limit(0) : resources(wish->blocks);
    struct buf b = buf_with_limit(1 << 20);

    put_headers(&b, wish, optional, sections);
    put_section(&b, ".text", 0x1000, sizeof code, code_at);
    if (wish->blocks != NULL) {
        put_section(&b, ".rsrc", RESOURCES_ADDRESS, tree.len, code_at + sizeof code);
        set_u32(&b, OPTIONAL_AT + optional - 14 * 8, RESOURCES_ADDRESS);
        set_u32(&b, OPTIONAL_AT + optional - 14 * 8 + 4, tree.len);
    }
    pad(&b, 16);
    assert(b.len == code_at);
    buf_add(&b, (struct bytes){ .at = code, .len = sizeof code });
    buf_add(&b, buf_bytes(&tree));
    buf_done(&tree);
    pad(&b, 8);
    assert(buf_ok(&b));
    return b;
}

/* The directory entry of the certificate table. */
static size_t entry_at(const struct buf *file)
{
    return OPTIONAL_AT + (size_t)(file->at[OPTIONAL_AT + 1] == 2 ? 112 : 96) + 32;
}

void pe_trial_attach(struct buf *file, const struct buf *messages, size_t count)
{
    const size_t table = file->len;

    assert(table % 8 == 0);
    for (size_t i = 0; i < count; i++) {
        wire_put_u32(file, (uint32_t)messages[i].len + 8);
        put_u16(file, 0x200);
        put_u16(file, 2);
        buf_add(file, buf_bytes(&messages[i]));
        pad(file, 8);
    }
    set_u32(file, entry_at(file), table);
    set_u32(file, entry_at(file) + 4, file->len - table);
    assert(buf_ok(file));
}

struct digest pe_trial_digest(const struct buf *file, enum digest_kind kind)
{
    const struct bytes all = buf_bytes(file);
    const size_t entry = entry_at(file);
    struct digest_run *run = NULL;
    struct digest digest;

    const bool ok =
        digest_begin(kind, &run, NULL) && digest_feed(run, bytes_part(all, 0, CHECKSUM_AT), NULL) &&
        digest_feed(run, bytes_part(all, CHECKSUM_AT + 4, entry - CHECKSUM_AT - 4), NULL) &&
        digest_feed(run, bytes_part(all, entry + 8, all.len), NULL);
    assert(ok);
    const bool ended = digest_end(run, &digest, NULL);
    assert(ended);
    return digest;
}
