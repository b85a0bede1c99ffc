/* index_postings.h -- the postings of one key in the index: part of index.c.
 *
 * Appended one by one and hashed in one run, SHA-256 over u64be of each. The newest stands in the
 * key's leaf itself, so that most keys need no more; those before it are a chain of records on a
 * shelf. Eight postings fill one block of SHA-256, and with every eighth the state after it is
 * kept: the value after an append costs one block, however many there are, and every group of eight
 * that is read is checked by the states around it. Records never change, so that leaves of old
 * versions go on holding the chain as it was. */
#ifndef INDEX_POSTINGS_H
#define INDEX_POSTINGS_H

#include "core/sha256.h"
#include "core/shelf.h"
#include "core/vec.h"

#define INDEX_POSTINGS_NONE UINT32_MAX

struct index_tail {
    uint64_t newest;
    uint32_t before; /* place of the one before it, or NONE */
    uint32_t count;  /* with the newest; 0: no posting at all */
};

extern const struct shelf_plan index_postings_plan;

/* Append. On a fault the tail is as it was. Like all below: FAULT_FORMAT where the chain is
 * damaged. */
bool index_postings_add(struct shelf *s, struct index_tail *tail, uint64_t at,
                        struct fault *f) MUST_CHECK;

/* SHA-256 over all of them. */
bool index_postings_value(const struct shelf *s, const struct index_tail *tail, struct sha256 *out,
                          struct fault *f) MUST_CHECK;

/* All of them, increasing, to `out`, which has room for tail->count. Not checked: whoever reads
 * them all hashes them. */
bool index_postings_all(const struct shelf *s, const struct index_tail *tail, uint64_t *out,
                        struct fault *f) MUST_CHECK;

/* Those below `limit`, increasing, appended to the vec of uint64_t; no more than the newest `most`
 * of them where that is not 0. Every group read is checked. */
struct index_postings_part {
    uint64_t limit;
    size_t most;
};
bool index_postings_part(const struct shelf *s, const struct index_tail *tail,
                         const struct index_postings_part *part, struct vec *out,
                         struct fault *f) MUST_CHECK;

#endif
