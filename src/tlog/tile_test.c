/* tile_test.c -- paths, widths, bundles, and proofs out of tiles. */
#include "tlog/checkpoint.h"
#include "tlog/tile.h"
#include "tlog/tlog_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BUDGET = 4 << 20, SIZE = 70000, LEVELS = 3 };

static void every_tile_has_its_path(void **state)
{
    static const struct {
        struct tile t;
        const char *path;
    } all[] = {
        { { 0, 1234067, 256 }, "tile/0/x001/x234/067" },
        { { TILE_ENTRIES, 0, 6 }, "tile/entries/000.p/6" },
        { { 0, 0, 256 }, "tile/0/000" },
        { { 7, 0, 255 }, "tile/7/000.p/255" },
        { { 1, 999, 1 }, "tile/1/999.p/1" },
        { { 2, 1000, 17 }, "tile/2/x001/000.p/17" },
        { { 0, UINT64_MAX >> 8, 256 }, "tile/0/x072/x057/x594/x037/x927/935" },
    };
    char path[TILE_PATH_MAX];
    struct tile t;

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        assert_string_equal(tile_path(&all[i].t, path), all[i].path);
        assert_true(tile_path_read(bytes_of_text(all[i].path), &t));
        assert_true(t.level == all[i].t.level && t.n == all[i].t.n && t.width == all[i].t.width);
    }
}

static void no_tile_has_two_paths(void **state)
{
    static const char *const wrong[] = {
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile//000",
        "tile/00/000",
        "tile/8/000",
        "tile/63/000",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000",
        "tile/0/x000/001",
        "tile/0/001/000",
        "tile/0/y001/000",
        "tile/0/x001/x000",
        "tile/0/x001//000",
        "tile/0/000/",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/1/",
        "tile/0/000.p/1.p/1",
        "tile/0/.p/1",
        "tile/0/-01",
        "tile/0/../000",
        "tile/entries",
        "tile/entries/x1",
        "tile/7/001",
        "tile/0/x072/x057/x594/x037/x927/936",
        "tile/0/x018/x446/x744/x073/x709/x551/616",
        "Tile/0/000",
    };
    struct tile t;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (tile_path_read(bytes_of_text(wrong[i]), &t))
            fail_msg("%s", wrong[i]);
    }
}

/* tlog-tiles, "Partial Tiles", has this size as its example. */
static void widths_are_those_of_the_specification(void **state)
{
    (void)state;
    assert_int_equal(tile_width(0, 272, SIZE), 256);
    assert_int_equal(tile_width(0, 273, SIZE), 112);
    assert_int_equal(tile_width(0, 274, SIZE), 0);
    assert_int_equal(tile_width(1, 0, SIZE), 256);
    assert_int_equal(tile_width(1, 1, SIZE), 17);
    assert_int_equal(tile_width(2, 0, SIZE), 1);
    assert_int_equal(tile_width(3, 0, SIZE), 0);
    assert_int_equal(tile_width(TILE_ENTRIES, 273, SIZE), 112);
    assert_int_equal(tile_width(0, 1, 256), 0);
    assert_int_equal(tile_width(1, 0, 256), 1);
    assert_int_equal(tile_width(0, 0, 0), 0);
    assert_int_equal(tile_width(7, 0, UINT64_MAX), 255);
}

static bool tell_bundle(void *with, struct bytes input, struct arena *a, struct buf *told,
                        struct fault *f)
{
    struct cursor c = cursor_over(input);
    struct bytes entry;

    (void)with;
    (void)a;
    while (tile_entry_next(&c, &entry))
        tile_entry_put(told, entry);
    if (!cursor_ok(&c))
        return fault_set(f, FAULT_FORMAT, "cut at %zu", c.pos);
    assert_true(bytes_equal(buf_bytes(told), input));
    return true;
}

