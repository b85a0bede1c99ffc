/* export_test.c -- a small register in every form, against golden files (tests/golden/export):
 * export_test.py validates those against the published schemas. HALLMARK_GOLDEN=write writes them
 * anew. */
#include "core/date.h"
#include "exports/export.h"
#include "standing/history_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DIGEST_A "sha256:54a370bc6c691f5b012acf4a5f30c600af842cf1a625d4701e0f3dd0cd9fdf48"
#define DIGEST_B "sha256:3c8903c94a4251874846b53da00291f370d6fa5cb1c22411bca10ba82a110604"
#define DIGEST_C "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define DAY "2017-12-20"

static struct history_trial t;

static void good(const char *hands, const char *type, const char *lines)
{
    history_trial_good(&t, hands, type, lines);
}

static void tell_parties(void)
{
    good("ncsc", "authority", "id ncsc|name National Cyber Security Centre|date 2017-01-02");
    good("ncsc", "scheme",
         "id cpa|name Commercial <Product> & \"Assurance\"|authority ncsc|body body-a|"
         "date 2017-01-02");
    good("ncsc", "vendor", "id northgate|name Northgate Systems Ltd.|date 2017-01-03");
    good("ncsc", "vendor", "id kaspersky-lab|name AO Kaspersky Lab|date 2017-01-03");
    good("ncsc", "organisation",
         "id agency-a|name Agency of A]]>|class us-civilian|date 2017-01-03");
    good("ncsc", "organisation", "id agency-b|name Agency B|class us-civilian|date 2017-01-03");
    good("ncsc", "organisation", "id agency-c|name Agency C|class us-civilian|date 2017-01-03");
    good("ncsc", "organisation", "id agency-d|name Agency D|class us-civilian|date 2017-01-03");
}

static void tell_certificates(void)
{
    good("body-a", "certificate",
         "id cpa/1001|scheme cpa|lab lab-a|vendor northgate|vendor-name Northgate Systems Ltd.|"
         "product Disk Vault|version 4.2|artefact " DIGEST_A "|report " DIGEST_C
         "|from 2017-02-01|until 2019-02-01");
    good("body-a", "maintenance",
         "certificate cpa/1001|version 4.2.1|version 4.2.2|artefact " DIGEST_B "|artefact " DIGEST_C
         "|date 2017-06-01");
    good("body-a", "certificate",
         "id cpa/1002|scheme cpa|vendor northgate|product Key \"Vault\"|version 1|from 2017-03-01");
    good("body-a", "suspension", "certificate cpa/1002|reason a leak & more|date 2017-08-01");
    good("body-a", "certificate",
         "id cpa/2001|scheme cpa|vendor northgate|product Later|version 9|artefact " DIGEST_C
         "|from 2018-06-01");
}

static void tell_directives(void)
{
    good("ncsc", "directive",
         "id bod-17-01|title Removal of Kaspersky-branded products|authority ncsc|"
         "subject-vendor kaspersky-lab|subject-token kaspersky|action remove|"
         "scope org-class:us-civilian|text " DIGEST_C "|issued 2017-09-13|"
         "step identify 2017-10-13|step plan 2017-11-12|"
         "step begin-removal 2017-12-12 repeat P30D|include affiliates|excludes embedded-code");
    good("ncsc", "report",
         "directive bod-17-01|organisation agency-a|step identify|result none-found|"
         "method hallmark scan|coverage every host|hosts 120|found 0|unread 3|scans 2|"
         "evidence " DIGEST_A "|evidence " DIGEST_B "|date 2017-10-10");
    good("ncsc", "report",
         "directive bod-17-01|organisation agency-b|step identify|result found|method by hand|"
         "hosts 40|found 7|date 2017-10-20");
    good("ncsc", "report",
         "directive bod-17-01|organisation agency-b|step plan|result plan|date 2017-11-10");
    good("ncsc", "exception",
         "id x1|directive bod-17-01|organisation agency-d|signer A. Director|"
         "reason a replacement is on order|until 2018-03-31|date 2017-10-01");
    good("ncsc", "directive",
         "id draft|subject-product Old Thing|action advise|stage proposed|issued 2017-09-20");
    good("ncsc", "directive",
         "id old|subject-token oldware|action prohibit|issued 2017-01-20|step stop 2017-03-01");
    good("ncsc", "amendment",
         "directive old|action supersede|successor bod-17-01|reason taken over|date 2017-09-14");
}

