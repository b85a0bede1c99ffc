/* What is wrong in a file or a context is told, all of it, each with its place. */
#include "policy/policy_text.h"
#include "policy/policy_trial.h"

#include "core/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static const char good[] = "id: own\n"
                           "title: a title\n"
                           "authority: a test\n"
                           "kind: own\n"
                           "binding: true\n"
                           "issued: 2020-01-01\n"
                           "stages: [{stage: in-force, from: 2020-01-01}]\n"
                           "subjects: [{vendors: kaspersky, affiliates: included}]\n"
                           "embedded: silent\n"
                           "excludes: [{categories: vpn}]\n"
                           "binds: [{jurisdiction: fr, organisation: [bank, company]}]\n"
                           "not-bound: [{acquired: {before: 2019-01-01}}]\n"
                           "steps: [{step: remove, by: P30D, every: P5D, text: go}]\n"
                           "clauses:\n"
                           "  - clause: one\n"
                           "    when: {marking: {at-least: secret}}\n"
                           "    effects: {use: {answer: no, deadline: remove}, install: no}\n"
                           "sources: [a test]\n";

static struct vec check(struct policy_trial *t, const char *text)
{
    struct fault f = { 0 };
    struct vec errors = vec_of(&t->arena, sizeof(const char *), 1000);
    const char *path = policy_trial_write(t, "x.yaml", text);
    const bool ok = policy_check(path, &t->words, t->knowledge, &t->arena, &errors, &f);

    if (f.kind != FAULT_NONE)
        fail_msg("%s", f.text);
    assert_int_equal(ok, errors.count == 0);
    return errors;
}

/* `good` with its line `line` (from 1) replaced. */
static const char *with_line(struct policy_trial *t, int line, const char *by)
{
    struct fault f = { 0 };
    const char *at = good;

    for (int i = 1; i < line; i++)
        at = strchr(at, '\n') + 1;
    const char *text =
        arena_print(&t->arena, &f, "%.*s%s%s", (int)(at - good), good, by, strchr(at, '\n'));
    assert_non_null(text);
    return text;
}

