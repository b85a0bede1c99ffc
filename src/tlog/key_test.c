/* key_test.c -- verifier keys, signer keys, their files, and the edges of Ed25519. */
#include "tlog/key.h"
#include "tlog/tlog_trial.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* The keys of the specification's example and of the worked example (seed 01 01 ... 01). */
static const char spec_vkey[] =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static const char log_vkey[] =
    "register.example/hallmark+bf203a65+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";
static const char log_skey[] = "PRIVATE+KEY+register.example/hallmark+bf203a65+"
                               "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";
static const char witness_vkey[] =
    "witness.example/w1+df1c0a35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU";
static const char witness_skey[] = "PRIVATE+KEY+witness.example/w1+df1c0a35+"
                                   "BAICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC";

static bool tell_key(void *with, struct bytes input, struct arena *a, struct buf *told,
                     struct fault *f)
{
    struct key k;
    char text[KEY_VKEY_MAX];

    (void)with;
    (void)a;
    if (!key_read(input, &k, f))
        return false;
    buf_add_text(told, key_write(&k, text));
    assert_true(bytes_equal(buf_bytes(told), input));
    return true;
}

static void a_vkey_is_read_and_written_the_same(void **state)
{
    const char *const good[] = { spec_vkey, log_vkey, witness_vkey };
    static const char *const names[] = { "key-specification", "key-log", "key-witness" };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        const struct tlog_trial t = {
            .read = tell_key, .good = bytes_of_text(good[i]), .target = "note", .seed = names[i]
        };
        tlog_trial_parser(&t);
    }
}

/* Every bit counts: the key id binds name, type and key. */
static void a_vkey_with_one_bit_changed_is_refused(void **state)
{
    const size_t len = strlen(log_vkey);
    char text[128];
    struct key k;

    (void)state;
    for (size_t bit = 0; bit < 8 * len; bit++) {
        memcpy(text, log_vkey, len + 1);
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
        assert_false(key_read((struct bytes){ .at = (const uint8_t *)text, .len = len }, &k,
                              /* fault */ NULL));
    }
}

static void other_types_are_kept_and_verify_nothing(void **state)
{
    static const char text[] = "a+13a72bf9+/wECAw=="; /* type 0xff */
    const uint8_t signature[KEY_SIGNATURE_LEN] = { 0 };
    struct key k;
    struct fault f = { 0 };
    char again[KEY_VKEY_MAX];

    (void)state;
    assert_true(key_read(bytes_of_text(text), &k, &f));
    assert_int_equal(k.type, 0xff);
    assert_string_equal(key_write(&k, again), text);
    assert_false(key_verify(&k, bytes_of_text("x"), signature));

    /* an ML-DSA-44 key has 1312 bytes, and its id is checked */
    k = (struct key){ .name = "a", .type = KEY_MLDSA, .len = KEY_PUBLIC_MAX };
    assert_true(strlen(key_write(&k, again)) < KEY_VKEY_MAX);
    assert_false(key_read(bytes_of_text(again), &k, &f));
    assert_non_null(strstr(f.text, "key id"));
    k = (struct key){ .name = "a", .type = KEY_MLDSA, .len = KEY_PUBLIC_MAX - 1 };
    assert_false(key_read(bytes_of_text(key_write(&k, again)), &k, &f));
    assert_non_null(strstr(f.text, "1311"));
}

static void names_are_checked(void **state)
{
    static const char *const good[] = { "a", "example.com/x", "\xc3\xa9", "a\xe2\x80\x94z", "a=b" };
    static const char *const wrong[] = { "",     "a b",          "a+b",          "a\n",
                                         "\xff", "a\xc2\xa0",    "\xe2\x80\x83", "\xe3\x80\x80",
                                         "\t",   "\xe2\x80\xa8", "a\x1f",        "\xc2\x85" };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(key_name_is_valid(bytes_of_text(good[i])));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(key_name_is_valid(bytes_of_text(wrong[i])));
}

