/* message_target.c -- what a worker that was taken over may say to the parent. Also asserts: a
 * refusal carries a fault. */
#include "engine/gather.h"

#include <assert.h>

enum { BUDGET = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = arena_with_budget(BUDGET);
    struct knowledge none = { .marks = vec_of(&a, sizeof(struct mark), 1) };
    struct gather g;
    struct fault f = { 0 };
    struct vec products = { 0 };
    struct vec systems = { 0 };

    if (gather_new(&a, &none, &g, &f)) {
        const bool ok = gather_take(&g, (struct bytes){ .at = data, .len = size }, &f);
        assert(ok == (f.kind == FAULT_NONE));
        if (ok)
            (void)!gather_finish(&g, &products, &systems, &f);
        gather_done(&g);
    }
    arena_done(&a);
    return 0;
}
