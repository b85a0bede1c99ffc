/* mapfn_test.c -- from entries to index keys; which keys there are; and the document that says so,
 * which is pinned. */
#include "record/mapfn.h"

#include "codec/base64.h"
#include "record/mapfn_template.h"
#include "record/record_kind.h"
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
#define PINNED "f434d4729342d0ebd10e5c156c50986d7fa5a79658a041dd616829e936771f8e"

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

static void the_kinds_of_template_each_yield(void **state)
{
    (void)state;
    expect("hallmark/listing/v1\nlist l\naction add\nproduct Disk-Vault 4\ntoken ltd\ntoken "
           "vault\nartefact " DIGEST "\ndate 2017-01-03\n" SIGNED,
           "artefact:" DIGEST "\nlisted:l:artefact:" DIGEST "\nlisted:l:token:4\n"
           "listed:l:token:disk\nlisted:l:token:ltd\nlisted:l:token:vault\nlisting:l\n"
           "type:listing\n");
    expect("hallmark/report/v1\ndirective bod-17-01\norganisation agency-a\nstep identify\n"
           "result plan\ndate 2017-10-12\n" SIGNED,
           "organisation:agency-a\nreport:bod-17-01:agency-a:identify\n"
           "reports:bod-17-01:identify\ntype:report\n");
    expect("hallmark/observation/v1\nsource cc\naction appeared\nrow abc\nvendor-name "
           "\xd0\x9b\xd0\xb0\xd0\xb1 X\nsnapshot " DIGEST "\ndate 2017-10-12\n" SIGNED,
           "observation:cc\nobserved:cc:token:x\nobserved:cc:token:\xd0\x9b\xd0\xb0\xd0\xb1\n"
           "row:cc:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"
           "type:observation\n");
}

#define INDEX(covers, rest)                                                                        \
    "hallmark/index/v1\ncovers " covers "\nkeys 18\nroot "                                         \
    "WB1DiDaCATJ0U1snQ18Xo5EtdfqhdnpBOsAILksANmI=\nmapfn " DIGEST "\n" rest

static void the_index_entry_alone_maps_to_nothing(void **state)
{
    (void)state;
    expect(INDEX("5", ""), "");
    expect(INDEX("05", ""), "type:unknown\n");
    expect(INDEX("5", "x"), "type:unknown\n");
    expect(INDEX("5", "\n"), "type:unknown\n");
    expect(INDEX("5", SIGNED), "type:unknown\n");
    expect("hallmark/index/v1\n", "type:unknown\n");
    expect("hallmark/index/v2\ncovers 5\n", "type:unknown\n");
    expect("", "type:unknown\n");
    expect("free text\n" SIGNED, "type:unknown\n");
    expect("hallmark/novelty/v1\nid x\n" SIGNED, "type:unknown\n");
    expect("hallmark/vendor/v2\nid x\nname X\ndate 2017-01-03\n" SIGNED, "type:unknown\n");
    expect("hallmark/vendor/v1\nid x\nname X\ndate 2017-01-33\n" SIGNED, "type:unknown\n");
    expect("hallmark/vendor/v1\nid x\nname X\ndate 2017-01-03\n", "type:unknown\n");
}

/* hallmark/opened/v1 around a text, sealed with the salt 00ff. */
static void put_opened(const char *inner, struct buf *out)
{
    struct buf sealed = buf_with_limit(TEXT_LIMIT);
    char hex[SHA256_TEXT_MAX];

    buf_add(&sealed, (struct bytes){ .at = (const uint8_t *)"\x00\xff", .len = 2 });
    buf_add_text(&sealed, inner);
    const struct sha256 digest = sha256_of(buf_bytes(&sealed));
    buf_print(out, "hallmark/opened/v1\nsealed sha256:%s\nsalt 00ff\ntext ",
              sha256_write(&digest, hex));
    base64_put(out, bytes_of_text(inner));
    buf_add_text(out, "\ndate 2018-01-01\n");
    buf_done(&sealed);
}

static void an_opened_entry_maps_to_the_keys_of_what_was_sealed(void **state)
{
    struct buf entry = buf_with_limit(TEXT_LIMIT);

    (void)state;
    expect("hallmark/sealed/v1\nscheme cpa\ndigest " DIGEST "\ndate 2017-01-03\n" SIGNED,
           "type:sealed\n");
    put_opened("hallmark/lapse/v1\ncertificate cpa/1\nkind archived\nreason r\ndate 2017-01-03\n",
               &entry);
    buf_add_text(&entry, SIGNED);
    buf_add_byte(&entry, 0);
    expect((const char *)entry.at, "certificate:cpa/1\ntype:lapse\ntype:opened\n");
    buf_done(&entry);
}

