/* admission_test.c -- each rule of admission: what passes, and what is refused by its number. */
#include "standing/history_trial.h"

#include "codec/base64.h"
#include "core/sha256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DIGEST_A "sha256:54a370bc6c691f5b012acf4a5f30c600af842cf1a625d4701e0f3dd0cd9fdf48"
#define DIGEST_B "sha256:3c8903c94a4251874846b53da00291f370d6fa5cb1c22411bca10ba82a110604"
#define CERTIFICATE(id)                                                                            \
    "id " id "|scheme cpa|vendor northgate|product Disk Vault|version 4.2|from 2017-02-01"

static struct history_trial t;

static void good(const char *hands, const char *type, const char *lines)
{
    history_trial_good(&t, hands, type, lines);
}

static void bad(const char *rule, const char *hands, const char *type, const char *lines)
{
    history_trial_bad(&t, rule, hands, type, lines);
}

/* An authority with a scheme and its body, two laboratories, a vendor, a list, a directive, an
 * agency. */
static int begin(void **state)
{
    (void)state;
    history_trial_init(&t);
    history_trial_admit(&t, "ncsc", "authority");
    history_trial_admit(&t, "rival", "authority");
    history_trial_admit(&t, "board", "body");
    history_trial_admit(&t, "other-board", "body");
    history_trial_admit(&t, "lab-a", "lab");
    history_trial_admit(&t, "keeper", "list-owner");
    history_trial_admit(&t, "agency-a", "organisation");
    history_trial_admit(&t, "solo", "any");
    good("ncsc", "scheme", "id cpa|name Commercial Product Assurance|body board|date 2017-01-02");
    good("ncsc", "accreditation", "lab lab-a|scheme cpa|action grant|date 2017-01-02");
    good("keeper", "vendor", "id northgate|name Northgate Systems Ltd.|date 2017-01-03");
    good("keeper", "list", "id directory|name Directory|date 2017-01-03");
    good("ncsc", "organisation", "id agency-a|name Agency A|date 2017-01-03");
    good("ncsc", "organisation", "id agency-b|name Agency B|date 2017-01-03");
    good("ncsc", "directive",
         "id bod-17-01|subject-token kaspersky|action remove|issued 2017-09-13|"
         "step identify 2017-10-13");
    return 0;
}

static int end(void **state)
{
    (void)state;
    history_trial_done(&t);
    return 0;
}

static void a1_what_is_no_record_is_refused(void **state)
{
    (void)state;
    bad("A1", "solo", "vendor", "id x|name X|date 2017-02-30");
    bad("A1", "solo", "vendor", "id x|name X");
    bad("A1", "solo", "vendor", "id x|colour red|name X|date 2017-02-03");
    bad("A1", "solo", "certifcate", "id x");
    bad("A1", "solo", "listing", "list directory|action add|date 2017-02-02");

    static char big[70000];
    (void)snprintf(big, sizeof big, "id x|name X");
    for (size_t i = strlen(big); i + 16 < sizeof big; i = strlen(big))
        (void)snprintf(big + i, sizeof big - i, "|category c%zu", i);
    bad("A1", "solo", "product", big);
}

static void a2_the_logs_own_entries_are_its_own(void **state)
{
    (void)state;
    bad("A2", "solo", "index", "covers 0");
    bad("A2", "log", "index", "covers 0");
    bad("A2", "solo", "register", "origin other|clock real|date 2017-01-01");
    bad("A2", "log", "register", "origin log|clock real|date 2017-01-02");
    bad("A2", "log", "vendor", "id x|name X|date 2017-01-03");
    bad("A2", "log solo", "bundle", "id b|version 1|file " DIGEST_A " a.yaml|date 2017-01-03");
    good("log", "bundle", "id b|version 1|file " DIGEST_A " a.yaml|date 2017-01-03");
}

