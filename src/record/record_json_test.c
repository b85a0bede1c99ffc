/* record_json_test.c -- JSON objects and pairs become the text of records, and back. */
#include "record/record_json.h"

#include "codec/emit.h"
#include "tlog/tlog_trial.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BUDGET = 16 << 20, TEXT_LIMIT = 1 << 20 };

#define DIGEST "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const char report[] =
    "{\"type\":\"report\",\"date\":\"2017-10-12\",\"result\":\"none-found\",\"hosts\":412,"
    "\"method\":[\"dpkg and rpm databases\",\"PE signatures\"],\"coverage\":\"all of it\","
    "\"step\":\"identify\",\"organisation\":\"agency-a\",\"directive\":\"bod-17-01\","
    "\"evidence\":[\"" DIGEST "\"]}";

static const char report_text[] = "hallmark/report/v1\n"
                                  "directive bod-17-01\n"
                                  "organisation agency-a\n"
                                  "step identify\n"
                                  "result none-found\n"
                                  "method dpkg and rpm databases\n"
                                  "method PE signatures\n"
                                  "coverage all of it\n"
                                  "hosts 412\n"
                                  "evidence " DIGEST "\n"
                                  "date 2017-10-12\n";

/* The text that the object yields, or the fault that it is refused with. */
static void expect(const char *object, const char *wanted)
{
    struct arena a = arena_with_budget(BUDGET);
    struct buf text = buf_with_limit(TEXT_LIMIT);
    struct fault f = { 0 };

    const bool ok = record_json_read(bytes_of_text(object), &a, &text, &f);
    if (!ok && text.len > 0)
        fail_msg("%s: refused, and yet %zu bytes were written", object, text.len);
    buf_add_byte(&text, 0);
    if (strstr(ok ? (const char *)text.at : f.text, wanted) == NULL)
        fail_msg("%s\nwanted: %s\ngot: %s", object, wanted, ok ? (const char *)text.at : f.text);
    buf_done(&text);
    arena_done(&a);
}

static void members_become_lines_in_the_order_of_the_table(void **state)
{
    (void)state;
    expect("{\"type\":\"vendor\",\"id\":\"northgate\",\"name\":\"Northgate Systems Ltd.\","
           "\"date\":\"2017-01-03\"}",
           "hallmark/vendor/v1\nid northgate\nname Northgate Systems Ltd.\ndate 2017-01-03\n");
    expect(report, report_text);
    expect("{\"name\":\"Zo\\u00eb \\ud83d\\ude00\",\"id\":\"z\",\"type\":\"vendor\","
           "\"date\":\"2017-01-03\"}",
           "name Zo\xc3\xab \xf0\x9f\x98\x80\n");
}

#define VENDOR(rest) "{\"type\":\"vendor\",\"id\":\"x\",\"date\":\"2017-01-01\"" rest "}"

static void every_refusal_names_the_member_and_the_rule(void **state)
{
    char *wide = malloc(70200);

    (void)state;
    expect("", "RFC 8259");
    expect("[]", "an entry is a JSON object");
    expect("{\"id\":\"x\"}", "type: the member is missing");
    expect("{\"type\":3}", "type: is no text");
    expect("{\"type\":\"index\",\"covers\":0}", "type: only the log writes index entries");
    expect("{\"type\":\"certifcate\",\"id\":\"x\"}",
           "type: 'certifcate' is no type of entry; there is 'certificate'");
    expect("{\"type\":\"vendor\",\"id\":\"y\",\"name\":\"Y\",\"date\":\"2017-02-30\"}",
           "date: '2017-02-30' is no day (YYYY-MM-DD)");
    expect(VENDOR(",\"name\":\"Z\\nid other\""), "name: 'Z\\x0aid other' is no text");
    expect(VENDOR(""), "hallmark/vendor/v1: the line 'name' is missing");
    expect(VENDOR(",\"nmae\":\"X\""), "'nmae' is no line of hallmark/vendor/v1; there is 'name'");
    expect(VENDOR(",\"name\":\"X\",\"name\":\"Y\""), "duplicate object key");
    expect(VENDOR(",\"name\":null"), "name: the value of a line of kind text is a text");
    expect(VENDOR(",\"name\":true"), "name: the value of a line of kind text is a text");
    expect(VENDOR(",\"name\":7"), "name: the value of a line of kind text is a text");
    expect(VENDOR(",\"name\":{\"a\":\"b\"}"), "name: the value of a line of kind text is a text");
    expect(VENDOR(",\"name\":[\"X\"]"), "name: stands only once, and a list is given");
    expect(VENDOR(",\"name\":\"X\\u0000\""), "RFC 8259");
    expect(VENDOR(",\"name\":\"X\xff\""), "RFC 8259");
    expect(VENDOR(",\"name\":\"X\"") " x", "RFC 8259: end of file expected");
#define REPORT(hosts)                                                                              \
    "{\"type\":\"report\",\"directive\":\"d\",\"organisation\":\"o\",\"step\":\"s\","              \
    "\"result\":\"plan\",\"date\":\"2017-01-01\",\"hosts\":" hosts "}"
    expect(REPORT("\"12\""), "hosts 12\n");
    expect(REPORT("-1"), "hosts: '-1' is no count");
    expect(REPORT("1.5"), "hosts: the value of a line of kind count is a text or a whole number");
    expect(REPORT("[1]"), "hosts: stands only once, and a list is given");
    expect(REPORT("1,\"method\":[[\"a\"]]"), "method: the value of a line of kind text is a text");
    expect(REPORT("1,\"method\":[]"), "hosts 1\n");
    expect(REPORT("99999999999999999999"), "RFC 8259: too big integer");

    (void)snprintf(wide, 70200, VENDOR(",\"name\":\"%070000d\""), 0);
    expect(wide, "name: 70000 bytes, where 1024 are allowed");
    free(wide);
}

