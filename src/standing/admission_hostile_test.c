/* admission_hostile_test.c -- what a party tries that has keys of its own and bad intentions: one
 * key as two hands, another's voice, tests of something else, days that cannot be. */
#include "standing/history_trial.h"

#include "core/sha256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DIGEST "sha256:54a370bc6c691f5b012acf4a5f30c600af842cf1a625d4701e0f3dd0cd9fdf48"
#define CERTIFICATE(id, rests_on)                                                                  \
    "id " id "|scheme cpa|" rests_on "vendor northgate|product P|version 1|from 2017-03-01"

static struct history_trial t;

static void good(const char *hands, const char *type, const char *lines)
{
    history_trial_good(&t, hands, type, lines);
}

static void bad(const char *rule, const char *hands, const char *type, const char *lines)
{
    history_trial_bad(&t, rule, hands, type, lines);
}

static const char *print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static const char *print(const char *fmt, ...)
{
    char text[4096];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    const char *kept = arena_copy_text(&t.arena, text, NULL);
    assert_non_null(kept);
    return kept;
}

/* Listed so, it could be proved that nobody of that name is listed. */
static void no_name_is_hidden_from_who_asks_for_it(void **state)
{
    static const char *const between[] = { "\xc2\xa0",        "\xc2\xad",     "\xe2\x80\x8b",
                                           "\xe2\x80\x8d",    "\xe2\x81\xa0", "\xe3\x80\x80",
                                           "\xef\xb8\x8f",    "\xe3\x85\xa4", "\xe2\x80\x87",
                                           "\xf3\xa0\x81\xa1" };

    (void)state;
    for (size_t i = 0; i < sizeof between / sizeof between[0]; i++)
        bad("A1", "ncsc", "vendor",
            print("id hidden|name Kas%spersky|date 2017-02-01", between[i]));
    good("ncsc", "vendor", "id seen|name \xd0\x9b\xd0\xb0\xd0\xb1 Caf\xc3\xa9|date 2017-02-01");
}

static int begin(void **state)
{
    (void)state;
    history_trial_init(&t);
    history_trial_admit(&t, "ncsc", "authority");
    history_trial_admit(&t, "rival", "authority");
    history_trial_admit(&t, "board", "body");
    history_trial_admit(&t, "lab-a", "lab");
    history_trial_admit(&t, "northgate", "organisation");
    history_trial_admit(&t, "agency-a", "organisation");
    history_trial_admit(&t, "agency-b", "organisation");
    history_trial_admit(&t, "solo", "any");
    good("ncsc", "authority", "id ncsc|name NCSC|date 2017-01-01");
    good("ncsc", "scheme", "id cpa|name CPA|body board|body solo|date 2017-01-02");
    good("ncsc", "accreditation", "lab lab-a|scheme cpa|action grant|date 2017-01-02");
    good("ncsc", "vendor", "id northgate|name Northgate|date 2017-01-02");
    good("ncsc", "vendor", "id other|name Other|date 2017-01-02");
    good("ncsc", "organisation", "id agency-a|name Agency A|date 2017-01-02");
    good("northgate", "application",
         "id a1|scheme cpa|vendor northgate|product P|lab lab-a|date 2017-01-10");
    good("ncsc", "application", "id a2|scheme cpa|vendor northgate|product Q|date 2017-01-10");
    good("ncsc", "application", "id a3|scheme cpa|vendor other|product R|date 2017-01-10");
    good("lab-a", "evaluation",
         "id e1|application a1|scheme cpa|lab lab-a|report " DIGEST "|date 2017-02-01");
    good("lab-a", "evaluation",
         "id e3|application a3|scheme cpa|lab lab-a|report " DIGEST "|date 2017-02-01");
    return 0;
}

static int end(void **state)
{
    (void)state;
    history_trial_done(&t);
    return 0;
}

/* The same public key under another name: NAME+ID+BASE64, with the ID that belongs to the name. */
static const char *renamed(const char *of, const char *name)
{
    struct key key = *history_trial_key(&t, of);
    struct sha256_run run = sha256_begin();
    char text[KEY_VKEY_MAX];

    (void)snprintf(key.name, sizeof key.name, "%s", name);
    sha256_feed(&run, bytes_of_text(print("%s\n%c", name, KEY_ED25519)));
    sha256_feed(&run, (struct bytes){ .at = key.public, .len = key.len });
    const struct sha256 sum = sha256_end(&run);
    memcpy(key.id, &sum, sizeof key.id);
    return print("%s", key_write(&key, text));
}

