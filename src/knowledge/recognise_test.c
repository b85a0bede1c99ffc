#include "knowledge/knowledge.h"

#include "core/limits.h"
#include "knowledge/recognise.h"
#include "knowledge/recognise_inside.h"
#include "knowledge/subject.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The shipped base, opened once for all tests: what is asked here is how it behaves. */
struct bench {
    struct arena arena;
    struct knowledge *knowledge;
};

static int open_bench(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    const char *source = getenv("HALLMARK_SOURCE");
    char dir[4096];
    struct fault f = { 0 };

    if (b == NULL || source == NULL)
        return -1;
    (void)snprintf(dir, sizeof dir, "%s/knowledge", source);
    b->arena = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    *state = b;
    return knowledge_open(dir, &b->arena, &b->knowledge, &f) ? 0 : -1;
}

static int close_bench(void **state)
{
    struct bench *b = *state;

    arena_done(&b->arena);
    free(b);
    return 0;
}

static struct product product_of(struct bench *b, const char *type, const char *name)
{
    struct product p = product_in(&b->arena);

    p.type = type;
    p.name = name;
    p.root = "/";
    return p;
}

static void claim(struct product *p, struct claim c)
{
    struct fault f = { 0 };

    assert_true(product_add_claim(p, &c, &f));
}

static void recognise(struct bench *b, struct product *p)
{
    static const struct system debian = { .root = "/", .id = "debian", .name = "Debian" };
    struct fault f = { 0 };

    if (!recognise_makers(b->knowledge, &debian, p, &b->arena, &f))
        fail_msg("%s", f.text);
}

static void is_of(const struct product *p, const char *vendor)
{
    if (vendor == NULL) {
        if (p->vendor != NULL)
            fail_msg("%s is said to be of %s", p->name, p->vendor);
        return;
    }
    if (p->vendor == NULL || strcmp(p->vendor, vendor) != 0)
        fail_msg("%s is said to be of %s", p->name, p->vendor == NULL ? "nobody" : p->vendor);
}

static bool is_said(const struct product *p, const char *part)
{
    for (size_t i = 0; i < p->conflicts.count; i++) {
        const char *const *sentence = vec_at(&p->conflicts, i);
        if (strstr(*sentence, part) != NULL)
            return true;
    }
    return false;
}

static const struct claim some_one = {
    .name = "Some One", .domain = "example.org", .role = MAKER_SUPPLIER, .strength = STRENGTH_MEDIUM
};
static const struct claim debian_team = { .name = "Debian Team",
                                          .domain = "lists.debian.org",
                                          .role = MAKER_SUPPLIER,
                                          .strength = STRENGTH_MEDIUM };

static void packages_are_known_by_name_and_maintainer(void **state)
{
    static const struct claim lab = { .name = "AO Kaspersky Lab",
                                      .domain = "kaspersky.com",
                                      .role = MAKER_SUPPLIER,
                                      .strength = STRENGTH_MEDIUM };
    static const struct claim at_lab = { .name = "Ivan Ivanov",
                                         .domain = "mail.kaspersky.com",
                                         .role = MAKER_SUPPLIER,
                                         .strength = STRENGTH_MEDIUM };
    static const struct {
        const char *type;
        const char *name;
        const struct claim *supplier;
        const char *vendor;
        const char *title;
    } cases[] = {
        { "deb", "kesl", &some_one, "kaspersky", "Kaspersky Endpoint Security for Linux" },
        { "rpm", "kesl", &lab, "kaspersky", "Kaspersky Endpoint Security for Linux" },
        { "rpm", "kesl-gui", &some_one, "kaspersky", "Kaspersky Endpoint Security for Linux" },
        { "deb", "klnagent64", &some_one, "kaspersky", "Kaspersky Security Center Network Agent" },
        { "apk", "kesl", &some_one, NULL, NULL },
        { "deb", "anything", &lab, "kaspersky", NULL },
        { "deb", "anything", &at_lab, "kaspersky", NULL },
        { "deb", "kics", &some_one, NULL, NULL },
        { "deb", "kics", &debian_team, NULL, NULL },
        { "deb", "kics", &lab, "kaspersky", "Kaspersky Industrial CyberSecurity" },
        { "deb", "kuma-core", &lab, "kaspersky",
          "Kaspersky Unified Monitoring and Analysis Platform" },
        { "deb", "kuma-core", &some_one, NULL, NULL },
        { "deb", "kuma", &some_one, NULL, NULL },
        { "deb", "klms", &debian_team, NULL, NULL },
        { "deb", "klibc-utils", &some_one, NULL, NULL },
        { "deb", "kes-tools-theme", &some_one, NULL, NULL },
        { "deb", "drwebify", &some_one, NULL, NULL },
        { "deb", "libavpx1", &some_one, NULL, NULL },
        { "deb", "keslint", &some_one, NULL, NULL },
        { "deb", "kaspersky-articles-fonts", &some_one, NULL, NULL },
        { "deb", "avplayer", &some_one, NULL, NULL },
        { "deb", "modemmanager", &debian_team, NULL, NULL },
    };
    struct bench *b = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct product p = product_of(b, cases[i].type, cases[i].name);
        claim(&p, *cases[i].supplier);
        recognise(b, &p);
        is_of(&p, cases[i].vendor == NULL && cases[i].supplier == &debian_team ? "debian"
                                                                               : cases[i].vendor);
        assert_true(p.maker_known);
        assert_true((p.title == NULL) == (cases[i].title == NULL));
        if (cases[i].title != NULL)
            assert_string_equal(p.title, cases[i].title);
    }
}

