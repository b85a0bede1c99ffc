/* index_head.h -- the file that says how much of the others is meant: part of index.c.
 *
 * Replaced as a whole after the shelves are on the disk, so that an index is always the one of the
 * last commit, whatever was being written when the process ended. */
#ifndef INDEX_HEAD_H
#define INDEX_HEAD_H

#include "core/fault.h"
#include "core/sha256.h"

#define INDEX_HEAD_FILE "head"
#define INDEX_HEAD_NEW "head.new"

struct index_head {
    uint64_t build; /* random: tells an index from the one that was discarded before it */
    uint32_t inner;
    uint32_t leaf;
    uint32_t posting;
    uint32_t version;
};

/* No file: true, with *found false. Damaged, of another map function, format or kind of host:
 * FAULT_FORMAT. */
bool index_head_read(int folder, struct index_head *out, bool *found, struct fault *f) MUST_CHECK;

/* *replaced also on a fault: whether readers see the new one, though its name may not last. */
bool index_head_write(int folder, const struct index_head *h, bool *replaced,
                      struct fault *f) MUST_CHECK;

#endif