static void each_fault_has_its_place_and_its_reason(void **state)
{
    static const struct {
        int line;
        const char *by;
        const char *wrong; /* from "x.yaml:" on */
    } cases[] = {
        { 1, "id: Own", "1:5: 'Own' is no id" },
        { 2, "#", "1:1: 'title' is missing" },
        { 3, "authority: [a]", "3:12: 'authority' must be one text" },
        { 4, "kind: lwa", "4:7: 'lwa' is none of: scheme, list" },
        { 5, "binding: yes", "5:10: 'binding' must be true or false" },
        { 5, "binding: false", "17:29: advice binds nobody: 'no' cannot be its answer" },
        { 6, "issued: 2020-02-30", "6:9: '2020-02-30' is no date: YYYY-MM-DD" },
        { 6, "#", "13:28: 'P30D' counts from 'issued', which is missing" },
        { 7, "stages: [{stage: on}]", "7:18: 'on' is none of: proposed, in-force" },
        { 7, "stages: []", "7:9: 'stages' must be a list" },
        { 7, "stages: [{stage: in-force}, {stage: ended}]", "7:29: 'from' is missing" },
        { 8, "subjects: [{vendors: kasperski, affiliates: included}]",
          "8:22: 'kasperski' is no vendor" },
        { 8, "subjects: [{vendors: kaspersky}]", "8:12: 'affiliates' is missing" },
        { 8, "subjects: [any, {categories: antivir}]", "8:30: 'antivir' is no category" },
        { 8, "subjects: [{products: kaspersky/nothing}]", "8:23: 'kaspersky/nothing' is no" },
        { 8, "subjects: [{jurisdictions: zz}]", "8:28: a jurisdiction was expected" },
        { 8, "subjects: all", "8:11: 'subjects' takes a list" },
        { 9, "embedded: maybe", "9:11: 'maybe' is none of: included, excluded, silent" },
        { 9, "#", "1:1: 'embedded' is missing" },
        { 10, "excludes: [any]", "10:12: a subject was expected" },
        { 11, "binds: nobody", "11:8: a condition was expected" },
        { 11, "binds: {jurisdiction: narnia}", "11:23: 'narnia' is no word of 'jurisdiction'" },
        { 11, "binds: {colour: red}", "11:9: 'colour' is no key of a condition" },
        { 11, "binds: {bound-by: own}", "11:9: 'bound-by' is no key of a condition" },
        { 11, "#", "15:5: 'binds' is missing" },
        { 12, "not-bound: [{acquired: {around: 2019-01-01}}]", "12:25: the key 'around' is not" },
        { 12, "not-bound: [{device: server, if: so}]", "12:30: 'if' cannot stand here" },
        { 13, "steps: [{step: remove, by: soon, text: go}]", "13:28: 'soon' is no date and no" },
        { 13, "steps: [{step: remove, by: P30D, every: 30, text: go}]", "13:41: '30' is no dur" },
        { 13, "steps: [{step: plan, by: P30D, text: go}]", "17:43: there is no step 'remove'" },
        { 16, "    when: {marking: {at-least: high}}", "16:32: 'high' is no marking" },
        { 17, "    effects: {use: maybe}", "17:20: 'maybe' is no answer: yes, no, due" },
        { 17, "    effects: {lend: no}", "17:15: 'lend' is no effect: claim, procure" },
        { 17, "    effects: {use: {answer: due, from: 2020-01-01}}", "17:34: 'due' is an end" },
        { 17, "    until: 2019-01-01\n    from: 2019-01-02\n    effects: {use: no}",
          "17:12: 'until' is before 'from'" },
        { 17, "#", "15:5: 'effects' must be" },
        { 18, "sauces: [a test]", "18:1: the key 'sauces' is not known here" },
        { 18, "sources: [{a: b}]", "18:11: 'sources' takes texts" },
    };
    struct policy_trial t;
    size_t wrong = 0;

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    assert_int_equal(check(&t, good).count, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct vec errors = check(&t, with_line(&t, cases[i].line, cases[i].by));
        bool found = false;
        for (size_t k = 0; k < errors.count; k++) {
            const char *at = strstr(*(const char **)vec_at(&errors, k), "/x.yaml:");
            assert_non_null(at);
            at += strlen("/x.yaml:");
            found = found || strncmp(at, cases[i].wrong, strlen(cases[i].wrong)) == 0;
        }
        for (size_t k = 0; !found && k < errors.count; k++)
            print_error("%s\n", *(const char **)vec_at(&errors, k));
        wrong += found ? 0 : 1;
        if (!found)
            print_error("... from '%s', not %s\n", cases[i].by, cases[i].wrong);
    }
    assert_int_equal(wrong, 0);
    policy_trial_done(&t);
}

static void all_faults_of_a_file_are_told_at_once(void **state)
{
    struct policy_trial t;

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    struct vec errors = check(&t, "id: x\neffects: [\n  use: maybe\n");
    assert_int_equal(errors.count, 1);
    assert_non_null(strstr(*(const char **)vec_at(&errors, 0), "/x.yaml:"));
    errors = check(&t, "id: X\nkind: y\nbinding: true\ncolour: red\n");
    assert_true(errors.count >= 7);
    policy_trial_done(&t);
}

/* Check bytes that may hold anything; only that it ends, and says what is wrong where it says no.
 */
static void check_bytes(struct policy_trial *t, const char *bytes, size_t len)
{
    struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct vec errors = vec_of(&a, sizeof(const char *), 1000);
    struct fault f = { 0 };
    char path[128];

    (void)snprintf(path, sizeof path, "%s/z.yaml", t->folder);
    FILE *out = fopen(path, "wbe");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, len, out), len);
    assert_int_equal(fclose(out), 0);
    const bool ok = policy_check(path, &t->words, t->knowledge, &a, &errors, &f);
    assert_true(ok || errors.count > 0 || f.kind != FAULT_NONE);
    arena_done(&a);
}

