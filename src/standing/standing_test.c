/* standing_test.c -- the state of objects on a day, and a random walk against a simple model. */
#include "standing/history_trial.h"
#include "standing/standing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define DIGEST_A "sha256:54a370bc6c691f5b012acf4a5f30c600af842cf1a625d4701e0f3dd0cd9fdf48"
#define DIGEST_B "sha256:3c8903c94a4251874846b53da00291f370d6fa5cb1c22411bca10ba82a110604"

static struct history_trial t;
static struct arena scratch;

static void good(const char *hands, const char *type, const char *lines)
{
    history_trial_good(&t, hands, type, lines);
}

static void refused(const char *rule, const char *hands, const char *type, const char *lines)
{
    history_trial_bad(&t, rule, hands, type, lines);
}

static int begin(void **state)
{
    (void)state;
    scratch = arena_with_budget(256 << 20);
    history_trial_init(&t);
    history_trial_admit(&t, "ncsc", "authority");
    history_trial_admit(&t, "solo", "any");
    history_trial_admit(&t, "lab-a", "lab");
    good("ncsc", "scheme", "id cpa|name CPA|body solo|date 2017-01-02");
    good("solo", "vendor", "id northgate|name Northgate Systems Ltd.|date 2017-01-03");
    good("solo", "certificate",
         "id c1|scheme cpa|vendor northgate|product Disk Vault|version 4.2|artefact " DIGEST_A
         "|from 2017-02-01|until 2019-02-01");
    good("solo", "list", "id directory|name Directory|date 2017-01-03");
    return 0;
}

static int end(void **state)
{
    (void)state;
    history_trial_done(&t);
    arena_done(&scratch);
    return 0;
}

static int32_t day(const char *text)
{
    int32_t out;

    assert_true(date_read(bytes_of_text(text), &out));
    return out;
}

static struct standing_certificate on(const char *id, const char *date)
{
    struct standing_certificate s;
    struct fault f = { 0 };

    if (!standing_certificate(&t.history, bytes_of_text(id), day(date), &scratch, &s, &f))
        fail_msg("%s", f.text);
    return s;
}

static void state_is(const char *id, const char *date, const char *word)
{
    assert_string_equal(on(id, date).word, word);
}

static void a_certificate_lives_from_its_day_to_its_last(void **state)
{
    (void)state;
    state_is("none", "2017-02-01", "none");
    state_is("c1", "2017-01-31", "none");
    state_is("c1", "2017-02-01", "in-force");
    state_is("c1", "2019-02-01", "in-force");
    state_is("c1", "2019-02-02", "expired");
    assert_int_equal(on("c1", "2020-01-01").since, day("2019-02-02"));
    assert_int_equal(on("c1", "2020-01-01").state, STANDING_LAPSED);
    good("solo", "renewal", "certificate c1|until 2021-02-01|date 2019-06-01");
    state_is("c1", "2019-05-31", "expired");
    state_is("c1", "2019-06-01", "in-force");
    state_is("c1", "2021-02-02", "expired");
}

static void a_renewal_date_is_a_last_day_too(void **state)
{
    (void)state;
    good("solo", "certificate",
         "id c2|scheme cpa|vendor northgate|product P|version 1|from 2022-08-01|"
         "renew-by 2024-08-01");
    state_is("c2", "2024-08-01", "in-force");
    state_is("c2", "2024-08-02", "expired");
}

static void maintenance_adds_from_its_day_on(void **state)
{
    (void)state;
    good("solo", "maintenance", "certificate c1|version 4.3|artefact " DIGEST_B "|date 2017-06-01");
    assert_int_equal(on("c1", "2017-05-31").versions.count, 1);
    assert_int_equal(on("c1", "2017-06-01").versions.count, 2);
    assert_int_equal(on("c1", "2017-06-01").artefacts.count, 2);
    assert_int_equal(on("c1", "2017-05-31").acts.count, 2);
}

