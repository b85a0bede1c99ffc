/* The story of 2017, out of the shipped instruments and the shipped knowledge base. */
#include "policy/policy_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define FEDERAL "jurisdiction=us,organisation=federal-civilian"
#define THROUGH_GSA FEDERAL ",vehicle=gsa-schedule-70"
#define DEPARTMENT "jurisdiction=uk,organisation=central-government"

/* DESIGN's table, one row a cell; `-` cells are not asked. */
static const struct policy_row story[] = {
    POLICY_ROW(EFFECT_CLAIM, ANSWER_NO_RULE, "2017-07-10", THROUGH_GSA, "kaspersky"),
    POLICY_ROW(EFFECT_PROCURE, ANSWER_YES, "2017-07-10", THROUGH_GSA, "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2017-07-10", THROUGH_GSA, "kaspersky"),
    POLICY_ROW(EFFECT_PROCURE, ANSWER_NO, "2017-07-12", THROUGH_GSA, "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_YES, "2017-07-12", THROUGH_GSA, "kaspersky"),
    POLICY_ROW(EFFECT_CLAIM, ANSWER_NO, "2017-07-19", "jurisdiction=uk", "kaspersky"),
    POLICY_ROW(EFFECT_PROCURE, ANSWER_NO_RULE, "2017-07-19", "jurisdiction=uk", "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2017-07-19", "jurisdiction=uk", "kaspersky"),
    POLICY_ROW(EFFECT_CLAIM, ANSWER_NO, "2017-07-19", "jurisdiction=uk,organisation=company",
               "kaspersky"),
    POLICY_ROW(EFFECT_PROCURE, ANSWER_NO, "2017-09-13", FEDERAL, "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_DUE, "2017-09-13", FEDERAL, "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_DUE, "2017-12-12", FEDERAL, "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_NO, "2017-12-13", FEDERAL, "kaspersky"),
    POLICY_ROW(EFFECT_PROCURE, ANSWER_ADVISED_AGAINST, "2017-12-02", DEPARTMENT ",marking=secret",
               "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_ADVISED_AGAINST, "2017-12-02", DEPARTMENT ",marking=secret",
               "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_ADVISED_AGAINST, "2017-12-02", DEPARTMENT ",marking=secret",
               "drweb"),
    POLICY_ROW(EFFECT_USE, ANSWER_ADVISED_AGAINST, "2017-12-02", DEPARTMENT ",marking=top-secret",
               "drweb"),
    POLICY_ROW(EFFECT_PROCURE, ANSWER_RISK_DECISION, "2017-12-02", DEPARTMENT ",marking=official",
               "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_RISK_DECISION, "2017-12-02", DEPARTMENT ",marking=official",
               "drweb"),
    POLICY_ROW(EFFECT_USE, ANSWER_RISK_DECISION, "2017-12-02", DEPARTMENT, "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_ADVISED_AGAINST, "2017-12-02",
               DEPARTMENT ",marking=official,function=defence", "drweb"),
    POLICY_ROW(EFFECT_USE, ANSWER_RISK_DECISION, "2017-12-02",
               DEPARTMENT ",marking=official,function=office", "drweb"),
    POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2017-12-02", DEPARTMENT ",marking=secret", "eset"),
    POLICY_ROW(EFFECT_PROCURE, ANSWER_NO_RULE, "2017-12-02", "jurisdiction=uk,organisation=company",
               "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2017-12-02", "jurisdiction=uk,organisation=company",
               "kaspersky"),
    POLICY_ROW(EFFECT_PROCURE, ANSWER_NO_RULE, "2017-12-02", "jurisdiction=uk,organisation=person",
               "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2017-12-02", "jurisdiction=uk,organisation=person",
               "kaspersky"),
};

static void every_line_of_the_story_holds(void **state)
{
    struct policy_trial t;

    (void)state;
    policy_trial_init(&t, /* shipped */ true);
    policy_trial_rows(&t, story, sizeof story / sizeof story[0]);
    policy_trial_done(&t);
}

#define BANK "jurisdiction=uk,organisation=bank"

static const struct policy_row bank[] = {
    POLICY_ROW(EFFECT_OFFER, ANSWER_NO, "2017-12-03", BANK ",customer=new", "kaspersky"),
    POLICY_ROW(EFFECT_OFFER, ANSWER_NO_RULE, "2017-12-03", BANK ",customer=existing", "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2017-12-03", BANK ",customer=new", "kaspersky"),
    POLICY_ROW(EFFECT_OFFER, ANSWER_NO_RULE, "2017-12-02", BANK ",customer=new", "kaspersky"),
    POLICY_ROW(EFFECT_OFFER, ANSWER_JUDGE, "2017-12-03", BANK, "kaspersky"),
    POLICY_ROW(EFFECT_OFFER, ANSWER_NO_RULE, "2017-12-03", BANK ",customer=new", "eset"),
    POLICY_ROW(EFFECT_OFFER, ANSWER_NO_RULE, "2017-12-03",
               "jurisdiction=uk,organisation=company,customer=new", "kaspersky"),
};

static void the_bank_stops_for_new_customers_only(void **state)
{
    struct policy_trial t;
    struct fault f = { 0 };

    (void)state;
    policy_trial_init(&t, /* shipped */ true);
    assert_true(policy_add(t.policy, policy_trial_path(&t, "examples/2017/bank.yaml"), &f));
    policy_trial_rows(&t, bank, sizeof bank / sizeof bank[0]);
    policy_trial_done(&t);
}

static int32_t day(const char *text)
{
    int32_t date = DATE_NONE;

    assert_true(date_read(bytes_of_text(text), &date));
    return date;
}

static void the_directive_sets_30_60_and_90_days(void **state)
{
    static const char *const days[] = { "2017-10-13", "2017-11-12", "2017-12-12", "2018-01-11" };
    struct policy_trial t;

    (void)state;
    policy_trial_init(&t, /* shipped */ true);
    const struct verdict v = policy_trial_ask(
        &t,
        &(struct policy_ask){ .date = "2017-09-13", .context = FEDERAL, .vendor = "kaspersky" });
    assert_int_equal(v.status, STATUS_DUE);
    assert_int_equal(v.days_left, 30);
    assert_int_equal(v.steps.count, 4);
    for (size_t i = 0; i < v.steps.count; i++) {
        const struct verdict_step *s = vec_at(&v.steps, i);
        assert_int_equal(s->by, day(days[i]));
        assert_string_equal(s->instrument, "us-dhs-bod-17-01");
    }
    assert_string_equal(v.summary, "begin removal by 2017-12-12 (in 90 days); before that: "
                                   "identify by 2017-10-13 (in 30 days)");
    const struct verdict later = policy_trial_ask(
        &t,
        &(struct policy_ask){ .date = "2018-03-01", .context = FEDERAL, .vendor = "kaspersky" });
    assert_int_equal(later.status, STATUS_BARRED);
    const struct verdict_step *report = vec_at(&later.steps, later.steps.count - 1);
    assert_string_equal(report->every, "P30D");
    assert_int_equal(report->by, day("2018-03-12"));
    policy_trial_done(&t);
}

/* Both sides of each date and of each limit of the four instruments of the story. */
static const struct policy_row borders[] = {
    POLICY_ROW(EFFECT_PROCURE, ANSWER_NO, "2017-07-11", THROUGH_GSA, "kaspersky"),
    POLICY_ROW(EFFECT_PROCURE, ANSWER_NO, "2017-07-11", FEDERAL ",vehicle=nasa-sewp", "kaspersky"),
    POLICY_ROW(EFFECT_PROCURE, ANSWER_NO_RULE, "2017-07-11", FEDERAL ",vehicle=open-market",
               "kaspersky"),
    POLICY_ROW(EFFECT_PROCURE, ANSWER_JUDGE, "2017-07-11", FEDERAL, "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2017-07-11", FEDERAL, "kaspersky"),
    POLICY_ROW(EFFECT_PROCURE, ANSWER_NO_RULE, "2017-07-12", "jurisdiction=us,organisation=company",
               "kaspersky"),
    POLICY_ROW_WITH(EFFECT_PROCURE, ANSWER_JUDGE, "2017-07-12", THROUGH_GSA, "kaspersky",
                    .presence = PRESENCE_EMBEDDED),
    POLICY_ROW(EFFECT_CLAIM, ANSWER_JUDGE, "2017-07-17", "jurisdiction=gb", "kaspersky"),
    POLICY_ROW(EFFECT_CLAIM, ANSWER_NO, "2017-07-18", "jurisdiction=gb", "kaspersky"),
    POLICY_ROW(EFFECT_CLAIM, ANSWER_JUDGE, "2017-07-19", "jurisdiction=gb", "eset"),
    POLICY_ROW(EFFECT_CLAIM, ANSWER_NO_RULE, "2017-07-19", "jurisdiction=fr", "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2017-09-12", FEDERAL, "kaspersky"),
    POLICY_ROW_WITH(EFFECT_USE, ANSWER_NO_RULE, "2017-12-01", FEDERAL, "kaspersky",
                    .presence = PRESENCE_EMBEDDED),
    POLICY_ROW_WITH(EFFECT_USE, ANSWER_DUE, "2017-12-01", FEDERAL, "kaspersky",
                    .presence = PRESENCE_RESIDUE),
    POLICY_ROW_WITH(EFFECT_USE, ANSWER_NO_RULE, "2017-12-01", FEDERAL, "kaspersky",
                    .category = "threat-intelligence-service"),
    POLICY_ROW_WITH(EFFECT_USE, ANSWER_NO_RULE, "2017-12-01", FEDERAL, "kaspersky",
                    .category = "training-service"),
    POLICY_ROW_WITH(EFFECT_USE, ANSWER_NO_RULE, "2017-12-01", FEDERAL, "kaspersky",
                    .category = "developer-tools"),
    POLICY_ROW_WITH(EFFECT_USE, ANSWER_DUE, "2017-12-01", FEDERAL, "kaspersky",
                    .category = "password-manager"),
    POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2017-12-01", FEDERAL, "drweb"),
    POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2017-12-01",
               FEDERAL ",function=national-security-system", "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_DUE, "2017-12-01", FEDERAL ",function=office", "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_JUDGE, "2017-12-01",
               "jurisdiction=us,organisation=federal-defence", "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_JUDGE, "2017-12-01", "jurisdiction=us,organisation=contractor",
               "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_DUE, "2017-12-01",
               "jurisdiction=us,organisation=contractor,bound-by=us-dhs-bod-17-01", "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_DUE, "2017-12-01",
               "jurisdiction=us,organisation=contractor,function=on-behalf-of-agency", "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2017-12-01", "jurisdiction=us,organisation=company",
               "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_JUDGE, "2017-12-01", "jurisdiction=us", "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2017-11-30", DEPARTMENT ",marking=secret", "kaspersky"),
    POLICY_ROW(EFFECT_USE, ANSWER_ADVISED_AGAINST, "2017-12-01", DEPARTMENT ",marking=secret",
               "kaspersky"),
    POLICY_ROW_WITH(EFFECT_USE, ANSWER_JUDGE, "2017-12-02", DEPARTMENT ",marking=secret",
                    "kaspersky", .presence = PRESENCE_EMBEDDED),
    POLICY_ROW_WITH(EFFECT_USE, ANSWER_JUDGE, "2017-12-02", DEPARTMENT ",marking=secret",
                    "kaspersky", .category = "threat-intelligence-service"),
    POLICY_ROW_WITH(EFFECT_USE, ANSWER_NO_RULE, "2017-12-02", DEPARTMENT ",marking=secret",
                    "kaspersky", .category = "developer-tools"),
    POLICY_ROW(EFFECT_USE, ANSWER_JUDGE, "2017-12-02", "jurisdiction=uk", "kaspersky"),
};

static void the_limits_of_the_four_hold(void **state)
{
    struct policy_trial t;

    (void)state;
    policy_trial_init(&t, /* shipped */ true);
    policy_trial_rows(&t, borders, sizeof borders / sizeof borders[0]);
    policy_trial_done(&t);
}

static void without_context_the_named_ask_for_a_judge(void **state)
{
    struct policy_trial t;
    bool told = false;

    (void)state;
    policy_trial_init(&t, /* shipped */ true);
    const struct verdict v =
        policy_trial_ask(&t, &(struct policy_ask){ .date = "2017-10-01", .vendor = "kaspersky" });
    assert_int_equal(v.answers[EFFECT_USE].answer, ANSWER_JUDGE);
    assert_int_equal(v.status, STATUS_DECIDE);
    for (size_t i = 0; i < v.rules.count; i++) {
        const struct verdict_rule *r = vec_at(&v.rules, i);
        told = told ||
               (strcmp(r->instrument, "us-dhs-bod-17-01") == 0 &&
                strstr(r->why, "federal-civilian") != NULL && strstr(r->why, "use due") != NULL);
    }
    assert_true(told);
    const struct verdict quiet =
        policy_trial_ask(&t, &(struct policy_ask){ .date = "2017-10-01", .vendor = "eset" });
    assert_int_equal(quiet.status, STATUS_UNREGULATED);
    assert_int_equal(quiet.rules.count, 0);
    const struct verdict unknown =
        policy_trial_ask(&t, &(struct policy_ask){ .date = "2017-10-01", .name = "thing" });
    assert_int_equal(unknown.status, STATUS_UNKNOWN_MAKER);
    assert_int_equal(unknown.rules.count, 0);
    policy_trial_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_of_the_story_holds),
        cmocka_unit_test(the_bank_stops_for_new_customers_only),
        cmocka_unit_test(the_directive_sets_30_60_and_90_days),
        cmocka_unit_test(the_limits_of_the_four_hold),
        cmocka_unit_test(without_context_the_named_ask_for_a_judge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
