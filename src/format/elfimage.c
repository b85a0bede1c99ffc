#include "format/elfimage.h"

#include "core/limits.h"

#include <assert.h>

enum {
    CLASS_32 = 1,
    CLASS_64 = 2,
    ORDER_LITTLE = 1,
    ORDER_BIG = 2,
    IDENT_REST = 8,       /* EI_ABIVERSION and the padding behind it */
    ESCAPE_COUNT = 0xffff /* PN_XNUM: the true count stands in section 0 */
};

uint16_t elfimage_u16(const struct elfimage *e, struct cursor *c)
{
    return e->big ? cursor_u16be(c) : cursor_u16le(c);
}

uint32_t elfimage_u32(const struct elfimage *e, struct cursor *c)
{
    return e->big ? cursor_u32be(c) : cursor_u32le(c);
}

uint64_t elfimage_word(const struct elfimage *e, struct cursor *c)
{
    if (!e->wide)
        return elfimage_u32(e, c);
    return e->big ? cursor_u64be(c) : cursor_u64le(c);
}

static bool read_ident(struct elfimage *e, struct cursor *c, struct fault *f)
{
    const struct bytes magic = cursor_take(c, 4);
    const uint8_t class = cursor_u8(c);
    const uint8_t order = cursor_u8(c);
    const uint8_t version = cursor_u8(c);

    e->os_abi = cursor_u8(c);
    cursor_skip(c, IDENT_REST);
    if (!cursor_ok(c) || !bytes_equal_text(magic, "\x7f"
                                                  "ELF"))
        return fault_at(f, FAULT_FORMAT, 0, "gABI 4 ELF Identification: no ELF file");
    if (class != CLASS_32 && class != CLASS_64)
        return fault_at(f, FAULT_FORMAT, 4, "gABI 4 ELF Identification: class %u", class);
    if (order != ORDER_LITTLE && order != ORDER_BIG)
        return fault_at(f, FAULT_FORMAT, 5, "gABI 4 ELF Identification: data encoding %u", order);
    if (version != 1)
        return fault_at(f, FAULT_UNSUPPORTED, 6, "gABI 4 ELF Identification: version %u", version);
    e->wide = class == CLASS_64;
    e->big = order == ORDER_BIG;
    return true;
}

bool elfimage_open(struct elfimage *e, struct bytes all, struct fault *f)
{
    struct cursor c = cursor_over(all);
    struct elfimage read = { .all = all };

    if (!read_ident(&read, &c, f))
        return false;
    read.type = elfimage_u16(&read, &c);
    read.machine = elfimage_u16(&read, &c);
    cursor_skip(&c, 4);             /* e_version again */
    (void)elfimage_word(&read, &c); /* e_entry */
    read.segments.offset = elfimage_word(&read, &c);
    read.sections.offset = elfimage_word(&read, &c);
    read.flags = elfimage_u32(&read, &c);
    cursor_skip(&c, 2); /* e_ehsize */
    read.segments.row_size = elfimage_u16(&read, &c);
    read.segments.count = elfimage_u16(&read, &c);
    read.sections.row_size = elfimage_u16(&read, &c);
    read.sections.count = elfimage_u16(&read, &c);
    cursor_skip(&c, 2); /* e_shstrndx */
    if (!cursor_ok(&c))
        return fault_at(f, FAULT_FORMAT, all.len, "gABI 4 ELF Header: %zu bytes", all.len);
    *e = read;
    return true;
}

/* The cursor on row `i` of a table that was found to lie inside the file, or on its row 0, which
 * holds the counts that the header has no room for, before that. */
static struct cursor row_at(const struct elfimage *e, const struct elfimage_table *t, uint64_t i)
{
    return cursor_within(e->all, t->offset + i * t->row_size, t->row_size);
}

/* A section's row; `link_info` gets sh_info, where the escape of the segment count stands. */
static struct elfimage_part read_section(const struct elfimage *e, struct cursor *c,
                                         uint32_t *link_info)
{
    enum { NO_BITS = 8 };
    struct elfimage_part part = { 0 };

    cursor_skip(c, 4); /* sh_name */
    part.type = elfimage_u32(e, c);
    (void)elfimage_word(e, c); /* sh_flags */
    part.address = elfimage_word(e, c);
    part.offset = elfimage_word(e, c);
    part.size = elfimage_word(e, c);
    cursor_skip(c, 4); /* sh_link */
    *link_info = elfimage_u32(e, c);
    part.align = elfimage_word(e, c);
    if (part.type == NO_BITS)
        part.size = 0;
    return part;
}