static void suspension_reinstatement_withdrawal(void **state)
{
    (void)state;
    good("solo", "suspension", "certificate c1|reason leak|until 2017-04-11|date 2017-03-01");
    refused("A10", "solo", "suspension", "certificate c1|reason again|date 2017-03-02");
    refused("A10", "solo", "maintenance", "certificate c1|version 5|date 2017-03-02");
    refused("A11", "solo", "reinstatement", "certificate c1|date 2017-02-28");
    good("solo", "reinstatement", "certificate c1|date 2017-05-01");
    refused("A10", "solo", "reinstatement", "certificate c1|date 2017-05-02");
    good("solo", "withdrawal", "certificate c1|reason gone|date 2017-06-01");
    refused("A10", "solo", "renewal", "certificate c1|until 2022-01-01|date 2017-07-01");
    refused("A10", "solo", "withdrawal", "certificate c1|reason more|date 2017-07-01");
    refused("A10", "solo", "lapse", "certificate c1|kind archived|reason r|date 2017-07-01");
    state_is("c1", "2017-02-28", "in-force");
    state_is("c1", "2017-04-11", "suspended");
    state_is("c1", "2017-04-30", "suspended"); /* its date does not reinstate */
    assert_int_equal(on("c1", "2017-04-30").decide_by, day("2017-04-11"));
    state_is("c1", "2017-05-01", "in-force");
    state_is("c1", "2017-06-01", "withdrawn");
}

static void lapse_by_policy_returns_by_reinstatement_alone(void **state)
{
    (void)state;
    good("solo", "lapse", "certificate c1|kind historical|reason r|date 2017-03-01");
    refused("A10", "solo", "lapse", "certificate c1|kind historical|reason q|date 2017-03-02");
    refused("A10", "solo", "suspension", "certificate c1|reason r|date 2017-03-02");
    good("solo", "renewal", "certificate c1|until 2022-01-01|date 2017-03-02");
    state_is("c1", "2017-03-03", "historical");
    good("solo", "reinstatement", "certificate c1|date 2017-03-04");
    state_is("c1", "2021-03-04", "in-force");
}

static void what_has_expired_is_neither_suspended_nor_maintained(void **state)
{
    (void)state;
    refused("A10", "solo", "suspension", "certificate c1|reason r|date 2019-02-02");
    refused("A10", "solo", "maintenance", "certificate c1|version 5|date 2019-02-02");
    refused("A10", "solo", "reinstatement", "certificate c1|date 2019-02-02");
    good("solo", "lapse", "certificate c1|kind archived|reason r|date 2019-02-02");
    state_is("c1", "2019-02-02", "archived");
}

static void supersession_names_one_that_stands(void **state)
{
    (void)state;
    good("solo", "certificate",
         "id c2|scheme cpa|vendor northgate|product P|version 5|from 2017-05-01");
    refused("A5", "solo", "supersession", "certificate c1|successor c3|date 2017-05-02");
    good("solo", "supersession", "certificate c1|successor c2|date 2017-05-02");
    state_is("c1", "2017-05-02", "superseded");
    state_is("c2", "2017-05-02", "in-force");
    assert_true(bytes_equal_text(on("c1", "2017-05-02").successor, "c2"));
    assert_int_equal(on("c2", "2017-05-02").acts.count, 1);
    refused("A10", "solo", "supersession", "certificate c2|successor c1|date 2017-05-03");
}

static void effects_come_from_the_schemes_table(void **state)
{
    struct standing_effects e = on("c1", "2017-03-01").effects;

    (void)state;
    assert_int_equal(e.claim, STANDING_YES);
    e = on("c1", "2019-03-01").effects;
    assert_int_equal(e.claim, STANDING_NO);
    assert_int_equal(e.procure, STANDING_NO);
    assert_int_equal(e.use, STANDING_RISK_DECISION);
    good("ncsc", "scheme-change",
         "scheme cpa|state expired claim=no procure=none use=yes|"
         "state lapsed claim=no procure=yes use=yes|date 2020-01-01");
    good("solo", "lapse", "certificate c1|kind archived|reason r|date 2021-01-01");
    e = on("c1", "2019-12-31").effects;
    assert_int_equal(e.use, STANDING_RISK_DECISION);
    e = on("c1", "2020-01-01").effects;
    assert_int_equal(e.procure, STANDING_SILENT);
    assert_int_equal(e.use, STANDING_YES);
    e = on("c1", "2021-01-01").effects; /* no line for archived: that for lapsed */
    assert_int_equal(e.procure, STANDING_YES);
}

static void without_a_date_it_counts_from_its_publication(void **state)
{
    (void)state;
    t.now = (int64_t)day("2017-08-01") * 86400;
    good("solo", "certificate", "id c2|scheme cpa|vendor northgate|product P|version 5");
    t.now = 0;
    state_is("c2", "2017-07-31", "none");
    state_is("c2", "2017-08-01", "in-force");
    good("solo", "withdrawal", "certificate c2|reason r|date 2017-07-01");
}

