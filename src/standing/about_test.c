/* about_test.c -- the history of one object, as told. */
#include "standing/about.h"

#include "codec/emit.h"
#include "core/buf.h"
#include "standing/history_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

static struct history_trial t;
static struct arena a;

static void good(const char *hands, const char *type, const char *lines)
{
    history_trial_good(&t, hands, type, lines);
}

static int32_t day(const char *text)
{
    int32_t out;

    assert_true(date_read(bytes_of_text(text), &out));
    return out;
}

static int begin(void **state)
{
    (void)state;
    a = arena_with_budget(256 << 20);
    history_trial_init(&t);
    t.now = (int64_t)day("2018-01-01") * 86400;
    history_trial_admit(&t, "ncsc", "authority");
    history_trial_admit(&t, "board", "body");
    good("ncsc", "scheme", "id cpa|name CPA|body board|date 2017-01-02");
    good("ncsc", "vendor", "id northgate|name Northgate Systems Ltd.|date 2017-01-03");
    good("board", "certificate",
         "id cpa/1001|scheme cpa|vendor northgate|product Disk Vault|version 4.2|from 2017-02-01|"
         "until 2019-02-01");
    good("board", "suspension", "certificate cpa/1001|reason a leak|date 2017-03-01");
    good("ncsc", "reinstatement", "certificate cpa/1001|date 2017-04-01");
    good("ncsc", "organisation", "id agency-a|name A|date 2017-01-03");
    good("ncsc", "directive",
         "id bod-17-01|title Removal|subject-token kaspersky|action remove|issued 2017-09-13|"
         "step identify 2017-10-13");
    return 0;
}

static int end(void **state)
{
    (void)state;
    history_trial_done(&t);
    arena_done(&a);
    return 0;
}

static struct about about(const char *what, const char *date)
{
    const struct about_question q = { .what = bytes_of_text(what), .day = day(date) };
    struct about out;
    struct fault f = { 0 };

    if (!about_read(&t.history, &q, &a, &out, &f))
        fail_msg("%s: %s", what, f.text);
    return out;
}

static void refused(const char *what, const char *says)
{
    const struct about_question q = { .what = bytes_of_text(what), .day = day("2017-05-01") };
    struct about out;
    struct fault f = { 0 };

    assert_false(about_read(&t.history, &q, &a, &out, &f));
    if (strstr(f.text, says) == NULL)
        fail_msg("%s", f.text);
}

static void a_certificates_history_is_told(void **state)
{
    static const char *const states[] = { "in-force", "suspended", "in-force" };
    static const char *const signers[] = { "board", "board", "ncsc" };
    const struct about one = about("cpa/1001", "2017-03-15");

    (void)state;
    assert_string_equal(one.key, "certificate:cpa/1001");
    assert_string_equal(one.title, "Disk Vault");
    assert_string_equal(one.state, "suspended");
    assert_int_equal(one.since, day("2017-03-01"));
    assert_int_equal(one.acts.count, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct about_act *act = vec_at(&one.acts, i);
        assert_string_equal(act->state, states[i]);
        assert_string_equal(((const struct about_signer *)vec_at(&act->signers, 0))->name,
                            signers[i]);
        assert_int_equal(act->logged, t.now);
    }
    assert_string_equal(about("certificate:cpa/1001", "2017-05-01").state, "in-force");
}

static void as_text(void **state)
{
    const struct about one = about("cpa/1001", "2017-03-15");
    struct buf out = buf_with_limit(1 << 16);

    (void)state;
    about_text(&one, &out);
    buf_add_byte(&out, '\0');
    assert_true(buf_ok(&out));
    assert_string_equal(
        (const char *)out.at,
        "certificate:cpa/1001  Disk Vault\n"
        "  suspended since 2017-03-01 (as of 2017-03-15)\n"
        "  claim no, procure risk-decision, use yes\n"
        "  versions 4.2\n"
        "\n"
        "  happened    logged                   entry  what           signer                       "
        "state after it\n"
        "  2017-02-01  2018-01-01T00:00:00Z         5  certificate    board (body)                 "
        "in-force\n"
        "              scheme cpa; vendor northgate; product Disk Vault; version 4.2; "
        "until 2019-02-01\n"
        "  2017-03-01  2018-01-01T00:00:00Z         6  suspension     board (body)                 "
        "suspended\n"
        "              reason a leak\n"
        "  2017-04-01  2018-01-01T00:00:00Z         7  reinstatement  ncsc (authority)             "
        "in-force\n");
    buf_done(&out);
}

static const struct about_part *part(const struct about *one, size_t i)
{
    assert_true(i < one->parts.count);
    return *(struct about_part *const *)vec_at(&one->parts, i);
}