static void a_mark_leaves_evidence_and_categories(void **state)
{
    struct bench *b = *state;
    struct product p = product_of(b, "deb", "kesl");

    claim(&p, some_one);
    recognise(b, &p);
    assert_int_equal(p.evidence.count, 1);
    assert_string_equal(((const struct evidence *)vec_at(&p.evidence, 0))->kind, "package-name");
    assert_string_equal(*(const char *const *)vec_at(&p.categories, 0), "antivirus");
    const struct claim *c = vec_at(&p.claims, 1);
    assert_int_equal(c->role, MAKER_ORIGINATOR);
    assert_string_equal(c->vendor, "kaspersky");
}

static void a_distributor_is_not_the_maker_of_what_others_made(void **state)
{
    static const struct claim gnu_page = { .name = "www.gnu.org",
                                           .domain = "www.gnu.org",
                                           .role = MAKER_ORIGINATOR,
                                           .strength = STRENGTH_WEAK };
    static const struct claim author = { .name = "A. Uthor",
                                         .role = MAKER_ORIGINATOR,
                                         .strength = STRENGTH_MEDIUM };
    static const struct claim foundation = { .name = "Free Software Foundation, Inc.",
                                             .role = MAKER_ORIGINATOR,
                                             .strength = STRENGTH_MEDIUM };
    static const struct claim employee = { .name = "A. Uthor",
                                           .domain = "huawei.com",
                                           .role = MAKER_ORIGINATOR,
                                           .strength = STRENGTH_MEDIUM };
    static const struct claim member = {
        .name = "Theodore", .domain = "gnu.org", .role = MAKER_SUPPLIER, .strength = STRENGTH_MEDIUM
    };
    struct bench *b = *state;
    struct product hello = product_of(b, "deb", "hello");
    struct product known = product_of(b, "deb", "bash");
    struct product weak = product_of(b, "deb", "weak");
    struct product erofs = product_of(b, "deb", "erofs-utils");
    struct product third = product_of(b, "deb", "third");
    struct product private = product_of(b, "deb", "private");

    claim(&hello, debian_team);
    claim(&hello, author);
    claim(&hello, gnu_page);
    recognise(b, &hello);
    is_of(&hello, NULL);
    assert_true(hello.maker_known);
    assert_string_equal(((const struct claim *)vec_at(&hello.claims, 2))->name, "GNU Project");

    claim(&known, debian_team);
    claim(&known, foundation);
    recognise(b, &known);
    is_of(&known, "gnu-project");

    claim(&weak, debian_team);
    claim(&weak, gnu_page);
    recognise(b, &weak);
    is_of(&weak, NULL);

    claim(&erofs, debian_team);
    claim(&erofs, employee);
    recognise(b, &erofs);
    is_of(&erofs, NULL);

    claim(&third, some_one);
    claim(&third, employee);
    recognise(b, &third);
    is_of(&third, "huawei");

    claim(&private, member);
    recognise(b, &private);
    is_of(&private, NULL);
}

static void a_package_without_a_supplier_has_its_systems(void **state)
{
    struct bench *b = *state;
    struct product p = product_of(b, "deb", "odd");

    recognise(b, &p);
    const struct claim *c = vec_at(&p.claims, 0);
    assert_int_equal(c->role, MAKER_SUPPLIER);
    assert_int_equal(c->strength, STRENGTH_WEAK);
    assert_string_equal(c->vendor, "debian");
    is_of(&p, NULL);
    assert_false(p.maker_known);
}

