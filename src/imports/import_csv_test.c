#include "core/date.h"
#include "imports/import_map.h"
#include "imports/import_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define MAP                                                                                        \
    "row: Part\nproduct: Product\nvendor: Maker\nstatus: State\nfrom: Start\nuntil: End\n"         \
    "version: V\ndigest: Hash\ndate-order: D/M/Y\nsource: acme-list\n"
#define HEAD "Part,product,Maker,State,Start,End,V,Hash,Remarks\n"
#define HASH "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"

static bool read_with(const char *map_text, const char *text, struct import_list *l,
                      struct fault *f)
{
    struct import_map *map = arena_alloc(import_trial_arena(), sizeof *map, NULL);
    const struct import_ask ask = { .all = bytes_of_text(text), .map = map };

    return import_map_read(bytes_of_text(map_text), "map.yaml", import_trial_arena(), map, f) &&
           import_read(&import_csv_import, &ask, import_trial_arena(), l, f);
}

static void columns_mean_what_the_map_says(void **state)
{
    struct import_list l;

    (void)state;
    assert_true(read_with(
        MAP, HEAD "P1,Lock,\"Acme, Inc.\",approved,1/2/2020,31/12/2025,1.0," HASH ",a  b\n", &l,
        NULL));
    const struct import_row *row = import_find(&l, "P1");
    assert_string_equal(l.source, "acme-list");
    assert_string_equal(row->product, "Lock");
    assert_string_equal(row->vendor, "Acme, Inc.");
    assert_string_equal(row->status, "approved");
    assert_int_equal(row->from, date_of((struct date_parts){ 2020, 2, 1 }));
    assert_int_equal(row->until, date_of((struct date_parts){ 2025, 12, 31 }));
    assert_string_equal(import_trial_value(&l, "P1", "from"), "2020-02-01");
    assert_string_equal(import_trial_value(&l, "P1", "version"), "1.0");
    assert_string_equal(import_trial_value(&l, "P1", "digest"),
                        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_string_equal(import_trial_value(&l, "P1", "remarks"), "a b");
    assert_int_equal(row->fields.count, 9);
}

static void a_column_that_is_missing_is_named(void **state)
{
    static const struct {
        const char *map;
        const char *says;
    } cases[] = {
        { "row: Part\nproduct: Name\n", "map.yaml:2:10: the file has no column 'Name'" },
        { "row: [Part, Nr]\nproduct: Product\n", "no column 'Nr'" },
        { "product: Product\n", "'row' is missing" },
        { "row: Part\n", "'product' is missing" },
        { "row: Part\nproduct: Product\nprodukt: x\n", "map.yaml:3:1" },
        { "row: Part\nproduct: Product\ndate-order: Y/D/M\n", "date-order" },
        { "row: Part\nproduct: Product\nseparator: ab\n", "separator" },
        { "row: Part\nproduct: [a, b]\n", "the name of a column" },
        { "- a\n", "field: column" },
        { "row: Part\nproduct: Product\nsource: Not An Id\n", "no id" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct import_list l;
        struct fault f = { 0 };
        assert_false(read_with(cases[i].map, HEAD, &l, &f));
        assert_non_null(strstr(f.text, cases[i].says));
    }
}

static void rows_that_say_too_little_are_refused(void **state)
{
    struct import_list l;

    (void)state;
    assert_true(read_with("row: [Part, V]\nproduct: Product\n",
                          HEAD ",Lock,Acme,,,,,,\nP1,,Acme,,,,,,\nP1,Lock,Acme,,,,2,,\nshort\n"
                               "\"open\n",
                          &l, NULL));
    assert_int_equal(l.read, 5);
    assert_int_equal(l.understood, 1);
    assert_non_null(import_find(&l, "P1 / 2"));
    assert_non_null(strstr(import_trial_refused(&l, 2), "are empty"));
    assert_non_null(strstr(import_trial_refused(&l, 3), "no product"));
    assert_non_null(strstr(import_trial_refused(&l, 5), "1 cells"));
    assert_non_null(strstr(import_trial_refused(&l, 6), "never closed"));
}

static void days_and_digests_that_are_none_are_told_and_kept(void **state)
{
    struct import_list l;

    (void)state;
    assert_true(read_with(MAP, HEAD "P1,Lock,Acme,,2020-01-01,,,sha256:12,\n", &l, NULL));
    assert_int_equal(import_find(&l, "P1")->from, DATE_NONE);
    assert_string_equal(import_trial_value(&l, "P1", "from"), "2020-01-01");
    assert_true(import_trial_noted(&l, 2, "Start: '2020-01-01' is no day"));
    assert_true(import_trial_noted(&l, 2, "is no SHA-256"));
}

static void other_separators_and_encodings_are_read(void **state)
{
    struct import_list l;

    (void)state;
    assert_true(read_with("row: a\nproduct: b\nseparator: ;\n", "a;b\n1;Caf\xe9\n", &l, NULL));
    assert_string_equal(import_find(&l, "1")->product, "Caf\xc3\xa9");
    assert_true(read_with("row: a\nproduct: b\nseparator: tab\n",
                          "\xef\xbb\xbf"
                          "a\tb\n1\tx\n",
                          &l, NULL));
    assert_non_null(import_find(&l, "1"));
}

static void no_map_no_import(void **state)
{
    const struct import_ask ask = { .all = bytes_of_text(HEAD) };
    struct import_list l;
    struct fault f = { 0 };

    (void)state;
    assert_false(import_read(&import_csv_import, &ask, import_trial_arena(), &l, &f));
    assert_non_null(strstr(f.text, "--map"));
}

static void every_truncation_flip_and_allocation(void **state)
{
    struct import_map map;
    const struct import_ask ask = {
        .all = bytes_of_text(HEAD "P1,\"Lo\"\"ck\",Acme,ok,1/2/2020,,1," HASH ",x\n"),
        .status = "approved",
        .map = &map,
    };

    (void)state;
    assert_true(import_map_read(bytes_of_text(MAP), "map.yaml", import_trial_arena(), &map, NULL));
    import_trial(&import_csv_import, &ask);
    for (size_t n = 0; n < strlen(MAP); n++) {
        struct import_map cut;
        struct fault f = { 0 };
        const bool ok = import_map_read(bytes_part(bytes_of_text(MAP), 0, n), "m",
                                        import_trial_arena(), &cut, &f);
        assert_true(ok == (f.kind == FAULT_NONE));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_mean_what_the_map_says),
        cmocka_unit_test(a_column_that_is_missing_is_named),
        cmocka_unit_test(rows_that_say_too_little_are_refused),
        cmocka_unit_test(days_and_digests_that_are_none_are_told_and_kept),
        cmocka_unit_test(other_separators_and_encodings_are_read),
        cmocka_unit_test(no_map_no_import),
        cmocka_unit_test(every_truncation_flip_and_allocation),
    };

    return cmocka_run_group_tests_name("import_csv", tests, import_trial_begin, import_trial_end);
}
