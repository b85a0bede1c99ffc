#include "format/pe_resource.h"

#include "core/cursor.h"

enum { TABLE_HEADER = 16, TABLE_ROW = 8, DATA_ENTRY = 16, LEVELS = 3 };

#define SUBTABLE 0x80000000u

struct walk {
    const struct pe_image *image;
    struct bytes tree;
    uint32_t type;
    struct vec *found;
    size_t rows;
};

/* PE/COFF 6.9.4. */
static bool add_data(struct walk *w, uint32_t offset, uint32_t language, struct fault *f)
{
    struct cursor c = cursor_within(w->tree, offset, DATA_ENTRY);
    const uint32_t rva = cursor_u32le(&c);
    const uint32_t size = cursor_u32le(&c);

    if (!cursor_ok(&c))
        return fault_at(f, FAULT_FORMAT, w->image->resources.at,
                        "PE/COFF 6.9.4: a data entry at %u of %zu bytes of resources", offset,
                        w->tree.len);
    struct pe_resource *r = vec_push(w->found, f);
    if (r == NULL)
        return false;
    *r = (struct pe_resource){
        .language = language,
        .rva = rva,
        .data = bytes_part(pe_image_from(w->image, rva), 0, size),
    };
    return true;
}

/* PE/COFF 6.9.1. The depth is fixed by the format, so a table that names itself is no loop. */
static bool walk_table(struct walk *w, uint32_t offset, unsigned level, struct fault *f)
{
    struct cursor head = cursor_within(w->tree, offset, TABLE_HEADER);

    cursor_skip(&head, 12);
    const uint16_t named = cursor_u16le(&head);
    const uint16_t numbered = cursor_u16le(&head);
    const size_t count = (size_t)named + numbered;
    struct cursor rows =
        cursor_within(w->tree, (uint64_t)offset + TABLE_HEADER, TABLE_ROW * (uint64_t)count);
    if (!cursor_ok(&head) || !cursor_ok(&rows))
        return fault_at(f, FAULT_FORMAT, w->image->resources.at,
                        "PE/COFF 6.9.1: a table at %u of %zu bytes of resources", offset,
                        w->tree.len);
    for (size_t i = 0; i < count; i++) {
        const uint32_t id = cursor_u32le(&rows);
        const uint32_t to = cursor_u32le(&rows);
        if (++w->rows > PE_RESOURCE_ROWS_MAX)
            return fault_at(f, FAULT_LIMIT, w->image->resources.at,
                            "PE/COFF 6.9: more than %d rows of resources", PE_RESOURCE_ROWS_MAX);
        if (level == 1 && id != w->type)
            continue;
        if (level < LEVELS && (to & SUBTABLE) == 0)
            return fault_at(f, FAULT_FORMAT, w->image->resources.at,
                            "PE/COFF 6.9: a resource at level %u", level);
        const bool ok =
            level < LEVELS ? walk_table(w, to & ~SUBTABLE, level + 1, f) : add_data(w, to, id, f);
        if (!ok)
            return false;
    }
    return true;
}

bool pe_resource_find(const struct pe_image *image, uint32_t type, struct vec *found,
                      struct fault *f)
{
    struct walk w = {
        .image = image,
        .tree = pe_image_from(image, image->resources.at),
        .type = type,
        .found = found,
    };

    if (image->resources.at == 0)
        return true;
    if (w.tree.len == 0)
        return fault_at(f, FAULT_FORMAT, image->resources.at,
                        "PE/COFF 6.9: resources at 0x%x, where no section is",
                        (unsigned)image->resources.at);
    return walk_table(&w, 0, 1, f);
}