#define PIN_EV "7aa214b1f16e08b0bf729dcd1d4848fd057d04dfc803e60c953ef174777b32fc"
#define PIN_SELF "e53e400d038781e735a7c1e6f52cd350f1fbef389cfea53a4db125d0fb19b0e8"

struct weighing {
    struct claim c;
    const char *vendor;
    enum strength strength;
};

static void weigh(struct bench *b, const struct weighing *w)
{
    struct product p = product_of(b, "program", "x.exe");
    struct claim c = w->c;

    c.role = MAKER_SIGNER;
    c.chain = c.chain == CHAIN_NONE ? CHAIN_NO_ROOT : c.chain;
    claim(&p, c);
    recognise(b, &p);
    is_of(&p, w->vendor);
    assert_int_equal(((const struct claim *)vec_at(&p.claims, 0))->strength, w->strength);
    if (!c.digest_matches)
        assert_true(is_said(&p, "it proves nothing") && !p.maker_known);
}

static void a_pin_makes_a_sound_signature_proof(void **state)
{
    static const struct weighing cases[] = {
        { { .certificate = PIN_EV, .strength = STRENGTH_STRONG, .digest_matches = true },
          "kaspersky",
          STRENGTH_PROOF },
        { { .certificate = PIN_SELF,
            .strength = STRENGTH_MEDIUM,
            .chain = CHAIN_SELF_SIGNED,
            .digest_matches = true },
          "kaspersky",
          STRENGTH_PROOF },
        { { .certificate = PIN_EV,
            .strength = STRENGTH_MEDIUM,
            .chain = CHAIN_UNTRUSTED,
            .digest_matches = true },
          "kaspersky",
          STRENGTH_PROOF },
        { { .certificate = PIN_SELF, .strength = STRENGTH_MEDIUM, .chain = CHAIN_SELF_SIGNED },
          NULL,
          STRENGTH_NONE },
        { { .certificate = PIN_EV, .strength = STRENGTH_STRONG }, NULL, STRENGTH_NONE },
        { { .certificate = PIN_EV, .strength = STRENGTH_WEAK, .digest_matches = true },
          NULL,
          STRENGTH_WEAK },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct weighing w = cases[i];
        w.c.name = "AO Kaspersky Lab";
        weigh(*state, &w);
    }
}

static void other_signatures_weigh_what_they_did(void **state)
{
    static const struct weighing cases[] = {
        { { .name = "Kaspersky Lab", .strength = STRENGTH_MEDIUM, .chain = CHAIN_SELF_SIGNED },
          "kaspersky",
          STRENGTH_MEDIUM },
        { { .name = "Who Ever", .registry_number = "1027739867473", .strength = STRENGTH_STRONG },
          "kaspersky",
          STRENGTH_STRONG },
        { { .name = "Who Ever", .registry_number = "7473", .strength = STRENGTH_STRONG },
          NULL,
          STRENGTH_STRONG },
        { { .name = "Signing Department",
            .subject = "CN=Signing Department, O=Huawei Technologies Co.\\,Ltd., C=CN",
            .strength = STRENGTH_STRONG },
          "huawei",
          STRENGTH_STRONG },
        { { .name = "ZTE Corporation", .strength = STRENGTH_STRONG }, NULL, STRENGTH_STRONG },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct weighing w = cases[i];
        w.c.certificate = "00";
        w.c.digest_matches = true;
        weigh(*state, &w);
    }
}

static void a_bare_signature_has_no_file_to_match(void **state)
{
    struct bench *b = *state;
    struct product p = product_of(b, "signature", "x.p7");

    claim(&p, (struct claim){ .name = "AO Kaspersky Lab",
                              .certificate = PIN_EV,
                              .role = MAKER_SIGNER,
                              .strength = STRENGTH_MEDIUM,
                              .chain = CHAIN_NO_ROOT });
    recognise(b, &p);
    is_of(&p, "kaspersky");
    assert_int_equal(((const struct claim *)vec_at(&p.claims, 0))->strength, STRENGTH_MEDIUM);
    assert_int_equal(p.conflicts.count, 0);
}

static struct claim whcp(const char *program_name, enum strength strength, enum chain chain)
{
    return (struct claim){
        .name = "Microsoft Windows Hardware Compatibility Publisher",
        .subject = "CN=Microsoft Windows Hardware Compatibility Publisher,O=Microsoft "
                   "Corporation,L=Redmond,ST=Washington,C=US",
        .certificate = "00",
        .program_name = program_name,
        .role = MAKER_SIGNER,
        .strength = strength,
        .chain = chain,
        .digest_matches = strength != STRENGTH_NONE,
    };
}

