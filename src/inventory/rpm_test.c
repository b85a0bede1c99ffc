/* rpm_test.c -- the catalogers of rpm's databases and archives, on packages built here and on the
 * real ones of ../shared/fixtures. */
#include "format/rpmheader.h"
#include "format/rpmtrial.h"
#include "format/trial.h"
#include "inventory/trial_findings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A record's fields as a format that states them, so that the cataloger can be tried on headers
 * alone. */
static bool read_header(const struct reading *in, struct sink *out, struct fault *f)
{
    struct rpmheader_run run = rpmheader_begin(in, out);
    const struct rpmheader_place place = { .what = "header", .number = 1 };

    return rpmheader_blob(in->all, &run, &place, f);
}

static int bid_always(struct bytes head)
{
    (void)head;
    return 1;
}

static const struct format header_format = {
    .name = "rpmheader", .title = "-", .cites = "-", .bid = bid_always, .read = read_header
};

static const struct format *const header_formats[] = { &header_format, NULL };

static void expect(const struct cataloger *like, const char *path,
                   const struct rpmtrial_package *package, const char *findings)
{
    struct cataloger c = *like;
    struct buf blob = rpmtrial_package(package);

    c.formats = header_formats;
    char *found = trial_findings(&c, path, "/", buf_bytes(&blob));
    assert_string_equal(found, findings);
    trial_findings_starved(&c, path, "/", buf_bytes(&blob));
    free(found);
    buf_done(&blob);
}

static const struct {
    struct rpmtrial_package package;
    const char *installed;
    const char *archived;
} cases[] = {
    {
        { .name = "libuuid",
          .version = "2.32.1",
          .release = "42.el8_8",
          .arch = "x86_64",
          .vendor = "Red Hat, Inc.",
          .packager = "Red Hat, Inc. <http://bugzilla.redhat.com/bugzilla>",
          .url = "http://en.wikipedia.org/wiki/Util-linux",
          .sourcerpm = "util-linux-2.32.1-42.el8_8.src.rpm",
          .files = { "/usr/lib64/libuuid.so.1", "/usr/lib64/libuuid.so.1.3.0" } },
        "product: rpm libuuid 2.32.1-42.el8_8 x86_64 source=util-linux (-) installed root=/\n"
        "  supplier medium Red Hat, Inc.: /p, header of libuuid: Vendor: Red Hat, Inc.\n"
        "owns: libuuid /usr/lib64/libuuid.so.1\nowns: libuuid /usr/lib64/libuuid.so.1.3.0\n",
        NULL,
    },
    {
        { .name = "kesl",
          .version = "11.4.0",
          .release = "1096",
          .arch = "x86_64",
          .packager = "AO Kaspersky Lab <info@kaspersky.com>",
          .url = "https://www.kaspersky.com/",
          .sourcerpm = "kesl-11.4.0-1096.src.rpm" },
        "product: rpm kesl 11.4.0-1096 x86_64 installed root=/\n"
        "  supplier medium AO Kaspersky Lab <kaspersky.com>: /p, header of kesl: Packager: AO "
        "Kaspersky Lab <info@kaspersky.com>\n"
        "  originator medium AO Kaspersky Lab <kaspersky.com>: /p, header of kesl: the "
        "maintainer's address is at the product's home page: AO Kaspersky Lab "
        "<info@kaspersky.com>\n"
        "  originator weak kaspersky.com <kaspersky.com>: /p, header of kesl: home page "
        "https://www.kaspersky.com/\n",
        NULL,
    },
    {
        { .name = "gpg-pubkey", .version = "d38b4796", .release = "570c8cd3" },
        "",
        "",
    },
    {
        { .name = "alfandega",
          .version = "2.2",
          .release = "2.rh80",
          .arch = "noarch",
          .files = { "/alfandega.spec" } },
        "product: rpm alfandega 2.2-2.rh80 noarch installed root=/\n"
        "owns: alfandega /alfandega.spec\n",
        "product: rpm alfandega 2.2-2.rh80 src installed root=/\n",
    },
    {
        { .name = "a", .version = "1", .release = "2", .sourcerpm = "b-3-4.nosrc.rpm" },
        "product: rpm a 1-2 - source=b (3-4) installed root=/\n",
        "product: rpm a 1-2 - source=b (3-4) installed root=/\n",
    },
    {
        { .name = "a", .version = "1", .release = "2", .sourcerpm = "-.src.rpm" },
        "product: rpm a 1-2 - installed root=/\n",
        NULL,
    },
};

