#include "core/date.h"
#include "core/limits.h"
#include "imports/import_list.h"
#include "imports/import_report.h"
#include "imports/import_text.h"
#include "imports/import_trial.h"
#include "observation/observation.h"
#include "record/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROW(id, due, notes)                                                                        \
    "{\"cveID\":\"CVE-2020-000" id "\",\"vendorProject\":\"Acme\",\"product\":\"Door\","           \
    "\"vulnerabilityName\":\"n\",\"dateAdded\":\"2021-01-01\",\"shortDescription\":\"d\","         \
    "\"requiredAction\":\"a\",\"dueDate\":\"" due "\",\"notes\":[" notes "]}"
#define LIST(count, rows) "{\"count\":" count ",\"vulnerabilities\":[" rows "]}"

enum { DAY = 17000 };

static struct import_list kev(const char *text)
{
    return import_trial_read(&import_kev_import, text, import_trial_arena());
}

static struct import_comparison compare(const struct observation_past *past,
                                        const struct import_list *l)
{
    struct import_comparison c;

    assert_true(import_compare(past, l, import_trial_arena(), &c, NULL));
    return c;
}

static struct import_comparison compare_lists(const struct import_list *then,
                                              const struct import_list *now)
{
    struct observation_past past = observation_past_in(import_trial_arena());

    assert_true(import_compare_older(&past, then, NULL));
    return compare(&past, now);
}

static const struct observation *at(const struct import_comparison *c, size_t i)
{
    return vec_at(&c->observations, i);
}

/* As the text of records, and back into what is known. */
static void log_all(const struct import_comparison *c, const struct import_list *l,
                    struct observation_past *past)
{
    const struct observation_snapshot snapshot = import_snapshot(l, DAY);

    for (size_t i = 0; i < c->observations.count; i++) {
        struct buf text = buf_with_limit(60000);
        struct record r;
        struct fault f = { 0 };
        if (!observation_text(at(c, i), &snapshot, import_trial_arena(), &text, &f))
            print_error("%s\n", f.text);
        assert_true(buf_ok(&text) && text.len > 0);
        assert_true(record_read_text(buf_bytes(&text), import_trial_arena(), &r, &f));
        assert_true(observation_past_add(past, &r, l->source, NULL));
        buf_done(&text);
    }
}

static void rows_appear_vanish_and_change(void **state)
{
    const struct import_list then =
        kev(LIST("3", ROW("3", "2021-02-01", "") "," ROW("1", "2021-02-01", "\"a\",\"b\"") "," ROW(
                          "2", "2021-02-01", "")));
    const struct import_list now =
        kev(LIST("3", ROW("1", "2021-03-01", "\"b\",\"c\"") "," ROW("4", "2021-02-01", "") "," ROW(
                          "2", "2021-02-01", "")));
    const struct import_comparison c = compare_lists(&then, &now);

    (void)state;
    assert_int_equal(c.observations.count, 3);
    assert_int_equal(at(&c, 0)->action, OBSERVATION_CHANGED);
    assert_string_equal(at(&c, 0)->row, "CVE-2020-0001");
    assert_int_equal(at(&c, 0)->was.count, 2);
    const struct observation_field *was = vec_at(&at(&c, 0)->was, 0);
    const struct observation_field *now_field = vec_at(&at(&c, 0)->now, 0);
    assert_string_equal(was->name, "due-date");
    assert_string_equal(was->value, "2021-02-01");
    assert_string_equal(now_field->value, "2021-03-01");
    assert_int_equal(at(&c, 1)->action, OBSERVATION_DISAPPEARED);
    assert_string_equal(at(&c, 1)->row, "CVE-2020-0003");
    assert_int_equal(at(&c, 2)->action, OBSERVATION_APPEARED);
    assert_int_equal(c.withheld, 0);
}

static void the_same_list_in_another_order_is_no_change(void **state)
{
    const struct import_list then =
        kev(LIST("2", ROW("1", "2021-02-01", "\"a\",\"b\"") "," ROW("2", "2021-02-01", "")));
    const struct import_list now =
        kev(LIST("2", ROW("2", "2021-02-01", "") "," ROW("1", "2021-02-01", "\"b\",\"a\"")));

    (void)state;
    assert_int_equal(compare_lists(&then, &now).observations.count, 0);
}