static void a2_a_register_begins_with_its_register_entry(void **state)
{
    struct admission_entry e = { .log = history_trial_key(&t, "log") };
    struct arena a = arena_with_budget(1 << 20);
    struct history_cut cut = { .of = &t.history, .limit = 0 };
    const struct history empty = history_until(&cut);
    struct admission *ad = NULL;
    struct fault f = { 0 };
    struct record r;

    (void)state;
    assert_true(admission_new(&empty, &ad, &f));
    e.entry = history_trial_entry(&t, "log", "bundle",
                                  "id b|version 1|file " DIGEST_A " a.yaml|date 2017-01-03");
    assert_false(admission_check(ad, &e, &a, &r, &f));
    assert_non_null(strstr(f.text, "admission A2"));
    e.entry = history_trial_entry(&t, "log", "register", "origin other|clock real|date 2016-01-01");
    assert_false(admission_check(ad, &e, &a, &r, &f));
    assert_non_null(strstr(f.text, "admission A2"));
    e.entry = history_trial_entry(&t, "log", "register", "origin log|clock real|date 2016-01-01");
    assert_true(admission_check(ad, &e, &a, &r, &f));
    admission_free(&ad);
    arena_done(&a);
}

static void party(const char *rule, const char *hands, const char *id, const char *kind,
                  const char *key)
{
    char lines[1024];

    (void)snprintf(lines, sizeof lines, "id %s|kind %s|key %s|date 2017-01-01", id, kind,
                   history_trial_vkey(&t, key));
    if (rule == NULL)
        good(hands, "party", lines);
    else
        bad(rule, hands, "party", lines);
}

static void a2_parties_are_admitted_by_the_log_or_an_authority(void **state)
{
    (void)state;
    party(NULL, "ncsc", "lab-z", "lab", "lab-z");
    party("A4", "board", "lab-y", "lab", "lab-y");
    party("A4", "lab-a", "lab-y", "lab", "lab-y");
    party("A2", "ncsc", "friend", "any", "friend");
    party(NULL, "solo", "friend", "any", "friend");
    party("A6", "ncsc", "lab-a", "lab", "lab-y");
    party("A2", "ncsc", "lab-y", "lab", "lab-a"); /* a key of another */
    party("A2", "ncsc", "lab-y", "lab", "log");
}

static void a3_signatures_are_by_known_keys_and_hold(void **state)
{
    (void)state;
    bad("A3", "stranger", "vendor", "id x|name X|date 2017-01-03");
    bad("A3", "keeper stranger", "vendor", "id x|name X|date 2017-01-03");

    /* A signature over another text. */
    const struct bytes one =
        history_trial_entry(&t, "keeper", "vendor", "id x|name X|date 2017-01-03");
    char *changed = arena_copy(&t.arena, one, NULL);
    assert_non_null(changed);
    *strstr(changed, "name X") = 'n';
    *strchr(strstr(changed, "name X"), 'X') = 'Y';
    const struct bytes forged = { .at = (const uint8_t *)changed, .len = one.len };
    struct fault f = { 0 };
    struct admission_entry e = { .entry = forged, .log = history_trial_key(&t, "log") };
    assert_false(history_trial_submit(&t, &e, &f));
    assert_non_null(strstr(f.text, "admission A3"));

    /* The caller vouches for its own key, and for no other. */
    e.signed_here = history_trial_key(&t, "solo");
    assert_false(history_trial_submit(&t, &e, &f));
    e.signed_here = history_trial_key(&t, "keeper");
    assert_true(history_trial_submit(&t, &e, &f));
}

static void a3_a_second_line_under_the_callers_key_is_verified(void **state)
{
    const struct bytes two =
        history_trial_entry(&t, "keeper keeper", "vendor", "id x|name X|date 2017-01-03");
    struct fault f = { 0 };

    (void)state;
    char *changed = arena_copy(&t.arena, two, NULL);
    assert_non_null(changed);
    char *tail = changed + two.len - 20;
    *tail = *tail == 'A' ? 'B' : 'A';
    const struct admission_entry e = {
        .entry = { .at = (const uint8_t *)changed, .len = two.len },
        .log = history_trial_key(&t, "log"),
        .signed_here = history_trial_key(&t, "keeper"),
    };
    assert_false(history_trial_submit(&t, &e, &f));
    assert_non_null(strstr(f.text, "admission A3"));
}

static void a4_the_kind_of_a_party_says_what_it_writes(void **state)
{
    (void)state;
    bad("A4", "lab-a", "certificate", CERTIFICATE("cpa/1001"));
    bad("A4", "agency-a", "certificate", CERTIFICATE("cpa/1001"));
    bad("A4", "board keeper", "certificate", CERTIFICATE("cpa/1001"));
    bad("A4", "keeper", "directive", "id d|subject-token x|action remove|issued 2017-09-13");
    bad("A4", "board", "evaluation",
        "id e1|scheme cpa|lab lab-a|report " DIGEST_A "|date 2017-02-01");
    good("board", "certificate", CERTIFICATE("cpa/1001"));
}