static void expect_identity(const char *text, const char *wanted)
{
    struct arena a = arena_with_budget(BUDGET);
    struct vec keys = vec_of(&a, sizeof(struct bytes), MAPFN_KEYS_MAX);
    struct fault f = { 0 };
    struct record r;

    assert_true(record_read_text(bytes_of_text(text), &a, &r, &f));
    assert_true(mapfn_identity(&r, &a, &keys, &f));
    assert_true(keys.count > 0);
    assert_true(bytes_equal_text(*(const struct bytes *)vec_at(&keys, 0), wanted));
    arena_done(&a);
}

static void the_first_template_that_yields_is_the_identity(void **state)
{
    struct buf text = buf_with_limit(TEXT_LIMIT);

    (void)state;
    expect_identity("hallmark/vendor/v1\nid kl\nname K\ndate 2017-01-03\n", "vendor:kl");
    expect_identity("hallmark/listing/v1\nlist l\naction add\nproduct P Q\ndate 2017-01-03\n",
                    "listed:l:token:p");
    expect_identity("hallmark/sealed/v1\ndigest " DIGEST "\ndate 2017-01-03\n", "type:sealed");
    put_opened("hallmark/vendor/v1\nid kl\nname K\ndate 2017-01-03\n", &text);
    buf_add_byte(&text, 0);
    expect_identity((const char *)text.at, "vendor:kl");
    buf_done(&text);
}

static void refused(const char *key, const char *wanted)
{
    struct fault f = { 0 };

    if (mapfn_is_key(bytes_of_text(key), &f) || strstr(f.text, wanted) == NULL)
        fail_msg("%s\nwanted: %s\ngot: %s", key, wanted, f.text);
    assert_false(mapfn_is_key(bytes_of_text(key), NULL));
}

static void accepted(const char *key)
{
    struct fault f = { 0 };

    if (!mapfn_is_key(bytes_of_text(key), &f))
        fail_msg("%s", f.text);
}

static void what_the_map_cannot_emit_is_no_key(void **state)
{
    char wide[MAPFN_KEY_MAX + 2];

    (void)state;
    accepted("type:unknown");
    accepted("type:sealed");
    accepted("vendor:north.gate/x_1");
    accepted("vendor-token:northgate");
    accepted("vendor-token:\xd0\x9b\xd0\xb0\xd0\xb1");
    accepted("listed:ncsc-directory:vendor:northgate");
    accepted("report:bod-17-01:agency-c:identify");
    accepted("listed:l:artefact:" DIGEST);
    refused("", "begins with no kind of key");
    refused("vendor", "begins with no kind of key");
    refused("token:northgate", "begins with no kind of key");
    refused(":x", "begins with no kind of key");
    refused("type:index", "'index' is no type of entry");
    refused("type:", "'' is no type of entry");
    refused("type:vendor ", "'vendor ' is no type of entry");
    refused("vendor:", "vendor:{id}: '' is no id");
    refused("vendor:Northgate", "vendor:{id}: 'Northgate' is no id");
    refused("vendor:a\nb", "'a\\x0ab' is no id");
    refused("vendor:a:b", "vendor:{id}: something stands behind it");
    refused("vendor-token:North", "vendor-token:{tokens name}: 'North' is no token");
    refused("vendor-token:a b", "'a b' is no token");
    refused("vendor-token:a-b", "'a-b' is no token");
    refused("vendor-token:\xff", "'\\xff' is no token");
    refused("vendor-token:a\xe2\x80\xae", "is no token");
    refused("listed:l:vendor", "does not stand where it must");
    refused("listed:l:token:", "'' is no token");
    refused("listed::token:x", "'' is no id");
    refused("report:d:o", "report:{directive}:{organisation}:{step}: ':' does not stand where");
    refused("artefact:" DIGEST "0", "something stands behind it");
    refused("artefact:sha256:E3B0", "is no digest");
    refused("register:x", "'x' is no SHA-256 in hexadecimal");

    memset(wide, 'a', sizeof wide);
    memcpy(wide, "vendor-token:", 13);
    wide[sizeof wide - 1] = '\0';
    refused(wide, "1201 bytes, where 1200 are the most");
    wide[13 + 1025] = '\0';
    refused(wide, "1025 bytes, where 1024 are allowed");
    wide[13 + 1024] = '\0';
    accepted(wide);
}