static void bundles_are_read_and_written_the_same(void **state)
{
    uint8_t large[TILE_ENTRY_MAX] = { 7 };
    struct buf bundle = buf_with_limit(1 << 20);

    (void)state;
    tile_entry_put(&bundle, bytes_of_text("one"));
    tile_entry_put(&bundle, bytes_of_text(""));
    tile_entry_put(&bundle, bytes_of_text("three"));
    const struct tlog_trial small = {
        .read = tell_bundle, .good = buf_bytes(&bundle), .target = "tile", .seed = "bundle"
    };
    tlog_trial_parser(&small);
    tile_entry_put(&bundle, (struct bytes){ .at = large, .len = sizeof large });
    const struct tlog_trial big = { .read = tell_bundle, .good = buf_bytes(&bundle), .step = 9973 };
    tlog_trial_parser(&big);
    buf_done(&bundle);
}

/* A whole log of SIZE leaves: the hashes of each level of tiles, and a counter of loads. */
struct log {
    struct sha256 *levels[LEVELS];
    size_t counts[LEVELS];
    struct sha256 root;
    uint64_t size;
    size_t loads;
    const struct tile *broken; /* one bit of this one is wrong */
    size_t short_by;
};

static struct sha256 leaf_of(uint64_t i)
{
    return merkle_leaf((struct bytes){ .at = (const uint8_t *)&i, .len = sizeof i });
}

static int make_log(void **state)
{
    struct log *l = calloc(1, sizeof *l);

    for (size_t level = 0; level < LEVELS; level++) {
        l->counts[level] = (size_t)SIZE >> 8 * level;
        l->levels[level] = calloc(l->counts[level], sizeof(struct sha256));
    }
    for (size_t i = 0; i < l->counts[0]; i++)
        l->levels[0][i] = leaf_of(i);
    for (size_t level = 1; level < LEVELS; level++) {
        for (size_t i = 0; i < l->counts[level]; i++) {
            struct merkle_edge e = merkle_edge_empty();
            for (size_t k = 0; k < TILE_WIDTH; k++)
                merkle_edge_add(&e, &l->levels[level - 1][i * TILE_WIDTH + k]);
            l->levels[level][i] = merkle_edge_root(&e);
        }
    }
    *state = l;
    return 0;
}

static int free_log(void **state)
{
    struct log *l = *state;

    for (size_t level = 0; level < LEVELS; level++)
        free(l->levels[level]);
    free(l);
    return 0;
}

static bool load(void *with, const struct tile *t, struct arena *a, struct bytes *out,
                 struct fault *f)
{
    struct log *l = with;
    const size_t from = (size_t)t->n * TILE_WIDTH;
    const size_t len = SHA256_LEN * (size_t)t->width;

    assert_int_equal(t->width, tile_width(t->level, t->n, l->size));
    assert_true(t->level < LEVELS && from + t->width <= l->counts[t->level]);
    l->loads++;
    uint8_t *copy = (uint8_t *)arena_copy(
        a, (struct bytes){ .at = l->levels[t->level][from].at, .len = len }, f);
    if (copy == NULL)
        return false;
    if (l->broken != NULL && l->broken->level == t->level && l->broken->n == t->n)
        copy[len / 2] ^= 4;
    *out = (struct bytes){ .at = copy, .len = len - l->short_by };
    return true;
}

static struct sha256 root_at(const struct log *l, uint64_t size)
{
    struct merkle_edge e = merkle_edge_empty();

    for (size_t i = 0; i < size; i++)
        merkle_edge_add(&e, &l->levels[0][i]);
    return merkle_edge_root(&e);
}

static void set_size(struct log *l, uint64_t size)
{
    l->size = size;
    l->root = root_at(l, size);
    l->loads = 0;
}

static void proofs_from_tiles_verify(void **state)
{
    static const uint64_t sizes[] = { 1, 2, 255, 256, 257, 511, 513, 65535, 65536, 65537, SIZE };
    struct log *l = *state;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct arena a = arena_with_budget(BUDGET);
        struct tile_reader *r = NULL;
        struct fault f = { 0 };
        set_size(l, sizes[i]);
        const struct tile_store store = { .with = l, .load = load };
        assert_true(tile_reader_new(&store, l->size, &a, &r, &f));
        if (i % 2 == 1)
            assert_true(tile_reader_trust(r, &l->root, &f));
        const struct merkle_reader reader = tile_hashes(r);
        for (uint64_t n = 0; n < l->size; n += 1 + l->size / 97) {
            struct merkle_proof p;
            assert_true(merkle_prove_inclusion(&reader, n, l->size, &p, &f));
            assert_true(merkle_check_inclusion(n, l->size, &l->levels[0][n], &p, &l->root));
        }
        const uint64_t old = l->size / 3 + 1;
        const struct sha256 old_root = root_at(l, old);
        struct merkle_proof p;
        assert_true(merkle_prove_consistency(&reader, old, l->size, &p, &f));
        assert_true(merkle_check_consistency(old, l->size, &p, &old_root, &l->root));
        tile_reader_free(&r);
        assert_null(r);
        arena_done(&a);
    }
}

