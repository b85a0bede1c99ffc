/* The rules of evaluation, each on an instrument written for it. */
#include "policy/policy_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

/* The head of an instrument about Kaspersky that binds Freedonia's banks; the rest follows. */
#define HEAD(id, binding)                                                                          \
    "id: " id "\ntitle: " id "\nauthority: a test\nkind: own\nbinding: " binding                   \
    "\nissued: 2020-01-01\nsources: [a test]\nembedded: silent\n"
#define ABOUT "subjects: [{vendors: kaspersky, affiliates: included}]\n"
#define IN_FORCE "stages: [{stage: in-force, from: 2020-01-01}]\n"
#define BANKS "binds: {jurisdiction: fr, organisation: bank}\n"
#define A_BANK "jurisdiction=fr,organisation=bank"

static struct verdict ask(struct policy_trial *t, const char *date, const char *context)
{
    return policy_trial_ask(
        t, &(struct policy_ask){ .date = date, .context = context, .vendor = "kaspersky" });
}

static void the_strictest_answer_wins(void **state)
{
    static const char *const answers[] = {
        "no-rule", "yes", "risk-decision", "advised-against", "judge", "due", "no"
    };
    struct policy_trial t;

    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        for (size_t k = 0; k < COUNT(answers); k++) {
            char text[1024];
            policy_trial_init(&t, /* shipped */ false);
            for (int n = 0; n < 2; n++) {
                (void)snprintf(text, sizeof text,
                               HEAD("own-%c", "true") ABOUT IN_FORCE BANKS
                               "clauses: [{clause: one, effects: {use: %s}}]\n",
                               'a' + n, 'a' + n, answers[n == 0 ? i : k]);
                policy_trial_add(&t, n == 0 ? "a.yaml" : "b.yaml", text);
            }
            const struct verdict v = ask(&t, "2020-06-01", A_BANK);
            assert_int_equal(v.answers[EFFECT_USE].answer, i > k ? i : k);
            policy_trial_done(&t);
        }
    }
}

static void dates_part_due_from_no_and_barred_from_overdue(void **state)
{
    static const char text[] = HEAD("own", "true") ABOUT IN_FORCE BANKS
        "steps: [{step: remove, by: P31D, text: remove it}]\n"
        "clauses:\n"
        "  - {clause: use, effects: {use: {answer: no, deadline: remove}, "
        "procure: {answer: no, from: 2020-03-01, until: 2020-12-31}, "
        "update: {answer: advised-against, from: 2020-03-01}}}\n"
        "  - {clause: late, from: 2021-01-01, until: 2021-06-30, effects: {offer: no}}\n";
    static const struct policy_row rows[] = {
        POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2019-12-31", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_DUE, "2020-01-01", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_DUE, "2020-01-31", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_NO, "2020-02-01", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_PROCURE, ANSWER_DUE, "2020-02-29", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_PROCURE, ANSWER_NO, "2020-03-01", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_PROCURE, ANSWER_NO, "2020-12-31", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_PROCURE, ANSWER_NO_RULE, "2021-01-01", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_UPDATE, ANSWER_NO_RULE, "2020-02-29", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_UPDATE, ANSWER_ADVISED_AGAINST, "2020-03-01", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_OFFER, ANSWER_NO_RULE, "2020-12-31", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_OFFER, ANSWER_NO, "2021-01-01", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_OFFER, ANSWER_NO_RULE, "2021-07-01", A_BANK, "kaspersky"),
    };
    struct policy_trial t;

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    policy_trial_add(&t, "own.yaml", text);
    policy_trial_rows(&t, rows, COUNT(rows));
    const struct verdict before = ask(&t, "2020-01-20", A_BANK);
    assert_int_equal(before.status, STATUS_DUE);
    assert_int_equal(before.days_left, 12);
    assert_string_equal(before.summary, "remove by 2020-02-01 (in 12 days)");
    const struct verdict after = ask(&t, "2020-02-01", A_BANK);
    assert_int_equal(after.status, STATUS_OVERDUE);
    assert_string_equal(after.summary, "remove now: was due by 2020-02-01");
    policy_trial_done(&t);
}

