#include "codec/der.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct bytes bytes_of(const char *text, size_t len)
{
    return (struct bytes){ .at = (const uint8_t *)text, .len = len };
}

static void steps_over_elements_to_the_end(void **state)
{
    (void)state;
    struct cursor c = der_open(bytes_of("\x30\x06\x02\x01\x07\x04\x81\x00", 8), DER_SEQUENCE);
    struct der part;

    assert_true(der_next(&c, &part));
    assert_int_equal(part.tag, DER_INTEGER);
    assert_int_equal(part.body.at[0], 7);
    assert_int_equal(part.whole.len, 3);
    assert_true(der_next(&c, &part));
    assert_int_equal(part.tag, DER_OCTETS);
    assert_int_equal(part.body.len, 0);
    assert_false(der_next(&c, &part));
    assert_true(cursor_ok(&c));
}

static void refuses_what_is_no_der(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len;
    } broken[] = {
        { "\x30\x05\x02\x01\x07", 5 },         /* ends early */
        { "\x30\x80\x00\x00", 4 },             /* of no definite length */
        { "\x3f\x01\x00", 3 },                 /* a tag of two bytes */
        { "\x30\x85\x00\x00\x00\x00\x00", 7 }, /* a length of five */
        { "\x30\x84\xff\xff\xff\xff", 6 },     /* longer than anything */
        { "\x30", 1 },
    };

    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct cursor c = cursor_over(bytes_of(broken[i].text, broken[i].len));
        struct der part;
        assert_false(der_next(&c, &part));
        assert_false(cursor_ok(&c));
    }
    struct cursor other = der_open(bytes_of("\x31\x00", 2), DER_SEQUENCE);
    assert_false(cursor_ok(&other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_over_elements_to_the_end),
        cmocka_unit_test(refuses_what_is_no_der),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
