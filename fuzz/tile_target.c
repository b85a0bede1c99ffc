/* tile_target.c -- the bytes as an entry bundle, and as the path of a tile. Also asserts: what is
 * read is written again byte for byte. */
#include "tlog/tile.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes input = { .at = data, .len = size };
    struct buf again = buf_with_limit(TILE_BUNDLE_MAX);
    struct cursor c = cursor_over(input);
    char path[TILE_PATH_MAX];
    struct bytes entry;
    struct tile t;

    while (tile_entry_next(&c, &entry))
        tile_entry_put(&again, entry);
    assert(buf_ok(&again));
    if (cursor_ok(&c))
        assert(bytes_equal(buf_bytes(&again), input));
    else
        assert(again.len < size);
    buf_done(&again);

    if (tile_path_read(input, &t))
        assert(bytes_equal_text(input, tile_path(&t, path)));
    return 0;
}
