/* standing_walk_test.c -- random acts, allowed and not: admission and standing against a model that
 * is nothing but tables. */
#include "standing/history_trial.h"
#include "standing/standing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    CERTIFICATES = 3,
    THINGS = 3,
    APPLICATIONS = 2,
    EVENTS = 4096,
    STEPS = 1500,
    FIRST = 17200, /* 2017-02-03 */
};

struct event {
    int32_t day;
    char act;
    int32_t until; /* of a renewal */
};

struct object {
    size_t count;
    struct event at[EVENTS];
};

static struct history_trial t;
static struct object certificates[CERTIFICATES];
static struct object things[THINGS];
static struct object applications[APPLICATIONS];
static struct object directive;
static uint64_t dice;
static int32_t today;
static unsigned serial;
static size_t admitted;

static uint32_t roll(uint32_t sides)
{
    dice = dice * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(dice >> 33) % sides;
}

static const char *text_of(int32_t day)
{
    static char out[8][DATE_TEXT_MAX];
    static size_t at;

    at = (at + 1) % 8;
    return date_write(day, out[at]);
}

static bool post(const char *type, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static bool post(const char *type, const char *fmt, ...)
{
    struct fault f = { 0 };
    char lines[1024];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(lines, sizeof lines, fmt, args);
    va_end(args);
    const bool ok = history_trial_post(&t, "solo", type, lines, &f);
    if (!ok && strstr(f.text, "admission A10") == NULL && strstr(f.text, "admission A11") == NULL)
        fail_msg("%s %s: %s", type, lines, f.text);
    admitted += ok;
    return ok;
}

/* ---- the model: for each state, the acts that may follow; a capital letter is a state */

static char certificate_after(const struct object *o, int32_t day, bool dated, int32_t *until)
{
    char state = '-';

    *until = DATE_NONE;
    for (size_t i = 0; i < o->count && o->at[i].day <= day; i++) {
        static const char acts[] = "csilhwx";
        static const char states[] = "FSFAHWX";
        const char *to = strchr(acts, o->at[i].act);
        state = to == NULL ? state : states[to - acts];
        if (o->at[i].act == 'r' || o->at[i].act == 'c')
            *until = o->at[i].until;
    }
    const bool over = *until != DATE_NONE && day > *until;
    return dated && over && (state == 'F' || state == 'S') ? 'E' : state;
}

static bool certificate_may(char state, char dated, char act)
{
    switch (state) {
    case 'F':
        return strchr(dated == 'E' ? "rlhwx" : "mrslhwx", act) != NULL;
    case 'S':
        return strchr("rilhwx", act) != NULL;
    case 'A':
        return strchr("rihwx", act) != NULL;
    case 'H':
        return strchr("rilwx", act) != NULL;
    default:
        return false;
    }
}

static void add(struct object *o, int32_t day, char act, int32_t until)
{
    assert_true(o->count < EVENTS);
    o->at[o->count++] = (struct event){ .day = day, .act = act, .until = until };
}

static bool in_order(const struct object *o, int32_t day)
{
    return o->count > 0 && day >= o->at[o->count - 1].day;
}

static void new_certificate(size_t i)
{
    const int32_t until = roll(3) == 0 ? today + (int32_t)roll(200) : today + 700;

    certificates[i].count = 0;
    serial++;
    assert_true(post("certificate",
                     "id c%zu-%u|scheme cpa|vendor northgate|product P|version 1|from %s|until %s",
                     i, serial, text_of(today), text_of(until)));
    add(&certificates[i], today, 'c', until);
}

static unsigned certificate_serial[CERTIFICATES];

static bool post_certificate_act(size_t i, size_t other, char act, int32_t day, int32_t until)
{
    char id[32];
    char next[32];

    (void)snprintf(id, sizeof id, "c%zu-%u", i, certificate_serial[i]);
    (void)snprintf(next, sizeof next, "c%zu-%u", other, certificate_serial[other]);
    serial++;
    switch (act) {
    case 'm':
        return post("maintenance", "certificate %s|version 2.%u|date %s", id, serial, text_of(day));
    case 'r':
        return post("renewal", "certificate %s|until %s|reason %u|date %s", id, text_of(until),
                    serial, text_of(day));
    case 's':
        return post("suspension", "certificate %s|reason %u|date %s", id, serial, text_of(day));
    case 'i':
        return post("reinstatement", "certificate %s|reason %u|date %s", id, serial, text_of(day));
    case 'l':
        return post("lapse", "certificate %s|kind archived|reason %u|date %s", id, serial,
                    text_of(day));
    case 'h':
        return post("lapse", "certificate %s|kind historical|reason %u|date %s", id, serial,
                    text_of(day));
    case 'w':
        return post("withdrawal", "certificate %s|reason %u|date %s", id, serial, text_of(day));
    default:
        return post("supersession", "certificate %s|successor %s|reason %u|date %s", id, next,
                    serial, text_of(day));
    }
}

static void check_certificate(size_t i, int32_t day)
{
    static const char *const words[] = { "none",       "in-force",  "suspended",  "archived",
                                         "historical", "withdrawn", "superseded", "expired" };
    struct arena a = arena_with_budget(64 << 20);
    struct standing_certificate s;
    struct fault f = { 0 };
    char id[32];
    int32_t until;

    (void)snprintf(id, sizeof id, "c%zu-%u", i, certificate_serial[i]);
    assert_true(standing_certificate(&t.history, bytes_of_text(id), day, &a, &s, &f));
    const char state = certificate_after(&certificates[i], day, /* dated */ true, &until);
    assert_string_equal(s.word, words[strchr("-FSAHWXE", state) - "-FSAHWXE"]);
    arena_done(&a);
}

static void step_certificate(void)
{
    static const char acts[] = "mrsisilhwx";
    const size_t i = roll(CERTIFICATES);
    const size_t other = (i + 1 + roll(CERTIFICATES - 1)) % CERTIFICATES;
    const int32_t day = today - (roll(4) == 0 ? (int32_t)roll(10) : 0);
    const char act = roll(6) == 0 ? acts[roll(sizeof acts - 1)] : acts[roll(6)];
    const int32_t until_new = day + (int32_t)roll(300);
    int32_t until;
    int32_t others;

    const char state = certificate_after(&certificates[i], INT32_MAX, /* dated */ false, &until);
    if ((state == 'W' || state == 'X') && roll(3) == 0) {
        new_certificate(i);
        certificate_serial[i] = serial;
        return;
    }
    const char dated = certificate_after(&certificates[i], day, /* dated */ true, &until);
    const char next = certificate_after(&certificates[other], day, /* dated */ false, &others);
    const bool expected = in_order(&certificates[i], day) && certificate_may(state, dated, act) &&
                          (act != 'x' || (next != 'W' && next != 'X')) &&
                          (act != 'r' || until_new > until);
    assert_int_equal(post_certificate_act(i, other, act, day, until_new), expected);
    if (expected)
        add(&certificates[i], day, act, until_new);
    check_certificate(i, FIRST + (int32_t)roll((uint32_t)(today - FIRST) + 300));
    check_certificate(i, today);
}

static void step_thing(void)
{
    static const char *const actions[] = { "add", "remove", "relist" };
    static const char letters[] = "ard";
    const size_t i = roll(THINGS);
    const size_t k = roll(3);
    const int32_t day = today - (roll(4) == 0 ? (int32_t)roll(10) : 0);
    struct object *o = &things[i];
    const char last = o->count == 0 ? '-' : o->at[o->count - 1].act;
    const bool listed = last == 'a' || last == 'd';
    const bool order = o->count == 0 || in_order(o, day);
    const bool expected = order && (k == 0 ? !listed : k == 1 ? listed : !listed && last != '-');

    serial++;
    assert_int_equal(post("listing",
                          "list directory|action %s|vendor northgate|product T%zu|reason %u|"
                          "date %s",
                          actions[k], i, serial, text_of(day)),
                     expected);
    if (expected)
        add(o, day, letters[k], DATE_NONE);
}

/* The vendor is listed while any of its things is. */
static void check_things(int32_t day)
{
    const struct standing_question q = { .list = bytes_of_text("directory"),
                                         .by = STANDING_BY_VENDOR,
                                         .value = bytes_of_text("northgate"),
                                         .day = day };
    struct arena a = arena_with_budget(64 << 20);
    struct standing_listing s;
    struct fault f = { 0 };
    bool listed = false;
    bool ever = false;

    for (size_t i = 0; i < THINGS; i++) {
        char last = 'r';
        for (size_t k = 0; k < things[i].count && things[i].at[k].day <= day; k++) {
            last = things[i].at[k].act;
            ever = true;
        }
        listed = listed || last != 'r';
    }
    assert_true(standing_listing(&t.history, &q, &a, &s, &f));
    assert_int_equal(s.listed, listed);
    assert_int_equal(s.ever, ever);
    arena_done(&a);
}

static const char *const progress[] = { "accepted", "in-test",    "reported", "in-review",
                                        "comments", "finalising", "hold",     "resumed",
                                        "closed",   "refused",    "certified" };

/* Rows: where it is; columns: where it may go. 0 applied, 1 accepted ... 6 finalising, 7 hold. */
static const char *const may_go[] = {
    "123456789RC", "23456789RC", "3456789RC", "456789RC", "56789RC", "46789RC", "789RC",
};

static unsigned application_serial[APPLICATIONS];

/* The state on a day as a letter: '0' to '6', '7' for hold, '9' closed, 'R', 'C'; '-' none. *held
 * is what a hold resumes. */
static char application_after(const struct object *o, int32_t day, char *held)
{
    char state = '-';

    *held = '-';
    for (size_t i = 0; i < o->count && o->at[i].day <= day; i++) {
        if (o->at[i].act == '7')
            *held = state;
        state = o->at[i].act == '8' ? *held : o->at[i].act;
    }
    return state;
}

static void check_application(size_t i, int32_t day)
{
    struct arena a = arena_with_budget(64 << 20);
    struct standing_application s;
    struct fault f = { 0 };
    char id[32];
    char held;

    (void)snprintf(id, sizeof id, "a%zu-%u", i, application_serial[i]);
    assert_true(standing_application(&t.history, bytes_of_text(id), day, &a, &s, &f));
    const char state = application_after(&applications[i], day, &held);
    const char *word = state == '-'   ? NULL
                       : state == '0' ? "applied"
                       : state == 'R' ? "refused"
                       : state == 'C' ? "certified"
                                      : progress[state - '1'];
    if (word == NULL)
        assert_null(s.state);
    else
        assert_string_equal(s.state, word);
    arena_done(&a);
}

static void new_application(size_t i)
{
    applications[i].count = 0;
    serial++;
    assert_true(post("application", "id a%zu-%u|scheme cpa|vendor northgate|product P|date %s", i,
                     serial, text_of(today)));
    application_serial[i] = serial;
    add(&applications[i], today, '0', DATE_NONE);
}

static void step_application(void)
{
    static const char letters[] = "123456789RC";
    const size_t i = roll(APPLICATIONS);
    const int32_t day = today - (roll(4) == 0 ? (int32_t)roll(10) : 0);
    const char act = letters[roll(4) == 0 ? roll(11) : roll(8)];
    struct object *o = &applications[i];
    char id[32];
    char held;
    bool ok;

    const char state = application_after(o, INT32_MAX, &held);
    if (strchr("9RC", state) != NULL && roll(2) == 0) {
        new_application(i);
        return;
    }
    bool expected = in_order(o, day);
    if (state == '7')
        expected = expected && strchr("89R", act) != NULL;
    else
        expected =
            expected && state <= '6' && act != '8' && strchr(may_go[state - '0'], act) != NULL;
    (void)snprintf(id, sizeof id, "a%zu-%u", i, application_serial[i]);
    serial++;
    if (act == 'R')
        ok = post("refusal", "application %s|reason %u|date %s", id, serial, text_of(day));
    else if (act == 'C')
        ok = post("certificate",
                  "id x-%u|scheme cpa|application %s|vendor northgate|product P|version 1|from %s",
                  serial, id, text_of(day));
    else
        ok = post("progress", "application %s|state %s|reason %u|date %s", id, progress[act - '1'],
                  serial, text_of(day));
    assert_int_equal(ok, expected);
    if (expected)
        add(o, day, act, DATE_NONE);
    check_application(i, FIRST + (int32_t)roll((uint32_t)(today - FIRST) + 10));
}

static unsigned directive_serial;

static void step_directive(void)
{
    static const char *const actions[] = { "close", "revoke", "revise" };
    const int32_t day = today - (roll(4) == 0 ? (int32_t)roll(10) : 0);
    const bool over = directive.count == 0 || strchr("cr", directive.at[directive.count - 1].act);
    const size_t k = roll(12) == 0 ? roll(2) : 2;
    char id[32];

    serial++;
    if (over && (directive.count == 0 || roll(2) == 0)) {
        directive.count = 0;
        directive_serial = serial;
        assert_true(post("directive", "id d%u|subject-token x|action remove|issued %s", serial,
                         text_of(today)));
        add(&directive, today, 'd', DATE_NONE);
        return;
    }
    (void)snprintf(id, sizeof id, "d%u", directive_serial);
    const bool expected = !over && in_order(&directive, day);
    assert_int_equal(post("amendment", "directive %s|action %s|step s%u 2099-01-01|date %s", id,
                          actions[k], serial, text_of(day)),
                     expected);
    if (expected)
        add(&directive, day, "crv"[k], DATE_NONE);

    struct arena a = arena_with_budget(64 << 20);
    struct standing_directive s;
    struct fault f = { 0 };
    const int32_t asked = today - (int32_t)roll(30);
    size_t steps = 0;
    char state = '-';
    assert_true(standing_directive(&t.history, bytes_of_text(id), asked, &a, &s, &f));
    for (size_t i = 0; i < directive.count && directive.at[i].day <= asked; i++) {
        state = directive.at[i].act == 'v' ? state : directive.at[i].act;
        steps += directive.at[i].act != 'd';
    }
    assert_int_equal(s.steps.count, steps);
    if (state == '-')
        assert_null(s.state);
    else
        assert_string_equal(s.state, state == 'd'   ? "in-force"
                                     : state == 'c' ? "closed"
                                                    : "revoked");
    arena_done(&a);
}

static void walk(uint64_t seed)
{
    print_message("# seed %llu\n", (unsigned long long)seed);
    dice = seed;
    today = FIRST;
    history_trial_init(&t);
    history_trial_admit(&t, "solo", "any");
    assert_true(post("scheme", "id cpa|name CPA|date 2017-01-02"));
    assert_true(post("vendor", "id northgate|name Northgate|date 2017-01-03"));
    assert_true(post("list", "id directory|name D|date 2017-01-03"));
    memset(things, 0, sizeof things);
    memset(&directive, 0, sizeof directive);
    for (size_t i = 0; i < CERTIFICATES; i++) {
        new_certificate(i);
        certificate_serial[i] = serial;
    }
    for (size_t i = 0; i < APPLICATIONS; i++)
        new_application(i);
    admitted = 0;
    for (size_t i = 0; i < STEPS; i++) {
        today += (int32_t)roll(4);
        t.rewalked = roll(8) == 0;
        switch (roll(4)) {
        case 0:
            step_thing();
            check_things(today - (int32_t)roll(40));
            break;
        case 1:
            step_application();
            break;
        case 2:
            step_directive();
            break;
        default:
            step_certificate();
        }
    }
    assert_true(admitted > STEPS / 4 && admitted < STEPS);
    history_trial_done(&t);
}

static void random_acts_agree_with_the_model(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++)
        walk(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_acts_agree_with_the_model),
    };

    return cmocka_run_group_tests_name("standing_walk", tests, NULL, NULL);
}
