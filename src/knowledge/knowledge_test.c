#include "knowledge/affiliation.h"
#include "knowledge/knowledge.h"

#include "core/limits.h"
#include "knowledge/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char *shipped_path(struct arena *a, const char *name)
{
    struct fault f = { 0 };
    const char *source = getenv("HALLMARK_SOURCE");

    assert_non_null(source);
    char *path = arena_print(a, &f, "%s/knowledge%s", source, name);
    assert_non_null(path);
    return path;
}

static struct knowledge *open_shipped(struct arena *a)
{
    struct knowledge *k = NULL;
    struct fault f = { 0 };

    *a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    if (!knowledge_open(shipped_path(a, ""), a, &k, &f))
        fail_msg("%s", f.text);
    return k;
}

static bool open_text(const char *text, struct arena *a, struct knowledge **k, struct fault *f)
{
    struct vec files = vec_of(a, sizeof(struct yaml_file), 1);
    struct yaml_file *file = vec_push(&files, f);

    if (file == NULL)
        return false;
    *file = (struct yaml_file){ .path = "x.yaml", .text = bytes_of_text(text) };
    return knowledge_read(&files, a, k, f);
}

static void the_shipped_files_load_without_a_warning(void **state)
{
    static const char *const asked[] = { "kaspersky",  "drweb",   "huawei",     "zte",
                                         "hikvision",  "dahua",   "hytera",     "acronis",
                                         "bytedance",  "tencent", "checkpoint", "eset",
                                         "bitdefender" };
    struct arena a;
    const struct knowledge *k = open_shipped(&a);

    (void)state;
    for (size_t i = 0; i < k->warnings.count; i++)
        print_message("%s\n", *(const char *const *)vec_at(&k->warnings, i));
    assert_int_equal(k->warnings.count, 0);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        const struct vendor *v = knowledge_vendor(k, bytes_of_text(asked[i]));
        assert_non_null(v);
        assert_true(v->jurisdictions.count > 0 && v->categories.count > 0);
    }
    assert_ptr_equal(knowledge_named(k, bytes_of_text("KASPERSKY LAB  INC")),
                     knowledge_vendor(k, bytes_of_text("kaspersky")));
    assert_ptr_equal(knowledge_named(k, bytes_of_text("Лаборатория касперского")),
                     knowledge_vendor(k, bytes_of_text("kaspersky")));
    assert_null(knowledge_named(k, bytes_of_text("keslint")));
    arena_done(&a);
}

static void all_words_exist(const struct vec *used, const struct vec *words)
{
    for (size_t i = 0; i < used->count; i++) {
        const char *const *word = vec_at(used, i);
        if (words_find(words, bytes_of_text(*word)) == NULL)
            fail_msg("'%s' is no word", *word);
    }
}

static bool is_a_source(const char *source)
{
    return source != NULL && source[0] != '\0' && strncmp(source, "memory", 6) != 0;
}

static void every_shipped_fact_has_a_source_and_known_words(void **state)
{
    struct arena a;
    const struct knowledge *k = open_shipped(&a);
    struct words w;
    struct fault f = { 0 };

    (void)state;
    assert_true(words_open(shipped_path(&a, "/words.yaml"), &a, &w, &f));
    const struct word_key *jurisdictions = words_key(&w, bytes_of_text("jurisdiction"));
    for (size_t i = 0; i < k->marks.count; i++) {
        const struct mark *m = vec_at(&k->marks, i);
        assert_true(is_a_source(m->source) && m->vendor != NULL && m->index == i);
    }
    for (size_t i = 0; i < k->vendors.count; i++) {
        const struct vendor *v = vec_at(&k->vendors, i);
        assert_true(is_a_source(v->source) && is_a_source(v->domains_source));
        all_words_exist(&v->categories, &w.categories);
        all_words_exist(&v->jurisdictions, &jurisdictions->words);
        for (size_t j = 0; j < v->products.count; j++) {
            const struct vendor_product *p = vec_at(&v->products, j);
            assert_true(is_a_source(p->source));
            all_words_exist(&p->categories, &w.categories);
        }
    }
    arena_done(&a);
}

