/* import_map.h -- what the columns of a CSV mean, written by who imports it:
 *
 *     row: Part Number         the columns that name a row: one, or a list of them
 *     product: Product
 *     vendor: Manufacturer     and any of: status, from, until, due, version, digest
 *     date-order: D/M/Y        how days are written: Y-M-D (without it), M/D/Y or D/M/Y
 *     separator: ";"           without it a comma; "tab" for a tabulator
 *     source: acme-approved    the id under which the rows are observed */
#ifndef IMPORT_MAP_H
#define IMPORT_MAP_H

#include "core/vec.h"
#include "imports/import_text.h"

enum import_map_role {
    IMPORT_MAP_PRODUCT,
    IMPORT_MAP_VENDOR,
    IMPORT_MAP_STATUS,
    IMPORT_MAP_FROM,
    IMPORT_MAP_UNTIL,
    IMPORT_MAP_DUE,
    IMPORT_MAP_VERSION,
    IMPORT_MAP_DIGEST,
    IMPORT_MAP_ROLES,
};

struct import_map_column {
    const char *name;  /* NULL: the role has none */
    const char *place; /* where the map says so: "map.yaml:3:9" */
};

struct import_map {
    struct vec rows; /* struct import_map_column */
    struct import_map_column columns[IMPORT_MAP_ROLES];
    enum import_text_order order;
    uint8_t separator;
    const char *source; /* or NULL */
};

/* "product", "vendor", ... */
const char *import_map_role_name(enum import_map_role role);

/* Faults name the place in the map. Everything lives in the arena. */
bool import_map_read(struct bytes text, const char *name, struct arena *a, struct import_map *out,
                     struct fault *f) MUST_CHECK;

#endif
