/* The lists that are JSON, other than KEV. */
#include "core/date.h"
#include "imports/import_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define MARKET(products, more)                                                                     \
    "{\"meta\":{\"last_change\":\"2025-01-30T23:22:45.200Z\"},\"data\":{\"Products\":[" products   \
    "]" more "}}"
#define PRODUCT(id, status, date)                                                                  \
    "{\"id\":\"" id "\",\"name\":\"Acme\",\"csp\":\"Acme\",\"cso\":\"Cloud\",\"status\":\"" status \
    "\",\"auth_date\":\"" date "\",\"agency_authorizations\":[\"A\",\"B\"],\"reuse\":2,"           \
    "\"x\":null,\"y\":true,\"z\":[\"\"]}"
#define CERTIFICATE(date, validity)                                                                \
    "{\"certificate_id\":\"CERTIFICATE EUCC-1-2025-12-0001\",\"product_name\":\"Chip\","           \
    "\"holder_name\":\"Acme\",\"product_version\":\"See table 1 of Security Target\","             \
    "\"issuance_date_full\":\"" date "\",\"validity_period_years\":\"" validity "\"}"

static struct import_list market(const char *text)
{
    return import_trial_read(&import_fedramp_import, text, import_trial_arena());
}

static struct import_list eucc(const char *text)
{
    return import_trial_read(&import_eucc_import, text, import_trial_arena());
}

static void the_marketplace_is_read(void **state)
{
    struct import_list l;

    (void)state;
    if (!import_trial_fixture(&import_fedramp_import, "fedramp/marketplace_2025-01-30.first12.json",
                              import_trial_arena(), &l))
        skip();
    assert_int_equal(l.read, 12);
    assert_int_equal(l.understood, 12);
    assert_int_equal(l.date, date_of((struct date_parts){ 2025, 1, 30 }));
    const struct import_row *row = import_find(&l, "F1607067912");
    assert_string_equal(row->status, "FedRAMP Authorized");
    assert_int_equal(row->from, date_of((struct date_parts){ 2017, 2, 2 }));
    assert_string_equal(import_trial_value(&l, row->id, "impact-level"), "Moderate");
    assert_string_equal(import_trial_value(&l, row->id, "authorization"), "22");
    /* the file was cut, and its own metrics say so */
    assert_true(import_trial_noted(&l, 0, "declares 342 FedRAMP Authorized, and holds 9"));
    assert_false(import_is_whole(&l));
    assert_true(import_trial_noted(&l, 0,
                                   "data.ReuseMapping, entry 1: no product here has the id "
                                   "'FR1812058188'"));
    assert_true(import_trial_noted(&l, 0, "words in place of a date"));
    assert_true(import_trial_noted(&l, 0, "data.Agencies: 12 entries"));
}

static void blanks_around_ids_are_no_part_of_them(void **state)
{
    const struct import_list l =
        market(MARKET(PRODUCT(" F1", "FedRAMP Ready", "Not Active"),
                      ",\"AtoMapping\":[{\"id\":\"F1 \",\"agency_id\":\"22-1\",\"sub\":\"\","
                      "\"ato_date\":\"2017-11-13\"}]"));

    (void)state;
    assert_non_null(import_find(&l, "F1"));
    assert_string_equal(import_trial_value(&l, "F1", "ato"), "agency_id=22-1; ato_date=2017-11-13");
    assert_true(import_trial_noted(&l, 0, "blanks before or after an id: 2"));
}

static void words_for_dates_are_known_and_others_told(void **state)
{
    const struct import_list l =
        market(MARKET(PRODUCT("F1", "FedRAMP In Process",
                              "Not Active") "," PRODUCT("F2", "FedRAMP In Process", "Someday"),
                      ""));

    (void)state;
    assert_int_equal(import_find(&l, "F1")->from, DATE_NONE);
    assert_false(import_trial_noted(&l, 1, "is no day"));
    assert_true(import_trial_noted(&l, 2, "auth_date: 'Someday' is no day"));
}

static void every_kind_of_member_is_kept(void **state)
{
    const struct import_list l =
        market(MARKET(PRODUCT("F1", "FedRAMP Authorized", "2020-01-01"), ""));
    const struct import_row *row = import_find(&l, "F1");

    (void)state;
    assert_int_equal(row->fields.count, 10); /* not the null, not the empty text */
    assert_string_equal(import_trial_value(&l, "F1", "y"), "true");
    assert_string_equal(import_trial_value(&l, "F1", "reuse"), "2");
}

static void products_without_id_or_status_are_refused(void **state)
{
    const struct import_list l =
        market(MARKET(PRODUCT(" ", "FedRAMP Ready", "") "," PRODUCT("F2", "", "") ",[]", ""));

    (void)state;
    assert_int_equal(l.refused.count, 3);
    assert_non_null(strstr(import_trial_refused(&l, 1), "no id"));
    assert_non_null(strstr(import_trial_refused(&l, 2), "no status"));
}