/* A row may be one of those that were not understood, or cut off. */
static void rows_missing_from_a_broken_list_are_withheld(void **state)
{
    const struct import_list then =
        kev(LIST("2", ROW("1", "2021-02-01", "") "," ROW("2", "2021-02-01", "")));
    const struct import_list broken = kev(LIST("2", ROW("1", "2021-02-01", "") ",7"));
    const struct import_list cut = kev(LIST("2", ROW("1", "2021-02-01", "")));
    const struct import_list named =
        kev(LIST("2", ROW("1", "2021-02-01", "") "," ROW("2", "no day", "")));

    (void)state;
    assert_int_equal(compare_lists(&then, &broken).observations.count, 0);
    assert_int_equal(compare_lists(&then, &broken).withheld, 1);
    assert_int_equal(compare_lists(&then, &cut).withheld, 1);
    /* its id was understood: it is there */
    assert_int_equal(compare_lists(&then, &named).withheld, 0);
    assert_int_equal(compare_lists(&then, &named).observations.count, 0);
}

/* What a register holds of a list is as good a past as the file was. */
static void observations_fold_back_into_what_was_known(void **state)
{
    struct observation_past logged = observation_past_in(import_trial_arena());
    const char *texts[] = {
        LIST("2", ROW("1", "2021-02-01", "\"a\",\"b\"") "," ROW("2", "2021-02-01", "")),
        LIST("1", ROW("1", "2021-03-01", "\"b\",\"c\",\"d\"")),
        LIST("2", ROW("1", "2021-03-01", "") "," ROW("2", "2021-04-01", "")),
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const struct import_list l = kev(texts[i]);
        const struct import_comparison c = compare(&logged, &l);
        assert_true(c.observations.count > 0);
        log_all(&c, &l, &logged);
        assert_int_equal(compare(&logged, &l).observations.count, 0);
    }
    assert_true(observation_past_find(&logged, "CVE-2020-0002")->present);
    assert_string_equal(observation_past_find(&logged, "CVE-2020-0001")->vendor, "Acme");
}

/* Forty rows of which so many are left, in a list that holds no count of them. */
static struct import_list shorter(size_t rows, bool meant)
{
    struct buf text = buf_with_limit(1 << 16);

    buf_add_text(&text, "{\"certs\":[");
    for (size_t i = 0; i < rows; i++)
        buf_print(&text, "%s{\"cert_id\":\"C%zu\",\"name\":\"P\",\"manufacturer\":\"H\"}",
                  i == 0 ? "" : ",", i);
    buf_add_text(&text, "]}");
    struct import_list l = import_trial_read(
        &import_eucc_import, arena_copy(import_trial_arena(), buf_bytes(&text), NULL),
        import_trial_arena());
    l.meant = meant;
    buf_done(&text);
    return l;
}