static void a2_one_key_is_not_two_parties(void **state)
{
    (void)state;
    bad("A2", "ncsc", "party",
        print("id board-2|kind body|key %s|date 2017-01-03", renamed("lab-a", "board-2")));
    bad("A2", "ncsc", "party", print("id l|kind lab|key %s|date 2017-01-03", renamed("log", "l")));
    bad("A2", "ncsc", "party",
        print("id l|kind lab|key %s|key %s|threshold 2|date 2017-01-03",
              history_trial_vkey(&t, "k1"), renamed("k1", "k2")));
    bad("A2", "board", "rotation",
        print("party board|add %s|date 2017-01-03", renamed("lab-a", "board-3")));
    good("board k4", "rotation",
         print("party board|add %s|date 2017-01-03", history_trial_vkey(&t, "k4")));
    bad("A2", "ncsc", "party", print("id l|kind lab|key %s|date 2017-01-03", renamed("k4", "l")));
}

static void a5_a_decision_rests_on_tests_of_its_own_subject(void **state)
{
    (void)state;
    bad("A5", "board", "certificate", CERTIFICATE("c1", "evaluation e3|"));
    bad("A5", "board", "certificate",
        "id c1|scheme cpa|application a2|evaluation e1|vendor northgate|product P|version 1|"
        "from 2017-03-01");
    bad("A5", "board", "certificate",
        "id c1|scheme cpa|application a1|evaluation e1|lab lab-z|vendor northgate|product P|"
        "version 1|from 2017-03-01");
    good("board", "certificate",
         "id c1|scheme cpa|application a1|evaluation e1|lab lab-a|vendor northgate|product P|"
         "version 1|from 2017-03-01");
}

static void a8_nobody_speaks_with_anothers_voice(void **state)
{
    (void)state;
    bad("A8", "rival", "directive",
        "id d1|authority ncsc|subject-token x|action remove|issued 2017-09-13");
    good("ncsc", "directive",
         "id d1|authority ncsc|subject-token x|action remove|issued 2017-09-13");
    bad("A8", "ncsc", "authority", "id rival|name Rival|date 2017-01-03");
    bad("A8", "agency-a", "vendor", "id agency-b|name B|date 2017-01-03");
}

static void a8_nobody_is_made_an_authority_without_his_hand(void **state)
{
    (void)state;
    good("rival", "authority", "id rival|name Rival|date 2017-01-01");
    bad("A8", "rival", "scheme", "id s2|name S|authority ncsc|date 2017-01-03");
    bad("A8", "rival", "list", "id l2|name L|authority ncsc|date 2017-01-03");
    good("rival", "scheme", "id s2|name S|authority rival|date 2017-01-03");
    bad("A8", "rival", "scheme-change", "scheme s2|authority ncsc|date 2017-01-04");
    bad("A8", "ncsc", "scheme-change", "scheme s2|authority ncsc|date 2017-01-04");
    bad("A4", "ncsc northgate", "scheme-change", "scheme s2|authority ncsc|date 2017-01-04");
    good("rival", "scheme-change", "scheme s2|name S2|authority rival|date 2017-01-04");
    good("rival ncsc", "scheme-change", "scheme s2|authority ncsc|date 2017-01-04");
    good("ncsc", "scheme-change", "scheme s2|name S3|date 2017-01-05");
    good("solo", "list", "id l3|name L|authority ncsc|date 2017-01-03");
}

static void a8_an_organisation_applies_for_itself(void **state)
{
    (void)state;
    bad("A8", "agency-a", "application",
        "id a9|scheme cpa|vendor northgate|product P|date 2017-01-10");
    good("agency-a", "vendor", "id little|name Little|date 2017-01-03");
    good("agency-a", "application", "id a9|scheme cpa|vendor little|product P|date 2017-01-10");
}