static void a5_what_is_referred_to_is_there(void **state)
{
    (void)state;
    bad("A5", "board", "certificate",
        "id cpa/1|scheme nowhere|vendor northgate|product P|version 1");
    bad("A5", "board", "certificate", "id cpa/1|scheme cpa|vendor nobody|product P|version 1");
    bad("A5", "board", "certificate",
        "id cpa/1|scheme cpa|application none|vendor northgate|product P|version 1");
    bad("A5", "board", "suspension", "certificate cpa/1|reason leak|date 2017-03-01");
    bad("A5", "keeper", "listing", "list no-such|action add|vendor northgate|date 2017-02-02");
    bad("A5", "keeper", "listing", "list directory|action add|vendor nobody|date 2017-02-02");
    bad("A5", "keeper", "listing",
        "list directory|action add|certificate cpa/9|vendor northgate|date 2017-02-02");
    bad("A5", "keeper", "alias", "vendor nobody|name N|date 2017-02-02");
    bad("A5", "keeper", "ownership", "vendor northgate|owner nobody|date 2017-02-02");
    bad("A5", "agency-a", "report",
        "directive bod-18-01|organisation agency-a|step identify|result found|date 2017-10-01");
    bad("A5", "agency-a", "report",
        "directive bod-17-01|organisation agency-a|step fly|result found|date 2017-10-01");
    bad("A5", "agency-a", "report",
        "directive bod-17-01|organisation agency-x|step identify|result found|date 2017-10-01");
    good("ncsc", "amendment", "directive bod-17-01|step fly 2018-01-01|date 2017-09-20");
    good("agency-a", "report",
         "directive bod-17-01|organisation agency-a|step fly|result found|date 2017-10-01");
    bad("A5", "ncsc", "scheme", "id s2|name S|body nobody|date 2017-01-02");
    bad("A5", "ncsc", "scheme", "id s2|name S|authority nobody|date 2017-01-02");
}

static void a5_a_laboratory_is_accredited_on_the_day(void **state)
{
    (void)state;
    good("ncsc", "scheme", "id cc|name CC|body board|date 2017-01-02");
    good("lab-a", "evaluation", "id e1|scheme cpa|lab lab-a|report " DIGEST_A "|date 2017-02-01");
    bad("A5", "lab-a", "evaluation",
        "id e2|scheme cc|lab lab-a|report " DIGEST_A "|date 2017-02-01");
    bad("A5", "lab-a", "evaluation",
        "id e2|scheme cpa|lab lab-a|report " DIGEST_A "|date 2017-01-01");
    good("ncsc", "accreditation", "lab lab-a|scheme cpa|action suspend|date 2017-03-01");
    bad("A5", "lab-a", "evaluation",
        "id e2|scheme cpa|lab lab-a|report " DIGEST_A "|date 2017-03-02");
    good("lab-a", "evaluation", "id e2|scheme cpa|lab lab-a|report " DIGEST_A "|date 2017-02-28");
}

static void a5_confidential_schemes_may_point_at_what_is_sealed(void **state)
{
    (void)state;
    good("ncsc", "scheme", "id caps|name CAPS|body board|confidential yes|date 2017-01-02");
    good("board", "certificate",
         "id caps/1|scheme caps|application a-77|evaluation e-77|vendor northgate|product P|"
         "version 1|from 2017-02-01");
}

static void a5_a_certificate_is_of_its_applications_scheme_and_vendor(void **state)
{
    (void)state;
    good("ncsc", "scheme", "id cc|name CC|body board|date 2017-01-02");
    good("keeper", "vendor", "id other|name Other|date 2017-01-03");
    good("board", "application",
         "id a1|scheme cpa|vendor northgate|product Disk Vault|date 2017-01-10");
    bad("A5", "board", "certificate",
        "id cc/1|scheme cc|application a1|vendor northgate|product P|version 1|from 2017-02-01");
    bad("A5", "board", "certificate",
        "id cpa/1|scheme cpa|application a1|vendor other|product P|version 1|from 2017-02-01");
    good("board", "certificate",
         "id cpa/1|scheme cpa|application a1|vendor northgate|product P|version 1|"
         "from 2017-02-01");
}