static void a_proof_takes_few_loads(void **state)
{
    struct log *l = *state;
    const struct tile_store store = { .with = l, .load = load };
    struct arena a = arena_with_budget(BUDGET);
    struct tile_reader *r = NULL;
    struct merkle_proof p;

    set_size(l, SIZE);
    assert_true(tile_reader_new(&store, l->size, &a, &r, /* fault */ NULL));
    const struct merkle_reader reader = tile_hashes(r);
    const size_t used = a.used;
    assert_true(merkle_prove_inclusion(&reader, 1000, SIZE, &p, /* fault */ NULL));
    assert_in_range(l->loads, 1, 5);
    l->loads = 0;
    assert_true(merkle_prove_inclusion(&reader, 1001, SIZE, &p, /* fault */ NULL));
    assert_int_equal(l->loads, 0);
    for (uint64_t n = 0; n < SIZE; n += TILE_WIDTH)
        assert_true(merkle_prove_inclusion(&reader, n, SIZE, &p, /* fault */ NULL));
    assert_int_equal(a.used, used);
    arena_done(&a);
}

/* Whatever tile is wrong by one bit: no hash of it is believed, and it is named. */
static void a_wrong_tile_is_named(void **state)
{
    static const struct {
        struct tile broken;
        uint64_t index;
        const char *name;
    } all[] = {
        { { 0, 3, 256 }, 3 * 256 + 9, "tile/0/003 " },
        { { 1, 0, 256 }, 7, "tile/1/000 " },
        { { 0, 273, 112 }, 0, "partial" },
        { { 1, 1, 17 }, 0, "partial" },
        { { 2, 0, 1 }, 0, "partial" },
    };
    struct log *l = *state;
    const struct tile_store store = { .with = l, .load = load };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct arena a = arena_with_budget(BUDGET);
        struct tile_reader *r = NULL;
        struct fault f = { 0 };
        struct merkle_proof p;
        set_size(l, SIZE);
        l->broken = &all[i].broken;
        assert_true(tile_reader_new(&store, l->size, &a, &r, &f));
        const bool trusted = tile_reader_trust(r, &l->root, &f);
        assert_int_equal(trusted, all[i].broken.width == TILE_WIDTH);
        if (trusted) {
            const struct merkle_reader reader = tile_hashes(r);
            assert_false(merkle_prove_inclusion(&reader, all[i].index, SIZE, &p, &f));
            assert_false(merkle_prove_inclusion(&reader, all[i].index, SIZE, &p, &f));
        }
        assert_non_null(strstr(f.text, all[i].name));
        l->broken = NULL;
        arena_done(&a);
    }
}

static void a_torn_tile_is_named(void **state)
{
    struct log *l = *state;
    const struct tile_store store = { .with = l, .load = load };
    struct arena a = arena_with_budget(BUDGET);
    struct tile_reader *r = NULL;
    struct fault f = { 0 };
    struct sha256 root;

    set_size(l, SIZE);
    l->short_by = 1;
    assert_true(tile_reader_new(&store, l->size, &a, &r, &f));
    const struct merkle_reader reader = tile_hashes(r);
    assert_false(merkle_root(&reader, SIZE, &root, &f));
    assert_non_null(strstr(f.text, "tile/2/000.p/1 has 31 bytes, not 32"));
    l->short_by = 0;
    assert_true(merkle_root(&reader, SIZE, &root, &f));
    assert_true(sha256_equal(&root, &l->root));
    arena_done(&a);
}

