/* index_test.c -- the index against its definition, in memory and in a folder. */
#include "register/index.h"

#include "register/index_trial.h"
#include "tlog/tlog_trial.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct index *in_memory(void)
{
    struct index *i = NULL;

    assert_true(index_new(&i, /* fault */ NULL));
    return i;
}

static struct index *in_folder(const char *folder, bool writable)
{
    struct index *i = NULL;
    struct fault f = { 0 };

    if (!index_open(folder, writable, &i, &f))
        fail_msg("%s", f.text);
    return i;
}

static void add(struct index *i, uint64_t from, uint64_t to)
{
    struct fault f = { 0 };

    if (!index_trial_add(i, from, to, &f))
        fail_msg("%s", f.text);
}

static void commit(struct index *i, uint64_t covers)
{
    struct fault f = { 0 };

    if (!index_commit(i, covers, &f))
        fail_msg("%s", f.text);
}

/* The version's root, and its proofs for keys that are there, that come later, and that never
 * come. */
static void is_right(struct index *i, uint64_t covers)
{
    static const char *const never[] = { "product:x", "type:", "token:200", "vendor:37" };
    struct proof_trial_tree tree = index_trial_tree(covers);
    struct fault f = { 0 };
    bool ok = true;

    assert_true(index_trial_agrees(i, covers, &tree));
    for (size_t n = 0; n < sizeof never / sizeof never[0]; n++)
        ok = ok && index_trial_proves(i, covers, &tree, never[n], &f);
    for (uint64_t at = covers / 2; at < covers + 20; at += 1 + covers / 16) {
        const struct index_trial_keys k = index_trial_keys(at);
        for (size_t n = 0; n < INDEX_TRIAL_KEYS; n++)
            ok = ok && index_trial_proves(i, covers, &tree, k.text[n], &f);
    }
    if (!ok)
        fail_msg("%s", f.text);
    proof_trial_free(&tree);
}

static void the_empty_tree_proves_absence(void **state)
{
    struct index *i = in_memory();
    uint64_t keys = 7;
    struct sha256 root;

    (void)state;
    assert_int_equal(index_covers(i), 0);
    is_right(i, 0);
    commit(i, 0);
    is_right(i, 0);
    commit(i, 5);
    assert_int_equal(index_covers(i), 5);
    assert_true(index_version(i, 5, &root, &keys));
    assert_int_equal(keys, 0);
    assert_false(index_version(i, 4, &root, &keys));
    index_close(&i);
    index_close(&i);
}

static const uint64_t steps[] = { 1, 2, 3, 5, 8, 9, 40, 41, 200, 300, 301, 700 };
enum { STEPS = sizeof steps / sizeof steps[0] };

static void grow(struct index *i)
{
    uint64_t from = 0;

    for (size_t n = 0; n < STEPS; n++) {
        add(i, from, steps[n]);
        commit(i, steps[n]);
        from = steps[n];
        is_right(i, from);
    }
}

static void every_version_is_the_tree_over_its_entries(void **state)
{
    struct index *i = in_memory();

    (void)state;
    grow(i);
    for (size_t n = 0; n < STEPS; n++)
        is_right(i, steps[n]);
    is_right(i, 0);
    assert_int_equal(index_measure(i).keys, 1 + 37 + 195 + 700);
    index_close(&i);
}

static void a_folder_keeps_every_version(void **state)
{
    const char *folder = index_trial_folder();
    struct index *i = in_folder(folder, /* writable */ true);

    (void)state;
    grow(i);
    index_close(&i);
    i = in_folder(folder, /* writable */ false);
    assert_int_equal(index_covers(i), 700);
    for (size_t n = 0; n < STEPS; n++)
        is_right(i, steps[n]);
    index_close(&i);
    i = in_folder(folder, /* writable */ true);
    add(i, 700, 720);
    commit(i, 720);
    for (size_t n = 0; n < STEPS; n++)
        is_right(i, steps[n]);
    is_right(i, 720);
    index_close(&i);
    index_trial_sweep(folder);
}

static void what_is_not_committed_is_given_up(void **state)
{
    const char *folder = index_trial_folder();
    struct index *i = in_folder(folder, /* writable */ true);
    struct sha256 root;
    uint64_t keys = 0;

    (void)state;
    for (int n = 0; n < 3; n++) {
        add(i, 0, 9);
        index_rollback(i);
    }
    add(i, 0, 100);
    commit(i, 100);
    add(i, 100, 150);
    assert_true(index_root(i, &root, &keys, /* fault */ NULL));
    index_rollback(i);
    is_right(i, 100);
    add(i, 100, 120);
    index_close(&i);
    i = in_folder(folder, /* writable */ true);
    assert_int_equal(index_covers(i), 100);
    is_right(i, 100);
    add(i, 100, 130);
    commit(i, 130);
    is_right(i, 100);
    is_right(i, 130);
    index_close(&i);
    index_trial_sweep(folder);
}