/* Foreign ones may bear such a name and are read; ours never. */
static void a_name_that_reads_as_another_is_valid_and_not_plain(void **state)
{
    static const char *const plain[] = { "example.com/x", "\xc3\xa9", "\xd0\xbb\xd0\xb0\xd0\xb1" };
    static const char *const masked[] = { "a\x7f",         "a\xe2\x80\x8e", "\xc2\xad",
                                          "a\xe2\x80\x8b", "\xef\xbb\xbf",  "a\xef\xb8\x8f",
                                          "\xe2\x80\xae",  "a\xe3\x85\xa4" };

    (void)state;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        assert_true(key_name_is_plain(bytes_of_text(plain[i])));
    for (size_t i = 0; i < sizeof masked / sizeof masked[0]; i++) {
        assert_true(key_name_is_valid(bytes_of_text(masked[i])));
        assert_false(key_name_is_plain(bytes_of_text(masked[i])));
    }
    assert_false(key_name_is_plain(bytes_of_text("")));
    assert_false(key_name_is_plain(bytes_of_text("a b")));
}

static void a_signer_key_has_its_vkey(void **state)
{
    const char *const pairs[][2] = { { log_skey, log_vkey }, { witness_skey, witness_vkey } };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct key_signer *s = NULL;
        struct fault f = { 0 };
        char vkey[KEY_VKEY_MAX];
        char skey[KEY_SKEY_MAX];
        assert_true(key_signer_read(bytes_of_text(pairs[i][0]), &s, &f));
        assert_string_equal(key_write(key_of(s), vkey), pairs[i][1]);
        assert_string_equal(key_signer_write(s, skey), pairs[i][0]);
        key_signer_free(&s);
        assert_null(s);
    }
}

static void a_broken_signer_key_is_refused_untold(void **state)
{
    static const char *const wrong[] = {
        "",
        "PRIVATE+KEY+",
        "PRIVATE+KEY+a",
        "PRIVATE+KEY+a+00000000+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB", /* id */
        "PRIVATE+KEY+a+00000000+AgEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB", /* type */
        "PRIVATE+KEY+a+00000000+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB",     /* length */
        "PRIVATE+KEY+a+00000000+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE",  /* base64 */
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct key_signer *s = NULL;
        struct fault f = { 0 };
        assert_false(key_signer_read(bytes_of_text(wrong[i]), &s, &f));
        assert_null(s);
        assert_null(strstr(f.text, "AQEB"));
        assert_true(f.kind == FAULT_FORMAT || f.kind == FAULT_UNSUPPORTED);
    }
}

static void a_new_key_signs_and_nothing_else_verifies(void **state)
{
    const enum key_type types[] = { KEY_ED25519, KEY_COSIGNATURE };
    const struct bytes message = bytes_of_text("a message");

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct key_signer *s = NULL;
        struct key_signer *other = NULL;
        struct fault f = { 0 };
        uint8_t signature[KEY_SIGNATURE_LEN];
        assert_true(key_new(bytes_of_text("example.com/k"), types[i], &s, &f));
        assert_true(key_new(bytes_of_text("example.com/k"), types[i], &other, &f));
        assert_false(key_same(key_of(s), key_of(other)));
        assert_true(key_same(key_of(s), key_of(s)));
        assert_true(key_sign(s, message, signature, &f));
        assert_true(key_verify(key_of(s), message, signature));
        assert_false(key_verify(key_of(other), message, signature));
        assert_false(key_verify(key_of(s), bytes_part(message, 1, 99), signature));
        for (size_t bit = 0; bit < 8 * sizeof signature; bit++) {
            signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(key_verify(key_of(s), message, signature));
            signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        key_signer_free(&s);
        key_signer_free(&other);
    }
    struct key_signer *none = NULL;
    struct fault f = { 0 };
    assert_false(key_new(bytes_of_text("a b"), KEY_ED25519, &none, &f));
    assert_int_equal(f.kind, FAULT_FORMAT);
}