static void what_was_known_is_a_cut(void **state)
{
    struct history_cut cut = { .of = &t.history };
    struct standing_certificate s;
    struct fault f = { 0 };

    (void)state;
    cut.limit = t.entries.count;
    good("solo", "withdrawal", "certificate c1|reason r|date 2017-06-01");
    const struct history then = history_until(&cut);
    assert_true(
        standing_certificate(&then, bytes_of_text("c1"), day("2017-07-01"), &scratch, &s, &f));
    assert_string_equal(s.word, "in-force");
    state_is("c1", "2017-07-01", "withdrawn");
}

static const char *application(const char *date)
{
    struct standing_application s;
    struct fault f = { 0 };

    assert_true(standing_application(&t.history, bytes_of_text("a1"), day(date), &scratch, &s, &f));
    return s.state == NULL ? "none" : s.state;
}

static void an_application_goes_forward(void **state)
{
    (void)state;
    good("ncsc", "application", "id a1|scheme cpa|vendor northgate|product P|date 2017-02-01");
    refused("A10", "ncsc", "progress", "application a1|state resumed|date 2017-02-02");
    good("ncsc", "progress", "application a1|state in-test|date 2017-02-02");
    refused("A10", "ncsc", "progress", "application a1|state accepted|date 2017-02-03");
    refused("A11", "ncsc", "progress", "application a1|state reported|date 2017-02-01");
    good("ncsc", "progress", "application a1|state hold|date 2017-02-04");
    refused("A10", "ncsc", "progress", "application a1|state reported|date 2017-02-05");
    refused("A10", "solo", "certificate",
            "id c9|scheme cpa|application a1|vendor northgate|product P|version 1|"
            "from 2017-02-05");
    good("ncsc", "progress", "application a1|state resumed|date 2017-02-05");
    assert_string_equal(application("2017-02-04"), "hold");
    assert_string_equal(application("2017-02-05"), "in-test");
    good("ncsc", "progress", "application a1|state comments|date 2017-02-06");
    good("ncsc", "progress", "application a1|state in-review|date 2017-02-07");
    good("ncsc", "progress", "application a1|state comments|date 2017-02-08");
    good("solo", "certificate",
         "id c9|scheme cpa|application a1|vendor northgate|product P|version 1|from 2017-02-09");
    assert_string_equal(application("2017-02-09"), "certified");
    assert_string_equal(application("2017-01-31"), "none");
    refused("A10", "ncsc", "refusal", "application a1|reason r|date 2017-02-10");
    refused("A10", "ncsc", "progress", "application a1|state closed|date 2017-02-10");
}

static struct standing_listing listing(enum standing_by by, const char *value, const char *date)
{
    const struct standing_question q = { .list = bytes_of_text("directory"),
                                         .by = by,
                                         .value = bytes_of_text(value),
                                         .day = day(date) };
    struct standing_listing s;
    struct fault f = { 0 };

    assert_true(standing_listing(&t.history, &q, &scratch, &s, &f));
    return s;
}

#define LISTED "vendor northgate|vendor-name Northgate Systems Ltd.|product Disk Vault"

static void a_list_holds_things(void **state)
{
    (void)state;
    refused("A10", "solo", "listing", "list directory|action remove|" LISTED "|date 2017-02-02");
    refused("A10", "solo", "listing", "list directory|action relist|" LISTED "|date 2017-02-02");
    good("solo", "listing", "list directory|action add|" LISTED "|date 2017-02-02");
    refused("A10", "solo", "listing", "list directory|action add|" LISTED "|date 2017-02-03");
    refused("A10", "solo", "listing",
            "list directory|action remove|vendor northgate|date 2017-02-03");
    good("solo", "listing",
         "list directory|action add|vendor northgate|product Key Vault|date 2017-03-01");
    refused("A11", "solo", "listing", "list directory|action remove|" LISTED "|date 2017-02-01");
    good("solo", "listing",
         "list directory|action remove|" LISTED "|reason struck|date 2017-07-12");
    good("solo", "listing", "list directory|action relist|" LISTED "|date 2017-09-12");
    assert_false(listing(STANDING_BY_VENDOR, "northgate", "2017-02-01").ever);
    assert_true(listing(STANDING_BY_VENDOR, "northgate", "2017-02-02").listed);
    assert_true(listing(STANDING_BY_VENDOR, "northgate", "2017-08-02").listed);
    assert_int_equal(listing(STANDING_BY_VENDOR, "northgate", "2017-08-02").since,
                     day("2017-03-01"));
    assert_true(listing(STANDING_BY_TOKEN, "systems", "2017-07-11").listed);
    assert_false(listing(STANDING_BY_TOKEN, "systems", "2017-07-12").listed);
    assert_true(listing(STANDING_BY_TOKEN, "systems", "2017-07-12").ever);
    assert_int_equal(listing(STANDING_BY_TOKEN, "systems", "2017-07-12").since, day("2017-07-12"));
    assert_true(listing(STANDING_BY_TOKEN, "systems", "2017-09-12").listed);
}

