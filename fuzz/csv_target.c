/* csv_target.c -- tables of text. Also asserts: what is read goes forward, the cells stay inside
 * their limits, and a broken record says why. */
#include "codec/csv.h"
#include "core/limits.h"

#include <assert.h>

enum { BUDGET = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = arena_with_budget(BUDGET);
    struct csv c = csv_over((struct bytes){ .at = data, .len = size }, ',', &a);
    struct csv_record r;
    bool found = true;
    size_t left = c.rest.len + 1;

    while (csv_next(&c, &r, &found, NULL) && found) {
        assert(c.rest.len < left);
        left = c.rest.len;
        if (r.why != NULL)
            continue;
        assert(r.cells.count > 0 && r.cells.count <= LIMIT_CSV_CELLS);
        for (size_t i = 0; i < r.cells.count; i++)
            assert(((struct bytes *)vec_at(&r.cells, i))->len <= LIMIT_TEXT);
    }
    assert(a.used <= BUDGET);
    arena_done(&a);
    return 0;
}