static void what_belongs_to_an_object_is_told(void **state)
{
    (void)state;
    history_trial_admit(&t, "lab-a", "lab");
    good("ncsc", "authority", "id ncsc|name NCSC|date 2017-01-01");
    good("ncsc", "authority", "id ukas|name UKAS|predecessor ncsc|date 2017-01-01");
    good("ncsc", "accreditation",
         "lab lab-a|scheme cpa|action grant|until 2018-01-01|date 2017-01-02");
    good("ncsc", "scheme-change",
         "scheme cpa|state suspended claim=no procure=no use=no|until 2018-05-31|date 2017-06-01");
    good("board", "maintenance", "certificate cpa/1001|version 4.2|version 4.3|date 2017-05-02");
    good("ncsc", "exception",
         "id x1|directive bod-17-01|organisation agency-a|signer S|reason r|until 2017-11-30|"
         "date 2017-11-01");

    struct about one = about("lab:lab-a", "2017-03-01");
    assert_string_equal(part(&one, 0)->state, "accredited");
    assert_int_equal(part(&one, 0)->until, day("2018-01-01"));
    one = about("lab:lab-a", "2018-01-02");
    assert_string_equal(part(&one, 0)->state, "expired");
    one = about("scheme:cpa", "2017-07-01");
    assert_string_equal(one.state, "in-force");
    assert_string_equal(part(&one, 0)->name, "suspended");
    assert_int_equal(about("scheme:cpa", "2017-05-01").parts.count, 0);
    assert_string_equal(about("scheme:cpa", "2018-06-01").state, "ended");
    one = about("vendor:northgate", "2017-03-15");
    assert_string_equal(part(&one, 0)->state, "suspended");
    assert_int_equal(about("vendor:northgate", "2017-01-15").parts.count, 0);
    one = about("organisation:agency-a", "2017-12-01");
    assert_string_equal(part(&one, 0)->state, "ended");
    assert_string_equal(about("x1", "2017-11-30").state, "stands");
    assert_int_equal(about("cpa/1001", "2017-05-02").versions.count, 2);
    assert_string_equal(about("authority:ncsc", "2017-05-02").title, "NCSC");

    good("board ncsc", "withdrawal", "certificate cpa/1001|reason r|date 2017-07-01");
    one = about("cpa/1001", "2017-07-01");
    const struct about_act *both = vec_at(&one.acts, one.acts.count - 1);
    assert_int_equal(both->signers.count, 2);
    assert_string_equal(((const struct about_signer *)vec_at(&both->signers, 1))->kind,
                        "authority");
}

static void as_json(void **state)
{
    const struct about one = about("bod-17-01", "2017-10-14");
    struct buf out = buf_with_limit(1 << 16);
    struct emit e = emit_to(&out);

    (void)state;
    about_json(&one, &e);
    assert_true(buf_ok(&out));
    json_t *root = json_loadb((const char *)out.at, out.len, 0, NULL);
    assert_non_null(root);
    const json_t *entries = json_object_get(root, "entries");
    assert_int_equal(json_array_size(entries), 1);
    const json_t *record = json_object_get(json_array_get(entries, 0), "record");
    assert_string_equal(json_string_value(json_object_get(record, "title")), "Removal");
    const json_t *step = json_array_get(json_object_get(root, "steps"), 0);
    const json_t *who = json_array_get(json_object_get(step, "reporters"), 0);
    assert_string_equal(json_string_value(json_object_get(who, "organisation")), "agency-a");
    assert_string_equal(json_string_value(json_object_get(who, "report")), "missing");
    json_decref(root);
    buf_done(&out);
}

static void a_directives_reports_belong_to_it(void **state)
{
    (void)state;
    good("ncsc", "report",
         "directive bod-17-01|organisation agency-a|step identify|result found|date 2017-10-01");
    const struct about one = about("bod-17-01", "2017-10-14");
    assert_int_equal(one.acts.count, 2);
    const struct about_step *s = vec_at(&one.steps, 0);
    const struct standing_reporter *r = vec_at(&s->reports.reporters, 0);
    assert_int_equal(r->report, STANDING_REPORTED);
}

static void a_lists_entries_belong_to_it(void **state)
{
    (void)state;
    good("ncsc", "list", "id directory|name Directory|date 2017-01-03");
    good("ncsc", "listing", "list directory|action add|vendor northgate|date 2017-02-03");
    assert_int_equal(about("directory", "2017-10-14").acts.count, 2);
    assert_int_equal(about("listed:directory:vendor:northgate", "2017-10-14").acts.count, 1);
}

static void what_is_not_there_is_said(void **state)
{
    (void)state;
    refused("nobody", "nothing in this register has the id 'nobody'");
    refused("certificate:none", "nothing in this register stands under");
    refused("cert:none", "");
    refused("two words", "neither an id");
    good("ncsc", "vendor", "id agency-a|name A|date 2017-01-03");
    refused("agency-a", "say vendor:agency-a or organisation:agency-a");
}

static void a_failed_allocation_is_a_fault(void **state)
{
    const struct about_question q = { .what = bytes_of_text("cpa/1001"), .day = day("2017-05-01") };
    bool ok = false;

    (void)state;
    for (size_t n = 0; !ok; n++) {
        struct arena few = arena_with_budget(1 << 24);
        struct fault f = { 0 };
        struct about out;
        few.fail_after = n;
        ok = about_read(&t.history, &q, &few, &out, &f);
        assert_true(ok || f.kind == FAULT_LIMIT);
        arena_done(&few);
        assert_true(n < 5000);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_certificates_history_is_told),    TEST(as_text),
        TEST(what_belongs_to_an_object_is_told), TEST(as_json),
        TEST(a_directives_reports_belong_to_it), TEST(a_lists_entries_belong_to_it),
        TEST(what_is_not_there_is_said),         TEST(a_failed_allocation_is_a_fault),
    };

    return cmocka_run_group_tests_name("about", tests, NULL, NULL);
}
