#include "core/date.h"
#include "imports/import_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ROW(id, added, due)                                                                        \
    "{\"cveID\":\"" id "\",\"vendorProject\":\"Acme\",\"product\":\"Door\","                       \
    "\"vulnerabilityName\":\"n\",\"dateAdded\":\"" added "\",\"shortDescription\":\"d\","          \
    "\"requiredAction\":\"a\",\"dueDate\":\"" due "\",\"cwes\":[\"CWE-1\",\"CWE-2\"]}"
#define LIST(count, rows)                                                                          \
    "{\"title\":\"t\",\"catalogVersion\":\"2025.08.25\",\"dateReleased\":"                         \
    "\"2025-08-25T17:04:19.9Z\",\"count\":" count ",\"vulnerabilities\":[" rows "]}"

static void the_catalogue_is_read_whole(void **state)
{
    struct import_list l;
    size_t early = 0;

    (void)state;
    if (!import_trial_fixture(&import_kev_import, "kev/known_exploited_vulnerabilities.json",
                              import_trial_arena(), &l))
        skip();
    assert_int_equal(l.read, 1404);
    assert_int_equal(l.understood, 1404);
    assert_int_equal(l.rows.count, 1404);
    assert_true(import_is_whole(&l));
    assert_int_equal(l.date, date_of((struct date_parts){ 2025, 8, 25 }));
    for (size_t i = 0; i < l.rows.count; i++) {
        const struct import_row *row = vec_at(&l.rows, i);
        early += row->due < row->from;
        assert_true(row->due >= row->from ||
                    import_trial_noted(&l, row->number, "days before it was added"));
    }
    assert_int_equal(early, 15);
    const struct import_row *git = import_find(&l, "CVE-2025-48384");
    assert_string_equal(git->vendor, "Git");
    assert_string_equal(import_trial_value(&l, git->id, "due-date"), "2025-09-15");
    assert_string_equal(import_trial_value(&l, git->id, "cwes"), "CWE-59");
    assert_int_equal(git->fields.count, 12); /* eleven members, one of them of two */
}

static void a_missing_member_refuses_its_row_alone(void **state)
{
    const struct import_list l =
        import_trial_read(&import_kev_import,
                          LIST("3", ROW("CVE-2020-0001", "2021-01-01",
                                        "2021-02-01") ",{\"cveID\":\"CVE-2020-0002\"},7"),
                          import_trial_arena());

    (void)state;
    assert_int_equal(l.read, 3);
    assert_int_equal(l.understood, 1);
    assert_non_null(strstr(import_trial_refused(&l, 2), "vendorProject, a required member"));
    assert_non_null(import_trial_refused(&l, 3));
    assert_false(import_is_whole(&l));
}

static void what_breaks_the_schema_is_refused(void **state)
{
    const struct import_list l = import_trial_read(
        &import_kev_import,
        LIST("3", ROW("CVE-2020-01", "2021-01-01", "2021-02-01") "," ROW(
                      "CVE-2020-0002", "2021-02-30", "2021-02-01") "," ROW("CVE-2020-0003",
                                                                           "2021-02-01", "soon")),
        import_trial_arena());

    (void)state;
    assert_int_equal(l.refused.count, 3);
    assert_non_null(strstr(import_trial_refused(&l, 1), "no CVE number"));
    assert_non_null(strstr(import_trial_refused(&l, 2), "2021-02-30"));
    assert_non_null(strstr(import_trial_refused(&l, 3), "dueDate"));
}

static void a_cve_that_comes_twice_is_told(void **state)
{
    const struct import_list l = import_trial_read(
        &import_kev_import,
        LIST("3", ROW("CVE-2020-0001", "2021-01-01", "2021-02-01") "," ROW(
                      "CVE-2020-0001", "2021-01-01",
                      "2021-02-01") "," ROW("CVE-2020-0001", "2021-01-01", "2021-03-01")),
        import_trial_arena());

    (void)state;
    assert_int_equal(l.understood, 2);
    assert_int_equal(l.rows.count, 1);
    assert_true(import_trial_noted(&l, 2, "the same as row 1"));
    assert_non_null(strstr(import_trial_refused(&l, 3), "another due-date"));
    assert_true(import_is_whole(&l)); /* the row is there, whatever it says */
}

static void a_count_that_does_not_hold_is_told(void **state)
{
    const struct import_list l = import_trial_read(
        &import_kev_import, LIST("9", ROW("CVE-2020-0001", "2021-01-01", "2021-02-01")),
        import_trial_arena());

    (void)state;
    assert_true(import_trial_noted(&l, 0, "declares 9 vulnerabilities, and holds 1"));
    assert_false(import_is_whole(&l));
}

static void a_file_that_is_no_catalogue_is_refused(void **state)
{
    static const char *const cases[] = {
        "", "[]", "{}", "{\"vulnerabilities\":1}", "{\"a\":1,\"a\":2}", "\xff\xfe{"
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct import_ask ask = { .all = bytes_of_text(cases[i]) };
        struct import_list l;
        struct fault f = { 0 };
        assert_false(import_read(&import_kev_import, &ask, import_trial_arena(), &l, &f));
        assert_int_not_equal(f.kind, FAULT_NONE);
    }
}

static void every_truncation_flip_and_allocation(void **state)
{
    const struct import_ask ask = {
        .all = bytes_of_text(LIST("1", ROW("CVE-2020-0001", "2021-01-01", "2021-02-01"))),
        .file = "kev.json",
    };

    (void)state;
    import_trial(&import_kev_import, &ask);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_catalogue_is_read_whole),
        cmocka_unit_test(a_missing_member_refuses_its_row_alone),
        cmocka_unit_test(what_breaks_the_schema_is_refused),
        cmocka_unit_test(a_cve_that_comes_twice_is_told),
        cmocka_unit_test(a_count_that_does_not_hold_is_told),
        cmocka_unit_test(a_file_that_is_no_catalogue_is_refused),
        cmocka_unit_test(every_truncation_flip_and_allocation),
    };

    return cmocka_run_group_tests_name("import_kev", tests, import_trial_begin, import_trial_end);
}