static void a6_an_id_is_defined_once(void **state)
{
    (void)state;
    good("board", "certificate", CERTIFICATE("cpa/1001"));
    bad("A6", "board", "certificate", CERTIFICATE("cpa/1001") "|until 2018-01-01");
    bad("A6", "keeper", "vendor", "id northgate|name Another|date 2017-01-03");
    bad("A6", "ncsc", "scheme", "id cpa|name Again|date 2017-01-02");
    bad("A6", "keeper", "list", "id directory|name Again|date 2017-01-02");
    good("keeper", "alias", "vendor northgate|name Nordtor|date 2017-02-02");
    good("keeper", "product", "id northgate|vendor northgate|name Northgate|date 2017-02-02");
}

static void a7_a_text_is_said_once(void **state)
{
    (void)state;
    good("keeper", "alias", "vendor northgate|name Nordtor|date 2017-02-02");
    bad("A7", "keeper", "alias", "vendor northgate|name Nordtor|date 2017-02-02");
    bad("A7", "ncsc", "alias", "vendor northgate|name Nordtor|date 2017-02-02");
    good("keeper", "alias", "vendor northgate|name Nordtor|date 2017-02-03");
}

static void a8_acts_are_the_owners(void **state)
{
    (void)state;
    good("board", "certificate", CERTIFICATE("cpa/1001"));
    bad("A8", "other-board", "certificate", CERTIFICATE("cpa/1002"));
    bad("A8", "rival", "certificate", CERTIFICATE("cpa/1002"));
    good("ncsc", "certificate", CERTIFICATE("cpa/1002"));
    bad("A8", "other-board", "withdrawal", "certificate cpa/1001|reason r|date 2017-03-01");
    bad("A8", "board other-board", "withdrawal", "certificate cpa/1001|reason r|date 2017-03-01");
    good("ncsc", "withdrawal", "certificate cpa/1001|reason r|date 2017-03-01");
    bad("A8", "rival", "scheme-change", "scheme cpa|body other-board|date 2017-03-01");
    bad("A8", "board", "scheme-change", "scheme cpa|body other-board|date 2017-03-01");
    good("ncsc", "scheme-change", "scheme cpa|body other-board|date 2017-03-01");
    bad("A8", "board", "certificate", CERTIFICATE("cpa/1003"));
    good("other-board", "certificate", CERTIFICATE("cpa/1003"));
    bad("A8", "rival", "listing", "list directory|action add|vendor northgate|date 2017-03-01");
    good("keeper", "listing", "list directory|action add|vendor northgate|date 2017-03-01");
    bad("A8", "rival", "amendment", "directive bod-17-01|action revoke|date 2017-10-01");
    bad("A8", "rival", "accreditation",
        "lab lab-a|scheme cpa|action withdraw|reason r|date 2017-03-01");
}

static void a8_an_organisation_speaks_for_itself(void **state)
{
    static const char report_b[] =
        "directive bod-17-01|organisation agency-b|step identify|result found|date 2017-10-01";

    (void)state;
    bad("A8", "agency-a", "report", report_b);
    bad("A8", "rival", "report", report_b);
    good("ncsc", "report", report_b);
    good("solo", "report",
         "directive bod-17-01|organisation agency-b|step identify|result plan|date 2017-10-01");
    bad("A8", "agency-a", "exception",
        "id x1|directive bod-17-01|organisation agency-b|signer S|reason r|until 2018-01-01|"
        "date 2017-10-01");
    bad("A8", "agency-a", "reply",
        "vendor northgate|kind reply|directive bod-17-01|statement No.|date 2017-10-01");
}

static void a8_a_named_authority_owns(void **state)
{
    (void)state;
    bad("A8", "ncsc", "authority", "id rival|name Rival|date 2017-01-01");
    good("rival", "authority", "id rival|name Rival|date 2017-01-01");
    good("ncsc rival", "scheme", "id s2|name S|authority rival|date 2017-01-02");
    good("rival", "certificate",
         "id s2/1|scheme s2|vendor northgate|product P|version 1|from 2017-02-01");
    good("keeper rival", "list", "id l2|name L|authority rival|date 2017-01-03");
    good("rival", "listing", "list l2|action add|vendor northgate|date 2017-03-01");
}