static void tell_observations(void)
{
    good("ncsc", "observation",
         "source cisa-kev|action appeared|row CVE-2017-0144|vendor-name Microsoft|product SMBv1|"
         "field cve-id=CVE-2017-0144|field vendor-project=Microsoft|field product=SMBv1|"
         "field vulnerability-name=SMBv1 \"remote\", code|field date-added=2017-11-01|"
         "field short-description=s|field required-action=Apply updates|"
         "field due-date=2017-11-15|field known-ransomware-campaign-use=Known|"
         "field cwes=CWE-20|field cwes/2=CWE-119|snapshot " DIGEST_A "|date 2017-11-02");
    good("ncsc", "observation",
         "source cisa-kev|action appeared|row CVE-2017-0145|"
         "field cve-id=CVE-2017-0145|field vendor-project=Microsoft|field product=SMB|"
         "field vulnerability-name=n|field date-added=2017-11-01|field short-description=s|"
         "field required-action=Apply|field due-date=2017-11-15|"
         "snapshot " DIGEST_A "|date 2017-11-02");
    good("ncsc", "observation",
         "source cisa-kev|action disappeared|row CVE-2017-0145|snapshot " DIGEST_B
         "|date 2017-11-20");
    good("ncsc", "observation",
         "source cisa-kev|action changed|row CVE-2017-0144|was due-date=2017-11-15|"
         "now due-date=2017-12-15|snapshot " DIGEST_B "|date 2017-11-20");
}

static int begin(void **state)
{
    (void)state;
    history_trial_init(&t);
    history_trial_admit(&t, "ncsc", "any");
    history_trial_admit(&t, "body-a", "body");
    history_trial_admit(&t, "lab-a", "lab");
    tell_parties();
    good("ncsc", "accreditation", "lab lab-a|scheme cpa|action grant|date 2017-01-04");
    tell_certificates();
    t.now = 1513771200; /* 2017-12-20T12:00:00Z */
    tell_directives();
    tell_observations();
    return 0;
}

static int end(void **state)
{
    (void)state;
    history_trial_done(&t);
    return 0;
}

static int32_t day_of(const char *text)
{
    int32_t day;

    assert_true(date_read(bytes_of_text(text), &day));
    return day;
}

static struct export_question ask(const char *id, const char *directive, const char *day)
{
    return (struct export_question){ .history = &t.history,
                                     .origin = "register.example/story",
                                     .size = t.entries.count,
                                     .day = day_of(day),
                                     .id = id,
                                     .directive = directive };
}

static bool try(const char *form, const struct export_question *q, struct buf *out,
                struct export_told *told, struct fault *f)
{
    struct arena a = arena_with_budget(256 << 20);
    const struct export_form *to = export_named(form);

    assert_non_null(to);
    *out = buf_with_limit(16 << 20);
    const bool ok = export_write(to, q, &a, out, told, f);
    assert_int_equal(ok, f->kind == FAULT_NONE);
    arena_done(&a);
    return ok;
}

/* The golden file's bytes, or those of the export where they are to be written. */
static struct buf golden(const char *name, const struct buf *found)
{
    const char *source = getenv("HALLMARK_SOURCE");
    const char *mode = getenv("HALLMARK_GOLDEN");
    struct buf out = buf_with_limit(16 << 20);
    char path[4096];
    uint8_t block[4096];
    size_t n;

    if (source == NULL)
        skip();
    (void)snprintf(path, sizeof path, "%s/tests/golden/export/%s", source, name);
    if (mode != NULL && strcmp(mode, "write") == 0) {
        FILE *to = fopen(path, "we");
        assert_non_null(to);
        assert_int_equal(fwrite(found->at, 1, found->len, to), found->len);
        assert_int_equal(fclose(to), 0);
    }
    FILE *file = fopen(path, "re");
    if (file == NULL)
        fail_msg("%s is not there", path);
    while ((n = fread(block, 1, sizeof block, file)) > 0)
        buf_add(&out, (struct bytes){ .at = block, .len = n });
    (void)fclose(file);
    assert_true(buf_ok(&out));
    return out;
}

/* The keys of the trial are new each time: what stands behind "\nkey " becomes x. */
static void blot_keys(struct buf *b)
{
    for (size_t i = 0; i + 5 < b->len; i++) {
        if (memcmp(b->at + i, "\nkey ", 5) != 0)
            continue;
        for (size_t k = i + 5; k < b->len && b->at[k] != '\n'; k++)
            b->at[k] = 'x';
    }
}

