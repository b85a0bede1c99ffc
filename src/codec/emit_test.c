#include "codec/emit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void assert_text(const struct buf *b, const char *expected)
{
    assert_true(buf_ok(b));
    assert_int_equal(b->len, strlen(expected));
    assert_memory_equal(b->at, expected, b->len);
}

static void containers_are_indented_and_flat_ones_stay_on_their_line(void **state)
{
    (void)state;
    struct buf b = buf_with_limit(4096);
    struct emit e = emit_to(&b);

    emit_map(&e, NULL, EMIT_TALL);
    emit_text(&e, "a", "x");
    emit_list(&e, "empty", EMIT_TALL);
    emit_list_end(&e);
    emit_list(&e, "rows", EMIT_TALL);
    emit_map(&e, NULL, EMIT_FLAT);
    emit_number(&e, "n", -1);
    emit_list(&e, "l", EMIT_TALL);
    emit_bool(&e, NULL, true);
    emit_null(&e, NULL);
    emit_list_end(&e);
    emit_map_end(&e);
    emit_count(&e, NULL, UINT64_MAX);
    emit_list_end(&e);
    emit_seconds(&e, "s", 1.0625);
    emit_map_end(&e);
    assert_text(&b, "{\n  \"a\": \"x\",\n  \"empty\": [],\n  \"rows\": [\n"
                    "    {\"n\": -1, \"l\": [true, null]},\n    18446744073709551615\n  ],\n"
                    "  \"s\": 1.063\n}\n");
    buf_done(&b);
}

static void texts_are_escaped_where_json_demands_it_and_nowhere_else(void **state)
{
    (void)state;
    struct buf b = buf_with_limit(4096);
    struct emit e = emit_to(&b);

    emit_list(&e, NULL, EMIT_FLAT);
    emit_text(&e, NULL, "a\"b\\c\x01/\xd0\x9b\xe4\xb8\xad");
    emit_text(&e, NULL, NULL);
    emit_list_end(&e);
    assert_text(&b, "[\"a\\\"b\\\\c\\u0001/\xd0\x9b\xe4\xb8\xad\", null]\n");
    buf_done(&b);
}

static void a_full_buffer_fails_once_and_for_all(void **state)
{
    (void)state;
    struct buf b = buf_with_limit(8);
    struct emit e = emit_to(&b);

    emit_list(&e, NULL, EMIT_FLAT);
    emit_text(&e, NULL, "longer than eight");
    emit_list_end(&e);
    assert_false(buf_ok(&b));
    buf_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(containers_are_indented_and_flat_ones_stay_on_their_line),
        cmocka_unit_test(texts_are_escaped_where_json_demands_it_and_nowhere_else),
        cmocka_unit_test(a_full_buffer_fails_once_and_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
