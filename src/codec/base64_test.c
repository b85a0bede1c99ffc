/* base64_test.c -- one text for one value. */
#include "codec/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void the_vectors_of_rfc_4648_section_10_hold(void **state)
{
    static const char *const pairs[][2] = {
        { "", "" },
        { "f", "Zg==" },
        { "fo", "Zm8=" },
        { "foo", "Zm9v" },
        { "foob", "Zm9vYg==" },
        { "fooba", "Zm9vYmE=" },
        { "foobar", "Zm9vYmFy" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct buf out = buf_with_limit(64);
        uint8_t back[16];
        size_t len = 0;
        base64_put(&out, bytes_of_text(pairs[i][0]));
        assert_true(bytes_equal_text(buf_bytes(&out), pairs[i][1]));
        assert_int_equal(out.len, base64_room(strlen(pairs[i][0])));
        assert_true(base64_take(bytes_of_text(pairs[i][1]), back, sizeof back, &len));
        assert_true(bytes_equal_text((struct bytes){ .at = back, .len = len }, pairs[i][0]));
        buf_done(&out);
    }
}

static void what_has_another_text_is_refused(void **state)
{
    static const char *const wrong[] = {
        "Zg",     "Zg=",   "Zh==", "Zm9=",  "Zg===", "====",       "=",        "Z===",     "Zm=v",
        "Zm9v\n", "Zm9v ", " Zm9", "Zm9v=", "Zm_-",  "Z\xc3\xa9w", "Zg==Zg==", "Zm9vZg=a", "Zm\n9v",
    };
    uint8_t out[16];
    size_t len = 77;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(base64_take(bytes_of_text(wrong[i]), out, sizeof out, &len));
    assert_false(base64_take(bytes_of_text("Zm9v"), out, /* room */ 2, &len));
    assert_int_equal(len, 77);
    assert_true(base64_take(bytes_of_text("Zm9v"), out, /* room */ 3, &len));
    assert_int_equal(len, 3);
}

/* Every text of four characters of a small alphabet: what is read is written the same. */
static void what_is_read_is_written_the_same(void **state)
{
    static const char some[] = "ABQghw/+9=-";
    const size_t n = sizeof some - 1;
    size_t read = 0;

    (void)state;
    for (size_t i = 0; i < n * n * n * n; i++) {
        const uint8_t text[4] = { (uint8_t)some[i % n], (uint8_t)some[i / n % n],
                                  (uint8_t)some[i / n / n % n], (uint8_t)some[i / n / n / n] };
        uint8_t value[3];
        size_t len = 0;
        if (!base64_take((struct bytes){ .at = text, .len = 4 }, value, sizeof value, &len))
            continue;
        struct buf out = buf_with_limit(64);
        base64_put(&out, (struct bytes){ .at = value, .len = len });
        assert_int_equal(out.len, 4);
        assert_memory_equal(out.at, text, 4);
        buf_done(&out);
        read++;
    }
    assert_true(read > 9 * 9 * 9 * 9);
}

static void every_byte_comes_back(void **state)
{
    uint8_t all[256];

    (void)state;
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (uint8_t)i;
    for (size_t n = 0; n <= sizeof all; n++) {
        struct buf out = buf_with_limit(1024);
        uint8_t back[256];
        size_t len = 0;
        base64_put(&out, (struct bytes){ .at = all, .len = n });
        assert_true(base64_take(buf_bytes(&out), back, n, &len));
        assert_int_equal(len, n);
        assert_memory_equal(back, all, n);
        buf_done(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_rfc_4648_section_10_hold),
        cmocka_unit_test(what_has_another_text_is_refused),
        cmocka_unit_test(what_is_read_is_written_the_same),
        cmocka_unit_test(every_byte_comes_back),
    };

    return cmocka_run_group_tests(tests, /* setup */ NULL, /* teardown */ NULL);
}
