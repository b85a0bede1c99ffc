#include "format/pe_image.h"

#include "core/cursor.h"

enum {
    MAGIC_PE32 = 0x10b,
    MAGIC_PE32_PLUS = 0x20b,
    OPTIONAL_CHECKSUM = 64, /* PE/COFF 3.4.2: at the same place in both kinds */
    DIRECTORIES_PE32 = 96,  /* PE/COFF 3.4.3 */
    DIRECTORIES_PE32_PLUS = 112,
    DIRECTORY_RESOURCES = 2,
    DIRECTORY_CERTIFICATES = 4,
    DIRECTORY_CLR = 14,
    SECTION_ROW = 40,
};

size_t pe_image_signature_at(struct bytes head)
{
    struct cursor c = cursor_over(head);

    if (!bytes_has_prefix(head, "MZ"))
        return 0;
    cursor_skip(&c, 0x3c);
    const uint32_t at = cursor_u32le(&c);
    struct cursor signature = cursor_within(head, at, 4);
    const uint32_t word = cursor_u32le(&signature);
    return cursor_ok(&c) && cursor_ok(&signature) && word == 0x4550 ? at : 0;
}

/* PE/COFF 3.3: what follows the signature. Returns the size of the optional header. */
static uint16_t read_coff(struct cursor *c, struct pe_image *image)
{
    image->machine = cursor_u16le(c);
    image->section_count = cursor_u16le(c);
    image->timestamp = cursor_u32le(c);
    cursor_skip(c, 8); /* symbol table, retired */
    const uint16_t optional_size = cursor_u16le(c);
    image->characteristics = cursor_u16le(c);
    return optional_size;
}

static struct pe_directory read_directory(const struct pe_image *image, size_t at, uint32_t count,
                                          unsigned wanted)
{
    struct cursor c = cursor_within(image->all, at + 8 * (size_t)wanted, 8);

    if (wanted >= count)
        return (struct pe_directory){ 0 };
    const uint32_t address = cursor_u32le(&c);
    const uint32_t size = cursor_u32le(&c);
    return (struct pe_directory){ .at = address, .size = size };
}

/* PE/COFF 3.4. The loader reads the directories by their own count, whatever the size given for
 * the header: so do we. */
static bool read_optional(struct pe_image *image, size_t at, struct fault *f)
{
    struct cursor c = cursor_within(image->all, at, image->all.len - at);
    const uint16_t magic = cursor_u16le(&c);
    const size_t directories = magic == MAGIC_PE32_PLUS ? DIRECTORIES_PE32_PLUS : DIRECTORIES_PE32;

    if (cursor_ok(&c) && magic != MAGIC_PE32 && magic != MAGIC_PE32_PLUS)
        return fault_at(f, FAULT_UNSUPPORTED, at, "PE/COFF 3.4: optional header of kind 0x%x",
                        (unsigned)magic);
    image->plus = magic == MAGIC_PE32_PLUS;
    image->checksum_at = at + OPTIONAL_CHECKSUM;
    cursor_skip(&c, OPTIONAL_CHECKSUM + 4 - 2);
    image->subsystem = cursor_u16le(&c);
    cursor_skip(&c, directories - 4 - (OPTIONAL_CHECKSUM + 6));
    const uint32_t count = cursor_u32le(&c);
    if (!cursor_ok(&c))
        return fault_at(f, FAULT_FORMAT, at, "PE/COFF 3.4: the optional header ends early");

    const size_t first = at + directories;
    image->resources = read_directory(image, first, count, DIRECTORY_RESOURCES);
    image->certificates = read_directory(image, first, count, DIRECTORY_CERTIFICATES);
    image->clr = read_directory(image, first, count, DIRECTORY_CLR);
    if (count > DIRECTORY_CERTIFICATES &&
        first + 8 * (DIRECTORY_CERTIFICATES + 1) <= image->all.len)
        image->certificates_entry_at = first + (size_t)8 * DIRECTORY_CERTIFICATES;
    return true;
}