static void a8_a_laboratory_closes_nothing(void **state)
{
    (void)state;
    bad("A8", "lab-a", "progress", "application a1|state accepted|date 2017-02-01");
    good("lab-a", "progress", "application a1|state in-test|date 2017-02-01");
    good("lab-a", "progress", "application a1|state reported|date 2017-02-02");
    bad("A8", "lab-a", "progress", "application a1|state in-review|date 2017-02-03");
    bad("A8", "lab-a", "progress", "application a1|state closed|date 2017-02-03");
    bad("A8", "northgate", "progress", "application a1|state in-review|date 2017-02-03");
    bad("A8", "agency-a", "progress", "application a1|state closed|date 2017-02-03");
    good("board", "progress", "application a1|state in-review|date 2017-02-03");
    good("northgate", "progress", "application a1|state closed|date 2017-02-04");
}

static void a9_a_shorter_record_does_not_stand_further_off(void **state)
{
    (void)state;
    good("solo", "evaluation",
         "id e2|application a1|scheme cpa|lab lab-a|report " DIGEST "|date 2017-02-02");
    bad("A9", "solo", "certificate", CERTIFICATE("c1", "evaluation e1|"));
    good("board", "certificate", CERTIFICATE("c1", "evaluation e1|"));
    bad("A9", "solo", "suspension", "certificate c1|reason r|date 2017-03-02");

    good("lab-a", "evaluation",
         "id e4|application a2|scheme cpa|lab lab-a|report " DIGEST "|date 2017-02-01");
    good("solo", "certificate", CERTIFICATE("c2", "evaluation e4|"));
    bad("A9", "solo", "evaluation",
        "id e5|application a2|scheme cpa|lab lab-a|report " DIGEST "|date 2017-03-02");
}

/* More machines than there were looked at. */
static void a1_a_report_finds_on_machines_that_it_looked_at(void **state)
{
    (void)state;
    good("ncsc", "directive",
         "id d1|subject-token x|action remove|issued 2017-09-13|step identify 2017-10-13");
    bad("A1", "agency-a", "report",
        "directive d1|organisation agency-a|step identify|result found|hosts 9|found 10|"
        "date 2017-09-20");
    good("agency-a", "report",
         "directive d1|organisation agency-a|step identify|result found|hosts 10|found 10|"
         "date 2017-09-20");
    good("agency-a", "report",
         "directive d1|organisation agency-a|step identify|result found|found 10|"
         "date 2017-09-21");
}

static void a5_nobody_is_listed_by_anothers_certificate(void **state)
{
    (void)state;
    good("ncsc", "list", "id l|name L|date 2017-01-02");
    good("ncsc", "product", "id p1|vendor northgate|name P|date 2017-01-02");
    good("board", "certificate", CERTIFICATE("c1", ""));
    bad("A5", "ncsc", "listing", "list l|action add|certificate c1|vendor other|date 2017-03-02");
    bad("A5", "ncsc", "listing", "list l|action add|vendor other|product-id p1|date 2017-03-02");
    bad("A5", "board", "certificate",
        "id c2|scheme cpa|vendor other|product P|product-id p1|version 1|from 2017-03-01");
    good("ncsc", "listing",
         "list l|action add|certificate c1|vendor northgate|product-id p1|date 2017-03-02");
    good("ncsc", "ownership", "vendor northgate|owner other|relation parent|date 2017-04-01");
    good("ncsc", "listing", "list l|action add|certificate c1|vendor other|date 2017-04-02");
}

static void a10_what_begins_in_a_scheme_begins_while_it_is_there(void **state)
{
    (void)state;
    bad("A11", "ncsc", "scheme", "id s2|name S|until 2017-01-01|date 2017-01-02");
    bad("A11", "ncsc", "accreditation",
        "lab lab-a|scheme cpa|action grant|until 2017-01-31|date 2017-02-01");
    good("ncsc", "scheme-change", "scheme cpa|until 2017-02-28|date 2017-02-01");
    good("board", "certificate",
         "id c1|scheme cpa|vendor northgate|product P|version 1|from 2017-02-28");
    bad("A10", "board", "certificate", CERTIFICATE("c2", ""));
    good("board", "certificate", CERTIFICATE("c2", "application a1|"));
    bad("A10", "northgate", "application",
        "id a9|scheme cpa|vendor northgate|product P|date 2017-03-01");
    bad("A10", "ncsc", "accreditation", "lab lab-a|scheme cpa|action grant|date 2017-03-01");
    good("ncsc", "accreditation", "lab lab-a|scheme cpa|action withdraw|date 2017-03-01");
}

