/* sha256_test.c -- the low-level hash against libcrypto's own interface. */
#include "core/digest.h"
#include "core/sha256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { LONG = 1000 };

static void fill(uint8_t *at, size_t len)
{
    uint32_t x = 1;

    for (size_t i = 0; i < len; i++) {
        x = x * 1664525 + 1013904223;
        at[i] = (uint8_t)(x >> 24);
    }
}

static void assert_digest(struct bytes all, const struct sha256 *h)
{
    struct digest d;

    assert_true(digest_of(DIGEST_SHA256, all, &d, /* fault */ NULL));
    assert_memory_equal(d.at, h->at, SHA256_LEN);
}

static void every_length_agrees_with_the_digests(void **state)
{
    uint8_t at[LONG];

    (void)state;
    fill(at, sizeof at);
    for (size_t n = 0; n <= sizeof at; n++) {
        const struct bytes all = { .at = at, .len = n };
        const struct sha256 h = sha256_of(all);
        assert_digest(all, &h);
    }
}

static void every_cut_gives_the_same_hash(void **state)
{
    uint8_t at[300];
    const struct bytes all = { .at = at, .len = sizeof at };

    (void)state;
    fill(at, sizeof at);
    for (size_t i = 0; i <= sizeof at; i++) {
        for (size_t j = i; j <= sizeof at; j += 7) {
            struct sha256_run run = sha256_begin();
            sha256_feed(&run, bytes_part(all, 0, i));
            sha256_feed(&run, bytes_part(all, i, j - i));
            sha256_feed(&run, bytes_part(all, j, sizeof at));
            const struct sha256 h = sha256_end(&run);
            assert_digest(all, &h);
        }
    }
}

static void a_kept_state_continues(void **state)
{
    uint8_t at[LONG];
    const struct bytes all = { .at = at, .len = sizeof at };

    (void)state;
    fill(at, sizeof at);
    for (size_t blocks = 0; blocks * SHA256_BLOCK <= sizeof at; blocks++) {
        struct sha256_run first = sha256_begin();
        sha256_feed(&first, bytes_part(all, 0, blocks * SHA256_BLOCK));
        struct sha256_run rest = sha256_resume(first.state, blocks);
        sha256_feed(&rest, bytes_part(all, blocks * SHA256_BLOCK, sizeof at));
        const struct sha256 h = sha256_end(&rest);
        assert_digest(all, &h);
    }
}

static void only_lower_case_hexadecimal_is_read(void **state)
{
    const struct sha256 h = sha256_of(bytes_of_text("abc"));
    struct sha256 back = { 0 };
    char text[SHA256_TEXT_MAX];

    (void)state;
    assert_string_equal(sha256_write(&h, text),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_true(sha256_read(bytes_of_text(text), &back));
    assert_true(sha256_equal(&h, &back));
    assert_false(sha256_read(bytes_part(bytes_of_text(text), 1, 64), &back));
    text[0] = 'B';
    assert_false(sha256_read(bytes_of_text(text), &back));
    text[0] = 'g';
    assert_false(sha256_read(bytes_of_text(text), &back));
    back.at[31] ^= 1;
    assert_false(sha256_equal(&h, &back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length_agrees_with_the_digests),
        cmocka_unit_test(every_cut_gives_the_same_hash),
        cmocka_unit_test(a_kept_state_continues),
        cmocka_unit_test(only_lower_case_hexadecimal_is_read),
    };

    return cmocka_run_group_tests(tests, /* setup */ NULL, /* teardown */ NULL);
}
