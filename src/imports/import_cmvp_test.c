#include "core/date.h"
#include "imports/import_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SEARCH(rows)                                                                               \
    "<div data-total-records=2><table><tr><th>Certificate Number</th><th>Vendor Name</th>"         \
    "<th>Module Name</th><th>Module Type</th><th>Validation Date</th><th>Status</th></tr>" rows    \
    "</table></div>"
#define MIP(rows)                                                                                  \
    "<p>Last Updated: 12/18/2021</p><table><thead><tr><th>Module Name</th><th>Vendor Name</th>"    \
    "<th>Standard</th><th>Status</th></tr></thead>" rows "</table>"
#define FOOT(displayed, hidden, total)                                                             \
    "<tfoot><tr><td colspan=3>Displayed</td><td>" displayed "</td></tr><tr><td colspan=3>"         \
    "Not Displayed</td><td>" hidden "</td></tr><tr><td>Total</td><td>" total "</td></tr></tfoot>"
#define CELLS(a, b, c, d)                                                                          \
    "<tr><td>" a "</td><td>" b "</td><td>" c "</td><td class=x>" d "</td></tr>"

static bool fixture(const char *path, struct import_list *l)
{
    return import_trial_fixture(&import_cmvp_import, path, import_trial_arena(), l);
}

static struct import_list page(const char *text)
{
    return import_trial_read(&import_cmvp_import, text, import_trial_arena());
}

static const struct import_row *row_at(const struct import_list *l, size_t i)
{
    return vec_at(&l->rows, i);
}

static void the_search_pages_are_read(void **state)
{
    struct import_list l;

    (void)state;
    if (!fixture("cmvp/fips_modules_active.html", &l))
        skip();
    assert_int_equal(l.read, 5);
    assert_int_equal(l.understood, 5);
    assert_string_equal(l.source, "cmvp-active");
    const struct import_row *row = import_find(&l, "3651");
    assert_string_equal(row->vendor, "Microsoft Corporation");
    assert_string_equal(row->product, "Secure Kernel Code Integrity");
    assert_string_equal(row->status, "Active");
    assert_int_equal(row->from, date_of((struct date_parts){ 2020, 5, 7 }));
    assert_string_equal(import_trial_value(&l, "3651", "link"),
                        "/projects/cryptographic-module-validation-program/certificate/3651");
    assert_true(fixture("cmvp/fips_modules_historical.html", &l));
    assert_int_equal(l.understood, 17);
    assert_string_equal(l.source, "cmvp-historical");
    assert_string_equal(import_find(&l, "2630")->product,
                        "Red Hat Enterprise Linux OpenSSH Server Cryptographic Module");
}

/* The page says that 24 match and holds none: nothing has disappeared. */
static void an_empty_table_that_declares_rows_is_no_whole_list(void **state)
{
    struct import_list l;

    (void)state;
    if (!fixture("cmvp/fips_modules_revoked.html", &l))
        skip();
    assert_int_equal(l.read, 0);
    assert_string_equal(l.source, "cmvp-revoked");
    assert_true(import_trial_noted(&l, 0, "declares 24 certificates, and holds 0"));
    assert_false(import_is_whole(&l));
}

static void modules_in_process_are_read_with_those_not_displayed(void **state)
{
    struct import_list l;

    (void)state;
    if (!fixture("cmvp/fips_mip_2021-12-19.html", &l))
        skip();
    assert_int_equal(l.read, 236);
    assert_int_equal(l.understood, 236);
    assert_true(import_is_whole(&l));
    assert_int_equal(l.date, date_of((struct date_parts){ 2021, 12, 18 }));
    assert_int_equal(l.aside.count, 1);
    const struct import_row *hidden = vec_at(&l.aside, 0);
    assert_string_equal(hidden->id, "not-displayed");
    assert_string_equal(import_trial_value(&l, "not-displayed", "not-displayed"), "34");
    assert_string_equal(import_trial_value(&l, "not-displayed", "total"), "270");
    assert_string_equal(row_at(&l, 0)->vendor, "A10 Networks, Inc."); /* and no "View Contacts" */
    assert_string_equal(row_at(&l, 0)->status, "Coordination");
    assert_string_equal(import_trial_value(&l, row_at(&l, 0)->id, "submission"), "10975");
}

static void implementations_under_test_are_read(void **state)
{
    struct import_list l;

    (void)state;
    if (!fixture("cmvp/fips_iut_2021-12-10.html", &l))
        skip();
    assert_int_equal(l.understood, 173);
    assert_true(import_is_whole(&l));
    assert_string_equal(l.source, "cmvp-iut");
    assert_string_equal(import_trial_value(&l, "not-displayed", "not-displayed"), "2");
    assert_int_equal(row_at(&l, 0)->from, date_of((struct date_parts){ 2021, 7, 2 }));
}

#define CERTIFICATE(number, dates)                                                                 \
    "<tr><td><a href=/c/1>" number "</a></td><td>Acme</td><td>Box</td><td>Hardware</td><td>" dates \
    "</td><td>Active</td></tr>"