/* S + L verifies the same equation; only its range tells it apart. */
static void a_scalar_not_below_the_order_is_refused(void **state)
{
    static const uint8_t order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,       0xd6,
                                       0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10 };
    struct key_signer *s = NULL;
    uint8_t signature[KEY_SIGNATURE_LEN];
    unsigned carry = 0;

    (void)state;
    assert_true(key_signer_read(bytes_of_text(log_skey), &s, /* fault */ NULL));
    assert_true(key_sign(s, bytes_of_text("x"), signature, /* fault */ NULL));
    assert_true(key_verify(key_of(s), bytes_of_text("x"), signature));
    for (size_t i = 0; i < 32; i++) {
        carry += (unsigned)signature[32 + i] + order[i];
        signature[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_int_equal(carry, 0);
    assert_false(key_verify(key_of(s), bytes_of_text("x"), signature));
    key_signer_free(&s);
}

static size_t unhex(const char *hex, uint8_t *out, size_t room)
{
    const size_t n = strlen(hex) / 2;

    assert_true(n <= room);
    for (size_t i = 0; i < n; i++) {
        unsigned byte = 0;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
        out[i] = (uint8_t)byte;
    }
    return n;
}

/* What the header says of the flags. */
static bool is_accepted(const json_t *flags)
{
    for (size_t i = 0; i < json_array_size(flags); i++) {
        const char *flag = json_string_value(json_array_get(flags, i));
        if (strcmp(flag, "low_order_component_A") != 0 &&
            strcmp(flag, "low_order_component_R") != 0)
            return false;
    }
    return true;
}

static void the_edges_of_ed25519_are_decided_as_the_header_says(void **state)
{
    char *path = tlog_trial_path("register/ed25519/ed25519vectors.json");
    size_t accepted = 0;

    (void)state;
    if (path == NULL)
        skip();
    json_t *all = json_load_file(path, 0, /* error */ NULL);
    free(path);
    assert_true(json_array_size(all) > 500);
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *v = json_array_get(all, i);
        struct key k = { .name = "x", .type = KEY_ED25519 };
        uint8_t signature[KEY_SIGNATURE_LEN];
        k.len = unhex(json_string_value(json_object_get(v, "key")), k.public, 32);
        (void)unhex(json_string_value(json_object_get(v, "sig")), signature, sizeof signature);
        const struct bytes message = bytes_of_text(json_string_value(json_object_get(v, "msg")));
        const bool want = is_accepted(json_object_get(v, "flags"));
        if (key_verify(&k, message, signature) != want)
            fail_msg("vector %zu", i);
        accepted += want;
    }
    assert_true(accepted > 0);
    json_decref(all);
}

/* A key of small order in a vkey whose id is right. */
static void a_key_of_small_order_is_refused(void **state)
{
    struct key k = { .name = "x", .type = KEY_ED25519, .len = 32, .id = { 0x1f, 0x2e, 3, 4 } };
    char text[KEY_VKEY_MAX];
    struct fault f = { 0 };

    (void)state;
    k.public[0] = 1;
    assert_false(key_read(bytes_of_text(key_write(&k, text)), &k, &f));
    assert_non_null(strstr(f.text, "small order"));
}

static char *scratch(void)
{
    char pattern[] = "/tmp/key-test-XXXXXX";

    assert_non_null(mkdtemp(pattern));
    return strdup(pattern);
}

static void put_file(const char *path, const char *text, mode_t mode)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(close(fd), 0);
}