static void every_truncation_and_every_flipped_bit_ends(void **state)
{
    struct policy_trial t;
    char flipped[sizeof good];

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    for (size_t n = 0; n < sizeof good - 1; n++)
        check_bytes(&t, good, n);
    memcpy(flipped, good, sizeof good);
    for (size_t bit = 0; bit < 8 * (sizeof good - 1); bit++) {
        flipped[bit / 8] = (char)(flipped[bit / 8] ^ 1 << bit % 8);
        check_bytes(&t, flipped, sizeof good - 1);
        flipped[bit / 8] = good[bit / 8];
    }
    policy_trial_done(&t);
}

static void every_failing_allocation_ends(void **state)
{
    struct policy_trial t;

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    const char *path = policy_trial_write(&t, "y.yaml", good);
    bool whole = false;
    for (size_t n = 0; !whole; n++) {
        struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
        struct vec errors = vec_of(&a, sizeof(const char *), 100);
        struct fault f = { 0 };
        a.fail_after = n;
        whole = policy_check(path, &t.words, t.knowledge, &a, &errors, &f);
        assert_true(whole || f.kind == FAULT_LIMIT);
        arena_done(&a);
    }
    policy_trial_done(&t);
}

static void judging_without_memory_says_so(void **state)
{
    struct policy_trial t;
    bool whole = false;

    (void)state;
    policy_trial_init(&t, /* shipped */ true);
    for (size_t n = 0; !whole; n++) {
        struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
        struct fault f = { 0 };
        struct verdict v = { 0 };
        struct product p = product_in(&a);
        const struct policy_question q = { .as_of = 17500, .trace = true };
        p.vendor = "kaspersky";
        p.maker_known = true;
        a.fail_after = n;
        whole = policy_judge(t.policy, &q, &p, &a, &v, &f);
        assert_true(whole || f.kind == FAULT_LIMIT);
        arena_done(&a);
    }
    policy_trial_done(&t);
}

static void a_pack_with_a_fault_or_a_double_is_refused(void **state)
{
    struct policy_trial t;
    struct fault f = { 0 };

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    policy_trial_add(&t, "a.yaml", good);
    assert_false(policy_add(t.policy, policy_trial_write(&t, "b.yaml", good), &f));
    assert_non_null(strstr(f.text, "b.yaml:1:5: there is another instrument 'own'"));
    assert_false(policy_add(t.policy, policy_trial_write(&t, "b.yaml", "id: x\n"), &f));
    assert_non_null(strstr(f.text, "b.yaml:1:1: "));
    assert_non_null(strstr(f.text, "more)"));
    assert_false(policy_add(t.policy, "/no/such/file", &f));
    assert_int_equal(f.kind, FAULT_IO);
    policy_trial_done(&t);
}

static bool add(struct policy_trial *t, const char *text, struct fault *f)
{
    struct policy_context *c = policy_context_new(&t->arena, f);

    *f = (struct fault){ 0 };
    assert_non_null(c);
    return policy_context_add(c, t->policy, text, f);
}

