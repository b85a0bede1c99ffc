/* dpkg_test.c -- the catalogers of dpkg's databases, on text and on real databases with the answer
 * of dpkg-query. */
#include "format/trial.h"
#include "inventory/trial_findings.h"

#include "core/buf.h"

#include <fcntl.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define STATUS "/var/lib/dpkg/status"

static void expect(const struct cataloger *c, const char *path, const char *text,
                   const char *findings)
{
    char *found = trial_findings(c, path, "/", bytes_of_text(text));

    assert_string_equal(found, findings);
    free(found);
}

static void states_of_dpkg_become_presence(void **state)
{
    static const struct {
        const char *status;
        const char *presence; /* NULL: no product */
    } states[] = {
        { "install ok installed", "installed" },
        { "hold ok installed", "installed" },
        { "install reinstreq half-installed", "installed" },
        { "install ok unpacked", "installed" },
        { "install ok half-configured", "installed" },
        { "install ok triggers-awaited", "installed" },
        { "install ok triggers-pending", "installed" },
        { "deinstall ok config-files", "residue" },
        { "purge ok not-installed", NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        char text[200];
        char wanted[200] = "";
        (void)snprintf(text, sizeof text, "Package: x\nStatus: %s\nVersion: 1-1\n",
                       states[i].status);
        if (states[i].presence != NULL)
            (void)snprintf(wanted, sizeof wanted, "product: deb x 1-1 - %s root=/\n",
                           states[i].presence);
        expect(&dpkgstatus_cataloger, STATUS, text, wanted);
    }
    expect(&dpkgstatus_cataloger, STATUS, "Package: x\nVersion: 1\n", "");
    expect(&dpkgstatusd_cataloger, "/var/lib/dpkg/status.d/x", "Package: X\nVersion: 1-1\n",
           "product: deb x 1-1 - installed root=/\n");
}

static void maintainer_and_home_page_are_claims(void **state)
{
    (void)state;
    expect(&dpkgstatus_cataloger, STATUS,
           "Package: libx1\nStatus: install ok installed\nVersion: 1:2-3+b1\nArchitecture: amd64\n"
           "Source: x (1:2-3)\nMaintainer: \"Debian X, Team\" <x@lists.debian.org>\n"
           "Homepage: https://www.X.org/x\nOrigin: Debian\n",
           "product: deb libx1 1:2-3+b1 amd64 source=x (1:2-3) installed root=/\n"
           "  supplier medium Debian X, Team <lists.debian.org>: /var/lib/dpkg/status, line 1: "
           "Maintainer: \"Debian X, Team\" <x@lists.debian.org>\n"
           "  supplier medium Debian: /var/lib/dpkg/status, line 1: Origin: Debian\n"
           "  originator weak x.org <x.org>: /var/lib/dpkg/status, line 1: home page "
           "https://www.X.org/x\n");
}

/* Who packs his own product, or a native package, is its maker; a forge is nobody's. */
static void some_maintainers_are_originators(void **state)
{
    static const struct {
        const char *fields;
        const char *originator; /* how the last claim begins; NULL: none */
    } cases[] = {
        { "Version: 5:20.10.7~3-0\nMaintainer: Docker <support@docker.com>\n"
          "Homepage: https://www.docker.com\n",
          "  originator medium Docker <docker.com>: " },
        { "Version: 12.4+deb12u5\nMaintainer: Santiago Vila <sanvila@debian.org>\n",
          "  originator medium Santiago Vila <debian.org>: " },
        { "Version: 2.6.1\nMaintainer: APT Team <deity@lists.debian.org>\n"
          "Homepage: https://wiki.debian.org/Apt\n",
          "  originator medium APT Team <lists.debian.org>: " },
        { "Version: 1.0+b2\nSource: x (1.0-2)\nMaintainer: A <a@debian.org>\n", NULL },
        { "Version: 1.0\nMaintainer: A <a@debian.org>\nHomepage: https://github.com/o/x\n",
          "  originator weak github.com/o: " },
        { "Version: 1.0-1\nMaintainer: A <a@debian.org>\nHomepage: https://salsa.debian.org/x\n",
          NULL },
        { "Version: 3.116ubuntu1\nMaintainer: Ubuntu <u@lists.ubuntu.com>\n", NULL },
        { "Version: 3.116ubuntu1\nMaintainer: Ubuntu <u@lists.ubuntu.com>\n"
          "Original-Maintainer: D <d@debian.org>\n",
          "  originator medium D <debian.org>: " },
        { "Version: 1-1\nMaintainer: <root@localhost>\nVendor: AO Kaspersky Lab\n",
          "  originator medium AO Kaspersky Lab: " },
        { "Version: 1-1\nMaintainer: x\nVendor: none\n", NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[400];
        (void)snprintf(text, sizeof text, "Package: x\nStatus: install ok installed\n%s",
                       cases[i].fields);
        char *found = trial_findings(&dpkgstatus_cataloger, STATUS, "/", bytes_of_text(text));
        const char *originator = strstr(found, "  originator ");
        if (cases[i].originator == NULL)
            assert_null(originator);
        else
            assert_non_null(strstr(found, cases[i].originator));
        free(found);
    }
}

static void lists_own_files(void **state)
{
    (void)state;
    expect(&dpkgfiles_cataloger, "/srv/c/var/lib/dpkg/info/libc6:amd64.list",
           "/.\n/lib\n/lib/libc.so.6\n/etc/x\n",
           "owns: libc6 /lib/libc.so.6\nowns: libc6 /etc/x\n"
           "owns: libc6 /var/lib/dpkg/info/libc6:amd64.preinst\n"
           "owns: libc6 /var/lib/dpkg/info/libc6:amd64.postinst\n"
           "owns: libc6 /var/lib/dpkg/info/libc6:amd64.prerm\n"
           "owns: libc6 /var/lib/dpkg/info/libc6:amd64.postrm\n"
           "owns: libc6 /var/lib/dpkg/info/libc6:amd64.config\n");
    expect(&dpkgfiles_cataloger, "/var/lib/dpkg/info/tar.md5sums",
           "07d31e7e63800ab1b7966980709c51eb  bin/tar\n", "owns: tar /bin/tar\n");
    expect(&dpkgstatusd_cataloger, "/var/lib/dpkg/status.d/tar.md5sums",
           "07d31e7e63800ab1b7966980709c51eb  bin/tar\n", "owns: tar /bin/tar\n");
    expect(&dpkgstatusd_cataloger, "/var/lib/dpkg/status.d/README", "Not a stanza\n", "");
    expect(&dpkgdiversions_cataloger, "/var/lib/dpkg/diversions",
           "/bin/sh\n/bin/sh.distrib\ndash\n", "owns: - /bin/sh.distrib\n");
}

static void copyright_files_are_notes(void **state)
{
    (void)state;
    expect(&debcopyright_cataloger, "/usr/share/doc/bash/copyright",
           "Format: x\nUpstream-Contact: Chet Ramey <chet@cwru.edu>\n\nFiles: *\n"
           "Copyright: (C) 1987-2022 Free Software Foundation, Inc. <a@fsf.org>\n",
           "note: deb bash originator medium Free Software Foundation, Inc.: "
           "/usr/share/doc/bash/copyright, line 5: Copyright: (C) 1987-2022 Free Software "
           "Foundation, Inc. <a@fsf.org>\n"
           "note: deb bash originator medium Chet Ramey <cwru.edu>: "
           "/usr/share/doc/bash/copyright, line 2: Upstream-Contact: Chet Ramey "
           "<chet@cwru.edu>\n");
}

static void opkg_is_read_too(void **state)
{
    (void)state;
    expect(&opkgstatus_cataloger, "/usr/lib/opkg/status",
           "Package: ubus\nVersion: 2024.10.20~252a9b0c-r1\nStatus: install user installed\n"
           "Architecture: x86_64\n",
           "product: opkg ubus 2024.10.20~252a9b0c-r1 x86_64 installed root=/\n");
}

static void lack_of_memory_is_told(void **state)
{
    (void)state;
    trial_findings_starved(
        &dpkgstatus_cataloger, STATUS, "/",
        bytes_of_text("Package: x\nStatus: install ok installed\nVersion: 1\nSource: y (1.0)\n"
                      "Maintainer: A <a@b.org>\nHomepage: http://b.org\nVendor: V\nOrigin: O\n\n"
                      "Package: z\nStatus: install ok installed\nVersion: 1-1\n"));
    trial_findings_starved(&dpkgfiles_cataloger, "/var/lib/dpkg/info/x.list", "/",
                           bytes_of_text("/a\n/b\n"));
    trial_findings_starved(&debcopyright_cataloger, "/usr/share/doc/x/copyright", "/",
                           bytes_of_text("Format: x\nUpstream-Contact: A <a@b.org>\n\nFiles: *\n"
                                         "Copyright: 1999 B\n C\n"));
    trial_findings_starved(&apk_cataloger, "/lib/apk/db/installed", "/",
                           bytes_of_text("P:x\nV:1\nm:A <a@b.org>\no:y\nF:a\nR:b\n"));
}

/* Every row "name version arch ... status" whose status has `letter` second must be a product of
 * that presence, and no other may be. */
static void compare(const char *found, struct bytes rows, char letter, const char *presence)
{
    struct bytes rest = bytes_of_text(found);
    struct bytes row;
    size_t wanted = 0;
    size_t products = 0;

    while (bytes_next(&rows, '\n', &row)) {
        struct bytes cell[7] = { 0 };
        for (size_t i = 0; i < 7; i++)
            (void)bytes_next(&row, '\t', &cell[i]);
        if (cell[6].len < 2 || cell[6].at[1] != letter)
            continue;
        struct buf line = buf_with_limit(1 << 16);
        buf_print(&line, "product: deb %.*s %.*s %.*s ", (int)cell[0].len, (const char *)cell[0].at,
                  (int)cell[1].len, (const char *)cell[1].at, (int)cell[2].len,
                  (const char *)cell[2].at);
        buf_add_byte(&line, '\0');
        if (strstr(found, (const char *)line.at) == NULL)
            fail_msg("missing: %s", (const char *)line.at);
        buf_done(&line);
        wanted++;
    }
    while (bytes_next(&rest, '\n', &row)) {
        if (bytes_has_prefix(row, "product: ") &&
            bytes_search(row, bytes_of_text(presence)) < row.len)
            products++;
    }
    assert_int_equal(products, wanted);
}

static void compare_files(const char *status, const char *table)
{
    const struct bytes all = trial_file(status);
    const struct bytes rows = trial_file(table);
    char *found = trial_findings(&dpkgstatus_cataloger, STATUS, "/", all);

    assert_true(all.len > 0 && rows.len > 0);
    assert_null(strstr(found, "lost: "));
    assert_null(strstr(found, "fault: "));
    compare(found, rows, 'i', " installed root=/");
    compare(found, rows, 'c', " residue root=/");
    free(found);
    free((void *)(uintptr_t)all.at);
    free((void *)(uintptr_t)rows.at);
}

static void real_databases_give_what_dpkg_query_lists(void **state)
{
    static const char *const names[] = { "trivy-valid", "trivy-corrupsed", "trivy-md5sums",
                                         "trivy-third-party" };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char file[200];
        char table[200];
        (void)snprintf(file, sizeof file, "inventory/dpkg/%s/var/lib/dpkg/status", names[i]);
        (void)snprintf(table, sizeof table, "inventory/dpkg/%s.expected.tsv", names[i]);
        char *file_path = trial_fixture(file);
        char *table_path = trial_fixture(table);
        if (file_path == NULL || table_path == NULL)
            skip();
        compare_files(file_path, table_path);
        free(file_path);
        free(table_path);
    }
}

/* Other people's fixtures: which packages must come of each. */
static void odd_databases_give_their_packages(void **state)
{
    static const struct {
        const struct cataloger *cataloger;
        const char *file;
        const char *products; /* name and version of each */
        size_t lost;
    } cases[] = {
        { &dpkgstatus_cataloger, "dpkg/invalid", "", 2 },
        { &dpkgstatus_cataloger, "dpkg/single", "acl 2.3.1-3;", 0 },
        { &dpkgstatus_cataloger, "dpkg/nopackage", "foo 1.0;bar 2.0;", 1 },
        { &dpkgstatus_cataloger, "dpkg/noversion", "foo 1.0;bar 2.0;", 1 },
        { &dpkgstatus_cataloger, "dpkg/trailingnewlines", "acl 2.3.1-3;", 0 },
        { &dpkgstatus_cataloger, "dpkg/statusfield",
          "wantinstall_installed 1.0;wantdeinstall_installed 1.0;wantdeinstall_configfiles 1.0;"
          "wantinstall_unpacked 1.0;wantpurge_installed 1.0;wantinstall_halfinstalled 1.0;",
          0 },
        { &dpkgstatus_cataloger, "dpkg/transitional", "iceweasel 78.13.0esr-1~deb10u1;", 0 },
        { &dpkgstatusd_cataloger, "dpkg/status.d/foo", "foo 1.2.3;bar 1.0;", 0 },
        { &opkgstatus_cataloger, "opkg/invalid", "", 2 },
        { &opkgstatus_cataloger, "opkg/nopackage", "ubus 2024.10.20~252a9b0c-r1;busybox 1.36.1-r2;",
          1 },
        { &opkgstatus_cataloger, "opkg/valid",
          "ubus 2024.10.20~252a9b0c-r1;libuci20130104 2023.08.10~5781664d-r1;"
          "busybox 1.36.1-r2;",
          0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char file[200];
        (void)snprintf(file, sizeof file, "inventory/misc/scalibr-dpkg/%s", cases[i].file);
        char *path = trial_fixture(file);
        if (path == NULL)
            skip();
        const struct bytes all = trial_file(path);
        char *found = trial_findings(cases[i].cataloger, STATUS, "/", all);
        struct bytes wanted = bytes_of_text(cases[i].products);
        struct bytes one;
        size_t count = 0;
        for (; bytes_next(&wanted, ';', &one); count++) {
            char line[200];
            (void)snprintf(line, sizeof line, " %.*s ", (int)one.len, (const char *)one.at);
            if (strstr(found, line) == NULL)
                fail_msg("%s: missing%s", cases[i].file, line);
        }
        assert_int_equal(trial_findings_count(found, "product: "), count);
        assert_int_equal(trial_findings_count(found, "lost: "), cases[i].lost);
        free(found);
        free((void *)(uintptr_t)all.at);
        free(path);
    }
}

/* dpkg-query's own list of this machine's packages into `path`; false where there is no dpkg. */
static bool list_this_machine(char *path)
{
    char program[] = "dpkg-query";
    char list[] = "-W";
    char format[] = "-f=${Package}\t${Version}\t${Architecture}\t\t\t\t${db:Status-Abbrev}\n";
    char *argv[] = { program, list, format, NULL };
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int status = 0;

    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    assert_int_equal(posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_TRUNC, 0600),
                     0);
    const bool ran = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) == 0;
    (void)posix_spawn_file_actions_destroy(&actions);
    return ran && waitpid(pid, &status, 0) == pid && status == 0;
}

static void this_machine_gives_what_dpkg_query_lists(void **state)
{
    char path[] = "/tmp/dpkg-test-XXXXXX";
    const int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    const bool listed = access(STATUS, R_OK) == 0 && list_this_machine(path);
    if (listed)
        compare_files(STATUS, path);
    assert_int_equal(unlink(path), 0);
    if (!listed)
        skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_of_dpkg_become_presence),
        cmocka_unit_test(maintainer_and_home_page_are_claims),
        cmocka_unit_test(some_maintainers_are_originators),
        cmocka_unit_test(lists_own_files),
        cmocka_unit_test(copyright_files_are_notes),
        cmocka_unit_test(opkg_is_read_too),
        cmocka_unit_test(lack_of_memory_is_told),
        cmocka_unit_test(real_databases_give_what_dpkg_query_lists),
        cmocka_unit_test(odd_databases_give_their_packages),
        cmocka_unit_test(this_machine_gives_what_dpkg_query_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