static void a_key_is_saved_once_and_for_its_owner(void **state)
{
    char *dir = scratch();
    char path[64];
    struct key_signer *s = NULL;
    struct key_signer *back = NULL;
    struct fault f = { 0 };
    struct stat st;

    (void)state;
    (void)snprintf(path, sizeof path, "%s/log.key", dir);
    assert_true(key_signer_read(bytes_of_text(log_skey), &s, &f));
    assert_true(key_signer_save(s, path, &f));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_false(key_signer_save(s, path, &f));
    assert_int_equal(f.kind, FAULT_DENIED);
    assert_true(key_signer_load(path, &back, &f));
    assert_true(key_same(key_of(s), key_of(back)));
    key_signer_free(&back);

    assert_int_equal(chmod(path, 0640), 0);
    assert_false(key_signer_load(path, &back, &f));
    assert_int_equal(f.kind, FAULT_DENIED);
    assert_int_equal(chmod(path, 0604), 0);
    assert_false(key_signer_load(path, &back, &f));
    assert_null(strstr(f.text, "AQEB"));
    assert_int_equal(unlink(path), 0);
    assert_false(key_signer_load(path, &back, &f));
    assert_int_equal(f.kind, FAULT_IO);
    (void)snprintf(path, sizeof path, "%s/no/log.key", dir);
    assert_false(key_signer_save(s, path, &f));
    assert_int_equal(f.kind, FAULT_IO);
    key_signer_free(&s);
    assert_int_equal(rmdir(dir), 0);
    free(dir);
}

static void a_verifier_key_comes_from_a_word_or_a_file(void **state)
{
    char *dir = scratch();
    char path[64];
    struct fault f = { 0 };
    struct key want;
    struct key k;

    (void)state;
    (void)snprintf(path, sizeof path, "%s/a+b", dir);
    assert_true(key_read(bytes_of_text(log_vkey), &want, &f));
    assert_true(key_load(log_vkey, &k, &f));
    assert_true(key_same(&k, &want));

    put_file(path, log_vkey, 0644);
    memset(&k, 0, sizeof k);
    assert_true(key_load(path, &k, &f));
    assert_true(key_same(&k, &want));
    put_file(path, log_skey, 0600);
    memset(&k, 0, sizeof k);
    assert_true(key_load(path, &k, &f));
    assert_true(key_same(&k, &want));
    put_file(path, log_skey, 0644);
    assert_false(key_load(path, &k, &f));
    assert_int_equal(f.kind, FAULT_DENIED);
    put_file(path, "nothing\n", 0644);
    assert_false(key_load(path, &k, &f));
    assert_int_equal(f.kind, FAULT_FORMAT);

    assert_false(key_load(log_skey, &k, &f));
    assert_int_equal(f.kind, FAULT_DENIED);
    assert_null(strstr(f.text, "AQEB"));
    assert_false(key_load("register.example/hallmark+bf203a66+AYqI4910CfGV", &k, &f));
    assert_int_equal(f.kind, FAULT_FORMAT);
    assert_false(key_load(dir, &k, &f));
    assert_false(key_load("/no/such/file", &k, &f));
    assert_int_equal(f.kind, FAULT_IO);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
    free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vkey_is_read_and_written_the_same),
        cmocka_unit_test(a_vkey_with_one_bit_changed_is_refused),
        cmocka_unit_test(other_types_are_kept_and_verify_nothing),
        cmocka_unit_test(names_are_checked),
        cmocka_unit_test(a_name_that_reads_as_another_is_valid_and_not_plain),
        cmocka_unit_test(a_signer_key_has_its_vkey),
        cmocka_unit_test(a_broken_signer_key_is_refused_untold),
        cmocka_unit_test(a_new_key_signs_and_nothing_else_verifies),
        cmocka_unit_test(a_scalar_not_below_the_order_is_refused),
        cmocka_unit_test(the_edges_of_ed25519_are_decided_as_the_header_says),
        cmocka_unit_test(a_key_of_small_order_is_refused),
        cmocka_unit_test(a_key_is_saved_once_and_for_its_owner),
        cmocka_unit_test(a_verifier_key_comes_from_a_word_or_a_file),
    };

    return cmocka_run_group_tests(tests, /* setup */ NULL, /* teardown */ NULL);
}
