/* shelf.h -- records of one size in the order they came, in a file or in memory. They never move.
 *
 * Address space for all that may ever come is reserved at the beginning and backed as the shelf
 * grows, so that a pointer to a record lives as long as the shelf, and a record is named by its
 * place, a 32-bit number. A file is mapped: opening costs nothing, what is not touched is not read.
 * It is backed on the disk before it is written: a full disk is a fault at shelf_add, not a signal
 * at a store. (A limit on the size of files is one too, where SIGXFSZ is ignored.)
 *
 * The shelf knows neither what its records mean nor which of them are good: whoever keeps one in a
 * file keeps the count beside it, and checks what he reads. Bytes are the host's own order. */
#ifndef SHELF_H
#define SHELF_H

#include "core/fault.h"

#include <stdint.h>

struct shelf {
    uint8_t *at;    /* may be read outside: `count` records, one after the other */
    uint32_t count; /* may be read outside */
    uint32_t room;  /* records that fit into what is backed */
    uint32_t limit;
    size_t size;     /* of a record */
    size_t reserved; /* bytes of address space */
    uint64_t backed; /* bytes */
    int fd;          /* -1: memory */
    bool writable;
};

/* Of records of `size` bytes, at most `limit` of them (less where the host has not the address
 * space). shelf_close accepts the empty shelf {0}, and leaves it behind. */
struct shelf_plan {
    size_t size;
    uint32_t limit;
};
bool shelf_new(const struct shelf_plan *plan, struct shelf *out, struct fault *f) MUST_CHECK;

/* The first `count` records of the file `name` in an open folder. For reading, no more than these
 * are mapped, and who appends meanwhile is not seen. For writing, the file is made where it is
 * missing, and what stands behind the count is given up. A shorter file is a fault of kind FORMAT.
 */
struct shelf_file {
    int folder;
    const char *name;
    uint32_t count;
    bool writable;
};
bool shelf_open(const struct shelf_plan *plan, const struct shelf_file *file, struct shelf *out,
                struct fault *f) MUST_CHECK;

/* The file is cut to the records that are there. */
void shelf_close(struct shelf *s);

/* `n` more records, in one run; *place is the first's. Their bytes may be those of records that
 * were given up: the caller writes all of them. On a fault nothing has changed. */
bool shelf_add(struct shelf *s, uint32_t n, uint32_t *place, struct fault *f) MUST_CHECK;

/* Give up the records from `count` on. */
void shelf_cut(struct shelf *s, uint32_t count);

/* The records from `from` on are on the disk, and so is the length of the file. */
bool shelf_sync(const struct shelf *s, uint32_t from, struct fault *f) MUST_CHECK;

/* Bytes of all records. */
uint64_t shelf_bytes(const struct shelf *s);

#endif