static void a10_only_a_supersession_has_a_successor(void **state)
{
    static const char *const actions[] = { "action revoke|", "action close|", "action revise|" };

    (void)state;
    for (char id = '1'; id <= '2'; id++)
        good("ncsc", "directive",
             print("id d%c|subject-token x|action remove|issued 2017-09-13", id));
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        bad("A10", "ncsc", "amendment",
            print("directive d1|%ssuccessor d2|date 2017-09-14", actions[i]));
    good("ncsc", "amendment", "directive d1|action supersede|successor d2|date 2017-09-14");
    bad("A10", "agency-a", "exception",
        "id x1|directive d1|organisation agency-a|signer CIO|reason r|until 2018-01-01|"
        "date 2017-09-15");
    good("agency-a", "exception",
         "id x1|directive d1|organisation agency-a|signer CIO|reason r|until 2018-01-01|"
         "date 2017-09-13");
}

static void a10_a_renewal_ends_later(void **state)
{
    (void)state;
    good("board", "certificate", CERTIFICATE("c1", "") "|until 2019-03-01");
    bad("A10", "board", "renewal", "certificate c1|until 2018-12-31|date 2018-12-01");
    bad("A10", "board", "renewal", "certificate c1|until 2019-03-01|date 2018-12-01");
    bad("A10", "board", "renewal", "certificate c1|until 2012-03-01|date 2018-12-01");
    good("board", "renewal", "certificate c1|renew-by 2021-03-01|date 2018-12-01");
    bad("A10", "board", "renewal",
        "certificate c1|until 2025-03-01|renew-by 2021-02-01|date 2018-12-02");
    good("board", "certificate", CERTIFICATE("c2", ""));
    bad("A10", "board", "renewal", "certificate c2|until 2017-11-30|date 2017-12-01");
    good("board", "renewal", "certificate c2|until 2019-12-01|date 2017-12-01");
}

static void a10_what_is_refused_is_not_tested(void **state)
{
    (void)state;
    good("board", "refusal", "application a1|reason r|date 2017-02-05");
    bad("A10", "lab-a", "evaluation",
        "id e2|application a1|scheme cpa|lab lab-a|report " DIGEST "|date 2017-02-06");
    good("lab-a", "evaluation",
         "id e2|application a1|scheme cpa|lab lab-a|report " DIGEST "|date 2017-02-04");
}

static void a10_reports_follow_what_binds(void **state)
{
    static const char report[] = "|organisation agency-a|step identify|result found|date ";

    (void)state;
    good("ncsc", "directive",
         "id d1|subject-token x|action remove|issued 2017-09-13|effective 2017-10-01|"
         "step identify 2017-10-13");
    good("ncsc", "directive",
         "id d2|subject-token x|action remove|stage proposed|issued 2017-09-13|"
         "step identify 2017-12-13");
    bad("A10", "agency-a", "report", print("directive d1%s2017-09-30", report));
    good("agency-a", "report", print("directive d1%s2017-10-01", report));
    bad("A10", "agency-a", "report", print("directive d2%s2017-10-01", report));
    good("ncsc", "amendment", "directive d2|stage in-force|date 2017-10-02");
    bad("A10", "agency-a", "report", print("directive d2%s2017-10-01", report));
    good("agency-a", "report", print("directive d2%s2017-10-02", report));
    good("ncsc", "amendment", "directive d2|action close|date 2018-01-02");
    bad("A10", "ncsc", "amendment", "directive d1|action supersede|successor d2|date 2018-01-03");
    good("agency-a", "report", print("directive d2%s2018-01-03", report));
    good("ncsc", "amendment", "directive d1|step destroy 2018-01-01|date 2017-11-01");
    bad("A10", "agency-a", "report",
        "directive d1|organisation agency-a|step destroy|result complete|date 2017-10-31");
    good("agency-a", "report",
         "directive d1|organisation agency-a|step destroy|result complete|date 2017-11-01");
}