static void an_attester_names_the_maker(void **state)
{
    struct bench *b = *state;
    struct product klhk = product_of(b, "driver", "Kaspersky Module");
    struct product atheros = product_of(b, "driver", "x.sys");
    struct product stranger = product_of(b, "driver", "y.sys");
    struct product forged = product_of(b, "driver", "z.sys");
    struct product broken = product_of(b, "driver", "w.sys");

    claim(&klhk, whcp("Kaspersky Lab Switzerland GmbH", STRENGTH_STRONG, CHAIN_NO_ROOT));
    recognise(b, &klhk);
    is_of(&klhk, "kaspersky");
    assert_string_equal(klhk.title, "Kaspersky core drivers");
    assert_int_equal(klhk.conflicts.count, 0);
    assert_int_equal(((const struct claim *)vec_at(&klhk.claims, 1))->strength, STRENGTH_STRONG);

    claim(&atheros, whcp("Atheros Communications, Inc.", STRENGTH_STRONG, CHAIN_NO_ROOT));
    recognise(b, &atheros);
    is_of(&atheros, "atheros-communications");

    claim(&stranger, whcp("Nobody We Know Ltd", STRENGTH_STRONG, CHAIN_NO_ROOT));
    recognise(b, &stranger);
    is_of(&stranger, NULL);
    assert_true(stranger.maker_known);

    claim(&forged, whcp("AO Kaspersky Lab", STRENGTH_MEDIUM, CHAIN_SELF_SIGNED));
    recognise(b, &forged);
    assert_int_equal(((const struct claim *)vec_at(&forged.claims, 1))->strength, STRENGTH_WEAK);

    claim(&broken, whcp("AO Kaspersky Lab", STRENGTH_NONE, CHAIN_NO_ROOT));
    recognise(b, &broken);
    is_of(&broken, NULL);
    assert_int_equal(broken.claims.count, 1);
}

static void another_signer_may_write_what_he_likes(void **state)
{
    struct bench *b = *state;
    struct product p = product_of(b, "program", "x.exe");

    claim(&p, (struct claim){ .name = "Simon Tatham",
                              .subject = "CN=Simon Tatham,O=Simon Tatham,C=GB",
                              .certificate = "00",
                              .program_name = "AO Kaspersky Lab",
                              .role = MAKER_SIGNER,
                              .strength = STRENGTH_STRONG,
                              .chain = CHAIN_NO_ROOT,
                              .digest_matches = true });
    recognise(b, &p);
    is_of(&p, "simon-tatham");
    assert_true(is_said(&p, "AO Kaspersky Lab"));
}

static void a_company_name_alone_is_a_mere_statement(void **state)
{
    static const struct claim company = { .name = "AO Kaspersky Lab",
                                          .role = MAKER_ORIGINATOR,
                                          .strength = STRENGTH_WEAK };
    struct bench *b = *state;
    struct product alone = product_of(b, "program", "x.exe");
    struct product other = product_of(b, "program", "y.exe");
    struct product zte = product_of(b, "program", "z.exe");

    claim(&alone, company);
    recognise(b, &alone);
    is_of(&alone, NULL);
    assert_false(alone.maker_known);
    assert_string_equal(((const struct claim *)vec_at(&alone.claims, 0))->vendor, "kaspersky");

    claim(&other, company);
    claim(&other, (struct claim){ .name = "WestByte Software",
                                  .role = MAKER_SIGNER,
                                  .certificate = "00",
                                  .strength = STRENGTH_STRONG,
                                  .digest_matches = true });
    recognise(b, &other);
    is_of(&other, NULL);
    assert_true(is_said(&other, "WestByte Software") && is_said(&other, "AO Kaspersky Lab"));

    claim(&zte, (struct claim){ .name = "ZTE Corporation",
                                .role = MAKER_ORIGINATOR,
                                .strength = STRENGTH_WEAK });
    claim(&zte, (struct claim){ .name = "ZTE Corporation",
                                .role = MAKER_SIGNER,
                                .certificate = "00",
                                .strength = STRENGTH_STRONG,
                                .digest_matches = true });
    recognise(b, &zte);
    is_of(&zte, "zte");
}

