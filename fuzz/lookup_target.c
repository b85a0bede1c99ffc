/* lookup_target.c -- the extra of a proof file, and the index leaf. Also asserts: what is read is
 * written again byte for byte. */
#include "proof/indexleaf.h"
#include "proof/lookup.h"

#include <assert.h>

enum { BUDGET = 64 << 20, ROOM = 1 << 24 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_leaf(struct bytes input)
{
    struct buf again = buf_with_limit(ROOM);
    struct fault f = { 0 };
    struct indexleaf leaf;

    if (indexleaf_read(input, &leaf, &f)) {
        indexleaf_write(&leaf, &again);
        assert(buf_ok(&again) && bytes_equal(buf_bytes(&again), input));
    } else {
        assert(f.kind != FAULT_NONE && f.text[0] != '\0');
    }
    buf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes input = { .at = data, .len = size };
    struct arena a = arena_with_budget(BUDGET);
    struct buf again = buf_with_limit(ROOM);
    struct fault f = { 0 };
    struct lookup_file l;

    if (lookup_read(input, &a, &l, &f)) {
        lookup_write(&l, &again);
        assert(buf_ok(&again) && bytes_equal(buf_bytes(&again), input));
        try_leaf(l.index_entry);
    } else {
        assert(f.kind != FAULT_NONE && f.text[0] != '\0');
    }
    try_leaf(input);
    buf_done(&again);
    arena_done(&a);
    return 0;
}