static void an_allocation_that_fails_is_told(void **state)
{
    struct log *l = *state;
    const struct tile_store store = { .with = l, .load = load };

    set_size(l, SIZE);
    for (size_t allowed = 0;; allowed++) {
        struct arena a = arena_with_budget(BUDGET);
        struct tile_reader *r = NULL;
        struct fault f = { 0 };
        a.fail_after = allowed;
        const bool ok =
            tile_reader_new(&store, l->size, &a, &r, &f) && tile_reader_trust(r, &l->root, &f);
        assert_int_equal(ok, f.kind == FAULT_NONE);
        arena_done(&a);
        if (ok)
            return;
    }
}

static void an_empty_tree_has_no_tiles(void **state)
{
    struct log *l = *state;
    const struct tile_store store = { .with = l, .load = load };
    const struct sha256 empty = merkle_empty();
    struct arena a = arena_with_budget(BUDGET);
    struct tile_reader *r = NULL;
    struct fault f = { 0 };

    set_size(l, 0);
    assert_true(tile_reader_new(&store, 0, &a, &r, &f));
    assert_true(tile_reader_trust(r, &empty, &f));
    assert_int_equal(l->loads, 0);
    arena_done(&a);
}

static bool load_fixture(void *with, const struct tile *t, struct arena *a, struct bytes *out,
                         struct fault *f)
{
    char path[TILE_PATH_MAX];
    char full[256];

    (void)with;
    (void)snprintf(full, sizeof full, "register/hallmark-example/log/%s", tile_path(t, path));
    const struct bytes all = tlog_trial_fixture(full);
    const char *copy = arena_copy(a, all, f);
    free((void *)(uintptr_t)all.at);
    *out = (struct bytes){ .at = (const uint8_t *)copy, .len = all.len };
    return copy != NULL;
}

/* The worked example: checkpoint, tile and bundle are of one tree. */
static void the_worked_example_holds_together(void **state)
{
    const struct bytes note = tlog_trial_fixture("register/hallmark-example/log/checkpoint");
    const struct bytes bundle =
        tlog_trial_fixture("register/hallmark-example/log/tile/entries/000.p/6");
    const struct tile_store store = { .load = load_fixture };
    struct arena a = arena_with_budget(BUDGET);
    struct merkle_edge e = merkle_edge_empty();
    struct tile_reader *r = NULL;
    struct fault f = { 0 };
    struct checkpoint c;
    struct bytes entry;

    (void)state;
    if (note.len == 0)
        skip();
    const size_t end = bytes_search(note, bytes_of_text("\n\n"));
    assert_true(checkpoint_read(bytes_part(note, 0, end + 1), &c, &f));
    assert_true(tile_reader_new(&store, c.size, &a, &r, &f));
    assert_true(tile_reader_trust(r, &c.root, &f));
    const struct merkle_reader reader = tile_hashes(r);
    struct cursor cur = cursor_over(bundle);
    while (tile_entry_next(&cur, &entry)) {
        const struct sha256 leaf = merkle_leaf(entry);
        struct merkle_proof p;
        assert_true(merkle_prove_inclusion(&reader, e.size, c.size, &p, &f));
        assert_true(merkle_check_inclusion(e.size, c.size, &leaf, &p, &c.root));
        merkle_edge_add(&e, &leaf);
    }
    assert_true(cursor_ok(&cur));
    assert_int_equal(e.size, c.size);
    const struct sha256 root = merkle_edge_root(&e);
    assert_true(sha256_equal(&root, &c.root));
    arena_done(&a);
    free((void *)(uintptr_t)note.at);
    free((void *)(uintptr_t)bundle.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_tile_has_its_path),
        cmocka_unit_test(no_tile_has_two_paths),
        cmocka_unit_test(widths_are_those_of_the_specification),
        cmocka_unit_test(bundles_are_read_and_written_the_same),
        cmocka_unit_test(proofs_from_tiles_verify),
        cmocka_unit_test(a_proof_takes_few_loads),
        cmocka_unit_test(a_wrong_tile_is_named),
        cmocka_unit_test(a_torn_tile_is_named),
        cmocka_unit_test(an_allocation_that_fails_is_told),
        cmocka_unit_test(an_empty_tree_has_no_tiles),
        cmocka_unit_test(the_worked_example_holds_together),
    };

    return cmocka_run_group_tests(tests, make_log, free_log);
}