static void domains_count_with_what_is_below_them(void **state)
{
    static const struct {
        const char *domain;
        const char *vendor;
    } cases[] = {
        { "kaspersky.com", "kaspersky" },
        { "WWW.Kaspersky.COM", "kaspersky" },
        { "a.b.kaspersky-labs.com", "kaspersky" },
        { "notkaspersky.com", NULL },
        { "kaspersky.com.evil.org", NULL },
        { "lists.debian.org", "debian" },
        { "salsa.debian.org", NULL },
        { "x.salsa.debian.org", NULL },
        { "", NULL },
        { "com", NULL },
        { ".", NULL },
        { "alioth-lists.debian.net", "debian" },
    };
    struct bench *b = *state;
    char long_name[600];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct vendor *v = recognise_domain(b->knowledge, cases[i].domain);
        if (cases[i].vendor == NULL)
            assert_null(v);
        else
            assert_string_equal(v->id, cases[i].vendor);
    }
    memset(long_name, 'a', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    assert_null(recognise_domain(b->knowledge, long_name));
    assert_null(recognise_domain(b->knowledge, NULL));
}

static void subjects_are_read_with_their_escapes(void **state)
{
    static const struct {
        const char *subject;
        const char *type;
        const char *value;
    } cases[] = {
        { "CN=A,O=B C,C=RU", "O", "B C" },
        { "C=RU, O=Huawei Technologies Co.\\,Ltd., CN=x", "o", "Huawei Technologies Co.,Ltd." },
        { "O=\"A, B\",CN=c", "O", "A, B" },
        { "OU=x+O=y", "O", "y" },
        { "O=\\d0\\90\\D0\\9e", "O", "\xd0\x90\xd0\x9e" },
        { "CN=O\\=x,C=y", "O", NULL },
        { "O=", "O", "" },
        { "O=a\\", "O", "a\\" },
        { "O=a\\4", "O", "a4" },
        { "", "O", NULL },
        { ",,,=", "O", NULL },
    };
    struct bench *b = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *value = NULL;
        struct fault f = { 0 };
        assert_true(subject_field(&b->arena, cases[i].subject, cases[i].type, &value, &f));
        if (cases[i].value == NULL)
            assert_null(value);
        else
            assert_string_equal(value, cases[i].value);
    }
}

static void a_sighting_becomes_claim_and_evidence(void **state)
{
    struct bench *b = *state;
    const struct mark *m = NULL;

    for (size_t i = 0; i < b->knowledge->marks.count; i++) {
        const struct mark *at = vec_at(&b->knowledge->marks, i);
        if (at->kind == MARK_FIRST_BYTES && strcmp(at->vendor->id, "kaspersky") == 0)
            m = at;
    }
    assert_non_null(m);
    assert_int_equal(m->presence, PRESENCE_EMBEDDED);
    struct product p = product_of(b, "engine", m->product->name);
    struct fault f = { 0 };
    assert_true(recognise_mark(m, "/opt/utm/base001.avc", &p, &b->arena, &f));
    recognise(b, &p);
    is_of(&p, "kaspersky");
    assert_string_equal(p.title, "Kaspersky anti-virus bases");
    assert_int_equal(p.evidence.count, 1);
}

static void failing_memory_is_a_fault(void **state)
{
    struct bench *b = *state;
    bool ok = false;

    for (size_t n = 0; !ok; n++) {
        struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
        struct fault f = { 0 };
        struct product p = product_in(&a);
        p.type = "deb";
        p.name = "kics";
        p.root = "/";
        claim(&p, (struct claim){ .name = "AO Kaspersky Lab",
                                  .role = MAKER_SUPPLIER,
                                  .strength = STRENGTH_MEDIUM });
        claim(&p, whcp("AO Kaspersky Lab", STRENGTH_STRONG, CHAIN_NO_ROOT));
        a.fail_after = n;
        ok = recognise_makers(b->knowledge, NULL, &p, &a, &f);
        assert_true(ok == (f.kind == FAULT_NONE));
        assert_true(n < 1000);
        arena_done(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packages_are_known_by_name_and_maintainer),
        cmocka_unit_test(a_mark_leaves_evidence_and_categories),
        cmocka_unit_test(a_distributor_is_not_the_maker_of_what_others_made),
        cmocka_unit_test(a_package_without_a_supplier_has_its_systems),
        cmocka_unit_test(a_pin_makes_a_sound_signature_proof),
        cmocka_unit_test(other_signatures_weigh_what_they_did),
        cmocka_unit_test(a_bare_signature_has_no_file_to_match),
        cmocka_unit_test(an_attester_names_the_maker),
        cmocka_unit_test(another_signer_may_write_what_he_likes),
        cmocka_unit_test(a_company_name_alone_is_a_mere_statement),
        cmocka_unit_test(domains_count_with_what_is_below_them),
        cmocka_unit_test(subjects_are_read_with_their_escapes),
        cmocka_unit_test(a_sighting_becomes_claim_and_evidence),
        cmocka_unit_test(failing_memory_is_a_fault),
    };
    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