static void a_row_too_deep_is_refused_alone(void **state)
{
    const struct import_list l =
        market(MARKET("{\"id\":\"F1\",\"name\":\"n\",\"status\":\"s\",\"d\":[[[[[[[[1]]]]]]]]},"
                      "" PRODUCT("F2", "FedRAMP Ready", ""),
                      ""));

    (void)state;
    assert_int_equal(l.understood, 1);
    assert_non_null(strstr(import_trial_refused(&l, 1), "deep"));
}

static void a_certificate_of_enisa_is_read(void **state)
{
    struct import_list l;

    (void)state;
    if (!import_trial_fixture(&import_eucc_import, "eucc/enisa_scraped_metadata.json",
                              import_trial_arena(), &l))
        skip();
    assert_int_equal(l.understood, 1);
    const struct import_row *row = import_find(&l, "EUCC-3087-2025-12-0001");
    assert_string_equal(row->vendor, "Infineon Technologies AG");
    assert_int_equal(row->from, date_of((struct date_parts){ 2025, 12, 19 }));
    assert_int_equal(row->until, date_of((struct date_parts){ 2030, 12, 19 }));
    assert_true(import_trial_noted(&l, 1, "See table 1 of Security Target"));
    assert_int_equal(row->fields.count, 28);
    assert_true(import_trial_fixture(&import_eucc_import, "eucc/seccerts_eucc_toy_dataset.json",
                                     import_trial_arena(), &l));
    assert_int_equal(l.understood, 2);
    assert_true(import_is_whole(&l));
    row = import_find(&l, "EUCC-3087-2025-12-0001");
    assert_string_equal(row->status, "active");
    assert_int_equal(row->until, date_of((struct date_parts){ 2030, 12, 19 }));
}

static const char *named(const char *id)
{
    return arena_print(import_trial_arena(), NULL,
                       "{\"certificate_id\":\"%s\",\"product_name\":\"P\",\"holder_name\":\"H\"}",
                       id);
}

/* One certificate has one id, in whichever of its forms a list has it. */
static void the_forms_of_an_id_are_one(void **state)
{
    static const char *const same[] = {
        "EUCC-1-2025-12-0001",
        "CERTIFICATE EUCC-1-2025-12-0001",
        " certificate:  EUCC-1-2025-12-0001",
        "EUCC_1_2025_12_0001",
        "eucc 1/2025/12-0001",
        "EUCC\xe2\x80\x93\x31-2025-12-0001\xc2\xa0",
    };
    static const char *const others[] = { "EUCC-1-2025-12-0001x", "EUCC", "EUCC-1-2025-12-0001-2",
                                          "EUCC-1-2025-12", "NL-12-3" };

    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        const struct import_list one = eucc(named(same[i]));
        assert_non_null(import_find(&one, "EUCC-1-2025-12-0001"));
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct import_list one = eucc(named(others[i]));
        assert_non_null(import_find(&one, others[i]));
    }
    const struct import_list none = eucc(named("CERTIFICATE"));
    assert_non_null(strstr(import_trial_refused(&none, 1), "no certificate_id"));
    const struct import_list two =
        eucc(arena_print(import_trial_arena(), NULL, "[%s,%s]", named(same[1]), named(same[3])));
    assert_int_equal(two.understood, 2);
    assert_int_equal(two.rows.count, 1);
    assert_string_equal(import_trial_value(&two, "EUCC-1-2025-12-0001", "certificate-id"), same[1]);
    assert_true(
        import_trial_noted(&two, 2, "'EUCC_1_2025_12_0001' is EUCC-1-2025-12-0001 of row 1"));
}

static void a_month_that_speaks_against_the_day_is_told(void **state)
{
    const struct import_list l =
        eucc("[{\"certificate_id\":\"A\",\"product_name\":\"P\",\"holder_name\":\"H\","
             "\"issuance_date_full\":\"03/04/"
             "2025\",\"issuance_month\":\"3\",\"issuance_year\":\"2025\"},"
             "{\"certificate_id\":\"B\",\"product_name\":\"P\",\"holder_name\":\"H\","
             "\"issuance_date_full\":\"03/04/"
             "2025\",\"issuance_month\":\"04\",\"issuance_year\":\"2025\"}]");

    (void)state;
    assert_true(import_trial_noted(&l, 1, "issued 2025-04 by its day, and 2025/3"));
    assert_false(import_trial_noted(&l, 2, "issued"));
}

