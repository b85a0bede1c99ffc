#include "core/date.h"
#include "imports/import_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define HEAD                                                                                       \
    "\"Category\",\"Name\",\"Manufacturer\",\"Scheme\",\"Assurance Level\","                       \
    "\"Protection Profile(s)\",\"Certification Date\",\"Archived Date\","                          \
    "\"Certification Report URL\",\"Security Target URL\",\"Maintenance Date\","                   \
    "\"Maintenance Title\",\"Maintenance Report\",\"Maintenance ST\"\r\n"
#define ROW(name, level, dates, links, maintenance)                                                \
    "\"Boxes\",\"" name "\",\"Acme, Inc.\",\"CA\",\"" level "\",\"\"," dates "," links             \
    "," maintenance "\r\n"
#define DATES "\"05/22/2019\",\"05/24/2024\""
#define LINKS "\"http://portal.example:443/a b.pdf\",\"http://portal.example:443/t.pdf\""
#define NONE "\"\",\"\",\"\",\"\""
#define MAINTAINED "\"08/26/2019\",\"Build 2\",\"http://portal.example:443/m.pdf\",\"\""

static struct import_list read_list(const char *text, const char *file, const char *status)
{
    const struct import_ask ask = { .all = bytes_of_text(text), .file = file, .status = status };
    struct import_list l;

    assert_true(import_read(&import_cc_import, &ask, import_trial_arena(), &l, NULL));
    return l;
}

static const struct import_row *only(const struct import_list *l)
{
    assert_int_equal(l->rows.count, 1);
    return vec_at(&l->rows, 0);
}

/* The ids are those of sec-certs for the same certificates. */
static void the_portals_sample_is_read(void **state)
{
    struct import_list l;

    (void)state;
    if (!import_trial_fixture(&import_cc_import, "cc/cc_products_active.sample.csv",
                              import_trial_arena(), &l))
        skip();
    assert_int_equal(l.read, 4);
    assert_int_equal(l.understood, 4);
    assert_int_equal(l.rows.count, 3);
    assert_string_equal(l.source, "cc-active");
    const struct import_row *netiq = import_find(&l, "e3dcf91ef38ddbf0");
    assert_non_null(netiq);
    assert_string_equal(netiq->product, "NetIQ Identity Manager 4.7");
    assert_string_equal(netiq->status, "active");
    assert_int_equal(netiq->from, date_of((struct date_parts){ 2020, 6, 15 }));
    assert_int_equal(netiq->until, date_of((struct date_parts){ 2025, 6, 15 }));
    assert_non_null(import_find(&l, "ed7611868f0f9d97"));
    const struct import_row *gate = import_find(&l, "8f08cacb49a742fb");
    assert_string_equal(gate->product, "Fortinet FortiGate w/ FortiOS v5.6.7");
    assert_non_null(
        strstr(import_trial_value(&l, gate->id, "maintenance"), "date=2019-08-26; title="));
}

static void a_letter_in_windows_1252_is_read(void **state)
{
    const struct import_list l =
        read_list(HEAD ROW("Net\xae", "EAL3", DATES, LINKS, NONE), "x-active.csv", NULL);

    (void)state;
    assert_string_equal(only(&l)->product, "Net\xc2\xae");
    assert_true(import_trial_noted(&l, 2, "windows-1252"));
}

static void a_lost_letter_is_told(void **state)
{
    const struct import_list l =
        read_list(HEAD ROW("Net\xef\xbf\xbd", "EAL3", DATES, LINKS, NONE), "active", NULL);

    (void)state;
    assert_true(import_trial_noted(&l, 2, "U+FFFD"));
}

static void entities_are_decoded_twice(void **state)
{
    const struct import_list l = read_list(
        HEAD ROW("w&#x2f; I &amp;&#x23;38&#x3b; J", "EAL3", DATES, LINKS, NONE), "active", NULL);

    (void)state;
    assert_string_equal(only(&l)->product, "w/ I & J");
}

static void a_broken_line_costs_itself_alone(void **state)
{
    const struct import_list l =
        read_list(HEAD "\"Boxes\",\"an \"open\" quote\",\"x\"\r\n"
                       "\"Boxes\",\"short\"\r\n"
                       "\"Boxes\",\"never closed\r\n" ROW("A", "EAL3", DATES, LINKS, NONE),
                  "active", NULL);

    (void)state;
    assert_int_equal(l.read, 4);
    assert_int_equal(l.understood, 1);
    assert_non_null(strstr(import_trial_refused(&l, 2), "RFC 4180"));
    assert_non_null(strstr(import_trial_refused(&l, 3), "2 cells"));
    assert_non_null(strstr(import_trial_refused(&l, 4), "RFC 4180"));
    assert_int_equal(only(&l)->number, 5);
}