static void a_reader_sees_what_was_committed_when_it_opened(void **state)
{
    const char *folder = index_trial_folder();
    struct index *nothing = in_folder(folder, /* writable */ false);
    struct index *i = in_folder(folder, /* writable */ true);
    struct index *none = in_folder(folder, /* writable */ false);
    struct sha256 root;
    uint64_t keys = 0;

    (void)state;
    add(i, 0, 50);
    commit(i, 50);
    struct index *reader = in_folder(folder, /* writable */ false);
    add(i, 50, 200);
    assert_true(index_root(i, &root, &keys, /* fault */ NULL));
    struct index *other = in_folder(folder, /* writable */ false);
    is_right(other, 50);
    commit(i, 200);
    add(i, 200, 230);
    assert_int_equal(index_covers(nothing), 0);
    assert_int_equal(index_covers(none), 0);
    is_right(none, 0);
    assert_int_equal(index_covers(reader), 50);
    assert_false(index_version(reader, 200, &root, &keys));
    is_right(reader, 50);
    is_right(other, 50);
    assert_true(index_discard(folder, /* fault */ NULL));
    is_right(reader, 50);
    index_close(&i);
    i = in_folder(folder, /* writable */ true);
    assert_int_equal(index_covers(i), 0);
    add(i, 0, 60);
    commit(i, 60);
    is_right(reader, 50);
    is_right(i, 60);
    index_close(&i);
    index_close(&other);
    index_close(&reader);
    index_close(&none);
    index_close(&nothing);
    index_trial_sweep(folder);
}

static void the_root_may_be_asked_in_between(void **state)
{
    struct index *i = in_memory();
    struct sha256 root;
    uint64_t keys = 0;

    (void)state;
    for (uint64_t at = 0; at < 90; at++) {
        struct proof_trial_tree tree = index_trial_tree(at + 1);
        const struct sha256 expected = proof_trial_root(&tree);
        add(i, at, at + 1);
        assert_true(index_root(i, &root, &keys, /* fault */ NULL));
        assert_memory_equal(root.at, expected.at, SHA256_LEN);
        assert_int_equal(keys, (tree.count + 1) / 2);
        if (at % 7 == 0)
            commit(i, at + 1);
        proof_trial_free(&tree);
    }
    index_close(&i);
}

static size_t find(struct index *i, struct index_question q, uint64_t *out)
{
    struct arena a = arena_with_budget((size_t)1 << 20);
    struct vec found = vec_of(&a, sizeof(uint64_t), 1 << 16);
    struct fault f = { 0 };

    *(uint64_t *)vec_push(&found, &f) = 77; /* what is there already stays */
    if (!index_find(i, &q, &found, &f))
        fail_msg("%s", f.text);
    assert_int_equal(*(uint64_t *)vec_at(&found, 0), 77);
    const size_t count = found.count - 1;
    memcpy(out, (uint64_t *)found.items + 1, count * sizeof *out);
    arena_done(&a);
    return count;
}

static void postings_are_found_by_limit_and_number(void **state)
{
    static const uint64_t limits[] = { 0, 1, 7, 8, 9, 100, 299, 300, 301, 340, UINT64_MAX };
    static const size_t mosts[] = { 0, 1, 2, 7, 8, 9, 16, 17, 100, 1000 };
    static const char *const keys[] = { "type:trial", "vendor:3", "token:9", "product:5", "no:1" };
    struct index *i = in_memory();
    uint64_t expected[400];
    uint64_t got[400];

    (void)state;
    add(i, 0, 300);
    commit(i, 300);
    add(i, 300, 340);
    for (size_t k = 0; k < 5; k++) {
        for (size_t n = 0; n < sizeof limits / sizeof limits[0]; n++) {
            const uint64_t covers = limits[n] < 340 ? limits[n] : 340;
            const size_t all = index_trial_postings(covers, keys[k], expected);
            for (size_t m = 0; m < sizeof mosts / sizeof mosts[0]; m++) {
                const size_t most = mosts[m] == 0 || mosts[m] > all ? all : mosts[m];
                const struct index_question q = { .key = bytes_of_text(keys[k]),
                                                  .limit = limits[n],
                                                  .most = mosts[m] };
                assert_int_equal(find(i, q, got), most);
                assert_memory_equal(got, expected + all - most, most * sizeof *got);
            }
        }
    }
    index_close(&i);
}

