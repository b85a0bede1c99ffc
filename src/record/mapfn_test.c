/* mapfn_test.c -- from entries to index keys; which keys there are; and the document that says so,
 * which is pinned. */
#include "record/mapfn.h"

#include "codec/base64.h"
#include "record/mapfn_template.h"
#include "record/record_trial.h"
#include "tlog/tlog_trial.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BUDGET = 64 << 20, TEXT_LIMIT = 1 << 20 };

/* To change it is to make another version of the map: entries already logged would be sought under
 * other keys than those that published index leaves commit. */
#define PINNED "c1f7ad4548ff64362353317a50326762f3d884d15eac35d3acffaf208151d6c5"

/* A signature line of the right form; whose it is means nothing to the map. */
#define SIGNED                                                                                     \
    "\n\xe2\x80\x94 scheme.example/cpa "                                                           \
    "c3AbxDf54IP/Hcq78R3Yg6Wnqg7V6KbeFQWgGjxxajm/CNDrwpc16J762RmgpHnikNuBkrLTzr5PMn8LUBy/"         \
    "u2IIZws=\n"

#define VKEY "scheme.example/cpa+73701bc4+Ae1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR"
#define DIGEST "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static struct vec keys_of(struct bytes entry, struct arena *a)
{
    struct vec keys = vec_of(a, sizeof(struct bytes), MAPFN_KEYS_MAX);
    struct fault f = { 0 };

    if (!mapfn_keys(entry, a, &keys, &f))
        fail_msg("%s", f.text);
    return keys;
}

static void expect(const char *entry, const char *wanted)
{
    struct arena a = arena_with_budget(BUDGET);
    const struct vec keys = keys_of(bytes_of_text(entry), &a);
    struct buf told = buf_with_limit(TEXT_LIMIT);

    for (size_t i = 0; i < keys.count; i++) {
        struct fault f = { 0 };
        const struct bytes *key = vec_at(&keys, i);
        buf_add(&told, *key);
        buf_add_byte(&told, '\n');
        if (!mapfn_is_key(*key, &f))
            fail_msg("%s", f.text);
    }
    buf_add_byte(&told, 0);
    assert_string_equal((const char *)told.at, wanted);
    buf_done(&told);
    arena_done(&a);
}

static bool has(const struct vec *keys, const char *key)
{
    for (size_t i = 0; i < keys->count; i++)
        if (bytes_equal_text(*(const struct bytes *)vec_at(keys, i), key))
            return true;
    return false;
}

/* What version 1 of the map adds to the map of the worked example. */
static const struct {
    size_t entry;
    const char *key;
} added[] = {
    { 2, "certified:cpa:token:disk" },      { 2, "certified:cpa:token:ltd" },
    { 2, "certified:cpa:token:northgate" }, { 2, "certified:cpa:token:systems" },
    { 2, "certified:cpa:token:vault" },     { 2, "certified:cpa:vendor:northgate" },
    { 3, "certificate:cpa/1001" },          { 3, "listing:ncsc-directory" },
};

/* How many keys the example's index has with this place among their postings; each must be ours. */
static size_t expect_all(const json_t *index, size_t place, const struct vec *ours)
{
    const char *key;
    json_t *postings;
    size_t count = 0;

    json_object_foreach((json_t *)(uintptr_t)index, key, postings)
    {
        for (size_t i = 0; i < json_array_size(postings); i++) {
            if ((size_t)json_integer_value(json_array_get(postings, i)) != place)
                continue;
            count++;
            if (!has(ours, key))
                fail_msg("entry %zu does not map to %s", place, key);
        }
    }
    return count;
}

static void the_worked_example_maps_as_published(void **state)
{
    struct bytes file = tlog_trial_fixture("register/hallmark-example/example.json");
    struct arena a = arena_with_budget(BUDGET);

    (void)state;
    if (file.len == 0)
        skip();
    json_t *example = json_loadb((const char *)file.at, file.len, 0, NULL);
    const json_t *entries = json_object_get(example, "entries");
    for (size_t i = 0; i < json_array_size(entries); i++) {
        const char *entry = json_string_value(json_array_get(entries, i));
        const struct vec ours = keys_of(bytes_of_text(entry), &a);
        size_t count = expect_all(json_object_get(example, "index_keys"), i, &ours);
        for (size_t k = 0; k < sizeof added / sizeof *added; k++) {
            count += added[k].entry == i;
            assert_true(added[k].entry != i || has(&ours, added[k].key));
        }
        assert_int_equal(ours.count, count);
    }
    json_decref(example);
    arena_done(&a);
    free((void *)(uintptr_t)file.at);
}

static void entries_map_by_their_templates(void **state)
{
    (void)state;
    expect("hallmark/vendor/v1\nid kl\nname Kaspersky Lab (LAB)\ndate 2017-01-03\n" SIGNED,
           "type:vendor\nvendor-token:kaspersky\nvendor-token:lab\nvendor:kl\n");
    expect("hallmark/party/v1\nid a\nkind lab\nkey " VKEY "\ndate 2017-01-03\n" SIGNED,
           "key:d10f6a6fd88519e5d36dc809352d456aa4316199f40c3053f14973cfc12923af\n"
           "party:a\ntype:party\n");
}

static void the_document_is_pinned(void **state)
{
    struct buf text = buf_with_limit(TEXT_LIMIT);
    struct fault f = { 0 };
    char hex[SHA256_TEXT_MAX];

    (void)state;
    assert_true(mapfn_document(&text, &f));
    record_trial_document("mapfn-1.txt", buf_bytes(&text));
    const struct sha256 found = sha256_of(buf_bytes(&text));
    const struct sha256 pinned = mapfn_digest();
    assert_string_equal(sha256_write(&found, hex), PINNED);
    assert_true(sha256_equal(&found, &pinned));
    buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_document_is_pinned),
        cmocka_unit_test(entries_map_by_their_templates),
        cmocka_unit_test(the_worked_example_maps_as_published),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