static void maintenances_hang_on_their_certificate(void **state)
{
    const struct import_list l =
        read_list(HEAD ROW("A", "EAL3", DATES, LINKS, MAINTAINED)
                      ROW("A", "EAL3", DATES, LINKS, "\"09/26/2020\",\"Build 3\",\"\",\"\"")
                          ROW("A", "EAL3", DATES, LINKS, NONE),
                  "active", NULL);
    const struct import_row *row = only(&l);
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < row->fields.count; i++) {
        const struct observation_field *field = vec_at(&row->fields, i);
        count += strcmp(field->name, "maintenance") == 0;
    }
    assert_int_equal(count, 2);
    assert_int_equal(l.understood, 3);
    assert_int_equal(l.notes.count, 0);
}

static void duplicates_are_told(void **state)
{
    const struct import_list l = read_list(
        HEAD ROW("A", "EAL3", DATES, LINKS, NONE) ROW("A", "EAL3", DATES, LINKS, NONE)
            ROW("A", "EAL4", DATES, LINKS, NONE) ROW("A", "EAL4", DATES, LINKS, MAINTAINED)
                ROW("A", "EAL3", DATES, LINKS, MAINTAINED),
        "active", NULL);

    (void)state;
    assert_int_equal(l.read, 5);
    assert_int_equal(l.understood, 4);
    assert_true(import_trial_noted(&l, 3, "the same certificate as in row 2"));
    assert_non_null(strstr(import_trial_refused(&l, 4), "another assurance-level"));
    assert_true(import_trial_noted(&l, 5, "with another assurance-level"));
    assert_true(import_trial_noted(&l, 6, "the same maintenance"));
    assert_int_equal(l.rows.count, 1);
}

static void ports_and_addresses_of_hosts_change_nothing(void **state)
{
    const struct import_list a =
        read_list(HEAD ROW("A", "EAL3", DATES, LINKS, NONE), "active", NULL);
    const struct import_list b =
        read_list(HEAD ROW("A", "EAL3", DATES,
                           "\"https://10.1.2.3/a b.pdf\",\"https://portal.example/t.pdf\"", NONE),
                  "active", NULL);

    (void)state;
    assert_string_equal(only(&a)->id, only(&b)->id);
    assert_string_equal(import_trial_value(&a, only(&a)->id, "security-target-url"),
                        import_trial_value(&b, only(&b)->id, "security-target-url"));
    assert_string_equal(import_trial_value(&b, only(&b)->id, "certification-report-url"),
                        "https://www.commoncriteriaportal.org/a b.pdf");
    assert_true(import_trial_noted(&b, 2, "10.1.2.3"));
}

static void words_that_are_no_level_are_kept_apart(void **state)
{
    const struct import_list l =
        read_list(HEAD ROW("A", "EAL3+,ALC_FLR.2,ND-PP,None", DATES, LINKS, NONE), "active", NULL);
    const char *id = only(&l)->id;

    (void)state;
    assert_string_equal(import_trial_value(&l, id, "assurance-level"), "EAL3+");
    assert_string_equal(import_trial_value(&l, id, "assurance-word"), "ND-PP");
    assert_int_equal(only(&l)->fields.count, 13);
}

static void a_day_that_is_none_is_told_and_kept(void **state)
{
    const struct import_list l = read_list(
        HEAD ROW("A", "EAL3", "\"22/05/2019\",\"05/24/2024\"", LINKS, NONE), "active", NULL);

    (void)state;
    assert_int_equal(only(&l)->from, DATE_NONE);
    assert_string_equal(import_trial_value(&l, only(&l)->id, "certification-date"), "22/05/2019");
    assert_true(import_trial_noted(&l, 2, "Certification Date: '22/05/2019'"));
}

