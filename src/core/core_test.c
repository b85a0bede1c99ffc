/* core_test.c -- the ground that every parser stands on. */
#include "core/arena.h"
#include "core/buf.h"
#include "core/cursor.h"
#include "core/date.h"
#include "core/digest.h"
#include "core/instant.h"
#include "core/map.h"
#include "core/text.h"
#include "core/vec.h"
#include "core/wire.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void a_read_past_the_end_fails_for_good(void **state)
{
    const uint8_t five[] = { 1, 2, 3, 4, 5 };
    struct cursor c = cursor_over((struct bytes){ .at = five, .len = sizeof five });

    (void)state;
    assert_int_equal(cursor_u32le(&c), 0x04030201);
    assert_int_equal(cursor_u16be(&c), 0);
    assert_false(cursor_ok(&c));
    assert_int_equal(cursor_u8(&c), 0);
    assert_int_equal(cursor_left(&c), 0);
}

static void a_window_outside_fails_from_the_start(void **state)
{
    const uint8_t five[] = { 1, 2, 3, 4, 5 };
    const struct bytes all = { .at = five, .len = sizeof five };
    const struct cursor inside = cursor_within(all, 5, 0);
    const struct cursor past = cursor_within(all, 4, UINT64_MAX);

    (void)state;
    assert_true(cursor_ok(&inside));
    assert_false(cursor_ok(&past));
}

static void an_arena_keeps_its_budget(void **state)
{
    struct arena a = arena_with_budget(100000);
    struct fault f = { 0 };

    (void)state;
    const struct arena_mark m = arena_mark(&a);
    assert_non_null(arena_alloc(&a, 60000, &f));
    assert_null(arena_alloc(&a, 60000, &f));
    assert_int_equal(f.kind, FAULT_LIMIT);
    arena_release(&a, m);
    assert_non_null(arena_alloc(&a, 60000, &f));
    assert_null(arena_array(&a, SIZE_MAX / 2, 3, &f));
    a.fail_after = 0;
    assert_null(arena_alloc(&a, 1, &f));
    arena_done(&a);
}

static void a_vector_stops_at_its_limit(void **state)
{
    struct arena a = arena_with_budget(1 << 20);
    struct vec v = vec_of(&a, sizeof(int), 20);
    struct fault f = { 0 };

    (void)state;
    for (int i = 0; i < 20; i++)
        *(int *)vec_push(&v, &f) = i;
    assert_null(vec_push(&v, &f));
    assert_int_equal(f.kind, FAULT_LIMIT);
    for (size_t i = 0; i < v.count; i++)
        assert_int_equal(*(int *)vec_at(&v, i), i);
    arena_done(&a);
}

static void a_vector_over_an_array_grows_by_moving(void **state)
{
    struct arena a = arena_with_budget(1 << 16);
    struct fault f = { 0 };
    int items[] = { 1, 2, 3 };
    struct vec v = vec_over(&a, items, 3, sizeof(int), 20);

    (void)state;
    assert_ptr_equal(vec_at(&v, 2), &items[2]);
    *(int *)vec_push(&v, &f) = 4;
    assert_int_equal(v.count, 4);
    assert_int_equal(*(int *)vec_at(&v, 0), 1);
    assert_ptr_not_equal(vec_at(&v, 0), items);
    arena_done(&a);
}

static void a_hash_keeps_its_first_value_until_replaced(void **state)
{
    struct hashset s = { 0 };
    uint32_t value = 0;

    (void)state;
    assert_false(hashset_replace(&s, 7, 1));
    assert_true(hashset_put(&s, 7, 1, /* fault */ NULL));
    assert_true(hashset_put(&s, 7, 2, /* fault */ NULL));
    assert_true(hashset_find(&s, 7, &value));
    assert_int_equal(value, 1);
    assert_true(hashset_replace(&s, 7, 3));
    assert_true(hashset_find(&s, 7, &value));
    assert_int_equal(value, 3);
    assert_false(hashset_replace(&s, 8, 1));
    hashset_done(&s);
}

static void a_map_finds_what_was_put(void **state)
{
    struct arena a = arena_with_budget(1 << 20);
    struct map m = map_in(&a);
    struct fault f = { 0 };
    char names[1000][8];
    size_t seen = 0;
    size_t at = 0;
    struct bytes key;
    void *value = NULL;

    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        (void)snprintf(names[i], sizeof names[i], "n%zu", i);
        assert_true(map_put(&m, bytes_of_text(names[i]), names[i], &f));
    }
    for (size_t i = 0; i < 1000; i++)
        assert_ptr_equal(map_find(&m, bytes_of_text(names[i])), names[i]);
    assert_null(map_find(&m, bytes_of_text("n1000")));
    while (map_next(&m, &at, &key, &value))
        seen++;
    assert_int_equal(seen, 1000);
    arena_done(&a);
}

static void a_hash_may_be_taken_in_parts(void **state)
{
    uint64_t h = map_hash_start();

    (void)state;
    h = map_hash_more(h, bytes_of_text("/usr"));
    h = map_hash_more(h, bytes_of_text("/bin"));
    assert_true(map_hash_end(h) == map_hash(bytes_of_text("/usr/bin")));
}

