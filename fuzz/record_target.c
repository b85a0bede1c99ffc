/* record_target.c -- the bytes of an entry, or the text of one that is signed here. Asserts
 * besides: every entry maps to something that is a key, twice the same; a text that is accepted
 * comes back from JSON as it was; and the map of the text is that of the entry around it. */
#include "codec/emit.h"
#include "record/mapfn.h"
#include "record/record_json.h"

#include <assert.h>

enum { BUDGET = 64 << 20, TEXT_LIMIT = 1 << 20 };

static const char signature[] =
    "\n\xe2\x80\x94 scheme.example/cpa "
    "c3AbxDf54IP/Hcq78R3Yg6Wnqg7V6KbeFQWgGjxxajm/CNDrwpc16J762RmgpHnikNuBkrLTzr5PMn8LUBy/u2IIZws="
    "\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool keys_of(struct bytes entry, struct arena *a, struct vec *keys)
{
    struct fault f = { 0 };

    *keys = vec_of(a, sizeof(struct bytes), MAPFN_KEYS_MAX);
    const bool ok = mapfn_keys(entry, a, keys, &f);
    assert(ok == (f.kind == FAULT_NONE));
    assert(ok || f.kind == FAULT_LIMIT); /* the budget */
    for (size_t i = 0; ok && i < keys->count; i++) {
        const struct bytes *all = keys->items;
        assert(mapfn_is_key(all[i], NULL));
        assert(i == 0 || bytes_compare(all[i - 1], all[i]) < 0);
    }
    return ok;
}

static bool is_same(const struct vec *a, const struct vec *b)
{
    const struct bytes *in_a = a->items;
    const struct bytes *in_b = b->items;

    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!bytes_equal(in_a[i], in_b[i]))
            return false;
    return true;
}

static void comes_back(const struct record *r, struct arena *a)
{
    struct buf json = buf_with_limit(TEXT_LIMIT);
    struct buf text = buf_with_limit(TEXT_LIMIT);
    struct emit e = emit_to(&json);
    struct fault f = { 0 };

    emit_map(&e, NULL, EMIT_FLAT);
    record_json_put(r, &e);
    emit_map_end(&e);
    assert(buf_ok(&json));
    const bool ok = record_json_read(buf_bytes(&json), a, &text, &f);
    assert(ok ? bytes_equal(buf_bytes(&text), r->text) : f.kind == FAULT_LIMIT);
    buf_done(&text);
    buf_done(&json);
}

/* The text as an entry: it may have outgrown one by its signature. */
static void maps_as_signed(const struct record *r, struct arena *a)
{
    struct buf entry = buf_with_limit(TEXT_LIMIT);
    struct vec whole;
    struct vec alone = vec_of(a, sizeof(struct bytes), MAPFN_KEYS_MAX);
    struct fault f = { 0 };

    buf_add(&entry, r->text);
    buf_add_text(&entry, signature);
    if (entry.len <= 65535 && keys_of(buf_bytes(&entry), a, &whole) &&
        mapfn_record_keys(r, a, &alone, &f))
        assert(is_same(&whole, &alone));
    buf_done(&entry);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes input = { .at = data, .len = size };
    struct arena a = arena_with_budget(BUDGET);
    struct fault f = { 0 };
    struct record r;
    struct vec once;
    struct vec again;

    if (keys_of(input, &a, &once) && keys_of(input, &a, &again))
        assert(is_same(&once, &again));
    const bool ok = record_read_text(input, &a, &r, &f);
    assert(ok == (f.kind == FAULT_NONE));
    if (ok) {
        comes_back(&r, &a);
        maps_as_signed(&r, &a);
    }
    arena_done(&a);
    return 0;
}