static void a_closed_list_only_shrinks(void **state)
{
    (void)state;
    good("solo", "listing", "list directory|action add|" LISTED "|date 2017-02-02");
    good("solo", "list-change", "list directory|closed yes|date 2017-03-01");
    refused("A10", "solo", "listing", "list directory|action add|vendor northgate|date 2017-03-02");
    refused("A10", "solo", "list-change", "list directory|name N|date 2017-03-02");
    good("solo", "listing", "list directory|action remove|" LISTED "|date 2017-03-02");
}

static void a_laboratory_is_accredited_for_a_time(void **state)
{
    struct fault f = { 0 };
    bool yes;

    (void)state;
    refused("A10", "ncsc", "accreditation", "lab lab-a|scheme cpa|action suspend|date 2017-02-01");
    good("ncsc", "accreditation",
         "lab lab-a|scheme cpa|action grant|until 2018-02-01|date 2017-02-01");
    good("ncsc", "accreditation", "lab lab-a|scheme cpa|action suspend|date 2017-03-01");
    refused("A10", "ncsc", "accreditation", "lab lab-a|scheme cpa|action grant|date 2017-03-02");
    good("ncsc", "accreditation", "lab lab-a|scheme cpa|action reinstate|date 2017-04-01");
    static const struct {
        const char *date;
        bool accredited;
    } rows[] = { { "2017-01-31", false }, { "2017-02-01", true }, { "2017-03-15", false },
                 { "2017-04-01", true },  { "2018-02-01", true }, { "2018-02-02", false } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(standing_lab(&t.history, bytes_of_text("lab-a"), bytes_of_text("cpa"),
                                 day(rows[i].date), &scratch, &yes, &f));
        assert_int_equal(yes, rows[i].accredited);
    }
    assert_true(standing_lab(&t.history, bytes_of_text("lab-a"), bytes_of_text("cc"),
                             day("2017-02-01"), &scratch, &yes, &f));
    assert_false(yes);
}

static struct standing_directive directive(const char *date)
{
    struct standing_directive s;
    struct fault f = { 0 };

    assert_true(
        standing_directive(&t.history, bytes_of_text("bod-17-01"), day(date), &scratch, &s, &f));
    return s;
}

static void order_bod(void)
{
    good("ncsc", "organisation", "id agency-a|name A|class civilian|date 2017-01-03");
    good("ncsc", "organisation", "id agency-b|name B|class civilian|date 2017-01-03");
    good("ncsc", "organisation", "id agency-c|name C|class civilian|date 2017-01-03");
    good("ncsc", "organisation", "id fort|name Fort|class military|date 2017-01-03");
    good("ncsc", "directive",
         "id bod-17-01|subject-token kaspersky|action remove|scope org-class:civilian|"
         "issued 2017-09-13|step identify 2017-10-13|step begin-removal 2017-12-12 repeat P30D");
}

