/* authenticode_oracle_test.c -- real signed files: what is known of them, and what osslsigncode
 * says of them. */
#include "format/trial.h"

#include "core/buf.h"
#include "core/own.h"

#include <ctype.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

extern char **environ;

/* The records of a fixture; the test is skipped where it is absent. Caller frees. */
static char *records_of(const struct format *format, const char *path)
{
    OWNED(own_free) char *full = trial_fixture(path);

    if (full == NULL)
        skip();
    const struct bytes all = trial_file(full);
    assert_non_null(all.at);
    assert_true(format->bid(bytes_part(all, 0, 4096)) > 0);
    const struct reading in = { .all = all };
    char *text = trial_records(format, &in);
    free((void *)(uintptr_t)all.at);
    return text;
}

static size_t count_of(const char *text, const char *what)
{
    size_t n = 0;

    for (const char *at = text; (at = strstr(at, what)) != NULL; at += strlen(what))
        n++;
    return n;
}

static void expect(const char *path, const char *text, const char *wanted)
{
    if (strstr(text, wanted) == NULL)
        fail_msg("%s: no \"%s\" in:\n%s", path, wanted, text);
}

/* How often something must stand in the records of a file. */
struct known {
    const char *path;
    struct {
        size_t times;
        const char *text;
    } facts[10];
};

static void check(const struct format *format, const struct known *known, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *text = records_of(format, known[i].path);
        for (size_t k = 0; known[i].facts[k].text != NULL; k++) {
            const size_t times = count_of(text, known[i].facts[k].text);
            if (times != known[i].facts[k].times)
                fail_msg("%s: %zu times \"%s\", not %zu, in:\n%s", known[i].path, times,
                         known[i].facts[k].text, known[i].facts[k].times, text);
        }
        free(text);
    }
}

static void real_programs_have_the_signatures_they_are_known_for(void **state)
{
    (void)state;
    static const struct known files[] = {
        { "inventory/pe/putty.exe",
          { { 2, "subject=/C=GB/ST=Cambridgeshire/L=Cambridge/O=Simon Tatham/CN=Simon Tatham " },
            { 2, "digest_matches=1" },
            { 2, " signature_valid=1" },
            { 2, "countersigner_valid=1" },
            { 2, "program_name=SSH, Telnet and Rlogin client " },
            { 0, "lost:" } } },
        { "inventory/pe/putty_modified.exe",
          { { 2, "O=Simon Tatham/CN=Simon Tatham " },
            { 2, "digest_matches=0" },
            { 2, " signature_valid=1" } } },
        { "artefacts/pe-contrast/liblzo2-2.dll",
          { { 1, "O=Express Vpn LLC/CN=Express Vpn LLC " },
            { 1, "digest_matches=1" },
            { 1, "countersigner_kind=rfc3161" },
            { 0, "version:" } } },
        { "artefacts/pe-contrast/pegoat32-signed.exe",
          { { 1, "signature:" }, { 1, "digest_matches=1" }, { 1, "chain=self-signed" } } },
        { "artefacts/pe-contrast/pegoat32-unsigned.exe", { { 0, "signature:" } } },
        { "artefacts/pe-contrast/pegoat32-duplicated.exe",
          { { 1, "place=certificate-entry 0" },
            { 1, "place=certificate-entry 1" },
            { 2, "digest_matches=1" },
            { 0, "lost:" } } },
        { "artefacts/pe-contrast/pegoat64-nested.exe",
          { { 1, "place=certificate-entry 0 subject=/CN=A SHA-1 cert " },
            { 1, "place=nested in 0 subject=/CN=A SHA-256 cert " },
            { 2, "digest_matches=1" } } },
    };

    check(&pe_format, files, sizeof files / sizeof files[0]);
}

#define WHCP                                                                                       \
    "subject=/C=US/ST=Washington/L=Redmond/O=Microsoft Corporation/CN=Microsoft Windows Hardware " \
    "Compatibility Publisher "