static void a11_nothing_is_due_before_it_was_ordered(void **state)
{
    (void)state;
    bad("A11", "ncsc", "directive",
        "id d1|subject-token x|action remove|issued 2017-09-13|step identify 2016-10-13");
    bad("A11", "ncsc", "directive",
        "id d1|subject-token x|action remove|issued 2017-09-13|effective 2017-09-12");
    good("ncsc", "directive",
         "id d1|subject-token x|action remove|issued 2017-09-13|step identify 2017-09-13");
    bad("A11", "ncsc", "amendment", "directive d1|step plan 2017-09-19|date 2017-09-20");
    bad("A11", "ncsc", "amendment", "directive d1|effective 2017-09-12|date 2017-09-20");
    good("ncsc", "amendment", "directive d1|step plan 2017-09-20|date 2017-09-20");
}

static void a11_a_decision_does_not_come_before_the_test(void **state)
{
    (void)state;
    bad("A11", "board", "certificate",
        "id c1|scheme cpa|evaluation e1|vendor northgate|product P|version 1|from 2017-01-31");
    good("board", "certificate",
         "id c1|scheme cpa|evaluation e1|vendor northgate|product P|version 1|from 2017-02-01");
}

static void a12_a_stolen_key_is_taken_away_by_others(void **state)
{
    const char *stolen = history_trial_vkey(&t, "board");
    const char *taken = print("party board|remove %s|reason stolen|date 2017-02-01", stolen);

    (void)state;
    bad("A12", "ncsc", "rotation", taken);
    bad("A12", "lab-a northgate", "rotation", taken);
    bad("A12", "ncsc lab-a", "rotation", taken);
    bad("A12", "ncsc rival", "rotation", print("party board|remove %s|date 2017-02-01", stolen));
    bad("A12", "ncsc rival", "rotation",
        print("party board|remove %s|reason r|date 2017-02-01", history_trial_vkey(&t, "lab-a")));
    bad("A12", "ncsc rival k5", "rotation",
        print("party board|add %s|remove %s|reason r|date 2017-02-01", history_trial_vkey(&t, "k5"),
              stolen));
    bad("A12", "ncsc rival board", "rotation", taken);
    good("ncsc rival", "rotation", taken);
    bad("A3", "board", "certificate", CERTIFICATE("c1", ""));

    /* Alone: who admitted the party, with as many keys as its own threshold says. */
    good("ncsc", "party",
         print("id lab-n|kind lab|key %s|date 2017-02-01", history_trial_vkey(&t, "k6")));
    taken =
        print("party lab-n|remove %s|reason stolen|date 2017-02-02", history_trial_vkey(&t, "k6"));
    bad("A12", "rival", "rotation", taken);
    good("ncsc k7", "rotation",
         print("party ncsc|add %s|threshold 2|date 2017-02-02", history_trial_vkey(&t, "k7")));
    bad("A12", "ncsc", "rotation", taken);
    good("ncsc k7", "rotation", taken);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_name_is_hidden_from_who_asks_for_it),
        TEST(a2_one_key_is_not_two_parties),
        TEST(a5_a_decision_rests_on_tests_of_its_own_subject),
        TEST(a8_nobody_speaks_with_anothers_voice),
        TEST(a8_nobody_is_made_an_authority_without_his_hand),
        TEST(a1_a_report_finds_on_machines_that_it_looked_at),
        TEST(a5_nobody_is_listed_by_anothers_certificate),
        TEST(a10_what_begins_in_a_scheme_begins_while_it_is_there),
        TEST(a10_only_a_supersession_has_a_successor),
        TEST(a8_an_organisation_applies_for_itself),
        TEST(a8_a_laboratory_closes_nothing),
        TEST(a9_a_shorter_record_does_not_stand_further_off),
        TEST(a10_a_renewal_ends_later),
        TEST(a10_what_is_refused_is_not_tested),
        TEST(a10_reports_follow_what_binds),
        TEST(a11_nothing_is_due_before_it_was_ordered),
        TEST(a11_a_decision_does_not_come_before_the_test),
        TEST(a12_a_stolen_key_is_taken_away_by_others),
    };

    return cmocka_run_group_tests_name("admission_hostile", tests, NULL, NULL);
}
