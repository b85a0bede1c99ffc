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
    struct fault f = { 0 };

    if (!history_trial_post(&t, hands, type, lines, &f))
        fail_msg("%s %s: %s", type, lines, f.text);
}

static void bad(const char *rule, const char *hands, const char *type, const char *lines)
{
    struct fault f = { 0 };
    char start[32];

    if (history_trial_post(&t, hands, type, lines, &f))
        fail_msg("admitted, against %s: %s %s", rule, type, lines);
    (void)snprintf(start, sizeof start, "admission %s: ", rule);
    if (strstr(f.text, start) == NULL)
        fail_msg("not by %s: %s", rule, f.text);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a2_one_key_is_not_two_parties),
    };

    return cmocka_run_group_tests_name("admission_hostile", tests, NULL, NULL);
}