static void a9_who_tested_does_not_decide(void **state)
{
    (void)state;
    good("ncsc", "scheme", "id own|name Own|body solo|date 2017-01-02");
    good("ncsc", "accreditation", "lab lab-a|scheme own|action grant|date 2017-01-02");
    good("ncsc", "application", "id a1|scheme own|vendor northgate|product P|date 2017-01-10");
    good("solo", "evaluation",
         "id e1|application a1|scheme own|lab lab-a|report " DIGEST_A "|date 2017-02-01");
    bad("A9", "solo", "refusal", "application a1|reason r|date 2017-02-02");
    bad("A9", "solo", "certificate",
        "id own/1|scheme own|application a1|vendor northgate|product P|version 1|from 2017-02-02");
    bad("A9", "solo", "certificate",
        "id own/1|scheme own|evaluation e1|vendor northgate|product P|version 1|from 2017-02-02");
    good("ncsc", "certificate",
         "id own/1|scheme own|evaluation e1|vendor northgate|product P|version 1|"
         "from 2017-02-02");
    bad("A9", "solo", "withdrawal", "certificate own/1|reason r|date 2017-03-01");
    good("solo", "certificate",
         "id own/2|scheme own|vendor northgate|product P|version 1|from 2017-02-02");
    bad("A9", "solo", "evaluation",
        "id e2|certificate own/2|scheme own|lab lab-a|report " DIGEST_A "|date 2017-03-01");
    good("solo", "evaluation",
         "id e2|certificate own/1|scheme own|lab lab-a|report " DIGEST_B "|date 2017-03-01");
}

static void a9_a_laboratory_decides_nothing(void **state)
{
    (void)state;
    good("ncsc", "scheme", "id own|name Own|body solo|date 2017-01-02");
    bad("A9", "rival", "accreditation", "lab ncsc|scheme own|action grant|date 2017-01-02");
    good("ncsc", "accreditation", "lab solo|scheme own|action grant|date 2017-01-02");
    bad("A9", "solo", "certificate",
        "id own/1|scheme own|vendor northgate|product P|version 1|from 2017-02-02");
}

static void a11_days_are_in_order(void **state)
{
    (void)state;
    bad("A11", "board", "certificate",
        "id cpa/1|scheme cpa|vendor northgate|product P|version 1|from 2017-01-01");
    good("board", "certificate", CERTIFICATE("cpa/1001"));
    bad("A11", "board", "withdrawal", "certificate cpa/1001|reason r|date 2017-01-31");
    t.now = (int64_t)17216 * 86400; /* 2017-02-19 */
    bad("A11", "board", "withdrawal", "certificate cpa/1001|reason r|date 2017-02-21");
    good("board", "withdrawal", "certificate cpa/1001|reason r|date 2017-02-20");
    t.now = 0;
}