static void real_messages_have_the_signers_they_are_known_for(void **state)
{
    (void)state;
    static const struct known files[] = {
        { "artefacts/sigonly/klhk-20.5.3.0_2020.p7.der",
          { { 4, "signature:" },
            { 1, WHCP },
            { 1, "program_name=AO Kaspersky Lab " },
            { 1, "registry_number=1027739867473 " },
            { 1, "chain=self-signed" },
            { 1, "serial=-6d8ed284080a4471bb9de7ec0c75da6a " },
            { 4, " signature_valid=1" },
            { 4, "countersigner_valid=1" },
            { 4, "digest_unknown=" } } },
        { "artefacts/sigonly/klhk-58.0.28.0_2024.p7.der",
          { { 4, "signature:" },
            { 1, "index=0 place=message " WHCP },
            { 1, "program_name=AO Kaspersky Lab " },
            { 1, "organisation=AO Kaspersky Lab common_name=AO Kaspersky Lab "
                 "registry_number=1027739867473 country=RU "
                 "certificate_sha256="
                 "7aa214b1f16e08b0bf729dcd1d4848fd057d04dfc803e60c953ef174777b32fc "
                 "certificate_sha1=78364ae016d5b973a0ad07797051ca06fb1d27ab " },
            { 2, "chain=self-signed" },
            { 4, " signature_valid=1" },
            { 4, "countersigner_valid=1" } } },
        { "artefacts/sigonly/klhk-73.3.10.0_2025.p7.der",
          { { 4, "signature:" },
            { 1, "index=0 place=message " WHCP },
            { 1, "program_name=Kaspersky Lab Switzerland GmbH " },
            { 1, "countersigner_time=2025-12-19T14:54:12Z" },
            { 2, "chain=self-signed" },
            { 4, " signature_valid=1" } } },
        { "artefacts/sigonly/klif-30.1175.0.70_2023.p7.der",
          { { 3, "signature:" },
            { 1, "index=0 place=message " WHCP },
            { 1, "subject=/C=RU/L=Moscow/O=AO Kaspersky Lab/CN=AO Kaspersky Lab " },
            { 1, "organisation=Kaspersky Lab JSC " },
            { 3, " signature_valid=1" },
            { 3, "countersigner_valid=1" } } },
    };

    check(&pkcs7_format, files, sizeof files / sizeof files[0]);
}

/* One column of a line of the table. */
static struct bytes column(struct bytes line, size_t number)
{
    struct bytes cell = { 0 };

    for (size_t i = 0; i <= number; i++) {
        if (!bytes_next(&line, '\t', &cell))
            return (struct bytes){ 0 };
    }
    return cell;
}

static void expect_cell(const char *path, const char *text, const char *key, struct bytes cell)
{
    char wanted[1024];

    if (cell.len == 0 || bytes_equal_text(cell, "-"))
        return;
    (void)snprintf(wanted, sizeof wanted, "%s=%.*s", key, (int)cell.len, (const char *)cell.at);
    for (char *c = wanted; *c != '\0'; c++) {
        if ((unsigned char)*c >= 0x80)
            return; /* escaped in the records; the tests of the version resource have such */
    }
    expect(path, text, wanted);
}

/* The table of the fixtures lists more files than are kept; those that are there must agree. */
static void the_table_of_the_fixtures_holds(void **state)
{
    (void)state;
    OWNED(own_free) char *table = trial_fixture("inventory/pe/expected.tsv");
    static const char *const keys[] = { NULL,
                                        NULL,
                                        NULL,
                                        "CompanyName",
                                        "ProductName",
                                        "FileVersion",
                                        "ProductVersion",
                                        "OriginalFilename",
                                        NULL,
                                        "subject" };
    size_t seen = 0;

    if (table == NULL)
        skip();
    const struct bytes all = trial_file(table);
    struct bytes rest = all;
    struct bytes line;
    while (bytes_next(&rest, '\n', &line)) {
        char path[256];
        const struct bytes name = column(line, 0);
        (void)snprintf(path, sizeof path, "inventory/pe/%.*s", (int)name.len,
                       (const char *)name.at);
        OWNED(own_free) char *full = NULL;
        const char *root = getenv("HALLMARK_FIXTURES");
        assert_true(asprintf(&full, "%s/%s", root, path) > 0);
        if (line.at[0] == '#' || access(full, R_OK) != 0)
            continue;
        char *text = records_of(&pe_format, path);
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
            if (keys[i] != NULL)
                expect_cell(path, text, keys[i], column(line, i));
        }
        const struct bytes verdict = column(line, 10);
        if (bytes_equal_text(verdict, "match"))
            assert_null(strstr(text, "digest_matches=0"));
        if (bytes_equal_text(verdict, "MISMATCH"))
            assert_null(strstr(text, "digest_matches=1"));
        free(text);
        seen++;
    }
    free((void *)(uintptr_t)all.at);
    assert_true(seen >= 4);
}