static void pairs_become_the_same(void **state)
{
    const struct record_pair pairs[] = {
        { bytes_of_text("version"), bytes_of_text("4.2") },
        { bytes_of_text("certificate"), bytes_of_text("cpa/1001") },
        { bytes_of_text("date"), bytes_of_text("2017-06-01") },
        { bytes_of_text("version"), bytes_of_text("4.1") },
    };
    const struct record_pair unknown = { bytes_of_text("versoin"), bytes_of_text("4") };
    const struct record_type *type = record_type_named(bytes_of_text("maintenance"));
    struct arena a = arena_with_budget(BUDGET);
    struct buf text = buf_with_limit(TEXT_LIMIT);
    struct fault f = { 0 };

    (void)state;
    buf_add_text(&text, "before\n");
    assert_true(record_json_pairs(type, pairs, 4, &a, &text, &f));
    assert_true(bytes_equal_text(buf_bytes(&text),
                                 "before\nhallmark/maintenance/v1\ncertificate cpa/1001\n"
                                 "version 4.2\nversion 4.1\ndate 2017-06-01\n"));
    assert_false(record_json_pairs(type, &unknown, 1, &a, &text, &f));
    assert_string_equal(f.text, "'versoin' is no line of hallmark/maintenance/v1; there is "
                                "'version'");
    assert_false(record_json_pairs(type, pairs, 2, &a, &text, &f));
    assert_string_equal(f.text, "hallmark/maintenance/v1: the line 'date' is missing");
    buf_done(&text);
    arena_done(&a);
}

static void a_record_becomes_the_object_that_it_came_from(void **state)
{
    struct arena a = arena_with_budget(BUDGET);
    struct buf json = buf_with_limit(TEXT_LIMIT);
    struct buf text = buf_with_limit(TEXT_LIMIT);
    struct emit e = emit_to(&json);
    struct fault f = { 0 };
    struct record r;

    (void)state;
    assert_true(record_read_text(bytes_of_text(report_text), &a, &r, &f));
    emit_map(&e, NULL, EMIT_FLAT);
    record_json_put(&r, &e);
    emit_map_end(&e);
    assert_true(bytes_equal_text(
        buf_bytes(&json),
        "{\"type\": \"report\", \"directive\": \"bod-17-01\", \"organisation\": \"agency-a\", "
        "\"step\": \"identify\", \"result\": \"none-found\", "
        "\"method\": [\"dpkg and rpm databases\", \"PE signatures\"], "
        "\"coverage\": [\"all of it\"], \"hosts\": 412, "
        "\"evidence\": [\"" DIGEST "\"], \"date\": \"2017-10-12\"}\n"));
    assert_true(record_json_read(buf_bytes(&json), &a, &text, &f));
    assert_true(bytes_equal_text(buf_bytes(&text), report_text));
    buf_done(&text);
    buf_done(&json);
    arena_done(&a);
}

static bool read_object(void *with, struct bytes input, struct arena *a, struct buf *told,
                        struct fault *f)
{
    (void)with;
    return record_json_read(input, a, told, f);
}

static void no_damage_harms_the_reader(void **state)
{
    (void)state;
    tlog_trial_parser(&(struct tlog_trial){ .read = read_object, .good = bytes_of_text(report) });
}

/* jansson does not always say that memory was short; it must refuse all the same. Its hooks take no
 * argument of ours. */
static size_t allocations_left;

static void *starving_malloc(size_t size)
{
    if (allocations_left == 0)
        return NULL;
    allocations_left--;
    return malloc(size);
}

static void no_failing_allocation_of_jansson_lets_a_text_out(void **state)
{
    struct arena a = arena_with_budget(BUDGET);
    struct buf text = buf_with_limit(TEXT_LIMIT);
    size_t needed = 0;
    bool ok = false;

    (void)state;
    json_set_alloc_funcs(starving_malloc, free);
    for (; !ok; needed++) {
        struct fault f = { 0 };
        allocations_left = needed;
        ok = record_json_read(bytes_of_text(report), &a, &text, &f);
        assert_true(ok == (f.kind == FAULT_NONE));
    }
    json_set_alloc_funcs(malloc, free);
    assert_true(needed > 10);
    assert_true(bytes_equal_text(buf_bytes(&text), report_text));
    buf_done(&text);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_become_lines_in_the_order_of_the_table),
        cmocka_unit_test(every_refusal_names_the_member_and_the_rule),
        cmocka_unit_test(pairs_become_the_same),
        cmocka_unit_test(a_record_becomes_the_object_that_it_came_from),
        cmocka_unit_test(no_damage_harms_the_reader),
        cmocka_unit_test(no_failing_allocation_of_jansson_lets_a_text_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
