/* rpmbdb_page.h -- the pages of a Berkeley DB file: the meta page, the entries of a hash or leaf
 * page, and values in chains of overflow pages. For rpmbdb.c alone. */
#ifndef RPMBDB_PAGE_H
#define RPMBDB_PAGE_H

#include "core/arena.h"
#include "core/bytes.h"

/* All fields may be read outside. */
struct rpmbdb {
    struct bytes all;
    bool big_endian;
    size_t page_size;
    size_t overhead;    /* bytes before a page's index: more with checksums */
    uint32_t pages;     /* whole pages in the file */
    uint32_t last_page; /* as the meta page says */
    uint8_t *seen;      /* one per page: an overflow page that a chain has taken */
};

struct rpmbdb_page {
    uint32_t number;
    struct bytes bytes;
    uint8_t type;
    size_t pairs; /* keys with a value; 0 for pages that hold none */
};

/* Read the meta page; `all` may be the file's head alone. */
bool rpmbdb_open(struct bytes all, struct rpmbdb *db, struct fault *f) MUST_CHECK;

/* Where the meta page is damaged: page size and byte order from the pages that number themselves.
 */
bool rpmbdb_guess(struct bytes all, struct rpmbdb *db);

/* Make ready to follow chains. */
bool rpmbdb_track(struct rpmbdb *db, struct arena *a, struct fault *f) MUST_CHECK;

/* Page `number` (below db->pages). */
bool rpmbdb_page(const struct rpmbdb *db, uint32_t number, struct rpmbdb_page *p,
                 struct fault *f) MUST_CHECK;

/* The value of a pair: in the page, or gathered in the arena. `skip`: deleted, or rpm's counter. */
bool rpmbdb_value(struct rpmbdb *db, const struct rpmbdb_page *p, size_t pair, struct arena *a,
                  bool *skip, struct bytes *value, struct fault *f) MUST_CHECK;

/* After all values: the first overflow page that none of them took, or 0. */
uint32_t rpmbdb_orphan(const struct rpmbdb *db);

#endif
