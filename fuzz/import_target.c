/* import_target.c -- a list that is imported, one program for each format. Also asserts: every row
 * is understood or refused, every observation becomes the text of a record that an entry can hold,
 * and what is read back from those is what was known. */
#include "imports/import_compare.h"
#include "imports/import_map.h"
#include "observation/observation.h"
#include "record/record.h"

#include <assert.h>
#include <string.h>

#define TABLE_OF(name) import_##name##_import
#define TABLE(name) TABLE_OF(name)

enum { BUDGET = 256 << 20, DAY = 17000, ENTRY_MAX = 65535 - 1024 };

static const char map_text[] = "row: Part\nproduct: Product\nvendor: Maker\nstatus: State\n"
                               "from: Start\nuntil: End\nversion: V\ndigest: Hash\n"
                               "date-order: D/M/Y\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fold_back(const struct import_list *l, const struct import_comparison *c,
                      struct arena *a)
{
    const struct observation_snapshot snapshot = import_snapshot(l, DAY);
    struct observation_past past = observation_past_in(a);
    struct import_comparison again;

    for (size_t i = 0; i < c->observations.count; i++) {
        struct buf text = buf_with_limit(ENTRY_MAX);
        struct record r;
        struct fault f = { 0 };
        const bool ok = observation_text(vec_at(&c->observations, i), &snapshot, a, &text, &f);
        assert(ok && buf_ok(&text));
        assert(record_read_text(buf_bytes(&text), a, &r, &f));
        assert(observation_past_add(&past, &r, l->source, &f));
        buf_done(&text);
    }
    assert(import_compare(&past, l, a, &again, NULL));
    assert(again.observations.count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = arena_with_budget(BUDGET);
    struct import_map map;
    const struct import_ask ask = { .all = { .at = data, .len = size }, .file = "x", .map = &map };
    const struct observation_past none = observation_past_in(&a);
    struct import_list l;
    struct import_comparison c;
    struct fault f = { 0 };

    const bool mapped =
        import_map_read((struct bytes){ .at = (const uint8_t *)map_text, .len = strlen(map_text) },
                        "map.yaml", &a, &map, &f);
    assert(mapped);
    const bool ok = import_read(&TABLE(FUZZ_IMPORT), &ask, &a, &l, &f);
    assert(ok == (f.kind == FAULT_NONE));
    if (ok) {
        assert(l.read == l.understood + l.refused.count);
        assert(import_compare(&none, &l, &a, &c, &f));
        fold_back(&l, &c, &a);
    }
    arena_done(&a);
    return 0;
}