static void what_else_a_file_holds_is_told(void **state)
{
    const struct import_list l =
        import_trial_read(&import_fedramp_import,
                          "{\"meta\":{},\"old\":[1],\"data\":{\"Products\":[],\"AtoMapping\":{"
                          "\"a\":1},\"Gone\":[1,2]}}",
                          import_trial_arena());

    (void)state;
    assert_true(import_trial_noted(&l, 0, "old: 1 entries"));
    assert_true(import_trial_noted(&l, 0, "data.Gone: 2 entries"));
    assert_true(import_trial_noted(&l, 0, "data.AtoMapping is no list"));
}

static void a_mark_of_byte_order_is_no_part_of_it(void **state)
{
    const struct import_list l =
        import_trial_read(&import_eucc_import, "\xef\xbb\xbf[]", import_trial_arena());

    (void)state;
    assert_int_equal(l.read, 0);
}

static void what_was_given_by_mistake_is_named(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *says;
    } cases[] = {
        { "", 0, "empty" },
        { "\x1f\x8b\x08", 3, "gzip" },
        { "PK\x03\x04", 4, "ZIP" },
        { "\xff\xfe{\0", 4, "UTF-16" },
        { "{\0\"\0a\0", 6, "UTF-16" },
        { "\0{\0\"", 4, "UTF-16" },
        { "\xff\xfe\0\0", 4, "UTF-32" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct import_ask ask = { .all = { .at = (const uint8_t *)cases[i].bytes,
                                                 .len = cases[i].len } };
        for (size_t k = 0; import_all[k] != NULL; k++) {
            struct import_list l;
            struct fault f = { 0 };
            assert_false(import_read(import_all[k], &ask, import_trial_arena(), &l, &f));
            assert_non_null(strstr(f.text, cases[i].says));
        }
    }
}

static void days_in_quotes_are_read(void **state)
{
    const struct import_list l = eucc("[" CERTIFICATE("'29/02/2024'", "5 years") "]");
    const struct import_row *row = vec_at(&l.rows, 0);

    (void)state;
    assert_int_equal(row->from, date_of((struct date_parts){ 2024, 2, 29 }));
    assert_int_equal(row->until, date_of((struct date_parts){ 2029, 3, 1 }));
}

static void days_and_periods_that_are_none_are_told(void **state)
{
    const struct import_list l = eucc(CERTIFICATE("12/19/2025", "unlimited"));
    const struct import_row *row = vec_at(&l.rows, 0);

    (void)state;
    assert_int_equal(row->from, DATE_NONE);
    assert_int_equal(row->until, DATE_NONE);
    assert_true(import_trial_noted(&l, 1, "is no D/M/YYYY"));
    assert_true(import_trial_noted(&l, 1, "'unlimited' is no number of years"));
}

static void certificates_without_a_name_are_refused(void **state)
{
    const struct import_list l = eucc(
        "[{\"certificate_id\":\"x\",\"product_name\":\"Chip\"},{\"product_name\":\"Chip\"},1]");

    (void)state;
    assert_int_equal(l.read, 3);
    assert_int_equal(l.understood, 0);
    assert_non_null(strstr(import_trial_refused(&l, 1), "holder_name"));
}

static void every_truncation_flip_and_allocation(void **state)
{
    const struct import_ask one = { .all = bytes_of_text(
                                        "[" CERTIFICATE("'19/12/2025'", "5 years") "]") };
    const struct import_ask two = {
        .all = bytes_of_text(MARKET(PRODUCT("F1", "FedRAMP Ready", "Not Active"),
                                    ",\"Metrics\":{\"ready\":1},\"ReuseMapping\":[{\"id\":\" F1\","
                                    "\"a\":\"b\"}]"))
    };

    (void)state;
    import_trial(&import_eucc_import, &one);
    import_trial(&import_fedramp_import, &two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_marketplace_is_read),
        cmocka_unit_test(blanks_around_ids_are_no_part_of_them),
        cmocka_unit_test(words_for_dates_are_known_and_others_told),
        cmocka_unit_test(every_kind_of_member_is_kept),
        cmocka_unit_test(products_without_id_or_status_are_refused),
        cmocka_unit_test(a_row_too_deep_is_refused_alone),
        cmocka_unit_test(a_certificate_of_enisa_is_read),
        cmocka_unit_test(the_forms_of_an_id_are_one),
        cmocka_unit_test(a_month_that_speaks_against_the_day_is_told),
        cmocka_unit_test(what_else_a_file_holds_is_told),
        cmocka_unit_test(a_mark_of_byte_order_is_no_part_of_it),
        cmocka_unit_test(what_was_given_by_mistake_is_named),
        cmocka_unit_test(days_in_quotes_are_read),
        cmocka_unit_test(days_and_periods_that_are_none_are_told),
        cmocka_unit_test(certificates_without_a_name_are_refused),
        cmocka_unit_test(every_truncation_flip_and_allocation),
    };

    return cmocka_run_group_tests_name("import_json", tests, import_trial_begin, import_trial_end);
}
