/* rpmfixtures_test.c -- the real databases and archives of ../shared/fixtures against the tables
 * that rpm made of them. Skips, and says so, where they are absent. */
#include "format/rpmtrial.h"
#include "format/trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A text file as a string; caller frees. */
static char *text_of(const char *path)
{
    const struct bytes b = trial_file(path);
    char *text = strndup((const char *)b.at, b.len);

    free((void *)(uintptr_t)b.at);
    return text;
}

static void compare(const struct format *format, const char *database, const char *fixture)
{
    char *table = trial_fixture(fixture);
    assert_non_null(table);
    const struct bytes all = trial_file(database);
    const struct reading in = { .all = all };
    char *unsorted = text_of(table);
    char *expected = rpmtrial_sorted(unsorted);
    char *rows = rpmtrial_rows(format, &in);

    assert_true(all.len > 0 && format->bid(bytes_part(all, 0, 4096)) > 0);
    assert_string_equal(rows, expected);
    free(rows);
    free(expected);
    free(unsorted);
    free((void *)(uintptr_t)all.at);
    free(table);
}

static void compare_plain(const struct format *format, const char *fixture, const char *table)
{
    char *database = trial_fixture(fixture);

    if (database == NULL)
        skip();
    compare(format, database, table);
    free(database);
}

static void sqlite_gives_its_table(void **state)
{
    (void)state;
    compare_plain(&rpmsqlite_format, "inventory/rpmdb/mariner2-sqlite/rpmdb.sqlite",
                  "inventory/rpmdb/mariner2-sqlite.expected.tsv");
}

static void a_small_hash_gives_its_table(void **state)
{
    (void)state;
    compare_plain(&rpmbdb_format, "inventory/rpmdb/libuuid-bdb/Packages",
                  "inventory/rpmdb/libuuid-bdb.expected.tsv");
}

static void a_hash_with_long_chains_gives_its_table(void **state)
{
    (void)state;
    char *packed = trial_fixture("inventory/rpmdb/mariner2-bdb-le/Packages.gz");
    if (packed == NULL)
        skip();
    char *folder = rpmtrial_folder();
    char *database = rpmtrial_path(folder, "Packages");
    const char *const argv[] = { "gzip", "-dc", packed, NULL };

    assert_int_equal(rpmtrial_run(argv, database), 0);
    compare(&rpmbdb_format, database, "inventory/rpmdb/mariner2-bdb-le.expected.tsv");
    free(database);
    rpmtrial_remove(folder);
    free(packed);
}

static void a_container_of_2018_gives_its_table(void **state)
{
    (void)state;
    char *packed = trial_fixture("inventory/rpmdb/rhel-docker-bdb.tar.xz");
    if (packed == NULL)
        skip();
    char *folder = rpmtrial_folder();
    char *database = rpmtrial_path(folder, "rootfs/var/lib/rpm/Packages");
    const char *const argv[] = { "tar", "-xf", packed, "-C", folder, NULL };

    assert_int_equal(rpmtrial_run(argv, "/dev/null"), 0);
    compare(&rpmbdb_format, database, "inventory/rpmdb/rhel-docker-bdb.expected.tsv");
    free(database);
    rpmtrial_remove(folder);
    free(packed);
}

/* The row of one archive: the table's row without its first column. */
static void compare_archive(const char *folder, const char *line)
{
    const char *rest = strchr(line, '\t') + 1;
    char *name = strndup(line, (size_t)(rest - line - 1));
    char *path = rpmtrial_path(folder, name);
    const struct bytes all = trial_file(path);
    const struct reading in = { .all = all };
    char *rows = rpmtrial_rows(&rpmarchive_format, &in);

    rows[strcspn(rows, "\n")] = '\0';
    assert_string_equal(rows, rest);
    free(rows);
    free((void *)(uintptr_t)all.at);
    free(path);
    free(name);
}

static void archives_give_their_table(void **state)
{
    (void)state;
    char *table = trial_fixture("inventory/rpm-archive/expected.tsv");
    if (table == NULL)
        skip();
    char *folder = strndup(table, (size_t)(strrchr(table, '/') - table));
    char *text = text_of(table);
    char *rest = text;
    size_t count = 0;

    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        if (*line == '#' || *line == '\0')
            continue;
        compare_archive(folder, line);
        count++;
    }
    assert_true(count >= 10);
    free(text);
    free(folder);
    free(table);
}

static void expect_row(const struct format *format, const char *fixture, const char *row)
{
    char *path = trial_fixture(fixture);
    if (path == NULL)
        skip();
    const struct bytes all = trial_file(path);
    const struct reading in = { .all = all };
    char *rows = rpmtrial_rows(format, &in);

    if (strstr(rows, row) == NULL)
        print_error("no row \"%s\" in:\n%s", row, rows);
    assert_non_null(strstr(rows, row));
    assert_null(strstr(rows, "lost:"));
    assert_null(strstr(rows, "fault:"));
    free(rows);
    free((void *)(uintptr_t)all.at);
    free(path);
}

static void made_up_packages_are_read(void **state)
{
    (void)state;
    expect_row(&rpmsqlite_format, "artefacts/synthetic/kl-rpmdb.sqlite",
               "kesl\t(none)\t11.4.0\t1096\t");
    expect_row(&rpmarchive_format, "artefacts/synthetic/kesl-11.4.0-1096.noarch.rpm",
               "kesl\t(none)\t11.4.0\t1096\tnoarch\tAO Kaspersky Lab\t");
    expect_row(&rpmarchive_format, "artefacts/synthetic/keslint-11.4.0-1096.noarch.rpm",
               "keslint\t(none)\t11.4.0\t1096\tnoarch\t");
}

static void a_source_archive_is_read(void **state)
{
    (void)state;
    expect_row(&rpmarchive_format, "inventory/archives/alfandega-2.2-2.rh80.src.rpm",
               "alfandega\t(none)\t2.2\t2.rh80\tnoarch\t");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sqlite_gives_its_table),
        cmocka_unit_test(a_small_hash_gives_its_table),
        cmocka_unit_test(a_hash_with_long_chains_gives_its_table),
        cmocka_unit_test(a_container_of_2018_gives_its_table),
        cmocka_unit_test(archives_give_their_table),
        cmocka_unit_test(made_up_packages_are_read),
        cmocka_unit_test(a_source_archive_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