static void a_directive_is_amended_until_it_ends(void **state)
{
    (void)state;
    good("ncsc", "directive",
         "id draft|subject-token x|action remove|stage proposed|issued 2017-09-01");
    order_bod();
    good("ncsc", "amendment",
         "directive bod-17-01|step identify 2017-10-20|step plan 2017-11-12|date 2017-09-20");
    refused("A10", "ncsc", "amendment", "directive bod-17-01|stage proposed|date 2017-09-21");
    refused("A11", "ncsc", "amendment", "directive bod-17-01|action close|date 2017-09-19");
    good("ncsc", "amendment", "directive bod-17-01|action close|date 2018-09-19");
    refused("A10", "ncsc", "amendment", "directive bod-17-01|action revoke|date 2018-09-20");
    assert_null(directive("2017-09-12").state);
    assert_string_equal(directive("2017-09-13").state, "in-force");
    assert_int_equal(directive("2017-09-13").steps.count, 2);
    assert_int_equal(directive("2017-09-20").steps.count, 3);
    const struct standing_directive d = directive("2017-09-20");
    const struct standing_step *s = vec_at(&d.steps, 0);
    assert_int_equal(s->by, day("2017-10-20"));
    s = vec_at(&d.steps, 1);
    assert_int_equal(s->every_days, 30);
    assert_string_equal(directive("2018-09-19").state, "closed");
    assert_int_equal(directive("2018-10-19").since, day("2018-09-19"));
    good("ncsc", "amendment", "directive draft|stage in-force|date 2017-10-01");
}

static enum standing_report report(const char *step, const char *who, const char *date)
{
    struct standing_reports s;
    struct fault f = { 0 };

    assert_true(standing_reports(&t.history, bytes_of_text("bod-17-01"), bytes_of_text(step),
                                 day(date), &scratch, &s, &f));
    for (size_t i = 0; i < s.reporters.count; i++) {
        const struct standing_reporter *r = vec_at(&s.reporters, i);
        if (bytes_equal_text(r->organisation, who))
            return r->report;
    }
    fail_msg("%s is not asked", who);
    return STANDING_MISSING;
}

static void who_did_not_report_is_derived(void **state)
{
    struct standing_reports s;
    struct fault f = { 0 };

    (void)state;
    order_bod();
    good("ncsc", "report",
         "directive bod-17-01|organisation agency-a|step identify|result none-found|method scan|"
         "coverage all|hosts 20|date 2017-10-10");
    good("ncsc", "report",
         "directive bod-17-01|organisation agency-b|step identify|result found|date 2017-10-20");
    good("ncsc", "exception",
         "id x1|directive bod-17-01|organisation agency-c|signer S|reason r|until 2017-11-30|"
         "date 2017-11-01");
    assert_int_equal(report("identify", "agency-a", "2017-10-01"), STANDING_NOT_YET_DUE);
    assert_int_equal(report("identify", "agency-a", "2017-10-13"), STANDING_REPORTED);
    assert_int_equal(report("identify", "agency-b", "2017-10-14"), STANDING_MISSING);
    assert_int_equal(report("identify", "agency-b", "2017-10-20"), STANDING_LATE);
    assert_int_equal(report("identify", "agency-c", "2017-10-20"), STANDING_MISSING);
    assert_int_equal(report("begin-removal", "agency-c", "2017-11-20"), STANDING_EXCEPTED);
    assert_int_equal(report("begin-removal", "agency-c", "2017-12-01"), STANDING_NOT_YET_DUE);
    assert_int_equal(report("begin-removal", "agency-c", "2017-12-13"), STANDING_MISSING);
    assert_true(standing_reports(&t.history, bytes_of_text("bod-17-01"), bytes_of_text("identify"),
                                 day("2017-10-20"), &scratch, &s, &f));
    assert_int_equal(s.reporters.count, 3); /* the fort is not bound */
    assert_int_equal(s.due, day("2017-10-13"));
    assert_true(standing_reports(&t.history, bytes_of_text("bod-17-01"), bytes_of_text("fly"),
                                 day("2017-10-20"), &scratch, &s, &f));
    assert_int_equal(s.reporters.count, 0);
}

static bool is_asked(const char *directive_id, const char *step, const char *date)
{
    struct standing_reports s;
    struct fault f = { 0 };

    assert_true(standing_reports(&t.history, bytes_of_text(directive_id), bytes_of_text(step),
                                 day(date), &scratch, &s, &f));
    assert_true(s.asked || s.reporters.count == 0);
    return s.asked;
}

static void who_is_only_proposed_to_is_not_missing(void **state)
{
    (void)state;
    order_bod();
    good("ncsc", "directive",
         "id draft|subject-token x|action remove|stage proposed|issued 2017-09-01|"
         "step identify 2017-10-01");
    good("ncsc", "amendment", "directive draft|stage in-force|date 2017-12-01");
    assert_false(is_asked("draft", "identify", "2017-11-01"));
    assert_true(is_asked("draft", "identify", "2017-12-01"));
    assert_false(is_asked("bod-17-01", "identify", "2017-09-12"));
    assert_true(is_asked("bod-17-01", "identify", "2017-09-13"));
    assert_false(is_asked("bod-17-01", "fly", "2017-10-20"));
}