static void most_of_a_list_does_not_vanish_without_a_doubt(void **state)
{
    static const struct {
        size_t rows;
        bool meant;
        size_t disappeared;
    } cases[] = { { 20, false, 20 }, { 19, false, 0 }, { 19, true, 21 }, { 0, false, 0 } };
    const struct import_list then = shorter(40, false);
    struct observation_past past = observation_past_in(import_trial_arena());

    (void)state;
    assert_true(import_compare_older(&past, &then, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct import_list now = shorter(cases[i].rows, cases[i].meant);
        const struct import_comparison c = compare(&past, &now);
        assert_int_equal(c.disappeared, cases[i].disappeared);
        assert_int_equal(c.disappeared + c.withheld, 40 - cases[i].rows);
        assert_true((c.doubt != NULL) == (c.withheld > 0));
    }
}

static void observations_of_another_source_are_passed_by(void **state)
{
    struct observation_past other = observation_past_in(import_trial_arena());
    const struct observation_past none = observation_past_in(import_trial_arena());
    struct import_list l = kev(LIST("1", ROW("1", "2021-02-01", "")));
    const struct import_comparison c = compare(&none, &l);
    struct buf text = buf_with_limit(60000);
    const struct observation_snapshot snapshot = import_snapshot(&l, DAY);
    struct record r;

    (void)state;
    assert_true(observation_text(at(&c, 0), &snapshot, import_trial_arena(), &text, NULL));
    assert_true(record_read_text(buf_bytes(&text), import_trial_arena(), &r, NULL));
    assert_true(observation_past_add(&other, &r, "another", NULL));
    assert_int_equal(other.rows.count, 0);
    buf_done(&text);
}

/* A value longer than a line, a row larger than an entry: parted, and put together again. */
static void what_is_too_long_for_a_line_or_an_entry_is_parted(void **state)
{
    struct import_list l = kev(LIST("1", ROW("1", "2021-02-01", "")));
    struct import_row *row = vec_at(&l.rows, 0);
    struct observation_past logged = observation_past_in(import_trial_arena());
    struct buf value = buf_with_limit(LIMIT_LIST_VALUE);

    (void)state;
    for (size_t i = 0; i < 60; i++) {
        value.len = 0;
        for (size_t k = 0; value.len < 3000; k++)
            buf_print(&value, "%s%zu \xc3\xa9t\xc3\xa9", k == 0 ? "" : "  ", k * i);
        assert_true(import_list_field(&l, row, bytes_of_text("notes"), buf_bytes(&value), NULL));
    }
    buf_done(&value);
    const struct import_comparison c = compare(&logged, &l);
    assert_int_equal(c.appeared, 1);
    assert_true(c.observations.count > 3);
    log_all(&c, &l, &logged);
    assert_int_equal(compare(&logged, &l).observations.count, 0);
    assert_int_equal(observation_past_find(&logged, row->id)->fields.count, row->fields.count);
}

static void a_value_that_no_line_could_end_is_refused(void **state)
{
    const struct observation_past none = observation_past_in(import_trial_arena());
    struct buf text = buf_with_limit(LIMIT_REPORT);

    (void)state;
    for (size_t i = 0; i < 2000; i++)
        buf_add_text(&text, "x ");
    buf_add_byte(&text, '\0');
    assert_false(observation_fits((const char *)text.at));
    const char *whole =
        arena_print(import_trial_arena(), NULL, LIST("1", ROW("1", "2021-02-01", "\"%s\"")),
                    (const char *)text.at);
    const struct import_list l = kev(whole);
    assert_int_equal(l.understood, 0);
    assert_non_null(strstr(import_trial_refused(&l, 1), "notes"));
    assert_int_equal(compare(&none, &l).observations.count, 0);
    buf_done(&text);
}

static void the_whole_catalogue_goes_through_the_register_and_back(void **state)
{
    struct observation_past logged = observation_past_in(import_trial_arena());
    struct import_list l;

    (void)state;
    if (!import_trial_fixture(&import_kev_import, "kev/known_exploited_vulnerabilities.json",
                              import_trial_arena(), &l))
        skip();
    const struct import_comparison c = compare(&logged, &l);
    assert_int_equal(c.observations.count, 1404);
    log_all(&c, &l, &logged);
    assert_int_equal(compare(&logged, &l).observations.count, 0);
}

static void every_allocation_fails_in_turn(void **state)
{
    const struct import_list then =
        kev(LIST("2", ROW("1", "2021-02-01", "\"a\",\"b\"") "," ROW("2", "2021-02-01", "")));
    const struct import_list now = kev(LIST("1", ROW("1", "2021-03-01", "\"b\",\"c\"")));
    const struct observation_snapshot snapshot = import_snapshot(&now, DAY);
    bool enough = false;

    (void)state;
    for (size_t allowed = 0; !enough; allowed++) {
        struct arena small = arena_with_budget(1 << 24);
        struct observation_past past = observation_past_in(&small);
        struct import_comparison c;
        struct fault f = { 0 };
        small.fail_after = allowed;
        enough =
            import_compare_older(&past, &then, &f) && import_compare(&past, &now, &small, &c, &f);
        for (size_t i = 0; enough && i < c.observations.count; i++) {
            struct buf text = buf_with_limit(60000);
            struct record r;
            enough = observation_text(at(&c, i), &snapshot, &small, &text, &f) &&
                     record_read_text(buf_bytes(&text), &small, &r, &f) &&
                     observation_past_add(&past, &r, now.source, &f);
            buf_done(&text);
        }
        assert_true(enough == (f.kind == FAULT_NONE));
        arena_done(&small);
    }
}

static void names_become_ids(void **state)
{
    static const struct {
        const char *name;
        const char *id;
    } cases[] = {
        { "cveID", "cve-id" },
        { "vendorProject", "vendor-project" },
        { "Protection Profile(s)", "protection-profile-s" },
        { "ready_status", "ready-status" },
        { "a.b", "a.b" },
        { "...", "field" },
        { "", "field" },
        { "\xc3\xa9", "field" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(
            import_text_name(import_trial_arena(), bytes_of_text(cases[i].name), NULL),
            cases[i].id);
}

static void texts_are_clean_and_days_exist(void **state)
{
    int32_t day = DATE_NONE;

    (void)state;
    assert_string_equal(import_text_clean(import_trial_arena(),
                                          bytes_of_text(" a\r\n\t b\xc2\xa0"
                                                        "c\xc2\xad"
                                                        "d \x1b "),
                                          NULL),
                        "a b cd \\x1b");
    assert_true(import_text_date("2/29/2024", IMPORT_TEXT_US, &day));
    assert_false(import_text_date("2/29/2023", IMPORT_TEXT_US, &day));
    assert_false(import_text_date("2/2.2023", IMPORT_TEXT_EU, &day));
    assert_false(import_text_date("2/2/23", IMPORT_TEXT_EU, &day));
    assert_false(import_text_date("2/2/20233", IMPORT_TEXT_EU, &day));
    assert_false(import_text_date("0/2/2023", IMPORT_TEXT_US, &day));
    assert_false(import_text_date("'2/2/2023", IMPORT_TEXT_EU, &day));
    assert_false(import_text_date("'", IMPORT_TEXT_EU, &day));
    assert_true(import_text_date("2024-02-29T00:00:00Z", IMPORT_TEXT_ISO, &day));
    assert_false(import_text_date("2024-02-29x", IMPORT_TEXT_ISO, &day));
    assert_false(import_text_date("2024-02-29 or later", IMPORT_TEXT_ISO, &day));
    assert_true(import_text_date("2024-02-29 23:59:59+01:00", IMPORT_TEXT_ISO, &day));
    assert_string_equal(import_text_clean(import_trial_arena(),
                                          bytes_of_text("a\xe2\x80\x8b\xe3\x80\x80\xe2\x80\xa8"
                                                        "b\xef\xbb\xbf"),
                                          NULL),
                        "a b");
}

static void a_report_tells_what_changed(void **state)
{
    const struct import_list then = kev(LIST("1", ROW("1", "2021-02-01", "")));
    const struct import_list now = kev(LIST("2", ROW("1", "2021-03-01", "") ",7"));
    const struct import_comparison c = compare_lists(&then, &now);
    const struct import_report r = {
        .file = "kev.json", .list = &now, .comparison = &c, .has_past = true
    };
    struct buf out = buf_with_limit(LIMIT_REPORT);

    (void)state;
    assert_true(import_report_text(&r, import_trial_arena(), &out, NULL));
    import_report_json(&r, &out);
    buf_add_byte(&out, '\0');
    const char *text = (const char *)out.at;
    assert_non_null(strstr(text, "2 rows read: 1 understood, 1 not"));
    assert_non_null(strstr(text, "row 2: the row is no object"));
    assert_non_null(strstr(text, "was due-date: 2021-02-01"));
    assert_non_null(strstr(text, "\"refused\": [\n    {\"row\": 2, \"id\": null, \"why\": "));
    assert_non_null(strstr(text, "\"was\": [{\"due-date\": \"2021-02-01\"}]"));
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_appear_vanish_and_change),
        cmocka_unit_test(the_same_list_in_another_order_is_no_change),
        cmocka_unit_test(rows_missing_from_a_broken_list_are_withheld),
        cmocka_unit_test(observations_fold_back_into_what_was_known),
        cmocka_unit_test(most_of_a_list_does_not_vanish_without_a_doubt),
        cmocka_unit_test(observations_of_another_source_are_passed_by),
        cmocka_unit_test(what_is_too_long_for_a_line_or_an_entry_is_parted),
        cmocka_unit_test(a_value_that_no_line_could_end_is_refused),
        cmocka_unit_test(the_whole_catalogue_goes_through_the_register_and_back),
        cmocka_unit_test(every_allocation_fails_in_turn),
        cmocka_unit_test(names_become_ids),
        cmocka_unit_test(texts_are_clean_and_days_exist),
        cmocka_unit_test(a_report_tells_what_changed),
    };

    return cmocka_run_group_tests_name("import_compare", tests, import_trial_begin,
                                       import_trial_end);
}
