#include "format/trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *text, const char *records)
{
    char *found = trial_records(&dpkglist_format, &(struct reading){ .all = bytes_of_text(text) });

    assert_string_equal(found, records);
    free(found);
}

static void tells_folders_from_files(void **state)
{
    (void)state;
    expect("/.\n/usr\n/usr/bin\n/usr/bin/a b\n/usr/bin2\n/etc",
           "files: folder=/. folder=/usr folder=/usr/bin path=/usr/bin/a b path=/usr/bin2 "
           "path=/etc\n");
}

static void reads_digests(void **state)
{
    (void)state;
    expect("07d31e7e63800ab1b7966980709c51eb  usr/lib/os-release\n"
           "0a540d50c157ed0070459b82c358a05a  usr/x\n",
           "files: md5=07d31e7e63800ab1b7966980709c51eb path=usr/lib/os-release "
           "md5=0a540d50c157ed0070459b82c358a05a path=usr/x\n");
}

static void broken_lines_are_told_once(void **state)
{
    (void)state;
    expect("/a\nb\n\n07d31e7e63800ab1b7966980709c51eb x\n/c\n",
           "files: path=/a path=/c\n"
           "lost: format: deb-md5sums(5): neither an absolute path nor a digest and a path "
           "(3 lines)\n");
}

static void long_lists_come_in_batches(void **state)
{
    (void)state;
    char text[1025 * 8 + 1];
    size_t records = 0;
    size_t n = 0;

    for (size_t i = 0; i < 1025; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "/%06zu\n", i);
    char *found = trial_records(
        &dpkglist_format, &(struct reading){ .all = { .at = (const uint8_t *)text, .len = n } });
    for (const char *at = found; (at = strstr(at, "files:")) != NULL; at++)
        records++;
    assert_int_equal(records, 3);
    assert_non_null(strstr(found, "files: path=/001024\n"));
    free(found);
}

static void survives_the_trial(void **state)
{
    (void)state;
    trial_format(&(struct trial){
        .format = &dpkglist_format,
        .name = "list",
        .good = bytes_of_text("/.\n/usr\n/usr/bin\n/usr/bin/a\n/usr/bin/b\n"),
    });
    trial_format(&(struct trial){
        .format = &dpkglist_format,
        .name = "md5sums",
        .good = bytes_of_text("07d31e7e63800ab1b7966980709c51eb  usr/lib/os-release\n"
                              "0a540d50c157ed0070459b82c358a05a  usr/share/x\n"),
    });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_folders_from_files),   cmocka_unit_test(reads_digests),
        cmocka_unit_test(broken_lines_are_told_once), cmocka_unit_test(long_lists_come_in_batches),
        cmocka_unit_test(survives_the_trial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
