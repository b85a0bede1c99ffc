/* What policy makes of a register's answers; the register here says what the test wants. */
#include "policy/listing.h"
#include "policy/policy_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Answers with what it was given, and counts the questions. */
struct oracle {
    struct listing_reply reply;
    bool fails;
    size_t asked;
    struct listing_source source;
};

static bool ask_oracle(void *with, const struct listing_question *q, struct arena *a,
                       struct listing_reply *out, struct fault *f)
{
    struct oracle *o = with;

    (void)a;
    o->asked++;
    assert_int_equal(q->lists->count, 1);
    assert_int_equal(q->schemes->count, 2);
    assert_string_equal(*(const char *const *)vec_at(q->schemes, 1), "two/b");
    *out = o->reply;
    return !o->fails || fault_set(f, FAULT_IO, "the disk is gone");
}

static void oracle_init(struct oracle *o, enum listing_standing standing)
{
    *o = (struct oracle){
        .reply = { .standing = standing,
                   .why = "as the register says",
                   .since = DATE_NONE,
                   .until = DATE_NONE },
        .source = { .with = o, .ask = ask_oracle },
    };
}

#define HEAD                                                                                       \
    "id: scheme\ntitle: t\nauthority: a\nkind: scheme\nbinding: true\nstages:\n"                   \
    "  - {stage: in-force}\nsubjects:\n  - any\nembedded: silent\n"                                \
    "binds: {jurisdiction: gb}\nsources:\n  - here\n"

static const char instrument[] =
    HEAD "lists: [one]\nschemes: [one, two/b]\nclauses:\n"
         "  - {clause: on it, listing: listed, effects: {claim: yes, procure: yes}}\n"
         "  - {clause: not on it, listing: never, from: 2017-07-18, text: a statement,\n"
         "     subjects: [{vendors: kaspersky, affiliates: included}], effects: {claim: no}}\n"
         "  - {clause: who knows, listing: otherwise, effects: {claim: judge}}\n";

static struct verdict ask(struct policy_trial *t, struct oracle *o, const char *context)
{
    return policy_trial_ask(t, &(struct policy_ask){ .date = "2017-01-01",
                                                     .context = context,
                                                     .vendor = "eset",
                                                     .listings = o == NULL ? NULL : &o->source });
}

static void is(const struct verdict *v, enum effect e, enum answer a, const char *clause)
{
    assert_string_equal(answer_name(v->answers[e].answer), answer_name(a));
    if (clause == NULL)
        assert_null(v->answers[e].clause);
    else
        assert_string_equal(v->answers[e].clause, clause);
}

static void a_register_answers_in_place_of_the_clauses(void **state)
{
    static const struct {
        enum listing_standing standing;
        enum answer claim;
        const char *clause;
    } rows[] = {
        { LISTING_NEVER_WAS, ANSWER_NO, "not on it" }, /* before the statement's own day, too */
        { LISTING_OTHERS, ANSWER_JUDGE, "who knows" },
        { LISTING_REMOVED, ANSWER_NO, "removed from the list" },
        { LISTING_ON_LIST, ANSWER_YES, "on it" },
    };
    struct policy_trial t;

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    policy_trial_add(&t, "scheme.yaml", instrument);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct oracle o;
        oracle_init(&o, rows[i].standing);
        o.reply.covered_by = rows[i].standing == LISTING_ON_LIST ? "name" : NULL;
        const struct verdict v = ask(&t, &o, "jurisdiction=gb");
        is(&v, EFFECT_CLAIM, rows[i].claim, rows[i].clause);
        assert_string_equal(v.answers[EFFECT_CLAIM].why, "as the register says");
        assert_int_equal(o.asked, 1);
        assert_int_equal(v.status,
                         rows[i].standing == LISTING_ON_LIST ? STATUS_LISTED : STATUS_UNREGULATED);
        assert_null(v.certified_by);
    }
    policy_trial_done(&t);
}

static void a_certificate_has_the_effects_of_its_scheme(void **state)
{
    static const char *const ways[] = { "digest", "version", "name" };
    struct policy_trial t;
    struct oracle o;

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    policy_trial_add(&t, "scheme.yaml", instrument);
    for (size_t i = 0; i < 3; i++) {
        oracle_init(&o, LISTING_CERTIFICATE);
        o.reply.state = "in-force";
        o.reply.covered_by = ways[i];
        o.reply.effects[EFFECT_CLAIM] = ANSWER_YES;
        o.reply.effects[EFFECT_USE] = ANSWER_YES;
        const struct verdict v = ask(&t, &o, "jurisdiction=gb");
        assert_int_equal(v.status, STATUS_CERTIFIED);
        assert_string_equal(v.certified_by, ways[i]);
        is(&v, EFFECT_CLAIM, ANSWER_YES, "certificate in-force");
        is(&v, EFFECT_PROCURE, ANSWER_NO_RULE, NULL); /* not the clause's: the scheme is silent */
    }
    o.reply.state = "suspended";
    o.reply.effects[EFFECT_CLAIM] = ANSWER_NO;
    o.reply.effects[EFFECT_PROCURE] = ANSWER_RISK_DECISION;
    assert_true(date_read(bytes_of_text("2016-12-01"), &o.reply.since));
    const struct verdict v = ask(&t, &o, "jurisdiction=gb");
    assert_int_equal(v.status, STATUS_DECIDE);
    is(&v, EFFECT_CLAIM, ANSWER_NO, "certificate suspended");
    is(&v, EFFECT_PROCURE, ANSWER_RISK_DECISION, "certificate suspended");
    assert_int_equal(v.answers[EFFECT_CLAIM].from, o.reply.since);
    assert_null(v.certified_by);
    policy_trial_done(&t);
}

