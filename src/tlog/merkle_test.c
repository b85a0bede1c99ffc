/* merkle_test.c -- the public vectors, and the provers against the checkers. */
#include "codec/base64.h"
#include "tlog/merkle.h"
#include "tlog/tlog_trial.h"

#include <fts.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A hash of the vectors, with zeros behind a shorter one. False: not 32 bytes long. */
static bool hash_of(const json_t *value, struct sha256 *out)
{
    size_t len = 0;

    memset(out, 0, sizeof *out);
    assert_true(base64_take(bytes_of_text(json_string_value(value)), out->at, SHA256_LEN, &len));
    return len == SHA256_LEN;
}

/* One vector has the number 2^64 - 1, which jansson reads as a real alone. */
static uint64_t number_of(const json_t *v, const char *key)
{
    const double x = json_real_value(json_object_get(v, key));

    return x >= 0x1p63 ? UINT64_MAX : (uint64_t)x;
}

static struct merkle_proof proof_of(const json_t *v)
{
    const json_t *list = json_object_get(v, "proof");
    struct merkle_proof p = { .count = json_array_size(list) };

    assert_true(p.count <= MERKLE_PROOF_MAX);
    for (size_t i = 0; i < p.count; i++)
        (void)hash_of(json_array_get(list, i), &p.at[i]);
    return p;
}

static bool inclusion_holds(const json_t *v)
{
    const struct merkle_proof p = proof_of(v);
    struct sha256 leaf;
    struct sha256 root;

    /* a leaf or root of another length cannot be given to the checker: refused before */
    if (!hash_of(json_object_get(v, "leafHash"), &leaf) ||
        !hash_of(json_object_get(v, "root"), &root))
        return false;
    return merkle_check_inclusion(number_of(v, "leafIdx"), number_of(v, "treeSize"), &leaf, &p,
                                  &root);
}

static bool consistency_holds(const json_t *v)
{
    const struct merkle_proof p = proof_of(v);
    struct sha256 old_root;
    struct sha256 new_root;

    (void)hash_of(json_object_get(v, "root1"), &old_root);
    (void)hash_of(json_object_get(v, "root2"), &new_root);
    return merkle_check_consistency(number_of(v, "size1"), number_of(v, "size2"), &p, &old_root,
                                    &new_root);
}

static size_t run_vectors(const char *folder, bool (*holds)(const json_t *))
{
    char *path = tlog_trial_path(folder);
    size_t count = 0;

    if (path == NULL)
        skip();
    char *const roots[] = { path, NULL };
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, /* order */ NULL);
    assert_non_null(walk);
    for (FTSENT *e; (e = fts_read(walk)) != NULL;) {
        if (e->fts_info != FTS_F)
            continue;
        json_t *v = json_load_file(e->fts_accpath, JSON_DECODE_INT_AS_REAL, /* error */ NULL);
        assert_non_null(v);
        if (holds(v) == json_is_true(json_object_get(v, "wantErr")))
            fail_msg("%s", e->fts_path);
        json_decref(v);
        count++;
    }
    (void)fts_close(walk);
    free(path);
    return count;
}

static void the_public_inclusion_vectors_agree(void **state)
{
    (void)state;
    assert_int_equal(run_vectors("register/merkle/inclusion", inclusion_holds), 98);
}

static void the_public_consistency_vectors_agree(void **state)
{
    (void)state;
    assert_int_equal(run_vectors("register/merkle/consistency", consistency_holds), 98);
}

static struct sha256 leaf_of(uint64_t i)
{
    uint8_t entry[8];

    for (size_t k = 0; k < sizeof entry; k++)
        entry[k] = (uint8_t)(i >> 8 * k);
    return merkle_leaf((struct bytes){ .at = entry, .len = sizeof entry });
}

/* The tree by its definition, RFC 9162 section 2.1.1. */
static struct sha256 defined_root(uint64_t low, uint64_t high)
{
    uint64_t k = 1;

    if (low == high)
        return merkle_empty();
    if (high - low == 1)
        return leaf_of(low);
    while (2 * k < high - low)
        k *= 2;
    const struct sha256 left = defined_root(low, low + k);
    const struct sha256 right = defined_root(low + k, high);
    return merkle_node(&left, &right);
}