static void conditions_are_bound_excluded_or_own(void **state)
{
    static const char text[] = HEAD("own", "true") ABOUT IN_FORCE
        "binds:\n  - {jurisdiction: fr, organisation: public-sector}\n"
        "  - {jurisdiction: fr, organisation: company, if: it was told so}\n"
        "  - {jurisdiction: fr, role: reseller, stated: true}\n"
        "where: {device: mobile}\n"
        "not-bound: [{function: law-enforcement}, {acquired: {before: 2019-01-01}}]\n"
        "clauses:\n"
        "  - {clause: general, effects: {use: risk-decision, install: yes}}\n"
        "  - {clause: secret, when: {marking: {at-least: secret}}, effects: {use: no}}\n"
        "  - {clause: low, when: {marking: {below: restricted}}, effects: {update: no}}\n";
#define STATE "jurisdiction=fr,organisation=central-government"
    static const struct policy_row rows[] = {
        POLICY_ROW(EFFECT_USE, ANSWER_RISK_DECISION, "2020-06-01", STATE ",device=mobile",
                   "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_JUDGE, "2020-06-01", STATE, "kaspersky"),
        POLICY_ROW(EFFECT_INSTALL, ANSWER_NO_RULE, "2020-06-01", STATE, "kaspersky"),
        POLICY_ROW(EFFECT_INSTALL, ANSWER_YES, "2020-06-01", STATE ",device=mobile", "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2020-06-01", STATE ",device=server", "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_NO, "2020-06-01", STATE ",device=mobile,marking=secret",
                   "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_NO, "2020-06-01",
                   STATE ",device=mobile,marking=none+tres-secret", "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_RISK_DECISION, "2020-06-01",
                   STATE ",device=mobile,marking=confidential", "kaspersky"),
        POLICY_ROW(EFFECT_UPDATE, ANSWER_NO, "2020-06-01", STATE ",device=mobile,marking=official",
                   "kaspersky"),
        POLICY_ROW(EFFECT_UPDATE, ANSWER_NO_RULE, "2020-06-01",
                   STATE ",device=mobile,marking=restricted", "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2020-06-01",
                   STATE ",device=mobile,function=law-enforcement", "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_RISK_DECISION, "2020-06-01",
                   STATE ",device=mobile,function=office", "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2020-06-01",
                   STATE ",device=mobile,acquired=2018-12-31", "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_RISK_DECISION, "2020-06-01",
                   STATE ",device=mobile,acquired=2019-01-01", "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_JUDGE, "2020-06-01",
                   "jurisdiction=fr,organisation=bank,device=mobile", "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_RISK_DECISION, "2020-06-01",
                   "jurisdiction=fr,organisation=bank,device=mobile,bound-by=own", "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_JUDGE, "2020-06-01",
                   "jurisdiction=fr,organisation=bank,bound-by=own", "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_RISK_DECISION, "2020-06-01",
                   "jurisdiction=fr,organisation=person,role=reseller,device=mobile", "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2020-06-01",
                   "jurisdiction=fr,organisation=person,device=mobile", "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2020-06-01",
                   "jurisdiction=de,organisation=central-government,device=mobile", "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_RISK_DECISION, "2020-06-01",
                   "jurisdiction=de+fr,organisation=person+local-government,device=mobile",
                   "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_JUDGE, "2020-06-01", NULL, "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2020-06-01", NULL, "eset"),
    };
    struct policy_trial t;

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    policy_trial_add(&t, "own.yaml", text);
    policy_trial_rows(&t, rows, COUNT(rows));
    policy_trial_done(&t);
}

static void subjects_are_vendors_classes_categories_and_products(void **state)
{
    static const char text[] = HEAD("own", "true") IN_FORCE
        "binds: anyone\n"
        "subjects: [{vendors: kaspersky, affiliates: included, categories: information-security}]\n"
        "excludes: [{categories: vpn}]\n"
        "clauses:\n"
        "  - {clause: a, effects: {use: no}}\n"
        "  - {clause: b, subjects: [{jurisdictions: ru, categories: antivirus}], "
        "effects: {install: no}}\n"
        "  - {clause: c, subjects: [any], effects: {offer: no}}\n"
        "  - {clause: d, subjects: [{vendors: tencent, affiliates: included, "
        "products: [tencent/wechat]}], effects: {use: no}}\n";
    static const struct policy_row rows[] = {
        POLICY_ROW(EFFECT_USE, ANSWER_NO, "2020-06-01", NULL, "kaspersky"),
        POLICY_ROW_WITH(EFFECT_USE, ANSWER_NO, "2020-06-01", NULL, "kaspersky",
                        .category = "password-manager"),
        POLICY_ROW_WITH(EFFECT_USE, ANSWER_NO_RULE, "2020-06-01", NULL, "kaspersky",
                        .category = "vpn"),
        POLICY_ROW_WITH(EFFECT_USE, ANSWER_NO_RULE, "2020-06-01", NULL, "kaspersky",
                        .category = "developer-tools"),
        POLICY_ROW_WITH(EFFECT_USE, ANSWER_JUDGE, "2020-06-01", NULL, "kaspersky",
                        .presence = PRESENCE_EMBEDDED),
        POLICY_ROW_WITH(EFFECT_USE, ANSWER_NO, "2020-06-01", NULL, "kaspersky",
                        .presence = PRESENCE_PAST_USE),
        POLICY_ROW_WITH(EFFECT_INSTALL, ANSWER_NO, "2020-06-01", NULL, "drweb",
                        .category = "antivirus"),
        POLICY_ROW_WITH(EFFECT_INSTALL, ANSWER_NO_RULE, "2020-06-01", NULL, "eset",
                        .category = "antivirus"),
        POLICY_ROW(EFFECT_OFFER, ANSWER_NO, "2020-06-01", "device=server", "eset"),
        POLICY_ROW(EFFECT_OFFER, ANSWER_NO_RULE, "2020-06-01", NULL, "eset"),
        POLICY_ROW_WITH(EFFECT_OFFER, ANSWER_NO_RULE, "2020-06-01", "device=server", NULL,
                        .name = "thing"),
        POLICY_ROW_WITH(EFFECT_USE, ANSWER_NO, "2020-06-01", NULL, "tencent", .name = "WeChat"),
        POLICY_ROW_WITH(EFFECT_USE, ANSWER_NO, "2020-06-01", NULL, "tencent", .title = "WeChat"),
        POLICY_ROW_WITH(EFFECT_USE, ANSWER_NO_RULE, "2020-06-01", NULL, "tencent", .name = "Foo"),
        POLICY_ROW(EFFECT_USE, ANSWER_JUDGE, "2020-06-01", NULL, "tencent"),
    };
    struct policy_trial t;

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    policy_trial_add(&t, "own.yaml", text);
    policy_trial_rows(&t, rows, COUNT(rows));
    policy_trial_done(&t);
}

static void advice_is_weighed_and_shown_as_advice(void **state)
{
    struct policy_trial t;

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    policy_trial_add(&t, "advice.yaml",
                     HEAD("advice", "false") ABOUT IN_FORCE BANKS
                     "clauses: [{clause: one, effects: {use: advised-against, install: judge}}, "
                     "{clause: two, binding: true, effects: {procure: no}}]\n");
    policy_trial_add(&t, "law.yaml",
                     HEAD("law", "true") ABOUT IN_FORCE BANKS
                     "clauses: [{clause: one, effects: {use: yes, install: no}}]\n");
    const struct verdict v = ask(&t, "2020-06-01", A_BANK);
    assert_int_equal(v.answers[EFFECT_USE].answer, ANSWER_ADVISED_AGAINST);
    assert_true(v.answers[EFFECT_USE].advice);
    assert_string_equal(v.answers[EFFECT_USE].instrument, "advice");
    assert_int_equal(v.answers[EFFECT_INSTALL].answer, ANSWER_NO);
    assert_false(v.answers[EFFECT_INSTALL].advice);
    assert_int_equal(v.answers[EFFECT_PROCURE].answer, ANSWER_NO);
    assert_false(v.answers[EFFECT_PROCURE].advice);
    assert_int_equal(v.status, STATUS_KEEP_ONLY);
    policy_trial_done(&t);
}

static void stages_answer_only_in_force(void **state)
{
    static const char text[] = HEAD("own", "true") ABOUT BANKS
        "stages: [{stage: proposed, from: 2020-01-01}, {stage: in-force, from: 2020-03-01}, "
        "{stage: notice, from: 2020-05-01}, {stage: ended, from: 2020-07-01}]\n"
        "clauses: [{clause: one, effects: {use: no}}]\n";
    static const struct policy_row rows[] = {
        POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2020-02-29", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_NO, "2020-03-01", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_NO, "2020-04-30", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2020-05-01", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_NO_RULE, "2020-07-01", A_BANK, "kaspersky"),
    };
    static const struct {
        const char *date;
        const char *shown; /* NULL: not at all */
    } stages[] = {
        { "2019-12-31", NULL },
        { "2020-01-01", "proposed since 2020-01-01: answers nothing" },
        { "2020-05-01", "notice since 2020-05-01: answers nothing" },
        { "2020-07-01", NULL },
    };
    struct policy_trial t;

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    policy_trial_add(&t, "own.yaml", text);
    policy_trial_rows(&t, rows, COUNT(rows));
    for (size_t i = 0; i < COUNT(stages); i++) {
        const struct verdict v = ask(&t, stages[i].date, A_BANK);
        assert_int_equal(v.status, STATUS_UNREGULATED);
        assert_int_equal(v.rules.count, stages[i].shown == NULL ? 0 : 1);
        if (stages[i].shown != NULL)
            assert_string_equal(((const struct verdict_rule *)vec_at(&v.rules, 0))->why,
                                stages[i].shown);
    }
    assert_int_equal(ask(&t, "2020-02-01", "jurisdiction=de").rules.count, 0);
    policy_trial_done(&t);
}

#define DIGEST_A "sha256:0000000000000000000000000000000000000000000000000000000000000000"
#define DIGEST_B "sha256:1111111111111111111111111111111111111111111111111111111111111111"

static void a_listing_answers_where_nothing_binding_speaks(void **state)
{
    static const char scheme[] = HEAD("scheme", "true") IN_FORCE
        "binds: anyone\nsubjects: [any]\n"
        "clauses:\n"
        "  - {clause: listed, listing: listed, subjects: [{vendors: eset, affiliates: included}], "
        "versions: ['2.1'], digests: ['" DIGEST_A "'], until: 2020-12-31, effects: {claim: yes}}\n"
        "  - {clause: approved, listing: listed, subjects: [{vendors: [eset, kaspersky], "
        "affiliates: included}], effects: {procure: yes}}\n"
        "  - {clause: never, listing: never, subjects: [{vendors: kaspersky, affiliates: "
        "included}], effects: {claim: no}}\n"
        "  - {clause: otherwise, listing: otherwise, effects: {claim: judge}}\n";
    static const struct policy_row rows[] = {
        POLICY_ROW(EFFECT_CLAIM, ANSWER_YES, "2020-06-01", A_BANK, "eset"),
        POLICY_ROW_WITH(EFFECT_CLAIM, ANSWER_YES, "2020-06-01", A_BANK, "eset", .version = "2.1"),
        POLICY_ROW_WITH(EFFECT_CLAIM, ANSWER_JUDGE, "2020-06-01", A_BANK, "eset", .version = "2.2"),
        POLICY_ROW(EFFECT_CLAIM, ANSWER_JUDGE, "2021-01-01", A_BANK, "eset"),
        POLICY_ROW(EFFECT_CLAIM, ANSWER_NO, "2020-06-01", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_CLAIM, ANSWER_JUDGE, "2020-06-01", A_BANK, "drweb"),
        POLICY_ROW(EFFECT_PROCURE, ANSWER_NO, "2020-06-01", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_PROCURE, ANSWER_YES, "2020-06-01", "jurisdiction=de", "kaspersky"),
    };
    static const struct {
        const char *version;
        const char *digest;
        const char *by;
    } certified[] = {
        { NULL, NULL, "name" },      { "2.1", NULL, "version" },     { "2.1", DIGEST_A, "digest" },
        { "9", DIGEST_A, "digest" }, { "2.1", DIGEST_B, "version" },
    };
    struct policy_trial t;

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    policy_trial_add(&t, "scheme.yaml", scheme);
    policy_trial_add(&t, "law.yaml",
                     HEAD("law", "true") ABOUT IN_FORCE BANKS
                     "clauses: [{clause: one, effects: {procure: no}}]\n");
    policy_trial_rows(&t, rows, COUNT(rows));
    for (size_t i = 0; i < COUNT(certified); i++) {
        const struct verdict v =
            policy_trial_ask(&t, &(struct policy_ask){ .date = "2020-06-01",
                                                       .context = A_BANK,
                                                       .vendor = "eset",
                                                       .version = certified[i].version,
                                                       .digest = certified[i].digest });
        assert_string_equal(v.certified_by, certified[i].by);
        assert_int_equal(v.status, STATUS_LISTED);
    }
    policy_trial_done(&t);
}

static void advice_beside_a_yes_does_not_let_a_listing_in(void **state)
{
    static const struct policy_row rows[] = {
        POLICY_ROW(EFFECT_PROCURE, ANSWER_ADVISED_AGAINST, "2020-06-01", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_PROCURE, ANSWER_NO, "2020-06-01", "jurisdiction=de", "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_NO, "2020-06-01", A_BANK, "kaspersky"),
    };
    struct policy_trial t;

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    policy_trial_add(&t, "list.yaml",
                     HEAD("list", "true") ABOUT IN_FORCE
                     "binds: anyone\nclauses: [{clause: one, "
                     "listing: never, effects: {procure: no, use: no}}]\n");
    policy_trial_add(&t, "law.yaml",
                     HEAD("law", "true") ABOUT IN_FORCE BANKS
                     "clauses: [{clause: one, effects: {procure: yes}}]\n");
    policy_trial_add(&t, "advice.yaml",
                     HEAD("advice", "false") ABOUT IN_FORCE BANKS
                     "clauses: [{clause: one, effects: {procure: advised-against, use: "
                     "advised-against}}]\n");
    policy_trial_rows(&t, rows, COUNT(rows));
    policy_trial_done(&t);
}

/* One instrument per word; the status is the first of DESIGN's list that applies. */
static void one_status_word_in_order(void **state)
{
    static const struct {
        const char *effects;
        enum status status;
    } cases[] = {
        { "use: {answer: no, deadline: remove}, procure: no", STATUS_OVERDUE },
        { "use: no, procure: no", STATUS_BARRED },
        { "use: due, procure: no", STATUS_DUE },
        { "use: {answer: no, from: 2030-01-01}", STATUS_DUE },
        { "offer: no, use: judge", STATUS_KEEP_ONLY },
        { "update: {answer: no, from: 2030-01-01}", STATUS_KEEP_ONLY },
        { "use: judge, procure: advised-against", STATUS_DECIDE },
        { "install: risk-decision", STATUS_DECIDE },
        { "claim: judge", STATUS_UNREGULATED },
        { "claim: no", STATUS_UNREGULATED },
        { "use: advised-against, procure: yes", STATUS_ADVISED_AGAINST },
        { "use: yes", STATUS_UNREGULATED },
    };
    struct policy_trial t;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[1024];
        policy_trial_init(&t, /* shipped */ false);
        (void)snprintf(text, sizeof text,
                       HEAD("own", "true") ABOUT IN_FORCE BANKS
                       "steps: [{step: remove, by: 2020-02-01, text: go}]\n"
                       "clauses: [{clause: one, effects: {%s}}]\n",
                       cases[i].effects);
        policy_trial_add(&t, "own.yaml", text);
        const struct verdict v = ask(&t, "2020-06-01", A_BANK);
        if (v.status != cases[i].status)
            fail_msg("%s: %s", cases[i].effects, status_name(v.status));
        assert_true(v.summary[0] != '\0');
        policy_trial_done(&t);
    }
}

static void an_exception_stands_for_its_instrument_until_it_ends(void **state)
{
    static const char text[] =
        "id: waiver\ntitle: lab 3\nauthority: us\nkind: exception\nbinding: true\n"
        "excepts: law\nsigner: Jane Doe\nsources: [a test]\nembedded: excluded\n" ABOUT IN_FORCE
        "binds: anyone\nclauses: [{clause: lab, until: 2020-06-30, effects: {use: yes}}]\n";
    static const struct policy_row rows[] = {
        POLICY_ROW(EFFECT_USE, ANSWER_YES, "2020-06-30", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_PROCURE, ANSWER_NO, "2020-06-30", A_BANK, "kaspersky"),
        POLICY_ROW(EFFECT_USE, ANSWER_NO, "2020-07-01", A_BANK, "kaspersky"),
    };
    struct policy_trial t;
    struct fault f = { 0 };
    struct policy_question q = { 0 };

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    policy_trial_add(&t, "law.yaml",
                     HEAD("law", "true") ABOUT IN_FORCE BANKS
                     "clauses: [{clause: one, effects: {use: no, procure: no}}]\n");
    policy_trial_add(&t, "waiver.yaml", text);
    policy_trial_rows(&t, rows, COUNT(rows));
    struct vec warnings = vec_of(&t.arena, sizeof(const char *), 100);
    assert_true(date_read(bytes_of_text("2020-07-01"), &q.as_of));
    assert_true(policy_warnings(t.policy, &q, &t.arena, &warnings, &f));
    assert_int_equal(warnings.count, 1);
    assert_non_null(strstr(*(const char **)vec_at(&warnings, 0), "this exception has ended"));
    policy_trial_done(&t);
}

static void a_rule_that_can_never_match_is_told(void **state)
{
    struct policy_trial t;
    struct fault f = { 0 };
    struct policy_question q = { .as_of = 18000 };

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    policy_trial_add(
        &t, "own.yaml",
        HEAD("own", "true") IN_FORCE BANKS
        "subjects: [{vendors: eset, affiliates: excluded, categories: semiconductor},\n"
        "  {laws: no-such-law},\n  {jurisdictions: ru, categories: antivirus}]\n"
        "clauses: [{clause: one, effects: {use: no}}]\n");
    struct vec warnings = vec_of(&t.arena, sizeof(const char *), 100);
    assert_true(policy_warnings(t.policy, &q, &t.arena, &warnings, &f));
    assert_int_equal(warnings.count, 2);
    assert_non_null(strstr(*(const char **)vec_at(&warnings, 0), "own.yaml:11:12: own: "));
    policy_trial_done(&t);
}

static void tracing_tells_every_rule(void **state)
{
    struct policy_trial t;

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    policy_trial_add(&t, "own.yaml",
                     HEAD("own", "true") ABOUT IN_FORCE BANKS
                     "clauses: [{clause: one, effects: {use: no}}, "
                     "{clause: two, when: {device: mobile}, effects: {use: no}}, "
                     "{clause: three, from: 2021-01-01, effects: {use: no}}]\n");
    const struct verdict v = policy_trial_ask(
        &t, &(struct policy_ask){
                .date = "2020-06-01", .context = A_BANK, .vendor = "kaspersky", .trace = true });
    static const char *const why[] = { "use no", "its own condition is not given: device mobile",
                                       "not before 2021-01-01" };
    assert_int_equal(v.rules.count, COUNT(why));
    for (size_t i = 0; i < COUNT(why); i++) {
        const struct verdict_rule *r = vec_at(&v.rules, i);
        assert_string_equal(r->why, why[i]);
        assert_int_equal(r->applied, i == 0);
    }
    assert_int_equal(ask(&t, "2020-06-01", A_BANK).rules.count, 0);
    policy_trial_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_strictest_answer_wins),
        cmocka_unit_test(dates_part_due_from_no_and_barred_from_overdue),
        cmocka_unit_test(conditions_are_bound_excluded_or_own),
        cmocka_unit_test(subjects_are_vendors_classes_categories_and_products),
        cmocka_unit_test(advice_is_weighed_and_shown_as_advice),
        cmocka_unit_test(stages_answer_only_in_force),
        cmocka_unit_test(a_listing_answers_where_nothing_binding_speaks),
        cmocka_unit_test(advice_beside_a_yes_does_not_let_a_listing_in),
        cmocka_unit_test(one_status_word_in_order),
        cmocka_unit_test(an_exception_stands_for_its_instrument_until_it_ends),
        cmocka_unit_test(a_rule_that_can_never_match_is_told),
        cmocka_unit_test(tracing_tells_every_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
