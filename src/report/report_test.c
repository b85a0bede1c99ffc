#include "report/report.h"

#include "report/page.h"
#include "report/report_read.h"
#include "report/sample.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BUDGET = 16 << 20 };

static struct buf written(const struct report_form *form, const struct scan *s,
                          const struct report_options *o)
{
    struct buf out = buf_with_limit(BUDGET);
    struct fault f = { 0 };

    assert_true(form->write(s, o, &out, &f));
    return out;
}

static void assert_written(const char *golden, const struct report_form *form, const struct scan *s,
                           const struct report_options *o)
{
    struct buf out = written(form, s, o);

    sample_assert_golden(golden, buf_bytes(&out));
    if (form == &json_report)
        sample_write_seed(golden, buf_bytes(&out));
    buf_done(&out);
}

static void reports_are_as_the_golden_files(void **state)
{
    (void)state;
    struct arena a = arena_with_budget(BUDGET);
    const struct scan scan = sample_scan(&a);
    const struct scan judgement = sample_judgement(&a);

    assert_written("scan.json", &json_report, &scan, &(struct report_options){ 0 });
    assert_written("judge.json", &json_report, &judgement, &(struct report_options){ 0 });
    assert_written("scan.txt", &text_report, &scan, &(struct report_options){ 0 });
    assert_written("scan-60-columns.txt", &text_report, &scan,
                   &(struct report_options){ .columns = 60 });
    assert_written("scan-quiet.txt", &text_report, &scan,
                   &(struct report_options){ .verbosity = -1 });
    assert_written("scan-verbose-colour.txt", &text_report, &scan,
                   &(struct report_options){ .verbosity = 1, .colour = true });
    assert_written("judge.txt", &text_report, &judgement, &(struct report_options){ 0 });
    arena_done(&a);
}

static void what_was_written_reads_back_and_writes_the_same(void **state)
{
    (void)state;
    struct arena a = arena_with_budget(BUDGET);
    const struct scan scan = sample_scan(&a);
    struct buf once = written(&json_report, &scan, &(struct report_options){ 0 });
    struct scan again;
    struct fault f = { 0 };

    assert_true(report_read(buf_bytes(&once), &a, &again, &f));
    struct buf twice = written(&json_report, &again, &(struct report_options){ 0 });
    assert_true(bytes_equal(buf_bytes(&once), buf_bytes(&twice)));
    buf_done(&once);
    buf_done(&twice);
    arena_done(&a);
}

/* A reading of a changed copy of exact size, so that a sanitizer sees one byte too many. */
static bool reads(struct bytes json, size_t fail_after)
{
    struct arena a = arena_with_budget(BUDGET);
    struct scan s;
    struct fault f = { 0 };
    uint8_t *exact = malloc(json.len == 0 ? 1 : json.len);

    assert_non_null(exact);
    if (json.len > 0)
        memcpy(exact, json.at, json.len);
    a.fail_after = fail_after;
    const bool ok = report_read((struct bytes){ .at = exact, .len = json.len }, &a, &s, &f);
    assert_true(ok == (f.kind == FAULT_NONE));
    free(exact);
    arena_done(&a);
    return ok;
}

static void a_damaged_report_is_refused_and_never_harms(void **state)
{
    (void)state;
    struct arena a = arena_with_budget(BUDGET);
    const struct scan judgement = sample_judgement(&a);
    struct buf json = written(&json_report, &judgement, &(struct report_options){ 0 });

    for (size_t n = 0; n + 1 < json.len; n++)
        assert_false(reads(bytes_part(buf_bytes(&json), 0, n), SIZE_MAX));
    for (size_t bit = 0; bit < json.len * 8; bit++) {
        json.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
        (void)reads(buf_bytes(&json), SIZE_MAX);
        json.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    size_t allocations = 0;
    while (!reads(buf_bytes(&json), allocations))
        allocations++;
    assert_true(allocations > 50);
    buf_done(&json);
    arena_done(&a);
}

static void a_fault_of_a_report_names_its_place(void **state)
{
    (void)state;
    struct arena a = arena_with_budget(BUDGET);
    const struct scan judgement = sample_judgement(&a);
    struct buf json = written(&json_report, &judgement, &(struct report_options){ 0 });
    const size_t at = bytes_search(buf_bytes(&json), bytes_of_text("\"status\": \"due\""));
    struct scan s;
    struct fault f = { 0 };

    assert_true(at < json.len);
    memcpy(json.at + at + strlen("\"status\": \""), "odd", 3);
    assert_false(report_read(buf_bytes(&json), &a, &s, &f));
    assert_string_equal(f.text, "products[0].status: 'odd' is no status");
    buf_done(&json);
    arena_done(&a);
}

static void a_report_too_large_for_its_buffer_is_a_fault(void **state)
{
    (void)state;
    struct arena a = arena_with_budget(BUDGET);
    const struct scan scan = sample_scan(&a);

    for (size_t i = 0; report_all[i] != NULL; i++) {
        struct buf out = buf_with_limit(100);
        struct fault f = { 0 };
        assert_false(report_all[i]->write(&scan, &(struct report_options){ 0 }, &out, &f));
        assert_int_equal(f.kind, FAULT_LIMIT);
        buf_done(&out);
    }
    arena_done(&a);
}

static void numbers_are_grouped_and_sizes_rounded_down(void **state)
{
    (void)state;
    char out[PAGE_NUMBER_MAX];

    assert_string_equal(page_count(0, out), "0");
    assert_string_equal(page_count(999, out), "999");
    assert_string_equal(page_count(1000, out), "1,000");
    assert_string_equal(page_count(UINT64_MAX, out), "18,446,744,073,709,551,615");
    assert_string_equal(page_size(999, out), "999 bytes");
    assert_string_equal(page_size(3412345, out), "3.4 MB");
    assert_string_equal(page_size(123456789, out), "123 MB");
    assert_string_equal(page_size(UINT64_MAX, out), "18.4 EB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_are_as_the_golden_files),
        cmocka_unit_test(what_was_written_reads_back_and_writes_the_same),
        cmocka_unit_test(a_damaged_report_is_refused_and_never_harms),
        cmocka_unit_test(a_fault_of_a_report_names_its_place),
        cmocka_unit_test(a_report_too_large_for_its_buffer_is_a_fault),
        cmocka_unit_test(numbers_are_grouped_and_sizes_rounded_down),
    };
    const struct CMUnitTest seeds[] = { cmocka_unit_test(reports_are_as_the_golden_files) };

    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        return 1;
    if (getenv("HALLMARK_SEEDS_ONLY") != NULL)
        return cmocka_run_group_tests(seeds, NULL, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