static void what_ended_asks_for_nothing_that_is_due_later(void **state)
{
    struct standing_reports s;
    struct fault f = { 0 };

    (void)state;
    order_bod();
    good("ncsc", "amendment", "directive bod-17-01|action close|date 2018-01-05");
    assert_true(is_asked("bod-17-01", "identify", "2018-06-01"));
    assert_int_equal(report("identify", "agency-a", "2018-06-01"), STANDING_MISSING);
    assert_true(standing_reports(&t.history, bytes_of_text("bod-17-01"),
                                 bytes_of_text("begin-removal"), day("2018-06-01"), &scratch, &s,
                                 &f));
    assert_int_equal(s.due, day("2017-12-12"));
    assert_int_equal(s.ended, day("2018-01-05"));
    good("ncsc", "directive",
         "id short|subject-token x|action remove|issued 2017-09-01|step identify 2017-10-01");
    good("ncsc", "amendment", "directive short|action revoke|date 2017-09-20");
    assert_true(is_asked("short", "identify", "2017-09-19"));
    assert_false(is_asked("short", "identify", "2017-09-20"));
    assert_false(is_asked("short", "identify", "2017-11-01"));
}

static void the_exception_that_lasts_longest_is_told(void **state)
{
    static const char exception[] = "|directive bod-17-01|organisation agency-c|signer S|reason r|";
    struct standing_reports s;
    struct fault f = { 0 };
    char lines[256];

    (void)state;
    order_bod();
    for (int i = 1; i <= 3; i++) {
        (void)snprintf(lines, sizeof lines, "id x%d%suntil 2017-1%d-20|date 2017-10-01", i,
                       exception, i == 2 ? 2 : 1);
        good("ncsc", "exception", lines);
    }
    assert_true(standing_reports(&t.history, bytes_of_text("bod-17-01"), bytes_of_text("identify"),
                                 day("2017-10-20"), &scratch, &s, &f));
    const struct standing_reporter *r = vec_at(&s.reporters, 2);
    assert_int_equal(r->report, STANDING_EXCEPTED);
    assert_true(bytes_equal_text(r->exception.id, "x2"));
    assert_int_equal(r->exception.until, day("2017-12-20"));
}

static void a_step_that_repeats_is_asked_again(void **state)
{
    (void)state;
    order_bod();
    good("ncsc", "report",
         "directive bod-17-01|organisation agency-a|step begin-removal|result progress|"
         "date 2017-12-10");
    good("ncsc", "report",
         "directive bod-17-01|organisation agency-b|step begin-removal|result complete|"
         "date 2017-12-11");
    assert_int_equal(report("begin-removal", "agency-a", "2017-12-20"), STANDING_REPORTED);
    assert_int_equal(report("begin-removal", "agency-a", "2018-01-10"), STANDING_REPORTED);
    assert_int_equal(report("begin-removal", "agency-a", "2018-01-12"), STANDING_MISSING);
    assert_int_equal(report("begin-removal", "agency-b", "2018-01-12"), STANDING_REPORTED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_certificate_lives_from_its_day_to_its_last),
        TEST(a_renewal_date_is_a_last_day_too),
        TEST(maintenance_adds_from_its_day_on),
        TEST(suspension_reinstatement_withdrawal),
        TEST(lapse_by_policy_returns_by_reinstatement_alone),
        TEST(what_has_expired_is_neither_suspended_nor_maintained),
        TEST(supersession_names_one_that_stands),
        TEST(effects_come_from_the_schemes_table),
        TEST(without_a_date_it_counts_from_its_publication),
        TEST(what_was_known_is_a_cut),
        TEST(an_application_goes_forward),
        TEST(a_list_holds_things),
        TEST(a_closed_list_only_shrinks),
        TEST(a_laboratory_is_accredited_for_a_time),
        TEST(a_directive_is_amended_until_it_ends),
        TEST(who_did_not_report_is_derived),
        TEST(who_is_only_proposed_to_is_not_missing),
        TEST(what_ended_asks_for_nothing_that_is_due_later),
        TEST(the_exception_that_lasts_longest_is_told),
        TEST(a_step_that_repeats_is_asked_again),
    };

    return cmocka_run_group_tests_name("standing", tests, NULL, NULL);
}
