#include "knowledge/words.h"

#include "core/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct words open_shipped(struct arena *a)
{
    struct words w;
    struct fault f = { 0 };
    const char *source = getenv("HALLMARK_SOURCE");

    *a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    assert_non_null(source);
    char *path = arena_print(a, &f, "%s/knowledge/words.yaml", source);
    assert_non_null(path);
    if (!words_open(path, a, &w, &f))
        fail_msg("%s", f.text);
    return w;
}

static bool holds(const struct words *w, const char *key, const char *given, const char *wanted)
{
    const struct word_key *k = words_key(w, bytes_of_text(key));

    assert_non_null(k);
    return words_hold(&k->words, bytes_of_text(given), bytes_of_text(wanted));
}

static void the_shipped_words_are_those_of_the_manual(void **state)
{
    static const char *const asked[][16] = {
        { "jurisdiction", "us", "uk", "gb", "de", "no", "zz" },
        { "organisation", "federal-civilian", "federal-defence", "intelligence",
          "central-government", "public-sector", "contractor", "critical-infrastructure",
          "telecom-operator", "bank", "company", "person" },
        { "marking", "none", "official", "secret", "top-secret" },
        { "device", "server", "desktop", "mobile", "network" },
        { "device-owner", "organisation", "person" },
        { "function", "5g", "core-network", "national-security-system", "sensitive-site",
          "foreign-policy", "defence" },
        { "vehicle", "gsa-schedule-67", "gsa-schedule-70", "nasa-sewp" },
        { "customer", "new", "existing" },
        { "role", "maker", "reseller", "integrator", "carrier" },
        { "funding", "fcc-usf" },
    };
    struct arena a;
    const struct words w = open_shipped(&a);

    (void)state;
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        const struct word_key *k = words_key(&w, bytes_of_text(asked[i][0]));
        assert_non_null(k);
        for (size_t j = 1; j < 16 && asked[i][j] != NULL; j++) {
            const bool there = words_find(&k->words, bytes_of_text(asked[i][j])) != NULL;
            assert_true(there == (strcmp(asked[i][j], "zz") != 0));
        }
    }
    assert_true(words_key(&w, bytes_of_text("acquired"))->is_date);
    assert_true(words_key(&w, bytes_of_text("bound-by"))->is_instrument);
    assert_null(words_key(&w, bytes_of_text("planet")));
    assert_int_equal(words_key(&w, bytes_of_text("jurisdiction"))->words.count, 249 + 2);
    assert_non_null(words_find(&w.categories, bytes_of_text("threat-intelligence-service")));
    arena_done(&a);
}

static void broader_words_hold(void **state)
{
    struct arena a;
    const struct words w = open_shipped(&a);

    (void)state;
    assert_true(holds(&w, "jurisdiction", "uk", "gb"));
    assert_true(holds(&w, "jurisdiction", "gb", "uk"));
    assert_true(holds(&w, "jurisdiction", "nl", "eu"));
    assert_false(holds(&w, "jurisdiction", "eu", "nl"));
    assert_false(holds(&w, "jurisdiction", "gb", "eu"));
    assert_true(holds(&w, "organisation", "federal-civilian", "federal"));
    assert_true(holds(&w, "organisation", "federal-civilian", "public-sector"));
    assert_false(holds(&w, "organisation", "public-sector", "federal-civilian"));
    assert_true(holds(&w, "organisation", "bank", "company"));
    assert_false(holds(&w, "organisation", "person", "company"));
    assert_true(words_hold(&w.categories, bytes_of_text("antivirus"),
                           bytes_of_text("information-security")));
    assert_false(words_hold(&w.categories, bytes_of_text("threat-intelligence-service"),
                            bytes_of_text("information-security")));
    assert_false(holds(&w, "organisation", "nobody", "nobody"));
    arena_done(&a);
}

static void markings_have_an_order(void **state)
{
    static const char *const rising[] = {
        "none",   "unclassified", "official", "official-sensitive", "vs-nfd", "confidential",
        "secret", "top-secret",   "sci"
    };
    struct arena a;
    const struct words w = open_shipped(&a);
    int last = -1;
    int cui = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rising / sizeof rising[0]; i++) {
        int level = 0;
        assert_true(words_marking_level(&w, bytes_of_text(rising[i]), &level));
        assert_true(level > last);
        last = level;
    }
    assert_true(words_marking_level(&w, bytes_of_text("cui"), &cui));
    assert_int_equal(cui, 15);
    assert_false(words_marking_level(&w, bytes_of_text("cosmic"), &cui));
    arena_done(&a);
}

static bool open_text(const char *text, struct arena *a, struct fault *f)
{
    char path[] = "/tmp/hallmark-words-XXXXXX";
    const int fd = mkstemp(path);
    struct words w;

    assert_true(fd >= 0);
    assert_true(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    assert_int_equal(close(fd), 0);
    const bool ok = words_open(path, a, &w, f);
    assert_int_equal(unlink(path), 0);
    return ok;
}

static void faults_name_the_place(void **state)
{
    static const struct {
        const char *text;
        const char *place;
    } cases[] = {
        { "context: {}\n", ":1:1: 'context' and" },
        { "context: {}\ncategories: {a: b}\nmore: c\n", ":3:1: the key 'more'" },
        { "context:\n  x: {text: t}\ncategories: {}\n", ":2:6: 'words' is missing" },
        { "context:\n  x: {text: t, kind: day}\ncategories: {}\n", ":2:22: 'day' is no kind" },
        { "context: {}\ncategories: {A: b}\n", ":2:17: 'A' is no word" },
        { "context: {}\ncategories:\n  a: {text: t, implies: b}\n", ":3:25: 'b' is no word" },
        { "context: {}\ncategories:\n  a: {text: t, same-as: b}\n", ":3:25: 'b' is no word" },
        { "context: {}\ncategories:\n  a: {text: t, implies: b}\n  b: {text: t, implies: a}\n",
          ":3:25: 'a' and 'b' imply each other" },
        { "context: {}\ncategories: {a: b, a: c}\n", ":2:20: the key 'a' stands twice" },
        { "context:\n  marking: {text: t, words: {a: b}}\ncategories: {}\n", ":2:33: a marking" },
        { "context:\n  marking: {text: t, words: {a: {text: b, level: -1}}}\ncategories: {}\n",
          ":2:50: '-1' is no level" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
        struct fault f = { 0 };
        assert_false(open_text(cases[i].text, &a, &f));
        if (strstr(f.text, cases[i].place) == NULL)
            fail_msg("case %zu: %s", i, f.text);
        arena_done(&a);
    }
}

static void failing_memory_is_a_fault(void **state)
{
    static const char text[] =
        "context:\n  marking: {text: t, words: {a: {text: b, level: 1, of: us}}}\n"
        "  k: {text: t, kind: free}\ncategories:\n  a: {text: t, implies: b}\n  b: t\n";
    bool ok = false;

    (void)state;
    for (size_t n = 0; !ok; n++) {
        struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
        struct fault f = { 0 };
        a.fail_after = n;
        ok = open_text(text, &a, &f);
        assert_true(ok == (f.kind == FAULT_NONE));
        assert_true(n < 1000);
        arena_done(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_words_are_those_of_the_manual),
        cmocka_unit_test(broader_words_hold),
        cmocka_unit_test(markings_have_an_order),
        cmocka_unit_test(faults_name_the_place),
        cmocka_unit_test(failing_memory_is_a_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