static void rotation(const char *rule, const char *hands, const char *lines)
{
    if (rule == NULL)
        good(hands, "rotation", lines);
    else
        bad(rule, hands, "rotation", lines);
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

static void a12_keys_rotate_by_threshold(void **state)
{
    const char *k1 = history_trial_vkey(&t, "k1");
    const char *k2 = history_trial_vkey(&t, "k2");
    const char *k3 = history_trial_vkey(&t, "k3");

    (void)state;
    good("log", "party",
         print("id many|kind list-owner|key %s|key %s|threshold 2|date 2017-01-01", k1, k2));
    const char *add = print("party many|add %s|date 2017-02-01", k3);
    rotation("A12", "k1 k3", add);
    rotation("A12", "k1 k2", add);
    rotation("A12", "keeper", print("party many|remove %s|date 2017-02-01", k1));
    rotation("A12", "k1 k2", print("party many|remove %s|date 2017-02-01", k1));
    rotation("A12", "k1 k2",
             print("party many|remove %s|threshold 1|date 2017-02-01",
                   history_trial_vkey(&t, "keeper")));
    good("k3 k2 k1", "rotation", add);
    good("k3", "vendor", "id by-three|name Three|date 2017-02-02");
    good("k1 k3", "rotation", print("party many|remove %s|date 2017-02-03", k1));
    bad("A3", "k1", "vendor", "id by-one|name One|date 2017-02-04");
    good("k2", "vendor", "id by-two|name Two|date 2017-02-04");
    rotation("A2", "k2 k3", print("party many|add %s|date 2017-02-05", k1));
    rotation("A12", "k2 k3", print("party many|threshold 3|date 2017-02-05"));
}

static const char *sealed_text(const char *text, const char **digest, const char **base64)
{
    static const uint8_t salt[16] = { 7 };
    struct sha256_run run = sha256_begin();
    struct buf out = buf_with_limit(1 << 16);
    char hex[SHA256_TEXT_MAX];

    sha256_feed(&run, (struct bytes){ .at = salt, .len = sizeof salt });
    sha256_feed(&run, bytes_of_text(text));
    const struct sha256 sum = sha256_end(&run);
    *digest = print("sha256:%s", sha256_write(&sum, hex));
    base64_put(&out, bytes_of_text(text));
    *base64 = print("%.*s", (int)out.len, (const char *)out.at);
    buf_done(&out);
    return "07000000000000000000000000000000";
}

static void a13_sealed_once_and_opened_once(void **state)
{
    static const char text[] = "hallmark/application/v1\nid a9\nscheme cpa\nvendor northgate\n"
                               "product Secret\ndate 2017-01-20\n";
    const char *digest;
    const char *base64;
    const char *salt = sealed_text(text, &digest, &base64);
    const char *opened = print("sealed %s|salt %s|text %s|date 2017-05-01", digest, salt, base64);

    (void)state;
    bad("A13", "board", "opened", opened);
    good("board", "sealed", print("scheme cpa|digest %s|date 2017-01-20", digest));
    bad("A13", "ncsc", "sealed", print("digest %s|date 2017-01-21", digest));
    bad("A13", "ncsc", "opened", opened);
    good("board", "opened", opened);
    bad("A13", "board", "opened",
        print("sealed %s|salt %s|text %s|date 2017-05-02", digest, salt, base64));

    /* It counts as if posted. */
    bad("A6", "board", "application",
        "id a9|scheme cpa|vendor northgate|product Secret|date 2017-01-20");
    good("board", "progress", "application a9|state accepted|date 2017-02-01");
}

static void a13_what_is_opened_is_judged(void **state)
{
    static const char *const texts[] = {
        "hallmark/application/v1\nid a9\nscheme cpa\nvendor nobody\nproduct S\ndate 2017-01-20\n",
        "hallmark/certificate/v1\nid cpa/5\nscheme cpa\nvendor northgate\nproduct P\nversion 1\n",
        "hallmark/bundle/v1\nid b\nversion 1\nfile " DIGEST_A " a.yaml\ndate 2017-01-01\n",
        "hallmark/sealed/v1\ndigest " DIGEST_A "\ndate 2017-01-01\n",
    };
    static const char *const rules[] = { "A5", "A8", "A13", "A1" };

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const char *digest;
        const char *base64;
        const char *salt = sealed_text(texts[i], &digest, &base64);
        good("other-board", "sealed", print("digest %s|date 2017-01-20", digest));
        bad(rules[i], "other-board", "opened",
            print("sealed %s|salt %s|text %s|date 2017-05-01", digest, salt, base64));
    }
}

/* Sealed on one day, said to be of another day or another scheme when it is opened. */
static void a13_what_is_opened_is_what_was_sealed(void **state)
{
    static const char text[] = "hallmark/application/v1\nid a9\nscheme cpa\nvendor northgate\n"
                               "product Secret\ndate 2017-01-20\n";
    static const char sooner[] = "hallmark/application/v1\nid a8\nscheme cpa\nvendor northgate\n"
                                 "product Secret\ndate 2017-01-20\n";
    const char *digest;
    const char *base64;
    const char *salt = sealed_text(text, &digest, &base64);

    (void)state;
    good("ncsc", "scheme", "id caps|name CAPS|confidential yes|date 2017-01-02");
    good("board", "sealed", print("scheme caps|digest %s|date 2017-01-20", digest));
    bad("A13", "board", "opened",
        print("sealed %s|salt %s|text %s|date 2017-05-01", digest, salt, base64));

    salt = sealed_text(sooner, &digest, &base64);
    good("board", "sealed", print("scheme cpa|digest %s|date 2017-01-10", digest));
    bad("A11", "board", "opened",
        print("sealed %s|salt %s|text %s|date 2017-05-01", digest, salt, base64));
    bad("A11", "board", "opened",
        print("sealed %s|salt %s|text %s|date 2017-01-15", digest, salt, base64));
    bad("A11", "board", "opened",
        print("sealed %s|salt %s|text %s|date 2017-01-08", digest, salt, base64));
}