/* What osslsigncode says of a file, as text; NULL where it cannot be run. Caller frees. */
static char *oracle_of(const char *path)
{
    const char *const argv[] = { "osslsigncode", "verify", "-ignore-crl", "-ignore-cdp",
                                 "-in",          path,     NULL };
    posix_spawn_file_actions_t actions;
    struct buf text = buf_with_limit((size_t)16 << 20);
    pid_t child = 0;
    int ends[2];
    int status = 0;

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    (void)posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    (void)posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", 1, 0);
    (void)posix_spawn_file_actions_addclose(&actions, ends[0]);
    const int spawned =
        posix_spawnp(&child, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(ends[1]);
    for (ssize_t n = 1; spawned == 0 && n > 0;) {
        uint8_t piece[4096];
        n = read(ends[0], piece, sizeof piece);
        buf_add(&text, (struct bytes){ .at = piece, .len = n > 0 ? (size_t)n : 0 });
    }
    (void)close(ends[0]);
    if (spawned != 0) {
        buf_done(&text);
        return NULL;
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    buf_add_byte(&text, '\0');
    assert_true(buf_ok(&text));
    return (char *)text.at;
}

/* A line's text behind its label, in the records' own form: "key=text ". */
static void expect_said(const char *path, const char *text, const char *key, struct bytes said)
{
    char wanted[2048];
    size_t n = (size_t)snprintf(wanted, sizeof wanted, "%s=", key);
    const bool hex = strcmp(key, "subject") != 0;

    for (size_t i = 0; i < said.len && n + 6 < sizeof wanted; i++) {
        if (said.at[i] == '\\')
            n += (size_t)snprintf(wanted + n, sizeof wanted - n, "\\x5c");
        else
            wanted[n++] = hex ? (char)tolower(said.at[i]) : (char)said.at[i];
    }
    wanted[n] = '\0';
    expect(path, text, wanted);
}

/* Every signer that osslsigncode names, with its serial number and both digests, is in our records;
 * and there are as many of them. */
static void compare(const struct format *format, const char *path)
{
    OWNED(own_free) char *full = trial_fixture(path);
    bool is_signer = false;

    if (full == NULL)
        skip();
    OWNED(own_free) char *said = oracle_of(full);
    if (said == NULL) {
        (void)fprintf(stderr, "skipped: osslsigncode is absent\n");
        skip();
    }
    OWNED(own_free) char *text = records_of(format, path);
    struct bytes rest = bytes_of_text(said);
    struct bytes line;
    while (bytes_next(&rest, '\n', &line)) {
        const struct bytes bare = bytes_trim(line);
        const size_t colon = bytes_index(bare, ':');
        const struct bytes value = bytes_trim(bytes_part(bare, colon + 1, bare.len));
        const size_t blank = bytes_index(value, ' ');
        const struct bytes word = bytes_part(value, 0, blank);
        if (bytes_has_prefix(bare, "Signer's certificate:"))
            is_signer = true;
        if (is_signer && bytes_has_prefix(bare, "Subject:"))
            expect_said(path, text, "subject", value);
        if (is_signer && bytes_has_prefix(bare, "Serial"))
            expect_said(path, text, "serial", word);
        if (bytes_has_prefix(bare, "Serial"))
            is_signer = false;
        if (bytes_has_prefix(bare, "Current message digest"))
            expect_said(path, text, "signed_digest", word);
        if (bytes_has_prefix(bare, "Calculated message digest"))
            expect_said(path, text, "computed_digest", word);
    }
    assert_int_equal(count_of(said, "Signature Index:"), count_of(text, "signature: "));
    assert_int_equal(count_of(said, "MISMATCH!!!"), count_of(text, "digest_matches=0"));
}

static void osslsigncode_agrees(void **state)
{
    (void)state;
    static const char *const programs[] = {
        "inventory/pe/putty.exe",
        "inventory/pe/putty_modified.exe",
        "artefacts/pe-contrast/liblzo2-2.dll",
        "artefacts/pe-contrast/pegoat32-signed.exe",
        "artefacts/pe-contrast/pegoat32-unsigned.exe",
        "artefacts/pe-contrast/pegoat64-nested.exe",
    };
    static const char *const messages[] = {
        "artefacts/sigonly/klhk-20.5.3.0_2020.p7.der",
        "artefacts/sigonly/klhk-58.0.28.0_2024.p7.der",
        "artefacts/sigonly/klhk-73.3.10.0_2025.p7.der",
        "artefacts/sigonly/klif-30.1175.0.70_2023.p7.der",
    };

    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
        compare(&pe_format, programs[i]);
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++)
        compare(&pkcs7_format, messages[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_programs_have_the_signatures_they_are_known_for),
        cmocka_unit_test(real_messages_have_the_signers_they_are_known_for),
        cmocka_unit_test(the_table_of_the_fixtures_holds),
        cmocka_unit_test(osslsigncode_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