/* Check that the table is inside the file and its rows are long enough to hold their fields. */
static bool settle(const struct elfimage *e, struct elfimage_table *t, uint64_t row_least,
                   const char *what, struct fault *f)
{
    const uint64_t count = t->count;

    t->count = 0;
    if (count == 0)
        return true;
    if (t->row_size < row_least)
        return fault_at(f, FAULT_FORMAT, t->offset, "%s: rows of %u bytes, not %u", what,
                        (unsigned)t->row_size, (unsigned)row_least);
    if (count > LIMIT_RECORDS)
        return fault_at(f, FAULT_LIMIT, t->offset, "%s: %llu rows, limit %d", what,
                        (unsigned long long)count, LIMIT_RECORDS);
    const struct cursor table = cursor_within(e->all, t->offset, count * t->row_size);
    if (!cursor_ok(&table))
        return fault_at(f, FAULT_FORMAT, t->offset, "%s: %llu rows do not lie in the file", what,
                        (unsigned long long)count);
    t->count = count;
    return true;
}

bool elfimage_find_segments(struct elfimage *e, struct fault *f)
{
    if (e->segments.count == ESCAPE_COUNT) {
        struct cursor c = row_at(e, &e->sections, 0);
        uint32_t info = 0;
        (void)read_section(e, &c, &info);
        if (!cursor_ok(&c)) {
            e->segments.count = 0;
            return fault_at(f, FAULT_FORMAT, e->sections.offset,
                            "gABI 4 ELF Header: e_phnum stands in a section 0 that is not there");
        }
        e->segments.count = info;
    }
    return settle(e, &e->segments, e->wide ? 56 : 32, "gABI 5 Program Header", f);
}

bool elfimage_find_sections(struct elfimage *e, struct fault *f)
{
    if (e->sections.count == 0 && e->sections.offset != 0) {
        struct cursor c = row_at(e, &e->sections, 0);
        uint32_t info = 0;
        const struct elfimage_part first = read_section(e, &c, &info);
        if (!cursor_ok(&c))
            return fault_at(f, FAULT_FORMAT, e->sections.offset,
                            "gABI 4 ELF Header: e_shnum stands in a section 0 that is not there");
        e->sections.count = first.size;
    }
    return settle(e, &e->sections, e->wide ? 64 : 40, "gABI 4 Sections", f);
}

struct elfimage_part elfimage_segment(const struct elfimage *e, uint64_t i)
{
    assert(i < e->segments.count);
    struct cursor c = row_at(e, &e->segments, i);
    struct elfimage_part part = { .type = elfimage_u32(e, &c) };

    if (e->wide)
        cursor_skip(&c, 4); /* p_flags; class 32 has them further down */
    part.offset = elfimage_word(e, &c);
    part.address = elfimage_word(e, &c);
    (void)elfimage_word(e, &c); /* p_paddr */
    part.size = elfimage_word(e, &c);
    (void)elfimage_word(e, &c); /* p_memsz */
    if (!e->wide)
        cursor_skip(&c, 4);
    part.align = elfimage_word(e, &c);
    return part;
}

struct elfimage_part elfimage_section(const struct elfimage *e, uint64_t i)
{
    assert(i < e->sections.count);
    struct cursor c = row_at(e, &e->sections, i);
    uint32_t info = 0;

    return read_section(e, &c, &info);
}

bool elfimage_first(const struct elfimage *e, uint32_t type, struct elfimage_part *part)
{
    for (uint64_t i = 0; i < e->segments.count; i++) {
        const struct elfimage_part segment = elfimage_segment(e, i);
        if (segment.type != type)
            continue;
        *part = segment;
        return true;
    }
    return false;
}

bool elfimage_offset_of(const struct elfimage *e, uint64_t address, uint64_t *offset)
{
    for (uint64_t i = 0; i < e->segments.count; i++) {
        const struct elfimage_part s = elfimage_segment(e, i);
        if (s.type != ELFIMAGE_LOAD || address < s.address || address - s.address >= s.size)
            continue;
        return !__builtin_add_overflow(s.offset, address - s.address, offset);
    }
    return false;
}
