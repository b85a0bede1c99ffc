/* recordjson_target.c -- a JSON object that is to become a record. Asserts besides: what is
 * accepted is the text of a record, and that record's own JSON yields the same text; nothing is
 * written where the object is refused. */
#include "codec/emit.h"
#include "record/record_json.h"

#include <assert.h>

enum { BUDGET = 64 << 20, TEXT_LIMIT = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void comes_back(struct bytes text, struct arena *a)
{
    struct buf json = buf_with_limit(TEXT_LIMIT);
    struct buf again = buf_with_limit(TEXT_LIMIT);
    struct emit e = emit_to(&json);
    struct fault f = { 0 };
    struct record r;

    const bool read = record_read_text(text, a, &r, &f);
    assert(read);
    emit_map(&e, NULL, EMIT_TALL);
    record_json_put(&r, &e);
    emit_map_end(&e);
    const bool ok = record_json_read(buf_bytes(&json), a, &again, &f);
    assert(ok && bytes_equal(buf_bytes(&again), text));
    buf_done(&again);
    buf_done(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = arena_with_budget(BUDGET);
    struct buf text = buf_with_limit(TEXT_LIMIT);
    struct fault f = { 0 };

    const bool ok = record_json_read((struct bytes){ .at = data, .len = size }, &a, &text, &f);
    assert(ok == (f.kind == FAULT_NONE));
    assert(ok || text.len == 0);
    if (ok)
        comes_back(buf_bytes(&text), &a);
    buf_done(&text);
    arena_done(&a);
    return 0;
}