static void a_context_that_is_not_understood_is_refused(void **state)
{
    static const struct {
        const char *text;
        const char *wrong;
    } cases[] = {
        { "jurisdiction=narnia", "'narnia' is no word of jurisdiction: eu, uk, " },
        { "colour=red", "'colour' is no key of a context: jurisdiction, organisation, marking" },
        { "device=server,device=mobile", "the context gives device twice" },
        { "device=server,", "KEY=WORD is missing" },
        { "device=", "a word is missing after device" },
        { "device=server+", "a word is missing after device" },
        { "device=server,mobile", "'mobile' is no KEY=WORD" },
        { "acquired=2017-13-45", "'2017-13-45' is no date for acquired" },
        { "acquired=2017-12-01+2017-12-02", "acquired takes one date" },
        { "bound-by=nothing", "'nothing' is no instrument for bound-by" },
        { "Device=server", "'Device' is no key" },
    };
    struct policy_trial t;
    struct fault f = { 0 };

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_false(add(&t, cases[i].text, &f));
        if (strncmp(f.text, cases[i].wrong, strlen(cases[i].wrong)) != 0)
            fail_msg("%s: %s", cases[i].text, f.text);
        assert_null(strchr(f.text, '\n'));
    }
    assert_false(add(&t, "/no/such/context", &f));
    assert_int_equal(f.kind, FAULT_IO);
    assert_false(add(&t, policy_trial_write(&t, "c.yaml", "device: server\ncolour: red\n"), &f));
    assert_non_null(strstr(f.text, "c.yaml:2:1: 'colour' is no key"));
    assert_false(add(&t, policy_trial_write(&t, "c.yaml", "device: [server, boat]\n"), &f));
    assert_non_null(strstr(f.text, "c.yaml:1:18: 'boat' is no word of device"));
    policy_trial_done(&t);
}

static void a_context_adds_up_and_is_told_back(void **state)
{
    struct policy_trial t;
    struct fault f = { 0 };

    (void)state;
    policy_trial_init(&t, /* shipped */ false);
    struct policy_context *c = policy_context_new(&t.arena, &f);
    assert_non_null(c);
    assert_true(policy_context_add(c, t.policy, "jurisdiction=uk, organisation=bank+company", &f));
    assert_true(policy_context_add(
        c, t.policy, policy_trial_write(&t, "c.yaml", "device: server\nacquired: 2017-01-02\n"),
        &f));
    assert_false(policy_context_add(c, t.policy, "device=mobile", &f));
    struct vec lines = vec_of(&t.arena, sizeof(struct context_line), 10);
    assert_true(policy_context_lines(c, &lines, &f));
    assert_int_equal(lines.count, 4);
    const struct context_line *organisation = vec_at(&lines, 1);
    assert_string_equal(organisation->key, "organisation");
    assert_string_equal(*(const char **)vec_at(&organisation->words, 1), "company");
    policy_trial_done(&t);
}

static void instruments_and_words_are_told(void **state)
{
    static const char *const told[] = { "us-dhs-bod-17-01: Binding Operational Directive 17-01",
                                        "by 2017-12-12", "function national-security-system",
                                        "threat-intelligence-service", "cisagov/cyber.dhs.gov" };
    struct policy_trial t;
    struct fault f = { 0 };
    struct buf out = buf_with_limit(1 << 20);

    (void)state;
    policy_trial_init(&t, /* shipped */ true);
    assert_true(policy_text_instrument(t.policy, "us-dhs-bod-17-01", &out, &f));
    for (size_t i = 0; i < COUNT(told); i++)
        assert_true(bytes_search(buf_bytes(&out), bytes_of_text(told[i])) < out.len);
    assert_false(policy_text_instrument(t.policy, "nothing", &out, &f));
    out.len = 0;
    assert_true(policy_text_list(t.policy, &out));
    assert_true(bytes_search(buf_bytes(&out), bytes_of_text("uk-ncsc-2017-12 ")) < out.len);
    out.len = 0;
    assert_true(policy_text_words(&t.words, &out));
    assert_true(bytes_search(buf_bytes(&out), bytes_of_text("federal-civilian")) < out.len);
    buf_done(&out);
    policy_trial_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_has_its_place_and_its_reason),
        cmocka_unit_test(all_faults_of_a_file_are_told_at_once),
        cmocka_unit_test(every_truncation_and_every_flipped_bit_ends),
        cmocka_unit_test(every_failing_allocation_ends),
        cmocka_unit_test(judging_without_memory_says_so),
        cmocka_unit_test(a_pack_with_a_fault_or_a_double_is_refused),
        cmocka_unit_test(a_context_that_is_not_understood_is_refused),
        cmocka_unit_test(a_context_adds_up_and_is_told_back),
        cmocka_unit_test(instruments_and_words_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
