/* pe_resource.h -- the resource tree of a PE file (PE/COFF 6.9): type, name, language. */
#ifndef PE_RESOURCE_H
#define PE_RESOURCE_H

#include "core/vec.h"
#include "format/pe_image.h"

enum {
    PE_RESOURCE_VERSION = 16,     /* RT_VERSION */
    PE_RESOURCE_ROWS_MAX = 16384, /* rows looked at in one tree; a shell32.dll has 4,000 */
    PE_RESOURCE_FOUND_MAX = 256,  /* resources of one type; a version exists once or per language */
};

struct pe_resource {
    uint32_t language;
    uint32_t rva;
    struct bytes data; /* as much of it as the file holds */
};

/* Append to `found` (of struct pe_resource) every resource of the numbered type. A false return
 * is about the tree: what was found before stands. */
bool pe_resource_find(const struct pe_image *image, uint32_t type, struct vec *found,
                      struct fault *f) MUST_CHECK;

#endif
