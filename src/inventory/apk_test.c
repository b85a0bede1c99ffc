#include "format/trial.h"
#include "inventory/trial_findings.h"

#include "core/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define INSTALLED "/lib/apk/db/installed"

static void packages_own_files_and_have_makers(void **state)
{
    (void)state;
    char *found = trial_findings(
        &apk_cataloger, INSTALLED, "/",
        bytes_of_text("P:musl-utils\nV:1.2-r0\nA:x86_64\nU:https://musl.libc.org/\no:musl\n"
                      "m:Timo <timo@iki.fi>\nF:\nR:a\nF:usr/bin\nR:b\n\n"
                      "P:apk-tools\nV:2\nU:https://gitlab.alpinelinux.org/apk\n"
                      "m:Natanael <n@alpinelinux.org>\n"));
    assert_string_equal(
        found, "product: apk musl-utils 1.2-r0 x86_64 source=musl (-) installed root=/\n"
               "  supplier medium Timo <iki.fi>: /lib/apk/db/installed, line 1: Maintainer: Timo "
               "<timo@iki.fi>\n"
               "  originator weak musl.libc.org <musl.libc.org>: /lib/apk/db/installed, line 1: "
               "home page https://musl.libc.org/\n"
               "owns: musl-utils /a\nowns: musl-utils /usr/bin/b\n"
               "product: apk apk-tools 2 - installed root=/\n"
               "  supplier medium Natanael <alpinelinux.org>: /lib/apk/db/installed, line 12: "
               "Maintainer: Natanael <n@alpinelinux.org>\n"
               "  originator medium Natanael <alpinelinux.org>: /lib/apk/db/installed, line 12: "
               "the maintainer's address is at the product's home page: Natanael "
               "<n@alpinelinux.org>\n"
               "  originator weak gitlab.alpinelinux.org <gitlab.alpinelinux.org>: "
               "/lib/apk/db/installed, line 12: home page https://gitlab.alpinelinux.org/apk\n");
    free(found);
}

/* Rows "name version arch" of the table; one without a version or an architecture has it empty. */
static void compare(const char *found, struct bytes rows)
{
    struct bytes row;
    size_t wanted = 0;

    assert_true(bytes_next(&rows, '\n', &row));
    while (bytes_next(&rows, '\n', &row)) {
        struct bytes cell[3] = { 0 };
        for (size_t i = 0; i < 3; i++) {
            (void)bytes_next(&row, '\t', &cell[i]);
            if (cell[i].len == 0)
                cell[i] = bytes_of_text("-");
        }
        struct buf line = buf_with_limit(1 << 16);
        buf_print(&line, "product: apk %.*s %.*s %.*s ", (int)cell[0].len, (const char *)cell[0].at,
                  (int)cell[1].len, (const char *)cell[1].at, (int)cell[2].len,
                  (const char *)cell[2].at);
        buf_add_byte(&line, '\0');
        if (strstr(found, (const char *)line.at) == NULL)
            fail_msg("missing: %s", (const char *)line.at);
        buf_done(&line);
        wanted++;
    }
    assert_int_equal(trial_findings_count(found, "product: "), wanted);
}

static void real_databases_give_their_tables(void **state)
{
    static const char *const names[] = { "scalibr-alpine", "trivy-alpine3.x" };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char file[200];
        char table[200];
        (void)snprintf(file, sizeof file, "inventory/apk/%s/lib/apk/db/installed", names[i]);
        (void)snprintf(table, sizeof table, "inventory/apk/%s.expected.tsv", names[i]);
        char *file_path = trial_fixture(file);
        char *table_path = trial_fixture(table);
        if (file_path == NULL || table_path == NULL)
            skip();
        const struct bytes all = trial_file(file_path);
        const struct bytes rows = trial_file(table_path);
        char *found = trial_findings(&apk_cataloger, INSTALLED, "/", all);
        assert_null(strstr(found, "lost: "));
        compare(found, rows);
        free(found);
        free((void *)(uintptr_t)all.at);
        free((void *)(uintptr_t)rows.at);
        free(file_path);
        free(table_path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packages_own_files_and_have_makers),
        cmocka_unit_test(real_databases_give_their_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