static void entries_come_in_their_order(void **state)
{
    struct index *i = in_memory();
    const struct bytes key = bytes_of_text("a:1");
    const struct index_question all = { .key = key, .limit = UINT64_MAX };
    struct fault f = { 0 };
    uint64_t got[8];

    (void)state;
    assert_true(index_add(i, 5, key, &f));
    assert_true(index_add(i, 5, key, &f));
    assert_true(index_add(i, 5, bytes_of_text("b:1"), &f));
    assert_true(index_add(i, 5, key, &f));
    assert_int_equal(find(i, all, got), 1);
    assert_false(index_add(i, 4, key, &f));
    assert_int_equal(f.kind, FAULT_LIMIT);
    assert_false(index_add(i, UINT64_MAX, key, &f));
    assert_false(index_commit(i, 5, &f));
    assert_int_equal(f.kind, FAULT_LIMIT);
    commit(i, 6);
    commit(i, 6);
    assert_false(index_commit(i, 5, &f));
    assert_false(index_add(i, 5, key, &f));
    assert_true(index_add(i, 6, key, &f));
    assert_int_equal(find(i, all, got), 2);
    index_close(&i);
}

static void an_entry_may_have_many_keys(void **state)
{
    enum { MANY = 100 };
    struct index *one_by_one = in_memory();
    struct index *at_once = in_memory();
    char text[MANY][16];
    struct bytes keys[MANY];
    struct sha256 expected;
    struct sha256 root;
    uint64_t count = 0;

    (void)state;
    for (size_t n = 0; n < MANY; n++) {
        (void)snprintf(text[n], sizeof text[n], "token:%zu", n);
        keys[n] = bytes_of_text(text[n]);
    }
    for (uint64_t at = 0; at < 12; at++) {
        const size_t some = at < 10 ? MANY * at / 10 : MANY;
        for (size_t n = 0; n < some; n++)
            assert_true(index_add(one_by_one, at, keys[n], /* fault */ NULL));
        assert_true(index_add_entry(at_once, at, keys, some, /* fault */ NULL));
        assert_true(index_root(one_by_one, &expected, &count, /* fault */ NULL));
        assert_true(index_root(at_once, &root, &count, /* fault */ NULL));
        assert_int_equal(count, some);
        assert_memory_equal(root.at, expected.at, SHA256_LEN);
        commit(at_once, at + 1);
    }
    index_close(&one_by_one);
    index_close(&at_once);
}

static void a_long_list_costs_its_end(void **state)
{
    struct index *i = in_memory();
    const struct bytes key = bytes_of_text("type:long");
    struct arena a = arena_with_budget((size_t)1 << 20);
    uint64_t postings[3000];
    struct lookup l = { 0 };

    (void)state;
    for (uint64_t n = 0; n < 3000; n++) {
        postings[n] = n * 3 + 1;
        assert_true(index_add(i, postings[n], key, /* fault */ NULL));
        if (n % 3 == 0 || n < 40)
            commit(i, postings[n] + 1);
    }
    for (uint64_t n = 0; n < 3000; n += n < 40 ? 1 : 111) {
        const uint64_t covers = postings[n / 3 * 3] + 1;
        const struct arena_mark m = arena_mark(&a);
        assert_true(index_prove(i, covers, key, &a, &l, /* fault */ NULL));
        assert_int_equal(l.count, n / 3 * 3 + 1);
        assert_memory_equal(l.postings, postings, l.count * sizeof *postings);
        arena_release(&a, m);
    }
    arena_done(&a);
    index_close(&i);
}

static void a_proof_fails_with_every_allocation(void **state)
{
    struct index *i = in_memory();
    struct lookup l = { 0 };
    bool ok = false;

    (void)state;
    add(i, 0, 100);
    commit(i, 100);
    for (size_t n = 0; !ok; n++) {
        struct arena a = arena_with_budget((size_t)1 << 20);
        struct fault f = { 0 };
        a.fail_after = n;
        ok = index_prove(i, 100, bytes_of_text("type:trial"), &a, &l, &f);
        assert_int_equal(f.kind, ok ? FAULT_NONE : FAULT_LIMIT);
        assert_int_equal(l.count, ok ? 100 : 0);
        arena_done(&a);
    }
    index_close(&i);
}

static void a_version_that_is_not_kept_is_said_so(void **state)
{
    struct arena a = arena_with_budget((size_t)1 << 16);
    struct index *i = in_memory();
    struct lookup l;
    struct fault f = { 0 };

    (void)state;
    add(i, 0, 10);
    commit(i, 10);
    assert_false(index_prove(i, 9, bytes_of_text("a:1"), &a, &l, &f));
    assert_int_equal(f.kind, FAULT_UNSUPPORTED);
    index_close(&i);
    arena_done(&a);
}