static struct export_told compare(const char *form, const struct export_question *q,
                                  const char *name)
{
    struct export_told told;
    struct fault f = { 0 };
    struct buf out;
    struct buf again;

    if (!try(form, q, &out, &told, &f) || !try(form, q, &again, &told, &f))
        fail_msg("%s: %s", form, f.text);
    assert_int_equal(out.len, again.len);
    assert_memory_equal(out.at, again.at, out.len);
    blot_keys(&out);
    struct buf expected = golden(name, &out);
    if (out.len != expected.len || memcmp(out.at, expected.at, out.len) != 0)
        fail_msg("%s differs: HALLMARK_GOLDEN=write, and look at the difference", name);
    buf_done(&expected);
    buf_done(&again);
    buf_done(&out);
    return told;
}

static void refused(const char *form, const struct export_question *q, const char *words)
{
    struct export_told told;
    struct fault f = { 0 };
    struct buf out;

    if (try(form, q, &out, &told, &f))
        fail_msg("%s: not refused: %s", form, words);
    if (strstr(f.text, words) == NULL)
        fail_msg("%s: '%s' has no '%s'", form, f.text, words);
    buf_done(&out);
}

static void every_form_is_as_it_was(void **state)
{
    const struct export_question all = ask(NULL, NULL, DAY);
    const struct export_question bod = ask(NULL, "bod-17-01", DAY);
    const struct export_question rows = ask("cisa-kev", NULL, DAY);

    (void)state;
    (void)compare("cyclonedx", &all, "cyclonedx.json");
    (void)compare("oscal-ar", &bod, "oscal-ar.json");
    (void)compare("oscal-poam", &bod, "oscal-poam.json");
    (void)compare("directives", &all, "directives.json");
    (void)compare("atom", &all, "atom.xml");
    (void)compare("kev", &all, "kev.json");
    (void)compare("csv", &rows, "rows.csv");
}

static void in_toto_says_what_it_leaves_out(void **state)
{
    const struct export_question all = ask(NULL, NULL, DAY);
    const struct export_question one = ask("cpa/1001", NULL, "2017-05-01");
    const struct export_told told = compare("in-toto", &all, "in-toto.jsonl");

    (void)state;
    assert_int_equal(told.written, 1);
    assert_int_equal(told.left_out, 1); /* cpa/1002 names no file; cpa/2001 is not yet */
    assert_non_null(told.why);
    (void)compare("in-toto", &one, "in-toto.json");
}

static void what_cannot_be_said_is_refused(void **state)
{
    const struct export_question all = ask(NULL, NULL, DAY);
    const struct export_question none = ask("cpa/9", NULL, DAY);
    const struct export_question digestless = ask("cpa/1002", NULL, DAY);
    const struct export_question later = ask("cpa/2001", NULL, DAY);
    const struct export_question unbound = ask(NULL, "draft", DAY);
    const struct export_question early = ask(NULL, "bod-17-01", "2017-01-01");

    (void)state;
    refused("in-toto", &none, "no certificate 'cpa/9'");
    refused("in-toto", &digestless, "names no file");
    refused("in-toto", &later, "not yet issued on " DAY);
    refused("cyclonedx", &later, "not yet issued");
    refused("oscal-ar", &all, "3 directives: say which");
    refused("oscal-ar", &early, "issued after");
    refused("oscal-poam", &unbound, "binds no organisation");
    refused("atom", &none, "not asked by an id");
    refused("kev", &none, "a source 'cpa/9'");
    refused("csv", &all, "needs the id of a source");
    refused("kev", &unbound, "not asked by a directive");
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (size_t i = 0; export_all[i] != NULL; i++) {
        const struct export_form *form = export_all[i];
        const struct export_question q = ask(strcmp(form->name, "csv") == 0 ? "cisa-kev" : NULL,
                                             form->takes_directive ? "bod-17-01" : NULL, DAY);
        bool ok = false;
        for (size_t allowed = 0; !ok; allowed += 1 + allowed / 64) {
            struct arena a = arena_with_budget(256 << 20);
            struct buf out = buf_with_limit(16 << 20);
            struct export_told told;
            struct fault f = { 0 };
            a.fail_after = allowed;
            ok = export_write(form, &q, &a, &out, &told, &f);
            assert_int_equal(ok, f.kind == FAULT_NONE);
            arena_done(&a);
            buf_done(&out);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_as_it_was),
        cmocka_unit_test(in_toto_says_what_it_leaves_out),
        cmocka_unit_test(what_cannot_be_said_is_refused),
        cmocka_unit_test(every_allocation_may_fail),
    };

    return cmocka_run_group_tests_name("export", tests, begin, end);
}