static struct pe_section read_section(struct cursor *c)
{
    const struct bytes name = cursor_take(c, 8);
    const uint32_t size = cursor_u32le(c);
    const uint32_t address = cursor_u32le(c);
    const uint32_t raw_size = cursor_u32le(c);
    const uint32_t raw_at = cursor_u32le(c);

    cursor_skip(c, 16); /* relocations, line numbers, characteristics */
    return (struct pe_section){
        .name = bytes_part(name, 0, bytes_index(name, 0)),
        .size = size,
        .address = address,
        .raw_size = raw_size,
        .raw_at = raw_at,
    };
}

static bool read_sections(struct pe_image *image, size_t at, struct arena *a, struct fault *f)
{
    struct cursor c = cursor_within(image->all, at, SECTION_ROW * image->section_count);

    if (image->section_count > PE_IMAGE_SECTIONS_MAX)
        return fault_at(f, FAULT_LIMIT, at, "PE/COFF 3.3: %zu sections, limit %d",
                        image->section_count, PE_IMAGE_SECTIONS_MAX);
    if (!cursor_ok(&c))
        return fault_at(f, FAULT_FORMAT, at, "PE/COFF 4: the section table ends early");
    struct pe_section *rows = arena_array(a, image->section_count, sizeof *rows, f);
    if (rows == NULL)
        return false;
    for (size_t i = 0; i < image->section_count; i++)
        rows[i] = read_section(&c);
    image->sections = rows;
    image->headers_end = at + c.pos;
    return true;
}

bool pe_image_read(struct bytes all, struct arena *a, struct pe_image *image, struct fault *f)
{
    const size_t signature = pe_image_signature_at(all);
    struct pe_image read = { .all = all };
    enum { COFF_SIZE = 20 };

    if (signature == 0)
        return fault_at(f, FAULT_FORMAT, 0x3c, "PE/COFF 3.1: no PE signature where 0x3c says");
    struct cursor c = cursor_within(all, signature + 4, COFF_SIZE);
    const uint16_t optional_size = read_coff(&c, &read);
    if (!cursor_ok(&c))
        return fault_at(f, FAULT_FORMAT, signature, "PE/COFF 3.3: the file header ends early");
    const size_t optional_at = signature + 4 + COFF_SIZE;
    if (!read_optional(&read, optional_at, f) ||
        !read_sections(&read, optional_at + optional_size, a, f))
        return false;
    *image = read;
    return true;
}

struct bytes pe_image_from(const struct pe_image *image, uint32_t rva)
{
    for (size_t i = 0; i < image->section_count; i++) {
        const struct pe_section *s = &image->sections[i];
        if (rva < s->address || rva - s->address >= s->raw_size)
            continue;
        const struct bytes raw = bytes_part(image->all, s->raw_at, s->raw_size);
        return bytes_part(raw, rva - s->address, raw.len);
    }
    return (struct bytes){ 0 };
}

const char *pe_image_machine_name(uint16_t machine)
{
    static const struct {
        uint16_t machine;
        const char *name;
    } names[] = {
        { 0x014c, "i386" },    { 0x8664, "amd64" },        { 0x01c0, "arm" },
        { 0x01c2, "arm" },     { 0x01c4, "arm" },          { 0xaa64, "arm64" },
        { 0x0200, "ia64" },    { 0x0ebc, "efi-bytecode" }, { 0x5064, "riscv64" },
        { 0x6264, "loong64" },
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].machine == machine)
            return names[i].name;
    }
    return NULL;
}

const char *pe_image_kind(const struct pe_image *image)
{
    if (image->subsystem >= PE_IMAGE_EFI_FIRST && image->subsystem <= PE_IMAGE_EFI_LAST)
        return "efi";
    if (image->subsystem == PE_IMAGE_NATIVE)
        return "driver";
    return (image->characteristics & PE_IMAGE_DLL) != 0 ? "dll" : "exe";
}