static json_t *fixture(const char *path)
{
    struct bytes all = tlog_trial_fixture(path);

    if (all.at == NULL)
        return NULL;
    json_t *root = json_loadb((const char *)all.at, all.len, 0, NULL);
    assert_non_null(root);
    free((void *)(uintptr_t)all.at);
    return root;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    assert_non_null(text);
    return text;
}

static void assert_hash(const struct sha256 *h, const char *hex)
{
    char text[SHA256_TEXT_MAX];

    assert_string_equal(sha256_write(h, text), hex);
}

/* The proofs of the fixture, present and absent, byte for byte. */
static void assert_proofs(struct index *i, uint64_t covers, const json_t *proofs, size_t postings)
{
    struct arena a = arena_with_budget((size_t)1 << 20);
    const json_t *one;
    struct lookup l;
    size_t n = 0;

    json_array_foreach(proofs, n, one)
    {
        const struct bytes key = bytes_of_text(text_of(one, "key"));
        const char *hex = text_of(one, "proof");
        assert_true(index_prove(i, covers, key, &a, &l, /* fault */ NULL));
        assert_int_equal(l.count, postings);
        assert_int_equal(strlen(hex), 2 * l.proof.len);
        for (size_t b = 0; b < l.proof.len; b++) {
            char pair[3];
            (void)snprintf(pair, sizeof pair, "%02x", l.proof.at[b]);
            assert_memory_equal(pair, hex + 2 * b, 2);
        }
    }
    arena_done(&a);
}

static void the_vectors_of_the_tree_come_out(void **state)
{
    json_t *all = fixture("register/mpt/mpt_vectors.json");
    const json_t *one;
    struct sha256 root;
    uint64_t keys = 0;
    size_t n = 0;

    (void)state;
    if (all == NULL)
        skip();
    json_array_foreach(json_object_get(all, "random"), n, one)
    {
        const uint64_t count = (uint64_t)json_integer_value(json_object_get(one, "n"));
        struct index *i = in_memory();
        for (uint64_t at = 0; at < count; at++) {
            char key[40];
            (void)snprintf(key, sizeof key, "vendor:v%llu", (unsigned long long)at);
            assert_true(index_add(i, at, bytes_of_text(key), /* fault */ NULL));
        }
        assert_true(index_root(i, &root, &keys, /* fault */ NULL));
        assert_int_equal(keys, count);
        assert_hash(&root, text_of(one, "root"));
        commit(i, count);
        assert_proofs(i, count, json_object_get(one, "present"), 1);
        assert_proofs(i, count, json_object_get(one, "absent"), 0);
        index_close(&i);
    }
    assert_true(n > 0);
    json_decref(all);
}

static void add_entry_of_example(struct index *i, json_t *keys, uint64_t at)
{
    const char *key = NULL;
    const json_t *postings;
    const json_t *posting;
    size_t n = 0;

    json_object_foreach(keys, key, postings)
    {
        json_array_foreach(postings, n, posting)
        {
            if ((uint64_t)json_integer_value(posting) == at)
                assert_true(index_add(i, at, bytes_of_text(key), /* fault */ NULL));
        }
    }
}

static void the_worked_example_comes_out(void **state)
{
    json_t *all = fixture("register/hallmark-example/example.json");
    struct index *i = in_memory();
    struct sha256 root;
    uint64_t keys = 0;

    (void)state;
    if (all == NULL) {
        index_close(&i);
        skip();
    }
    for (uint64_t at = 0; at < 5; at++)
        add_entry_of_example(i, json_object_get(all, "index_keys"), at);
    assert_true(index_root(i, &root, &keys, /* fault */ NULL));
    assert_int_equal(keys, 18);
    assert_hash(&root, text_of(all, "index_root"));
    index_close(&i);
    json_decref(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_empty_tree_proves_absence),
        cmocka_unit_test(every_version_is_the_tree_over_its_entries),
        cmocka_unit_test(a_folder_keeps_every_version),
        cmocka_unit_test(what_is_not_committed_is_given_up),
        cmocka_unit_test(a_reader_sees_what_was_committed_when_it_opened),
        cmocka_unit_test(the_root_may_be_asked_in_between),
        cmocka_unit_test(postings_are_found_by_limit_and_number),
        cmocka_unit_test(entries_come_in_their_order),
        cmocka_unit_test(an_entry_may_have_many_keys),
        cmocka_unit_test(a_long_list_costs_its_end),
        cmocka_unit_test(a_proof_fails_with_every_allocation),
        cmocka_unit_test(a_version_that_is_not_kept_is_said_so),
        cmocka_unit_test(the_vectors_of_the_tree_come_out),
        cmocka_unit_test(the_worked_example_comes_out),
    };

    return cmocka_run_group_tests(tests, /* setup */ NULL, /* teardown */ NULL);
}
