/* tiles_write_test.c -- tiles make the tree's root at every size, and what was damaged is told. */
#include "tlog/tile.h"
#include "writer/tiles_write.h"
#include "writer/writer_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char home[] = "/tmp/hallmark-tiles-XXXXXX";
static struct folder folder;

static int start(void **state)
{
    struct fault f = { 0 };

    (void)state;
    return mkdtemp(home) != NULL && folder_make(home, &folder, &f) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    folder_close(&folder);
    writer_trial_sweep(home);
    return 0;
}

static void must(bool ok, const struct fault *f)
{
    if (!ok)
        fail_msg("%s", f->text);
}

static struct bytes entry_of(uint64_t n, char text[32])
{
    (void)snprintf(text, 32, "entry %llu", (unsigned long long)n);
    return bytes_of_text(text);
}

static struct merkle_edge edge_at(uint64_t size)
{
    struct merkle_edge e = merkle_edge_empty();
    char text[32];

    for (uint64_t i = 0; i < size; i++) {
        const struct sha256 leaf = merkle_leaf(entry_of(i, text));
        merkle_edge_add(&e, &leaf);
    }
    return e;
}

static struct sha256 root_at(uint64_t size)
{
    const struct merkle_edge e = edge_at(size);

    return merkle_edge_root(&e);
}

static bool grow(uint64_t from, uint64_t to, struct fault *f)
{
    const struct sha256 root = root_at(from);
    struct folder_batch b = folder_batch_begin(&folder);
    struct tiles_write *t = NULL;
    char text[32];
    bool ok = tiles_write_open(&folder, from, &root, &t, f);

    for (uint64_t i = from; ok && i < to; i++)
        ok = tiles_write_add(t, &b, entry_of(i, text), f);
    ok = ok && tiles_write_end(t, &b, f) && folder_batch_commit(&b, f);
    if (ok) {
        const struct merkle_edge is = tiles_write_edge(t);
        const struct merkle_edge should = edge_at(to);
        assert_int_equal(is.size, should.size);
        assert_int_equal(is.count, should.count);
        assert_memory_equal(is.at, should.at, should.count * sizeof should.at[0]);
    }
    folder_batch_done(&b);
    tiles_write_close(&t);
    return ok;
}

static bool is_there(const char *path)
{
    return faccessat(folder.fd, path, F_OK, 0) == 0;
}

static void tiles_grow_from_every_size_to_every_other(void **state)
{
    static const uint64_t sizes[] = { 0,   1,   2,   3,   255,  256,   257,   300,
                                      511, 512, 513, 767, 1000, 65535, 65536, 65800 };
    struct fault f = { 0 };

    (void)state;
    for (size_t i = 1; i < sizeof sizes / sizeof sizes[0]; i++)
        must(grow(sizes[i - 1], sizes[i], &f), &f);
    assert_true(is_there("tile/0/255"));
    assert_true(is_there("tile/1/000"));
    assert_true(is_there("tile/2/000.p/1"));
    assert_true(is_there("tile/entries/256"));
    assert_true(is_there("tile/entries/257.p/8"));
    must(grow(65800, 65800, &f), &f);
}

static void what_became_full_needs_no_partial_tiles(void **state)
{
    (void)state;
    assert_true(is_there("tile/0/001.p/44"));
    tiles_write_tidy(&folder, 300, 511);
    assert_true(is_there("tile/0/001.p/44"));
    tiles_write_tidy(&folder, 300, 512);
    assert_false(is_there("tile/0/001.p"));
    assert_false(is_there("tile/entries/001.p"));
    assert_true(is_there("tile/0/001"));
    assert_true(is_there("tile/1/000.p/1"));
}

static void overwrite(const char *path, struct bytes all)
{
    struct fault f = { 0 };

    must(folder_write(&folder, path, all, &f), &f);
}

static void a_damaged_tile_is_told_by_its_name(void **state)
{
    static const char *const paths[] = { "tile/0/257.p/8", "tile/1/001.p/1", "tile/2/000.p/1",
                                         "tile/entries/257.p/8" };
    const struct sha256 root = root_at(65800);

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct arena a = arena_with_budget(1 << 20);
        struct bytes good = { 0 };
        struct tiles_write *t = NULL;
        struct fault f = { 0 };
        bool found = false;
        must(folder_read(&folder, paths[i], 1 << 16, &a, &good, &found, &f), &f);
        uint8_t *bad = (uint8_t *)arena_copy(&a, good, &f);
        assert_non_null(bad);

        bad[good.len / 2] ^= 1;
        overwrite(paths[i], (struct bytes){ .at = bad, .len = good.len });
        assert_false(tiles_write_open(&folder, 65800, &root, &t, &f));
        assert_non_null(strstr(f.text, "tile"));
        overwrite(paths[i], bytes_part(good, 0, good.len - 1));
        assert_false(tiles_write_open(&folder, 65800, &root, &t, &f));
        assert_non_null(strstr(f.text, paths[i]));
        must(folder_remove(&folder, paths[i], &f), &f);
        assert_false(tiles_write_open(&folder, 65800, &root, &t, &f));
        assert_non_null(strstr(f.text, paths[i]));
        overwrite(paths[i], good);
        must(tiles_write_open(&folder, 65800, &root, &t, &f), &f);
        tiles_write_close(&t);
        arena_done(&a);
    }
}

static void a_tile_never_changes(void **state)
{
    const struct bytes other = bytes_of_text("something else");
    struct fault f = { 0 };

    (void)state;
    overwrite("tile/0/258", other);
    assert_false(grow(65800, 66304, &f));
    assert_non_null(strstr(f.text, "tile/0/258"));
    assert_non_null(strstr(f.text, "tiles never change"));
    struct arena a = arena_with_budget(1 << 16);
    struct bytes there = { 0 };
    bool found = false;
    must(folder_read(&folder, "tile/0/258", 100, &a, &there, &found, &f), &f);
    assert_true(bytes_equal(there, other));
    arena_done(&a);
    must(folder_remove(&folder, "tile/0/258", &f), &f);
    must(grow(65800, 66304, &f), &f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_grow_from_every_size_to_every_other),
        cmocka_unit_test(what_became_full_needs_no_partial_tiles),
        cmocka_unit_test(a_damaged_tile_is_told_by_its_name),
        cmocka_unit_test(a_tile_never_changes),
    };

    return cmocka_run_group_tests(tests, start, end);
}