static void dates_are_real_days(void **state)
{
    int32_t d = 0;
    char out[DATE_TEXT_MAX];

    (void)state;
    assert_true(date_read(bytes_of_text("2017-09-13"), &d));
    assert_string_equal(date_write(d + 30, out), "2017-10-13");
    assert_string_equal(date_write(d + 60, out), "2017-11-12");
    assert_string_equal(date_write(d + 90, out), "2017-12-12");
    assert_true(date_read(bytes_of_text("2024-02-29"), &d));
    assert_false(date_read(bytes_of_text("2023-02-29"), &d));
    assert_false(date_read(bytes_of_text("2017-13-45"), &d));
    assert_false(date_read(bytes_of_text("2017-1-01"), &d));
    for (int32_t day = -20000; day < 60000; day += 7)
        assert_int_equal(date_of(date_split(day)), day);
}

static void hostile_text_is_escaped(void **state)
{
    struct arena a = arena_with_budget(1 << 20);
    struct fault f = { 0 };

    (void)state;
    assert_string_equal(text_from(&a, bytes_of_text("a\x1b[31m\xff\xe2\x80\xae"), 100, &f),
                        "a\\x1b[31m\\xff\\u{202e}");
    assert_string_equal(text_from(&a, bytes_of_text("Лаборатория"), 100, &f), "Лаборатория");
    assert_string_equal(text_from(&a, bytes_of_text("abcdef"), 3, &f), "abc…");
    const uint8_t wide[] = { 'A', 0, 0x10, 4, 0x3d, 0xd8, 0, 0xde, 0x3d, 0xd8 };
    assert_string_equal(
        text_from_utf16le(&a, (struct bytes){ .at = wide, .len = sizeof wide }, 100, &f),
        "AА😀\\u{d83d}");
    arena_done(&a);
}

static void names_compare_as_keys(void **state)
{
    struct arena a = arena_with_budget(1 << 20);
    struct fault f = { 0 };

    (void)state;
    assert_string_equal(text_name_key(&a, bytes_of_text(" Kaspersky Lab,  Inc."), &f),
                        "kaspersky lab inc");
    assert_string_equal(text_name_key(&a, bytes_of_text("АО «Лаборатория Касперского»"), &f),
                        "ао лаборатория касперского");
    assert_string_equal(text_name_key(&a, bytes_of_text("@@"), &f), "");
    arena_done(&a);
}

static void widths_are_columns(void **state)
{
    (void)state;
    assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
    assert_int_equal(text_width("Касперский"), 10);
    assert_int_equal(text_width("海康威视"), 8);
    assert_int_equal(text_width("e\xcc\x81"), 1);
}

static void messages_come_back(void **state)
{
    struct buf b = buf_with_limit(1000);
    struct arena a = arena_with_budget(1 << 20);

    (void)state;
    wire_put_u64(&b, 1234567890123);
    wire_put_text(&b, "text");
    wire_put_text(&b, NULL);
    assert_true(buf_ok(&b));
    struct cursor c = cursor_over(buf_bytes(&b));
    assert_true(wire_u64(&c) == 1234567890123);
    assert_string_equal(wire_text(&c, &a, 10), "text");
    assert_null(wire_text(&c, &a, 10));
    assert_true(cursor_ok(&c));
    struct cursor short_limit = cursor_over(bytes_part(buf_bytes(&b), 8, 100));
    assert_null(wire_text(&short_limit, &a, 3));
    assert_false(cursor_ok(&short_limit));
    buf_done(&b);
    arena_done(&a);
}

static void a_digest_is_the_published_one(void **state)
{
    struct digest d;
    char text[DIGEST_TEXT_MAX];
    struct fault f = { 0 };

    (void)state;
    assert_true(digest_of(DIGEST_SHA256, bytes_of_text("abc"), &d, &f));
    assert_string_equal(digest_write(&d, text),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void instants_are_read_and_written(void **state)
{
    char text[INSTANT_TEXT_MAX];
    int64_t at;

    (void)state;
    assert_true(instant_read(bytes_of_text("2017-12-12T00:00:00Z"), &at));
    assert_int_equal(at, 1513036800);
    assert_string_equal(instant_write(at, text), "2017-12-12T00:00:00Z");
    assert_true(instant_read_by(bytes_of_text("2017-12-12"), &at));
    assert_string_equal(instant_write(at, text), "2017-12-12T23:59:59Z");
    assert_string_equal(instant_write(-1, text), "1969-12-31T23:59:59Z");
    assert_string_equal(instant_write(INT64_MAX, text), "out of range");
    assert_string_equal(instant_write(INT64_MIN + 1, text), "out of range");
    assert_false(instant_read(bytes_of_text("2017-02-30T00:00:00Z"), &at));
    assert_false(instant_read(bytes_of_text("2017-02-03T24:00:00Z"), &at));
    assert_false(instant_read(bytes_of_text("2017-02-03T00:00:00"), &at));
    assert_false(instant_read(bytes_of_text("2017-02-03 00:00:00Z"), &at));
    assert_false(instant_read_by(bytes_of_text("today"), &at));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instants_are_read_and_written),
        cmocka_unit_test(a_read_past_the_end_fails_for_good),
        cmocka_unit_test(a_window_outside_fails_from_the_start),
        cmocka_unit_test(an_arena_keeps_its_budget),
        cmocka_unit_test(a_vector_stops_at_its_limit),
        cmocka_unit_test(a_vector_over_an_array_grows_by_moving),
        cmocka_unit_test(a_hash_keeps_its_first_value_until_replaced),
        cmocka_unit_test(a_map_finds_what_was_put),
        cmocka_unit_test(a_hash_may_be_taken_in_parts),
        cmocka_unit_test(dates_are_real_days),
        cmocka_unit_test(hostile_text_is_escaped),
        cmocka_unit_test(names_compare_as_keys),
        cmocka_unit_test(widths_are_columns),
        cmocka_unit_test(messages_come_back),
        cmocka_unit_test(a_digest_is_the_published_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