/* A small tree, whole; asserts that nothing outside is asked for. */
struct small_tree {
    uint64_t size;
    size_t reads;
};

static bool read_small(void *with, unsigned level, uint64_t index, struct sha256 *out,
                       struct fault *f)
{
    struct small_tree *t = with;

    (void)f;
    assert_true(level < 64 && index < t->size >> level);
    t->reads++;
    *out = defined_root(index << level, (index + 1) << level);
    return true;
}

/* A tree of equal leaves: every perfect subtree of one level has the same root. */
static bool read_vast(void *with, unsigned level, uint64_t index, struct sha256 *out,
                      struct fault *f)
{
    const uint64_t *size = with;
    struct sha256 h = leaf_of(0);

    (void)f;
    assert_true(level < 64 && index < *size >> level);
    for (unsigned i = 0; i < level; i++)
        h = merkle_node(&h, &h);
    *out = h;
    return true;
}

static void the_edge_has_the_root_of_the_definition(void **state)
{
    struct merkle_edge e = merkle_edge_empty();

    (void)state;
    for (uint64_t size = 0; size <= 130; size++) {
        const struct sha256 root = merkle_edge_root(&e);
        const struct sha256 defined = defined_root(0, size);
        struct small_tree t = { .size = size };
        const struct merkle_reader r = { .with = &t, .read = read_small };
        struct merkle_edge again;
        struct sha256 read;

        assert_true(sha256_equal(&root, &defined));
        assert_true(merkle_root(&r, size, &read, /* fault */ NULL));
        assert_true(sha256_equal(&root, &read));
        assert_true(merkle_edge_read(&r, size, &again, /* fault */ NULL));
        assert_int_equal(again.size, e.size);
        assert_int_equal(again.count, e.count);
        assert_memory_equal(again.at, e.at, e.count * sizeof e.at[0]);
        const struct sha256 leaf = leaf_of(size);
        merkle_edge_add(&e, &leaf);
    }
}

/* The proof holds, and not with a hash changed, one missing, one too many, or another place. */
static void assert_inclusion(uint64_t index, uint64_t size, const struct sha256 *leaf,
                             const struct merkle_proof *good, const struct sha256 *root)
{
    struct merkle_proof p = *good;

    assert_true(merkle_check_inclusion(index, size, leaf, &p, root));
    for (size_t i = 0; i < p.count; i++) {
        p.at[i].at[i % 32] ^= 1;
        assert_false(merkle_check_inclusion(index, size, leaf, &p, root));
        p.at[i].at[i % 32] ^= 1;
    }
    assert_false(merkle_check_inclusion(size, size, leaf, &p, root));
    p.count++;
    p.at[p.count - 1] = *root;
    assert_false(merkle_check_inclusion(index, size, leaf, &p, root));
    p.count = good->count == 0 ? MERKLE_PROOF_MAX + 1 : good->count - 1;
    assert_false(merkle_check_inclusion(index, size, leaf, &p, root));
}

static void inclusion_is_proved_for_every_leaf(void **state)
{
    (void)state;
    for (uint64_t size = 1; size <= 130; size += size < 34 ? 1 : 8) {
        const struct sha256 root = defined_root(0, size);
        struct small_tree t = { .size = size };
        const struct merkle_reader r = { .with = &t, .read = read_small };
        for (uint64_t i = 0; i < size; i++) {
            const struct sha256 leaf = leaf_of(i);
            const struct sha256 other = leaf_of(i + 1);
            struct merkle_proof p;
            assert_true(merkle_prove_inclusion(&r, i, size, &p, /* fault */ NULL));
            assert_inclusion(i, size, &leaf, &p, &root);
            assert_false(merkle_check_inclusion(i, size, &other, &p, &root));
            assert_false(size > 1 && merkle_check_inclusion(i ^ 1, size, &leaf, &p, &root));
        }
    }
}

