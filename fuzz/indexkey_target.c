/* indexkey_target.c -- a key string of somebody's question. Asserts besides: what passes is clean
 * text of a kind and a value, no longer than a key may be, and the verdict is the same without a
 * fault to fill. */
#include "core/text.h"
#include "record/mapfn.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char kind[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    const struct bytes key = { .at = data, .len = size };
    struct fault f = { 0 };

    const bool ok = mapfn_is_key(key, &f);
    assert(ok == (f.kind == FAULT_NONE));
    assert(ok == mapfn_is_key(key, NULL));
    if (!ok)
        return 0;
    const size_t colon = bytes_index(key, ':');
    assert(colon > 0 && colon <= 32 && colon + 1 < key.len);
    assert(key.len <= MAPFN_KEY_MAX && text_is_clean(key));
    assert(bytes_index(key, ' ') == key.len && bytes_index(key, '\n') == key.len);
    for (size_t i = 0; i < colon; i++)
        assert(memchr(kind, key.at[i], sizeof kind - 1) != NULL);
    return 0;
}