static void dates_that_run_together_are_parted(void **state)
{
    const struct import_list l = page(
        SEARCH(CERTIFICATE("1", "05/07/202010/05/2022") CERTIFICATE("2", "5/7/2020<br/>soon")));
    const struct import_row *row = import_find(&l, "1");
    size_t dates = 0;

    (void)state;
    for (size_t i = 0; i < row->fields.count; i++) {
        const struct observation_field *field = vec_at(&row->fields, i);
        dates += strcmp(field->name, "validation-date") == 0;
    }
    assert_int_equal(dates, 2);
    assert_int_equal(row->from, date_of((struct date_parts){ 2020, 5, 7 }));
    assert_true(import_trial_noted(&l, 2, "'soon' is no day"));
    assert_int_equal(l.understood, 2);
}

static void rows_that_are_no_certificates_are_refused(void **state)
{
    const struct import_list l =
        page(SEARCH(CERTIFICATE("none", "") "<tr><td>3</td><td>x</td></tr>"));

    (void)state;
    assert_int_equal(l.refused.count, 2);
    assert_non_null(strstr(import_trial_refused(&l, 1), "no number"));
    assert_non_null(strstr(import_trial_refused(&l, 2), "as many cells"));
}

static void a_state_may_say_since_when(void **state)
{
    const struct import_list l =
        page(MIP(CELLS("Box", "Acme", "FIPS 140-3", "Comment Resolution &ndash; Lab (3/5/2026)")
                     CELLS("Bag", "Acme", "FIPS 140-3", "Contemplation")
                         CELLS("Bug", "Acme", "FIPS 140-3", "In Review (later)")));

    (void)state;
    assert_int_equal(l.understood, 3);
    assert_string_equal(row_at(&l, 0)->status, "Comment Resolution \xe2\x80\x93 Lab");
    assert_int_equal(row_at(&l, 0)->from, date_of((struct date_parts){ 2026, 3, 5 }));
    assert_true(import_trial_noted(&l, 2, "'Contemplation' is no word"));
    assert_true(import_trial_noted(&l, 3, "no day in it"));
    assert_false(import_trial_noted(&l, 1, "Status"));
}

static void the_state_may_be_a_marked_column(void **state)
{
    const struct import_list l =
        page("<table><tr><th>Module Name<th>Vendor Name<th>Standard<th>Review Pending<th>In Review"
             "<tr><td>Box<td>Acme<td>FIPS 140-2<td><td class='x mip-highlight'>&nbsp;</table>");

    (void)state;
    assert_int_equal(l.understood, 1);
    assert_string_equal(row_at(&l, 0)->status, "In Review");
}

static void modules_of_one_name_are_told_apart_by_order(void **state)
{
    const struct import_list l = page(MIP(CELLS("Box", "Acme", "FIPS 140-2", "In Review")
                                              CELLS("Box", "Acme", "FIPS 140-2", "Finalization")));

    (void)state;
    assert_int_equal(l.rows.count, 2);
    assert_non_null(strstr(row_at(&l, 1)->id, "~2"));
    assert_true(import_trial_noted(&l, 2, "order alone"));
}

static void counts_that_do_not_hold_are_told(void **state)
{
    const struct import_list l =
        page(MIP(CELLS("Box", "Acme", "FIPS 140-2", "In Review") FOOT("2", "1", "3")));

    (void)state;
    assert_true(import_trial_noted(&l, 0, "declares 2 displayed, and holds 1"));
    assert_true(import_trial_noted(&l, 0, "declares 3 total, and holds 2"));
    assert_false(import_is_whole(&l));
}

static void another_page_is_refused(void **state)
{
    static const char *const cases[] = { "x", "<table><tr><th>Module Name</table>",
                                         "<table></table>" };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct import_ask ask = { .all = bytes_of_text(cases[i]) };
        struct import_list l;
        struct fault f = { 0 };
        assert_false(import_read(&import_cmvp_import, &ask, import_trial_arena(), &l, &f));
        assert_non_null(strstr(f.text, "CMVP"));
    }
}

static void every_truncation_flip_and_allocation(void **state)
{
    const struct import_ask ask = {
        .all = bytes_of_text(
            MIP(CELLS("Box", "A<br>B", "FIPS 140-3", "In Review (3/5/2026)") FOOT("1", "2", "3"))),
        .file = "mip.html",
    };

    (void)state;
    import_trial(&import_cmvp_import, &ask);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_search_pages_are_read),
        cmocka_unit_test(an_empty_table_that_declares_rows_is_no_whole_list),
        cmocka_unit_test(modules_in_process_are_read_with_those_not_displayed),
        cmocka_unit_test(implementations_under_test_are_read),
        cmocka_unit_test(dates_that_run_together_are_parted),
        cmocka_unit_test(rows_that_are_no_certificates_are_refused),
        cmocka_unit_test(a_state_may_say_since_when),
        cmocka_unit_test(the_state_may_be_a_marked_column),
        cmocka_unit_test(modules_of_one_name_are_told_apart_by_order),
        cmocka_unit_test(counts_that_do_not_hold_are_told),
        cmocka_unit_test(another_page_is_refused),
        cmocka_unit_test(every_truncation_flip_and_allocation),
    };

    return cmocka_run_group_tests_name("import_cmvp", tests, import_trial_begin, import_trial_end);
}
