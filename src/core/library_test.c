#include "core/library.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct words {
    __typeof__(strlen) *length;
    __typeof__(strcmp) *compare;
};

static void calls_are_filled_in_their_order(void **state)
{
    static const char *const calls[] = { "strlen", "strcmp" };
    const struct library c = { .soname = "libc.so.6", .calls = calls, .count = 2 };
    struct words words;

    (void)state;
    assert_true(library_bring(&c, &words, NULL));
    assert_int_equal(words.length("hallmark"), 8);
    assert_int_equal(words.compare("a", "a"), 0);
}

static void a_library_that_is_not_there_is_named(void **state)
{
    const struct library none = { .soname = "libnosuchthing.so.7" };
    struct fault f = { 0 };
    struct words words;

    (void)state;
    assert_false(library_bring(&none, &words, &f));
    assert_int_equal(f.kind, FAULT_UNSUPPORTED);
    assert_non_null(strstr(f.text, "missing: libnosuchthing.so.7"));
}

static void a_call_that_it_lacks_is_named(void **state)
{
    static const char *const calls[] = { "strlen", "strnosuchthing" };
    const struct library c = { .soname = "libc.so.6", .calls = calls, .count = 2 };
    struct fault f = { 0 };
    struct words words;

    (void)state;
    assert_false(library_bring(&c, &words, &f));
    assert_int_equal(f.kind, FAULT_UNSUPPORTED);
    assert_string_equal(f.text, "libc.so.6 has no strnosuchthing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_are_filled_in_their_order),
        cmocka_unit_test(a_library_that_is_not_there_is_named),
        cmocka_unit_test(a_call_that_it_lacks_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