static void assert_consistency(uint64_t old_size, uint64_t new_size,
                               const struct merkle_proof *good, const struct sha256 *old_root,
                               const struct sha256 *new_root)
{
    struct merkle_proof p = *good;

    assert_true(merkle_check_consistency(old_size, new_size, &p, old_root, new_root));
    for (size_t i = 0; i < p.count; i++) {
        p.at[i].at[i % 32] ^= 0x80;
        assert_false(merkle_check_consistency(old_size, new_size, &p, old_root, new_root));
        p.at[i].at[i % 32] ^= 0x80;
    }
    if (p.count > 0)
        assert_false(merkle_check_consistency(old_size, new_size, &p, new_root, old_root));
    p.count++;
    p.at[p.count - 1] = *new_root;
    assert_false(merkle_check_consistency(old_size, new_size, &p, old_root, new_root));
    p.count = good->count == 0 ? MERKLE_PROOF_MAX + 1 : good->count - 1;
    assert_false(merkle_check_consistency(old_size, new_size, &p, old_root, new_root));
}

static void consistency_is_proved_between_all_sizes(void **state)
{
    struct sha256 roots[131];

    (void)state;
    for (uint64_t size = 0; size <= 130; size++)
        roots[size] = defined_root(0, size);
    for (uint64_t size = 1; size <= 130; size += size < 34 ? 1 : 16) {
        struct small_tree t = { .size = size };
        const struct merkle_reader r = { .with = &t, .read = read_small };
        const struct merkle_proof nothing = { .count = 0 };
        for (uint64_t old = 1; old <= size; old++) {
            struct merkle_proof p;
            assert_true(merkle_prove_consistency(&r, old, size, &p, /* fault */ NULL));
            assert_consistency(old, size, &p, &roots[old], &roots[size]);
        }
        assert_false(merkle_check_consistency(0, size, &nothing, &roots[0], &roots[size]));
    }
}

static void vast_trees_are_proved_too(void **state)
{
    uint64_t x = 88172645463325252u;

    (void)state;
    for (int turn = 0; turn < 300; turn++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        uint64_t size = turn == 0 ? MERKLE_SIZE_MAX : (x >> (1 + turn % 50)) | 2;
        const uint64_t index = turn == 0 ? size / 2 : (x * 0x9e3779b97f4a7c15u) % size;
        const uint64_t old = index + 1;
        const struct merkle_reader r = { .with = &size, .read = read_vast };
        const struct sha256 leaf = leaf_of(0);
        struct sha256 root;
        struct sha256 old_root;
        struct merkle_proof p;

        assert_true(merkle_root(&r, size, &root, /* fault */ NULL));
        assert_true(merkle_root(&r, old, &old_root, /* fault */ NULL));
        assert_true(merkle_prove_inclusion(&r, index, size, &p, /* fault */ NULL));
        assert_true(merkle_check_inclusion(index, size, &leaf, &p, &root));
        assert_true(merkle_prove_consistency(&r, old, size, &p, /* fault */ NULL));
        assert_true(merkle_check_consistency(old, size, &p, &old_root, &root));
    }
}

static bool read_nothing(void *with, unsigned level, uint64_t index, struct sha256 *out,
                         struct fault *f)
{
    (void)with;
    (void)out;
    return fault_set(f, FAULT_IO, "no hash of level %u at %llu", level, (unsigned long long)index);
}

static void a_reader_that_fails_is_told(void **state)
{
    const struct merkle_reader r = { .read = read_nothing };
    struct fault f = { 0 };
    struct merkle_proof p;
    struct sha256 root;

    (void)state;
    assert_false(merkle_root(&r, 5, &root, &f));
    assert_string_equal(f.text, "no hash of level 2 at 0");
    assert_false(merkle_prove_inclusion(&r, 1, 5, &p, &f));
    assert_false(merkle_prove_consistency(&r, 3, 5, &p, &f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_public_inclusion_vectors_agree),
        cmocka_unit_test(the_public_consistency_vectors_agree),
        cmocka_unit_test(the_edge_has_the_root_of_the_definition),
        cmocka_unit_test(inclusion_is_proved_for_every_leaf),
        cmocka_unit_test(consistency_is_proved_between_all_sizes),
        cmocka_unit_test(vast_trees_are_proved_too),
        cmocka_unit_test(a_reader_that_fails_is_told),
    };

    return cmocka_run_group_tests(tests, /* setup */ NULL, /* teardown */ NULL);
}