/* The longest value of a line, as a template puts it into a key. */
static size_t longest(const struct mapfn_template_piece *piece, const struct record_type *type)
{
    if (piece->part == MAPFN_LITERAL)
        return piece->text.len;
    if (piece->part == MAPFN_SHA256)
        return 2 * SHA256_LEN;
    if (piece->part == MAPFN_TOKENS)
        return RECORD_TEXT_MAX;
    const enum record_kind kind = record_type_field(type, piece->text)->kind;
    assert_true(kind == RECORD_ID || kind == RECORD_TOKEN || kind == RECORD_DIGEST);
    return kind == RECORD_ID ? RECORD_ID_MAX : kind == RECORD_TOKEN ? RECORD_TEXT_MAX : 71;
}

static void no_template_outgrows_a_key(void **state)
{
    const struct record_type *type;
    struct mapfn_template_piece piece;

    (void)state;
    for (size_t i = 0; (type = record_type_at(i)) != NULL; i++) {
        for (const char *const *at = type->keys; *at != NULL; at++) {
            struct bytes rest = bytes_of_text(*at);
            size_t len = 0;
            while (mapfn_template_next(&rest, &piece)) {
                if (piece.part == MAPFN_TOKENS)
                    assert_int_equal(record_type_field(type, piece.text)->kind, RECORD_TEXT);
                len += longest(&piece, type);
            }
            assert_true(len <= MAPFN_KEY_MAX);
        }
    }
}

/* As many distinct tokens as an entry has room for. */
static void the_fullest_entry_is_mapped(void **state)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    struct arena a = arena_with_budget(BUDGET);
    struct buf entry = buf_with_limit(TEXT_LIMIT);
    size_t n = 0;

    (void)state;
    buf_add_text(&entry, "hallmark/directive/v1\nid d\n");
    for (int line = 0; line < 61; line++) {
        buf_add_text(&entry, "subject-product");
        for (int i = 0; i < 255; i++, n++)
            buf_print(&entry, " %c%c%c", letters[n / 1296], letters[n / 36 % 36], letters[n % 36]);
        buf_add_byte(&entry, '\n');
    }
    buf_add_text(&entry, "action remove\nissued 2017-09-13\n" SIGNED);
    assert_true(entry.len < 65535);
    const struct vec keys = keys_of(buf_bytes(&entry), &a);
    assert_int_equal(keys.count, n + 2);
    buf_done(&entry);
    arena_done(&a);
}

static bool map_entry(void *with, struct bytes input, struct arena *a, struct buf *told,
                      struct fault *f)
{
    struct vec keys = vec_of(a, sizeof(struct bytes), MAPFN_KEYS_MAX);

    (void)with;
    if (!mapfn_keys(input, a, &keys, f))
        return false;
    for (size_t i = 0; i < keys.count; i++) {
        const struct bytes *key = vec_at(&keys, i);
        assert_true(mapfn_is_key(*key, NULL));
        buf_add(told, *key);
        buf_add_byte(told, '\n');
    }
    return true;
}

static void no_damage_harms_the_map(void **state)
{
    static const char entry[] =
        "hallmark/listing/v1\nlist l\naction add\nproduct Disk-Vault 4\ntoken ltd\nartefact " DIGEST
        "\ndate 2017-01-03\n" SIGNED;
    struct buf opened = buf_with_limit(TEXT_LIMIT);

    (void)state;
    put_opened("hallmark/vendor/v1\nid kl\nname K Lab\ndate 2017-01-03\n", &opened);
    buf_add_text(&opened, SIGNED);
    tlog_trial_parser(&(struct tlog_trial){ .read = map_entry, .good = bytes_of_text(entry) });
    tlog_trial_parser(&(struct tlog_trial){ .read = map_entry, .good = buf_bytes(&opened) });
    buf_done(&opened);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_document_is_pinned),
        cmocka_unit_test(entries_map_by_their_templates),
        cmocka_unit_test(the_worked_example_maps_as_published),
        cmocka_unit_test(the_kinds_of_template_each_yield),
        cmocka_unit_test(the_index_entry_alone_maps_to_nothing),
        cmocka_unit_test(an_opened_entry_maps_to_the_keys_of_what_was_sealed),
        cmocka_unit_test(the_first_template_that_yields_is_the_identity),
        cmocka_unit_test(what_the_map_cannot_emit_is_no_key),
        cmocka_unit_test(no_template_outgrows_a_key),
        cmocka_unit_test(the_fullest_entry_is_mapped),
        cmocka_unit_test(no_damage_harms_the_map),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