/* The only one, of entries that one party signed. */
static struct admission_party signer(const struct record *r, struct arena *a)
{
    struct vec found = vec_of(a, sizeof(struct admission_party), NOTE_SIGNATURES_MAX);
    struct fault f = { 0 };

    assert_true(admission_signers(t.admission, r, a, &found, &f));
    assert_int_equal(found.count, 1);
    return *(const struct admission_party *)vec_at(&found, 0);
}

static void the_signer_is_told(void **state)
{
    struct arena a = arena_with_budget(1 << 20);
    struct fault f = { 0 };
    struct admission_party p;
    struct record r;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct bytes e = *(const struct bytes *)vec_at(&t.entries, i == 0 ? 0 : 9);
        assert_true(record_read(e, &a, &r, &f));
        p = signer(&r, &a);
        assert_string_equal(p.id, i == 0 ? "log" : "ncsc");
        assert_string_equal(p.kind, i == 0 ? "log" : "authority");
        assert_string_equal(p.name, i == 0 ? "log" : "ncsc");
    }
    const struct bytes e =
        history_trial_entry(&t, "nobody", "vendor", "id x|name X|date 2017-01-01");
    assert_true(record_read(e, &a, &r, &f));
    p = signer(&r, &a);
    assert_null(p.id);
    assert_string_equal(p.name, "nobody");
    arena_done(&a);
}

static void a_vendor_costs_one_lookup(void **state)
{
    (void)state;
    good("keeper", "vendor", "id v0|name V0|date 2017-01-03");
    const size_t before = t.finds;
    good("keeper", "vendor", "id v1|name V1|date 2017-01-03");
    assert_int_equal(t.finds - before, 1);
}

static void a_failed_allocation_refuses_and_harms_nothing(void **state)
{
    static const char lines[] = "list directory|action add|vendor northgate|date 2017-02-02";
    struct admission_entry e = { .entry = history_trial_entry(&t, "keeper", "listing", lines),
                                 .log = history_trial_key(&t, "log") };
    bool ok = false;

    (void)state;
    for (size_t n = 0; !ok; n++) {
        struct arena a = arena_with_budget(1 << 20);
        struct fault f = { 0 };
        struct record r;
        a.fail_after = n;
        ok = admission_check(t.admission, &e, &a, &r, &f);
        assert_true(ok || f.kind == FAULT_LIMIT);
        arena_done(&a);
        assert_true(n < 1000);
    }
    good("keeper", "listing", lines);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a1_what_is_no_record_is_refused),
        TEST(a2_the_logs_own_entries_are_its_own),
        TEST(a2_a_register_begins_with_its_register_entry),
        TEST(a2_parties_are_admitted_by_the_log_or_an_authority),
        TEST(a3_signatures_are_by_known_keys_and_hold),
        TEST(a3_a_second_line_under_the_callers_key_is_verified),
        TEST(a4_the_kind_of_a_party_says_what_it_writes),
        TEST(a5_what_is_referred_to_is_there),
        TEST(a5_a_laboratory_is_accredited_on_the_day),
        TEST(a5_confidential_schemes_may_point_at_what_is_sealed),
        TEST(a5_a_certificate_is_of_its_applications_scheme_and_vendor),
        TEST(a6_an_id_is_defined_once),
        TEST(a7_a_text_is_said_once),
        TEST(a8_acts_are_the_owners),
        TEST(a8_an_organisation_speaks_for_itself),
        TEST(a8_a_named_authority_owns),
        TEST(a9_who_tested_does_not_decide),
        TEST(a9_a_laboratory_decides_nothing),
        TEST(a11_days_are_in_order),
        TEST(a12_keys_rotate_by_threshold),
        TEST(a13_sealed_once_and_opened_once),
        TEST(a13_what_is_opened_is_judged),
        TEST(a13_what_is_opened_is_what_was_sealed),
        TEST(the_signer_is_told),
        TEST(a_vendor_costs_one_lookup),
        TEST(a_failed_allocation_refuses_and_harms_nothing),
    };

    return cmocka_run_group_tests_name("admission", tests, NULL, NULL);
}