static void headers_become_products(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect(&rpmdb_bdb_cataloger, "/p", &cases[i].package, cases[i].installed);
        if (cases[i].archived != NULL)
            expect(&rpmarchive_cataloger, "/p", &cases[i].package, cases[i].archived);
    }
}

static bool take_epoch(void *ctx, const struct product *p, struct fault *f)
{
    (void)f;
    *(char **)ctx = p->epoch == NULL ? strdup("-") : strdup(p->epoch);
    return true;
}

static bool give_epoch(void *ctx, const struct record *r, struct fault *f)
{
    return rpmdb_sqlite_cataloger.record(ctx, r, f);
}

static bool no_loss(void *ctx, const struct fault *lost, struct fault *f)
{
    (void)ctx;
    (void)lost;
    (void)f;
    return false;
}

static void an_epoch_of_zero_is_told_from_none(void **state)
{
    static const char *const epochs[] = { "0", "4294967295", NULL };
    static const struct sink_consumer consumer = { .record = give_epoch, .fault = no_loss };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const struct rpmtrial_package package = {
            .name = "a", .version = "1", .release = "2", .epoch = epochs[i]
        };
        struct buf blob = rpmtrial_package(&package);
        struct arena a = arena_with_budget(1 << 20);
        struct arena fields = arena_with_budget(1 << 20);
        char *epoch = NULL;
        const struct findings out = { .product = take_epoch, .ctx = &epoch };
        struct cataloging c = { .path = "/p", .root = "/", .arena = &a, .out = &out };
        struct sink sink = sink_to(&consumer, &c, &fields);
        const struct reading in = { .all = buf_bytes(&blob), .arena = &a };
        struct fault f = { 0 };
        assert_true(read_header(&in, &sink, &f));
        assert_string_equal(epoch, epochs[i] == NULL ? "-" : epochs[i]);
        free(epoch);
        arena_done(&a);
        arena_done(&fields);
        buf_done(&blob);
    }
}

static void a_real_database_gives_products_and_files(void **state)
{
    (void)state;
    char *path = trial_fixture("inventory/rpmdb/mariner2-sqlite/rpmdb.sqlite");
    if (path == NULL)
        skip();
    const struct bytes all = trial_file(path);
    char *found = trial_findings(&rpmdb_sqlite_cataloger, "/var/lib/rpm/rpmdb.sqlite", "/", all);

    assert_int_equal(trial_findings_count(found, "product: rpm "), 129);
    assert_int_equal(trial_findings_count(found, "  supplier medium Microsoft Corporation: "), 129);
    assert_non_null(strstr(found, "owns: bash /bin/bash\n"));
    assert_null(strstr(found, "lost: "));
    assert_null(strstr(found, "fault: "));
    free(found);
    free((void *)(uintptr_t)all.at);
    free(path);
}

static void an_archive_owns_nothing(void **state)
{
    (void)state;
    char *path = trial_fixture("artefacts/synthetic/kesl-11.4.0-1096.noarch.rpm");
    if (path == NULL)
        skip();
    const struct bytes all = trial_file(path);
    char *found = trial_findings(&rpmarchive_cataloger, "/srv/kesl.rpm", "/", all);

    assert_true(strncmp(found,
                        "product: rpm kesl 11.4.0-1096 noarch installed root=/\n"
                        "  supplier medium AO Kaspersky Lab",
                        70) == 0);
    assert_null(strstr(found, "owns: "));
    free(found);
    free((void *)(uintptr_t)all.at);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_become_products),
        cmocka_unit_test(an_epoch_of_zero_is_told_from_none),
        cmocka_unit_test(a_real_database_gives_products_and_files),
        cmocka_unit_test(an_archive_owns_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