static void without_an_answer_the_clauses_stand_as_written(void **state)
{
    struct policy_trial t;
    struct oracle o;

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    policy_trial_add(&t, "scheme.yaml", instrument);
    oracle_init(&o, LISTING_UNANSWERED);
    struct verdict v = ask(&t, &o, "jurisdiction=gb");
    is(&v, EFFECT_CLAIM, ANSWER_YES, "on it");
    assert_int_equal(v.rules.count, 1); /* what the register lacks is told */
    v = ask(&t, NULL, "jurisdiction=gb");
    is(&v, EFFECT_CLAIM, ANSWER_YES, "on it");
    assert_int_equal(v.rules.count, 0);
    policy_trial_done(&t);
}

static void who_is_not_bound_does_not_ask(void **state)
{
    static const char *const contexts[] = { NULL, "jurisdiction=us" };
    struct policy_trial t;

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    policy_trial_add(&t, "scheme.yaml", instrument);
    for (size_t i = 0; i < 2; i++) {
        struct oracle o;
        oracle_init(&o, LISTING_NEVER_WAS);
        const struct verdict v = ask(&t, &o, contexts[i]);
        is(&v, EFFECT_CLAIM, ANSWER_NO_RULE, NULL);
        assert_int_equal(o.asked, 0);
    }
    policy_trial_done(&t);
}

static void a_register_that_fails_fails_the_question(void **state)
{
    struct policy_trial t;
    struct policy_question q = { .as_of = 17000 };
    struct product p = { .vendor = "eset", .name = "eset", .maker_known = true };
    struct verdict v;
    struct oracle o;
    struct fault f = { 0 };

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    policy_trial_add(&t, "scheme.yaml", instrument);
    oracle_init(&o, LISTING_NEVER_WAS);
    o.fails = true;
    struct policy_context *context = policy_context_new(&t.arena, &f);
    assert_non_null(context);
    assert_true(policy_context_add(context, t.policy, "jurisdiction=gb", &f));
    q.context = context;
    q.listings = &o.source;
    assert_false(policy_judge(t.policy, &q, &p, &t.arena, &v, &f));
    assert_string_equal(f.text, "the disk is gone");
    policy_trial_done(&t);
}

static void what_is_written_wrong_is_refused(void **state)
{
    static const struct {
        const char *text;
        const char *says;
    } rows[] = {
        { HEAD "lists: [Upper]\nclauses:\n  - {clause: c, effects: {claim: no}}\n",
          "'Upper' is no id of a register" },
        { HEAD "schemes: [-a]\nclauses:\n  - {clause: c, effects: {claim: no}}\n",
          "'-a' is no id of a register" },
        { HEAD "schemes: [a, b, a]\nclauses:\n  - {clause: c, effects: {claim: no}}\n",
          "'a' stands here twice" },
        { "id: x\ntitle: t\nauthority: a\nkind: law\nbinding: true\nstages:\n"
          "  - {stage: in-force}\nsubjects:\n  - any\nembedded: silent\n"
          "binds: anyone\nsources:\n  - here\n"
          "lists: [a]\nclauses:\n  - {clause: c, effects: {claim: no}}\n",
          "'lists' goes with 'kind: scheme' and 'kind: list'" },
        { "id: x\ntitle: t\nauthority: a\nkind: list\nbinding: true\nstages:\n"
          "  - {stage: in-force}\nembedded: silent\nsources:\n  - here\n"
          "lists: [a]\nclauses:\n"
          "  - {clause: c, subjects: [any], binds: anyone, effects: {claim: no}}\n",
          "'lists' needs 'subjects' and 'binds' at the instrument" },
    };
    struct policy_trial t;

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vec errors = vec_of(&t.arena, sizeof(const char *), 100);
        struct fault f = { 0 };
        assert_false(policy_check(policy_trial_write(&t, "bad.yaml", rows[i].text), &t.words,
                                  t.knowledge, &t.arena, &errors, &f));
        assert_int_equal(errors.count, 1);
        assert_non_null(strstr(*(const char *const *)vec_at(&errors, 0), rows[i].says));
    }
    policy_trial_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_register_answers_in_place_of_the_clauses),
        cmocka_unit_test(a_certificate_has_the_effects_of_its_scheme),
        cmocka_unit_test(without_an_answer_the_clauses_stand_as_written),
        cmocka_unit_test(who_is_not_bound_does_not_ask),
        cmocka_unit_test(a_register_that_fails_fails_the_question),
        cmocka_unit_test(what_is_written_wrong_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
