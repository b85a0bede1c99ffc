#include "format/trial.h"

#include "core/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *records_of(const char *text)
{
    const struct reading in = { .all = bytes_of_text(text) };

    return trial_records(&deb822_format, &in);
}

static void expect(const char *text, const char *records)
{
    char *found = records_of(text);

    assert_string_equal(found, records);
    free(found);
}

static void states_fields_in_any_order_and_case(void **state)
{
    (void)state;
    expect("Version: 1:2-3\nDescription: a\n b\n .\n c\nstatus: install ok installed\n"
           "Architecture: amd64\nMAINTAINER: A B <a@b.org>\nPackage: x\n",
           "package: package=x status=install ok installed version=1:2-3 architecture=amd64 "
           "maintainer=A B <a@b.org> line=1\n");
}

static void a_value_may_continue(void **state)
{
    (void)state;
    expect("Package: x\nMaintainer:\n A B\n <a@b.org>\nHomepage: h\n",
           "package: package=x maintainer=A B\\x0a <a@b.org> homepage=h line=1\n");
}

static void a_broken_stanza_is_lost_alone(void **state)
{
    (void)state;
    expect("Package: a\n\nVersion: 1\n\nPackage: b\nnonsense\nVersion: 1\n\nPackage: c\n",
           "package: package=a line=1\n"
           "lost: format: deb822(5): line 3: a stanza without Package\n"
           "lost: format: deb822(5): line 6: neither a field nor the continuation of one\n"
           "package: package=c line=9\n");
    expect(" more\nPackage: a\n\nPackage: b\nPackage: b\n\nPackage: c\nStatus: install ok\n",
           "lost: format: deb822(5): line 1: a stanza that begins with a continuation\n"
           "lost: format: deb822(5): line 5: a field that its stanza has already\n"
           "lost: format: deb822(5): line 7: a Status that is not three known words\n");
    expect("Package: ../a\n\nPackage: b\nStatus: install ok installed\n\nPackage: c\n",
           "lost: format: deb822(5): line 1: a package name that dpkg does not allow\n"
           "lost: format: deb822(5): line 3: a package that is there without Version\n"
           "package: package=c line=6\n");
}

static void nul_and_overlong_fields_cost_their_stanza(void **state)
{
    (void)state;
    const struct reading nul = { .all = { .at = (const uint8_t *)"Package: a\0b\n\nPackage: c\n",
                                          .len = 25 } };
    char *found = trial_records(&deb822_format, &nul);
    assert_string_equal(found, "lost: format: deb822(5): line 1: a NUL byte\n"
                               "package: package=c line=3\n");
    free(found);

    const size_t size = LIMIT_TEXT + 100;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, 'x', size);
    memcpy(text, "Package: a\nDescription: y\n ", 27);
    memcpy(text + size - 14, "\n\nPackage: c\n", 14);
    expect(text, "lost: limit: deb822(5): line 3: a field of more than 64 kB\n"
                 "package: package=c line=5\n");
    free(text);
}

static void many_losses_are_counted(void **state)
{
    (void)state;
    char text[3 * (LIMIT_LOSSES + 5) + 1];

    for (size_t i = 0; i < LIMIT_LOSSES + 5; i++)
        memcpy(text + 3 * i, "x\n\n", 4);
    char *found = records_of(text);
    assert_non_null(strstr(found, "lost: format: 5 more records are lost\n"));
    free(found);
}

static void vcpkg_is_refused(void **state)
{
    (void)state;
    expect("Package: zlib\nVersion: 1\nArchitecture: x64-windows\nStatus: install ok installed\n",
           "fault: format: deb822(5): line 1: a paragraph of vcpkg: no database of dpkg\n");
    expect("Package: zlib\nFeature: core\nArchitecture: amd64\nStatus: install ok installed\n",
           "fault: format: deb822(5): line 1: a paragraph of vcpkg: no database of dpkg\n");
    char *path = trial_fixture("inventory/dpkg/claircore-vcpkg/var/lib/dpkg/status");
    if (path == NULL)
        skip();
    const struct bytes all = trial_file(path);
    char *found = trial_records(&deb822_format, &(struct reading){ .all = all });
    assert_string_equal(
        found, "fault: format: deb822(5): line 1: a paragraph of vcpkg: no database of dpkg\n");
    free(found);
    free((void *)(uintptr_t)all.at);
    free(path);
}

static void survives_the_trial(void **state)
{
    (void)state;
    trial_format(&(struct trial){
        .format = &deb822_format,
        .name = "two-packages",
        .good = bytes_of_text(
            "Package: libx1\nStatus: install ok installed\nMaintainer: A <a@b.org>\n"
            "Architecture: amd64\nSource: x (1.0)\nVersion: 1:1.0-2+b1\nDescription: d\n more\n\n"
            "Package: y\nStatus: deinstall ok config-files\nVersion: 2\nHomepage: http://y.org\n"),
    });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_fields_in_any_order_and_case),
        cmocka_unit_test(a_value_may_continue),
        cmocka_unit_test(a_broken_stanza_is_lost_alone),
        cmocka_unit_test(nul_and_overlong_fields_cost_their_stanza),
        cmocka_unit_test(many_losses_are_counted),
        cmocka_unit_test(vcpkg_is_refused),
        cmocka_unit_test(survives_the_trial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
