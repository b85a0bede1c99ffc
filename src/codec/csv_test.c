#include "codec/cp1252.h"
#include "codec/csv.h"

#include "core/buf.h"
#include "core/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* All records as text: "1:a|b;" or "1!;" for a broken one. NULL where the arena gave out. */
static char *read_all(struct bytes all, uint8_t separator, size_t allocations)
{
    struct arena a = arena_with_budget(LIMIT_LIST_MEMORY);
    struct buf out = buf_with_limit((size_t)1 << 24);
    struct csv c = csv_over(all, separator, &a);
    struct csv_record r;
    struct fault f = { 0 };
    bool found = true;
    bool ok = true;

    a.fail_after = allocations;
    while (ok && found) {
        ok = csv_next(&c, &r, &found, &f);
        if (!ok || !found)
            break;
        buf_print(&out, "%zu%s", r.line, r.why == NULL ? ":" : "!");
        for (size_t i = 0; r.why == NULL && i < r.cells.count; i++) {
            if (i > 0)
                buf_add_byte(&out, '|');
            buf_add(&out, *(struct bytes *)vec_at(&r.cells, i));
        }
        buf_add_byte(&out, ';');
    }
    assert_true(ok == (f.kind == FAULT_NONE));
    buf_add_byte(&out, '\0');
    assert_true(buf_ok(&out));
    arena_done(&a);
    if (ok)
        return (char *)out.at;
    buf_done(&out);
    return NULL;
}

static void expect(const char *text, const char *records)
{
    char *read = read_all(bytes_of_text(text), ',', SIZE_MAX);

    assert_non_null(read);
    assert_string_equal(read, records);
    free(read);
}

static void quotes_commas_and_line_ends_are_read(void **state)
{
    (void)state;
    expect("", "");
    expect("a,b\n", "1:a|b;");
    expect("a,b\r\nc,d", "1:a|b;2:c|d;");
    expect("a\rb\r", "1:a;2:b;");
    expect("\"a\",\"b,c\"\n", "1:a|b,c;");
    expect("\"say \"\"no\"\"\",x\n", "1:say \"no\"|x;");
    expect("\"two\nlines\",x\ny,z\n", "1:two\nlines|x;3:y|z;");
    expect("5.25\" drive,x\n", "1:5.25\" drive|x;");
    expect("a,\n,\n\n\nb\n", "1:a|;2:|;5:b;");
    expect("\"\"\"\"\n", "1:\";");
    expect("\xef\xbb\xbfid,b\n", "1:id|b;");
}

static void a_broken_record_costs_its_first_line(void **state)
{
    (void)state;
    expect("a,\"b\nc,d\ne,f\n", "1!;2:c|d;3:e|f;");
    expect("\"a\" x,b\nc,d\n", "1!;2:c|d;");
    expect("\"a \"quoted\" name\",b\nc,d\n", "1!;2:c|d;");
    expect("\"a,b\n\"c\",d\ne,f\n", "1!;2:c|d;3:e|f;");
    expect("\"", "1!;");
    expect("x\n\"", "1:x;2!;");
}

static void a_record_may_be_given_back(void **state)
{
    struct arena a = arena_with_budget(1 << 20);
    struct csv c = csv_over(bytes_of_text("\"a\nb\",c\nd\n"), ',', &a);
    struct csv_record r;
    bool found = false;

    (void)state;
    assert_true(csv_next(&c, &r, &found, NULL) && found && r.cells.count == 2);
    assert_true(csv_again(&c, &r, NULL));
    assert_true(csv_next(&c, &r, &found, NULL) && found && r.line == 2);
    assert_int_equal(r.cells.count, 2); /* b" and c */
    assert_true(csv_next(&c, &r, &found, NULL) && found && r.line == 3);
    assert_true(csv_next(&c, &r, &found, NULL) && !found);
    arena_done(&a);
}

static void another_separator_is_taken(void **state)
{
    char *read = read_all(bytes_of_text("a;\"b;c\";d,e\n"), ';', SIZE_MAX);

    (void)state;
    assert_string_equal(read, "1:a|b;c|d,e;");
    free(read);
}

/* Each of these lines opens a quote, seen from outside as from inside: 1,024 cells for each. */
static void reading_in_vain_is_bounded(void **state)
{
    struct buf all = buf_with_limit((size_t)1 << 26);

    (void)state;
    for (size_t i = 0; i < 20000; i++)
        buf_add_text(&all, "x\",\"z\n");
    assert_null(read_all(buf_bytes(&all), ',', SIZE_MAX));
    buf_done(&all);
}

static void every_truncation_flip_and_allocation(void **state)
{
    const char *good =
        "\"id\",\"name\"\r\n\"1\",\"a \"\"b\"\" c\"\r\n2,plain\r\n\"3\",\"x\ny\"\r\n";
    const size_t len = strlen(good);
    char *whole = read_all(bytes_of_text(good), ',', SIZE_MAX);

    (void)state;
    for (size_t n = 0; n < len; n++) {
        uint8_t *exact = malloc(n == 0 ? 1 : n);
        memcpy(exact, good, n);
        free(read_all((struct bytes){ .at = exact, .len = n }, ',', SIZE_MAX));
        free(exact);
    }
    for (size_t bit = 0; bit < len * 8; bit++) {
        uint8_t *exact = malloc(len);
        memcpy(exact, good, len);
        exact[bit / 8] ^= (uint8_t)(1u << bit % 8);
        free(read_all((struct bytes){ .at = exact, .len = len }, ',', SIZE_MAX));
        free(exact);
    }
    for (size_t allowed = 0;; allowed++) {
        char *starved = read_all(bytes_of_text(good), ',', allowed);
        const bool enough = starved != NULL;
        assert_true(!enough || strcmp(starved, whole) == 0);
        free(starved);
        if (enough)
            break;
    }
    free(whole);
}

static void what_is_no_utf8_is_windows_1252(void **state)
{
    struct arena a = arena_with_budget(1 << 20);
    struct bytes out = { 0 };
    bool was = false;

    (void)state;
    assert_true(cp1252_text(bytes_of_text("NetIQ\xae \x80 \x99"), &a, &out, &was, NULL));
    assert_true(was);
    assert_true(bytes_equal_text(out, "NetIQ\xc2\xae \xe2\x82\xac \xe2\x84\xa2"));
    assert_true(cp1252_text(bytes_of_text("NetIQ\xc2\xae"), &a, &out, &was, NULL));
    assert_false(was);
    assert_true(bytes_equal_text(out, "NetIQ\xc2\xae"));
    a.fail_after = 0;
    assert_false(cp1252_text(bytes_of_text("\xff"), &a, &out, &was, NULL));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_commas_and_line_ends_are_read),
        cmocka_unit_test(a_broken_record_costs_its_first_line),
        cmocka_unit_test(a_record_may_be_given_back),
        cmocka_unit_test(another_separator_is_taken),
        cmocka_unit_test(reading_in_vain_is_bounded),
        cmocka_unit_test(every_truncation_flip_and_allocation),
        cmocka_unit_test(what_is_no_utf8_is_windows_1252),
    };

    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