static void faults_name_the_place(void **state)
{
    static const struct {
        const char *text;
        const char *place;
    } cases[] = {
        { "id: A\nname: n\nsource: s\n", ":1:1: 'A' is no id" },
        { "id: a\nname: n\n", ":1:1: 'source' is missing" },
        { "id: a\nname: n\nsource: memory of somebody\n", ":3:9: what is only remembered" },
        { "id: a\nname: n\nsource: s\ncolour: red\n", ":4:1: the key 'colour'" },
        { "source: s\nvendors:\n  - {id: a, name: n}\n  - {id: a, name: m}\n",
          ":4:5: the vendor 'a' stands already in" },
        { "id: a\nname: n\nsource: s\nnames:\n  - {legal: x, brand: y}\n", ":5:5: either 'legal'" },
        { "id: a\nname: n\nsource: s\nnames:\n  - {legal: x, from: 2020-13-01}\n",
          ":5:22: '2020-13-01' is no date" },
        { "id: a\nname: n\nsource: s\nowners:\n  - {owner: b, source: s}\n",
          ":1:1: the owner 'b' of 'a' is no vendor" },
        { "id: a\nname: n\nsource: s\nowners:\n  - {owner: b}\n", ":5:5: 'source' is missing" },
        { "id: a\nname: n\nsource: s\nmarks:\n  - {packages: p}\n", ":5:5: 'source' is missing" },
        { "id: a\nname: n\nsource: s\nmarks:\n  - {packages: p, paths: q, source: s}\n",
          ":5:5: 'packages' and 'paths' need an item each" },
        { "id: a\nname: n\nsource: s\nmarks:\n  - {packages: p, in: cab, source: s}\n",
          ":5:23: packages are in deb" },
        { "id: a\nname: n\nsource: s\nmarks:\n  - {packages: p, product: x, source: s}\n",
          ":5:28: 'a' has no product 'x'" },
        { "id: a\nname: n\nsource: s\nmarks:\n  - {paths: p, presence: gone, source: s}\n",
          ":5:26: 'gone' is no presence" },
        { "id: a\nname: n\nsource: s\nmarks:\n  - {paths: p, strength: iron, source: s}\n",
          ":5:26: 'iron' is no strength" },
        { "id: a\nname: n\nsource: s\nmarks:\n  - {services: p, confirm: true, source: s}\n",
          ":5:28: nothing beside such a mark" },
        { "id: a\nname: n\nsource: s\nmarks:\n  - {first-bytes-hex: abc, source: s}\n",
          ":5:23: pairs of hexadecimal digits" },
        { "id: a\nname: n\nsource: s\nproducts:\n  - {id: x, name: n}\n  - {id: x, name: m}\n",
          ":6:5: the product 'x' stands already" },
        { "source: s\nmakers:\n  One: a.org\naliases:\n  Two: Three\n",
          ":5:8: 'Three' is no vendor of this file" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
        struct knowledge *k = NULL;
        struct fault f = { 0 };
        assert_false(open_text(cases[i].text, &a, &k, &f));
        if (strstr(f.text, "x.yaml") == NULL || strstr(f.text, cases[i].place) == NULL)
            fail_msg("case %zu: %s", i, f.text);
        arena_done(&a);
    }
}

static void a_mark_that_can_never_match_is_told(void **state)
{
    static const struct {
        const char *mark;
        const char *warning;
    } cases[] = {
        { "{packages: Kesl, in: deb, source: s}", "no upper case" },
        { "{packages: \"*\", source: s}", "names no package" },
        { "{packages: a*b, source: s}", "at one end only" },
        { "{packages: \"\", source: s}", "names no package" },
        { "{paths: /opt/x, source: s}", "without '/'" },
        { "{paths: opt//x, source: s}", "no path has such a part" },
        { "{paths: opt/*, source: s}", "names no file" },
        { "{paths: [x/y, opt/x/y], source: s}", "shadowed by 'x/y'" },
        { "{paths: [x/y, x/y], source: s}", "shadowed by 'x/y'" },
        { "{services: x.service, source: s}", "without '.service'" },
        { "{services: x*, source: s}", "no service has such a name" },
        { "{certificates: ABC, source: s}", "64 hexadecimal digits" },
        { "{first-bytes: \"\", source: s}", "it is empty" },
        { "{packages: [p, p], source: s}", "stands already with 'a'" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
        struct knowledge *k = NULL;
        struct fault f = { 0 };
        char text[256];
        (void)snprintf(text, sizeof text, "id: a\nname: n\nsource: s\nmarks:\n  - %s\n",
                       cases[i].mark);
        if (!open_text(text, &a, &k, &f))
            fail_msg("case %zu: %s", i, f.text);
        if (k->warnings.count != 1 ||
            strstr(*(const char *const *)vec_at(&k->warnings, 0), cases[i].warning) == NULL)
            fail_msg("case %zu: %zu warnings", i, k->warnings.count);
        arena_done(&a);
    }
}

static const char small_base[] =
    "source: s\nvendors:\n"
    "  - {id: a, name: A, source: s, names: [{legal: A Ltd, from: 2001-02-03}],\n"
    "     owners: [{owner: b, until: 2020-11-17, source: s}], domains: a.org, hosts: x.a.org,\n"
    "     products: [{id: p, name: A P, also: Q, categories: [antivirus]}],\n"
    "     marks: [{packages: [p, p-*], in: [deb, rpm], product: p, source: s},\n"
    "             {first-bytes-hex: 00ff, source: s}, {organisations: A Inc, source: s}],\n"
    "     notes: [{note: n, source: s}], attesters: W}\n"
    "  - {id: b, name: B}\n"
    "makers:\n  C: c.org d.org\naliases:\n  CC: C\n";

static void failing_memory_is_a_fault(void **state)
{
    bool ok = false;

    (void)state;
    for (size_t n = 0; !ok; n++) {
        struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
        struct knowledge *k = NULL;
        struct fault f = { 0 };
        a.fail_after = n;
        ok = open_text(small_base, &a, &k, &f);
        assert_true(ok == (f.kind == FAULT_NONE));
        assert_true(n < 2000);
        arena_done(&a);
    }
}

/* The base above as a seed for the fuzzer, where the environment names a folder for it. */
static void leave_a_seed(void)
{
    const char *seeds = getenv("HALLMARK_SEEDS");
    char path[4096];

    if (seeds == NULL)
        return;
    (void)snprintf(path, sizeof path, "%s/knowledge", seeds);
    (void)mkdir(path, 0777);
    (void)snprintf(path, sizeof path, "%s/knowledge/small", seeds);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_true(fputs(small_base, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static void every_truncation_of_a_file_ends(void **state)
{
    leave_a_seed();
    (void)state;
    for (size_t n = 0; n < sizeof small_base - 1; n++) {
        struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
        struct knowledge *k = NULL;
        struct fault f = { 0 };
        char text[sizeof small_base];
        memcpy(text, small_base, n);
        text[n] = '\0';
        const bool ok = open_text(text, &a, &k, &f);
        assert_true(ok == (f.kind == FAULT_NONE));
        arena_done(&a);
    }
}

static void only_yaml_files_are_read(void **state)
{
    struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct knowledge *k = NULL;
    struct fault f = { 0 };
    char dir[] = "/tmp/hallmark-knowledge-XXXXXX";
    char path[80];

    (void)state;
    assert_non_null(mkdtemp(dir));
    assert_false(knowledge_open(dir, &a, &k, &f));
    assert_int_equal(f.kind, FAULT_IO);
    (void)snprintf(path, sizeof path, "%s/vendors", dir);
    assert_int_equal(mkdir(path, 0700), 0);
    (void)snprintf(path, sizeof path, "%s/vendors/README.md", dir);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fclose(out), 0);
    assert_true(knowledge_open(dir, &a, &k, &f));
    assert_int_equal(k->vendors.count, 0);
    assert_int_equal(unlink(path), 0);
    (void)snprintf(path, sizeof path, "%s/vendors", dir);
    assert_int_equal(rmdir(path) + rmdir(dir), 0);
    arena_done(&a);
}

static int32_t day(const char *text)
{
    int32_t date = 0;

    assert_true(date_read(bytes_of_text(text), &date));
    return date;
}

static void affiliates_are_so_at_a_date(void **state)
{
    static const char text[] =
        "source: s\nvendors:\n"
        "  - {id: group, name: Group}\n"
        "  - {id: lab, name: Lab, owners: [{owner: group, source: s}]}\n"
        "  - {id: phones, name: Phones, owners: [{owner: lab, from: 2013-01-01,\n"
        "      until: 2020-11-17, source: s}]}\n"
        "  - {id: heir, name: Heir, owners: [{succeeds: lab, from: 2024-06-20, source: s}]}\n"
        "  - {id: ring, name: Ring, owners: [{owner: round, source: s}]}\n"
        "  - {id: round, name: Round, owners: [{owner: ring, source: s}]}\n";
    static const struct {
        const char *one;
        const char *other;
        const char *date;
        bool holds;
    } cases[] = {
        { "lab", "lab", "2017-01-01", true },       { "lab", "group", "2017-01-01", true },
        { "group", "lab", "2017-01-01", true },     { "phones", "group", "2017-01-01", true },
        { "phones", "lab", "2012-12-31", false },   { "phones", "lab", "2013-01-01", true },
        { "phones", "lab", "2020-11-16", true },    { "phones", "lab", "2020-11-17", false },
        { "lab", "phones", "2020-11-17", false },   { "heir", "lab", "2024-06-19", false },
        { "heir", "lab", "2024-06-20", true },      { "heir", "group", "2025-01-01", true },
        { "ring", "round", "2025-01-01", true },    { "ring", "lab", "2025-01-01", false },
        { "nobody", "nobody", "2025-01-01", true }, { "nobody", "lab", "2025-01-01", false },
    };
    struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct knowledge *k = NULL;
    struct fault f = { 0 };

    (void)state;
    if (!open_text(text, &a, &k, &f))
        fail_msg("%s", f.text);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (affiliation_holds(k, cases[i].one, cases[i].other, day(cases[i].date)) !=
            cases[i].holds)
            fail_msg("case %zu: %s, %s", i, cases[i].one, cases[i].other);
    }
    assert_false(affiliation_holds(k, "phones", "lab", DATE_NONE));
    assert_true(affiliation_holds(k, "heir", "lab", DATE_NONE));
    arena_done(&a);
}

static void products_are_known_by_their_names(void **state)
{
    static const struct {
        const char *name;
        const char *id;
    } cases[] = {
        { "Kaspersky Endpoint Security 11 for Windows", "kaspersky/endpoint-security" },
        { "kaspersky endpoint security for linux", "kaspersky/kesl" },
        { "Kaspersky Threat Intelligence Portal", "kaspersky/threat-intelligence" },
        { "Coretech Delivery", "kaspersky/drivers" },
        { "@kaspersky/hexa-ui", "kaspersky/hexa-ui" },
        { "kesl", "kaspersky/kesl" },
        { "kaspersky/kesl", "kaspersky/kesl" },
        { "keslint", NULL },
        { "Kaspersky Endpoint Securityx", NULL },
        { "", NULL },
    };
    struct arena a;
    const struct knowledge *k = open_shipped(&a);
    const struct vendor *v = knowledge_vendor(k, bytes_of_text("kaspersky"));

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct vendor_product *p = knowledge_product_named(v, bytes_of_text(cases[i].name));
        if (cases[i].id == NULL)
            assert_null(p);
        else if (p == NULL || strcmp(p->id, cases[i].id) != 0)
            fail_msg("'%s' is %s", cases[i].name, p == NULL ? "nothing" : p->id);
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_files_load_without_a_warning),
        cmocka_unit_test(every_shipped_fact_has_a_source_and_known_words),
        cmocka_unit_test(faults_name_the_place),
        cmocka_unit_test(a_mark_that_can_never_match_is_told),
        cmocka_unit_test(failing_memory_is_a_fault),
        cmocka_unit_test(every_truncation_of_a_file_ends),
        cmocka_unit_test(only_yaml_files_are_read),
        cmocka_unit_test(affiliates_are_so_at_a_date),
        cmocka_unit_test(products_are_known_by_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
