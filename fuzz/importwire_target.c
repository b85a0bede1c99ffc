/* importwire_target.c -- what a process that was taken over by a list may say of it. Also asserts:
 * what is believed keeps the rules of a list, and can be written into a register. */
#include "imports/import_compare.h"
#include "imports/import_wire.h"

#include <assert.h>

enum { BUDGET = 64 << 20, DAY = 17000, ENTRY_MAX = 65535 - 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = arena_with_budget(BUDGET);
    const struct observation_past none = observation_past_in(&a);
    struct import_list l;
    struct import_comparison c;
    struct fault f = { 0 };

    const bool ok = import_wire_read(&import_eucc_import, (struct bytes){ .at = data, .len = size },
                                     &a, &l, &f);
    assert(ok == (f.kind == FAULT_NONE));
    if (ok && import_compare(&none, &l, &a, &c, &f)) {
        const struct observation_snapshot snapshot = import_snapshot(&l, DAY);
        assert(l.read == l.understood + l.refused.count);
        for (size_t i = 0; i < c.observations.count; i++) {
            struct buf text = buf_with_limit(ENTRY_MAX);
            assert(observation_text(vec_at(&c.observations, i), &snapshot, &a, &text, &f));
            assert(buf_ok(&text));
            buf_done(&text);
        }
    }
    arena_done(&a);
    return 0;
}