static void the_status_stands_in_the_files_name(void **state)
{
    static const struct {
        const char *file;
        const char *said;
        const char *source;
    } cases[] = {
        { "certified_products.csv", NULL, "cc-active" },
        { "archived/certified_products.csv", NULL, "cc-active" },
        { "certified_products-archived.csv", NULL, "cc-archived" },
        { "certified_products.csv", "archived", "cc-archived" },
        { "x.csv", NULL, "cc" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct import_list l =
            read_list(HEAD ROW("A", "EAL3", DATES, LINKS, NONE), cases[i].file, cases[i].said);
        assert_string_equal(l.source, cases[i].source);
        assert_int_equal(import_trial_noted(&l, 0, "--status"), i == 4);
    }
}

/* By position, the two dates would have changed places without a word. */
static void columns_are_found_by_their_names(void **state)
{
    static const char text[] =
        "Security Target URL,Archived Date,Certification Date,NAME,Manufacturer,Lab,Category,"
        "Certification Report URL\n"
        "https://p.example/t.pdf,05/24/2024,05/22/2019,A,Acme,Lab "
        "One,Boxes,https://p.example/r.pdf\n";
    const struct import_list l = read_list(text, "certified_products.csv", NULL);
    const struct import_row *row = only(&l);

    (void)state;
    assert_string_equal(row->product, "A");
    assert_int_equal(row->from, date_of((struct date_parts){ 2019, 5, 22 }));
    assert_int_equal(row->until, date_of((struct date_parts){ 2024, 5, 24 }));
    assert_string_equal(import_trial_value(&l, row->id, "lab"), "Lab One");
    assert_true(import_trial_noted(&l, 0, "not known, 'Lab'"));
    assert_true(import_trial_noted(&l, 0, "no column 'Scheme'"));
    const struct import_list same =
        read_list("Category,Name,Manufacturer,Certification Date,Certification Report URL,"
                  "Security Target URL\nBoxes,A,Acme,,r.pdf,t.pdf\n",
                  "certified_products.csv", NULL);
    assert_string_equal(only(&same)->id, row->id);
}

static void what_holds_nothing_is_no_row(void **state)
{
    const struct import_list l =
        read_list(HEAD ",,,,,,,,,,,,,\r\n" ROW("A", "EAL3", DATES, LINKS, NONE) "  \r\n" HEAD,
                  "certified_products.csv", NULL);

    (void)state;
    (void)only(&l);
    assert_int_equal(l.read, 2);
    assert_true(import_trial_noted(&l, 2, "empty"));
    assert_true(import_trial_noted(&l, 4, "empty"));
    assert_non_null(strstr(import_trial_refused(&l, 5), "columns once more"));
}

static void another_table_is_refused(void **state)
{
    static const char *const cases[] = { "\n", "a,b\n", "\"" HEAD,
                                         "a,b,c,d,e,f,g,h,i,j,k,l,m,n\n" };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct import_ask ask = { .all = bytes_of_text(cases[i]) };
        struct import_list l;
        struct fault f = { 0 };
        assert_false(import_read(&import_cc_import, &ask, import_trial_arena(), &l, &f));
        assert_non_null(strstr(f.text, "CSV"));
    }
}

static void every_truncation_flip_and_allocation(void **state)
{
    const struct import_ask ask = {
        .all = bytes_of_text(HEAD ROW("A&#x2f;", "EAL3,None", DATES, LINKS, MAINTAINED)
                                 ROW("A&#x2f;", "EAL3,None", DATES, LINKS, NONE)),
        .file = "certified_products.csv",
    };

    (void)state;
    import_trial(&import_cc_import, &ask);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_portals_sample_is_read),
        cmocka_unit_test(a_letter_in_windows_1252_is_read),
        cmocka_unit_test(a_lost_letter_is_told),
        cmocka_unit_test(entities_are_decoded_twice),
        cmocka_unit_test(a_broken_line_costs_itself_alone),
        cmocka_unit_test(maintenances_hang_on_their_certificate),
        cmocka_unit_test(duplicates_are_told),
        cmocka_unit_test(ports_and_addresses_of_hosts_change_nothing),
        cmocka_unit_test(words_that_are_no_level_are_kept_apart),
        cmocka_unit_test(a_day_that_is_none_is_told_and_kept),
        cmocka_unit_test(the_status_stands_in_the_files_name),
        cmocka_unit_test(columns_are_found_by_their_names),
        cmocka_unit_test(what_holds_nothing_is_no_row),
        cmocka_unit_test(another_table_is_refused),
        cmocka_unit_test(every_truncation_flip_and_allocation),
    };

    return cmocka_run_group_tests_name("import_cc", tests, import_trial_begin, import_trial_end);
}
