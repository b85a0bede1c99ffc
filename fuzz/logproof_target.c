/* logproof_target.c -- proof files. Also asserts: what is read is written again byte for byte. */
#include "tlog/logproof.h"

#include <assert.h>

enum { BUDGET = 16 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes input = { .at = data, .len = size };
    struct arena a = arena_with_budget(BUDGET);
    struct buf again = buf_with_limit(LOGPROOF_MAX);
    struct fault f = { 0 };
    struct logproof p;

    if (logproof_read(input, &a, &p, &f)) {
        logproof_write(&p, &again);
        assert(buf_ok(&again) && bytes_equal(buf_bytes(&again), input));
    } else {
        assert(f.kind != FAULT_NONE && f.text[0] != '\0');
    }
    buf_done(&again);
    arena_done(&a);
    return 0;
}
