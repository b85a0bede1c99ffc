#include "inventory/merge.h"

#include "core/buf.h"
#include "core/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* A merge, its arena, and its result as text: one line for each product. */
struct trial {
    struct arena arena;
    struct merge *merge;
    struct vec products;
    struct vec systems;
};

static struct trial begin(void)
{
    struct trial t = { .arena = arena_with_budget(LIMIT_RUN_MEMORY) };

    return t;
}

static void start(struct trial *t)
{
    *t = begin();
    assert_true(merge_new(&t->arena, &t->merge, /* fault */ NULL));
}

static void end(struct trial *t)
{
    merge_done(t->merge);
    arena_done(&t->arena);
}

static void finish(struct trial *t)
{
    assert_true(merge_finish(t->merge, &t->products, &t->systems, /* fault */ NULL));
}

static void print_texts(struct buf *out, const char *what, const struct vec *v, size_t more)
{
    if (v->count > 0)
        buf_print(out, " %s", what);
    for (size_t i = 0; i < v->count; i++)
        buf_print(out, " %s", *(const char *const *)vec_at(v, i));
    if (more > 0)
        buf_print(out, " +%zu", more);
}

static const char *or_dash(const char *text)
{
    return text == NULL ? "-" : text;
}

static void print_product(struct buf *out, const struct product *p)
{
    buf_print(out, "%s %s %s %s %s %s", p->type, p->root, p->name, or_dash(p->version),
              or_dash(p->arch), presence_name(p->presence));
    print_texts(out, "at", &p->paths, p->more_paths);
    for (size_t i = 0; i < p->claims.count; i++) {
        const struct claim *c = vec_at(&p->claims, i);
        buf_print(out, "; %s %s %s (%s)", maker_role_name(c->role), strength_name(c->strength),
                  or_dash(c->name), or_dash(c->evidence));
    }
    for (size_t i = 0; i < p->evidence.count; i++) {
        const struct evidence *e = vec_at(&p->evidence, i);
        buf_print(out, "; %s %s", e->kind, e->place);
    }
    buf_add_text(out, "\n");
}

/* Caller frees. */
static char *products_text(const struct trial *t)
{
    struct buf out = buf_with_limit((size_t)1 << 30);

    for (size_t i = 0; i < t->products.count; i++)
        print_product(&out, vec_at(&t->products, i));
    buf_add_byte(&out, '\0');
    assert_true(buf_ok(&out));
    return (char *)out.at;
}

static void expect(struct trial *t, const char *wanted)
{
    finish(t);
    char *text = products_text(t);
    assert_string_equal(text, wanted);
    free(text);
}

static struct product package(struct arena *a, const char *name, const char *version)
{
    struct product p = product_in(a);

    p.type = "deb";
    p.root = "/";
    p.name = name;
    p.version = version;
    p.arch = "amd64";
    return p;
}

static struct product program(struct arena *a, const char *name, const char *path)
{
    struct product p = product_in(a);

    p.type = "program";
    p.root = "/";
    p.name = name;
    p.version = "1.0";
    assert_true(product_add_path(&p, path, /* fault */ NULL));
    assert_true(product_add_evidence(
        &p, &(struct evidence){ .kind = "version-resource", .place = path, .text = name },
        /* fault */ NULL));
    return p;
}

static void sign(struct product *p, const char *name, enum strength strength, const char *where)
{
    const struct claim c = { .name = name,
                             .role = MAKER_SIGNER,
                             .strength = strength,
                             .chain = CHAIN_NO_ROOT,
                             .digest_matches = strength >= STRENGTH_STRONG,
                             .evidence = where };

    assert_true(product_add_claim(p, &c, /* fault */ NULL));
}

static void put(struct trial *t, const struct product *p)
{
    assert_true(merge_product(t->merge, p, /* fault */ NULL));
}

static void put_note(struct trial *t, const char *name, enum maker_role role, const char *maker)
{
    const struct claim c = {
        .name = maker, .role = role, .strength = STRENGTH_MEDIUM, .evidence = name
    };

    assert_true(merge_note(t->merge, "deb", "/", name, &c, /* fault */ NULL));
}

static void one_package_in_two_databases_is_one(void **state)
{
    struct trial t;

    (void)state;
    start(&t);
    struct product p = package(&t.arena, "bash", "5.2");
    assert_true(product_add_path(&p, "/var/lib/rpm/Packages", /* fault */ NULL));
    sign(&p, "Debian", STRENGTH_STRONG, "b");
    put(&t, &p);
    p = package(&t.arena, "bash", "5.2");
    assert_true(product_add_path(&p, "/usr/lib/sysimage/rpm/Packages", /* fault */ NULL));
    sign(&p, "Debian", STRENGTH_STRONG, "a");
    put(&t, &p);
    p = package(&t.arena, "bash", "5.2");
    p.presence = PRESENCE_RESIDUE;
    put(&t, &p);
    p = package(&t.arena, "bash", "5.2");
    p.arch = "i386";
    put(&t, &p);
    p = package(&t.arena, "bash", "5.2");
    p.root = "/srv/chroot";
    put(&t, &p);
    expect(&t, "deb / bash 5.2 amd64 installed at /usr/lib/sysimage/rpm/Packages "
               "/var/lib/rpm/Packages; signer strong Debian (a)\n"
               "deb / bash 5.2 amd64 residue\n"
               "deb / bash 5.2 i386 installed\n"
               "deb /srv/chroot bash 5.2 amd64 installed\n");
    end(&t);
}

static void loose_files_of_one_product_are_one(void **state)
{
    struct trial t;

    (void)state;
    start(&t);
    struct product p = program(&t.arena, "Tool", "/opt/tool/a.dll");
    p.type = "library";
    p.arch = "i386";
    sign(&p, "Maker", STRENGTH_STRONG, "in a");
    put(&t, &p);
    p = program(&t.arena, "Tool", "/opt/tool/b.exe");
    p.arch = "amd64";
    sign(&p, "Maker", STRENGTH_STRONG, "in b");
    put(&t, &p);
    p = program(&t.arena, "Tool", "/opt/tool/c.exe"); /* its digest is broken */
    sign(&p, "Maker", STRENGTH_NONE, "in c");
    put(&t, &p);
    p = program(&t.arena, "Tool", "/opt/tool/d.exe"); /* unsigned */
    put(&t, &p);
    p = program(&t.arena, "Tool", "/opt/tool/e.exe");
    sign(&p, "Other", STRENGTH_STRONG, "in e");
    put(&t, &p);
    expect(&t, "program / Tool 1.0 - installed at /opt/tool/d.exe; version-resource "
               "/opt/tool/d.exe\n"
               "program / Tool 1.0 - installed at /opt/tool/c.exe; signer none Maker (in c); "
               "version-resource /opt/tool/c.exe\n"
               "program / Tool 1.0 - installed at /opt/tool/a.dll /opt/tool/b.exe; signer strong "
               "Maker (in a); version-resource /opt/tool/a.dll; version-resource /opt/tool/b.exe\n"
               "program / Tool 1.0 - installed at /opt/tool/e.exe; signer strong Other (in e); "
               "version-resource /opt/tool/e.exe\n");
    end(&t);
}

static void past_the_limit_paths_are_counted(void **state)
{
    enum { FILES = 200 };
    struct trial t;
    char paths[FILES][32];

    (void)state;
    start(&t);
    for (int i = 0; i < FILES; i++) {
        (void)snprintf(paths[i], sizeof paths[i], "/opt/%03d", FILES - i);
        const struct product p = program(&t.arena, "Tool", paths[i]);
        put(&t, &p);
    }
    finish(&t);
    assert_int_equal(t.products.count, 1);
    const struct product *p = vec_at(&t.products, 0);
    assert_int_equal(p->paths.count, LIMIT_PATHS);
    assert_int_equal(p->more_paths, FILES - LIMIT_PATHS);
    assert_int_equal(p->more_evidence, FILES - LIMIT_EVIDENCE);
    assert_string_equal(*(const char *const *)vec_at(&p->paths, 0), "/opt/001");
    end(&t);
}

static void notes_join_their_packages(void **state)
{
    struct trial t;

    (void)state;
    start(&t);
    struct product p = package(&t.arena, "libssl3", "3.0");
    p.source = "openssl";
    put(&t, &p);
    p = package(&t.arena, "openssl", "3.0");
    put(&t, &p);
    p = package(&t.arena, "openssl-doc", "3.0"); /* it has a note of its own, but of a supplier */
    p.source = "openssl";
    put(&t, &p);
    p = package(&t.arena, "other", "1");
    put(&t, &p);
    put_note(&t, "openssl", MAKER_ORIGINATOR, "OpenSSL Project");
    put_note(&t, "openssl", MAKER_ORIGINATOR, "OpenSSL Project");
    put_note(&t, "openssl-doc", MAKER_SUPPLIER, "Somebody");
    put_note(&t, "absent", MAKER_ORIGINATOR, "Nobody");
    expect(&t, "deb / libssl3 3.0 amd64 installed; originator medium OpenSSL Project (openssl)\n"
               "deb / openssl 3.0 amd64 installed; originator medium OpenSSL Project (openssl)\n"
               "deb / openssl-doc 3.0 amd64 installed; originator medium OpenSSL Project "
               "(openssl); supplier medium Somebody (openssl-doc)\n"
               "deb / other 1 amd64 installed\n");
    end(&t);
}

static void systems_are_one_for_each_root(void **state)
{
    struct trial t;
    const struct system debian = { .root = "/", .id = "debian", .version_id = "12" };
    const struct system bare = { .root = "/", .id = "debian" };
    const struct system alpine = { .root = "/srv/c", .id = "alpine", .version_id = "3.19" };

    (void)state;
    start(&t);
    assert_true(merge_system(t.merge, &alpine, /* fault */ NULL));
    assert_true(merge_system(t.merge, &bare, /* fault */ NULL));
    assert_true(merge_system(t.merge, &debian, /* fault */ NULL));
    struct product p = package(&t.arena, "bash", "5.2");
    put(&t, &p);
    finish(&t);
    assert_int_equal(t.systems.count, 2);
    const struct system *first = vec_at(&t.systems, 0);
    assert_string_equal(first->root, "/");
    assert_string_equal(first->version_id, "12");
    const struct product *bash = vec_at(&t.products, 0);
    assert_string_equal(bash->purl, "pkg:deb/debian/bash@5.2?arch=amd64&distro=debian-12");
    end(&t);
}

static uint64_t hash(const char *root, const char *path)
{
    return merge_path_hash(bytes_of_text(root), bytes_of_text(path));
}

static void paths_hash_as_a_merged_usr_has_them(void **state)
{
    (void)state;
    assert_true(hash("/", "/bin/ls") == hash("/", "/usr/bin/ls"));
    assert_true(hash("/", "/bin") == hash("/", "/usr/bin"));
    assert_true(hash("/", "/lib64/ld.so") == hash("/", "/usr//./lib64/ld.so"));
    assert_true(hash("/", "/libx32/a/") == hash("/", "/usr/libx32/a"));
    assert_true(hash("/srv/c", "/sbin/init") == hash("/", "/srv/c/usr/sbin/init"));
    assert_true(hash("/srv/c/", "sbin/init") == hash("/srv//c", "/usr/sbin/init"));
    assert_true(hash("/", "/srv/c/sbin/init") != hash("/srv/c", "/sbin/init"));
    assert_true(hash("/", "/opt/bin/ls") != hash("/", "/opt/usr/bin/ls"));
    assert_true(hash("/", "/binary/ls") != hash("/", "/usr/binary/ls"));
    assert_true(hash("/bin", "/ls") != hash("/usr/bin", "/ls"));
    assert_true(hash("/", "/etc/..") != hash("/", "/etc"));
    assert_true(hash("/", "/") == hash("/", ""));
}

static const char *owner_of(struct trial *t, const char *path)
{
    const char *package = NULL;

    assert_true(merge_owner(t->merge, hash("/", path), &package));
    return package;
}

static void owners_do_not_depend_on_the_order(void **state)
{
    static const char *const packages[] = { "coreutils", "apt", NULL, "bash" };
    const char *none = NULL;

    (void)state;
    for (size_t first = 0; first < 4; first++) {
        struct trial t;
        start(&t);
        for (size_t i = 0; i < 4; i++)
            assert_true(merge_owns(t.merge, hash("/", "/bin"), packages[(first + i) % 4],
                                   /* fault */ NULL));
        assert_true(merge_owns(t.merge, hash("/", "/x"), NULL, /* fault */ NULL));
        assert_string_equal(owner_of(&t, "/usr/bin"), "apt");
        assert_null(owner_of(&t, "/x"));
        assert_false(merge_owner(t.merge, hash("/", "/y"), &none));
        end(&t);
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Something of everything: packages in two databases and roots, loose programs, notes. */
static void put_mixed(struct trial *t, size_t i)
{
    static const char *const names[] = { "alpha", "beta", "gamma", "delta", "epsilon" };
    static const char *const paths[] = { "/opt/a", "/opt/b", "/srv/c/opt/d", "/opt/e",
                                         "/opt/f", "/opt/g", "/opt/h" };
    const char *name = names[i % 5];
    struct product p = i % 3 == 0 ? program(&t->arena, name, paths[i % 7])
                                  : package(&t->arena, name, i % 2 == 0 ? "1" : "2");

    p.root = i % 4 == 0 ? "/srv/c" : "/";
    p.presence = i % 11 == 0 ? PRESENCE_RESIDUE : PRESENCE_INSTALLED;
    p.source = i % 7 == 0 ? "source" : NULL;
    p.homepage = i % 13 == 0 ? paths[i % 7] : NULL;
    if (i % 2 == 0)
        sign(&p, names[i % 3], i % 9 < 4 ? STRENGTH_STRONG : STRENGTH_NONE, paths[i % 7]);
    put(t, &p);
    if (i % 5 == 2)
        put_note(t, name, i % 2 == 0 ? MAKER_ORIGINATOR : MAKER_SUPPLIER, names[i % 4]);
}

enum { MIXED = 400 };

/* Products with their ids and purls, for comparison. */
static char *mixed_in_order(const size_t *order)
{
    struct trial t;
    struct buf out = buf_with_limit((size_t)1 << 30);

    start(&t);
    for (size_t i = 0; i < MIXED; i++)
        put_mixed(&t, order[i]);
    finish(&t);
    for (size_t i = 0; i < t.products.count; i++) {
        const struct product *p = vec_at(&t.products, i);
        assert_int_equal(strlen(p->id), 16);
        buf_print(&out, "%s %s %s %s ", p->id, or_dash(p->purl), or_dash(p->source),
                  or_dash(p->homepage));
        print_product(&out, p);
    }
    buf_add_byte(&out, '\0');
    assert_true(buf_ok(&out));
    end(&t);
    return (char *)out.at;
}

static void any_order_of_arrival_gives_the_same(void **state)
{
    uint32_t seed = 20170913;
    size_t order[MIXED];

    (void)state;
    print_message("# seed %u\n", seed);
    for (size_t i = 0; i < MIXED; i++)
        order[i] = i;
    char *wanted = mixed_in_order(order);
    for (int turn = 0; turn < 20; turn++) {
        for (size_t i = MIXED - 1; i > 0; i--) {
            const size_t j = next_random(&seed) % (i + 1);
            const size_t kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
        char *got = mixed_in_order(order);
        assert_string_equal(got, wanted);
        free(got);
    }
    free(wanted);
}

static void ids_are_unique_and_stay(void **state)
{
    struct trial t;

    (void)state;
    start(&t);
    struct product p = program(&t.arena, "Tool", "/opt/a");
    sign(&p, "Maker", STRENGTH_STRONG, "a");
    put(&t, &p);
    p = program(&t.arena, "Tool", "/opt/b"); /* told apart by weight alone */
    sign(&p, "Maker", STRENGTH_PROOF, "b");
    put(&t, &p);
    p = package(&t.arena, "ab", "c");
    put(&t, &p);
    p = package(&t.arena, "a", "bc");
    put(&t, &p);
    finish(&t);
    assert_int_equal(t.products.count, 4);
    const struct product *all = t.products.items;
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(all[i].id, all[j].id);
    }
    /* a change here changes the ids of every report ever written */
    assert_string_equal(all[0].name, "a");
    assert_string_equal(all[0].id, "a66d6891f1be4184");
    assert_string_equal(all[2].id, "ec36f2126ca462c0");
    end(&t);
}

static bool starve(size_t allocations, struct trial *t)
{
    *t = begin();
    t->arena.fail_after = allocations;
    struct fault f = { 0 };
    struct arena own = arena_with_budget(1 << 20);
    const struct system s = { .root = "/", .id = "debian", .version_id = "12" };
    const struct claim c = { .name = "Maker", .role = MAKER_ORIGINATOR };
    bool ok = merge_new(&t->arena, &t->merge, &f);

    for (int i = 0; i < 3 && ok; i++) {
        struct product p = i == 0 ? package(&own, "bash", "5") : program(&own, "Tool", "/opt/a");
        sign(&p, "Maker", STRENGTH_STRONG, "here");
        ok = merge_product(t->merge, &p, &f);
    }
    ok = ok && merge_system(t->merge, &s, &f) && merge_note(t->merge, "deb", "/", "bash", &c, &f) &&
         merge_owns(t->merge, 1, "bash", &f) &&
         merge_finish(t->merge, &t->products, &t->systems, &f);
    assert_int_equal(ok, f.kind == FAULT_NONE);
    arena_done(&own);
    return ok;
}

static void says_when_memory_ends(void **state)
{
    size_t allowed = 0;
    bool ok = false;

    (void)state;
    for (; !ok; allowed++) {
        struct trial t;
        ok = starve(allowed, &t);
        if (ok)
            assert_int_equal(t.products.count, 2);
        end(&t);
    }
    assert_true(allowed > 10);
}

static double seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void a_hundred_thousand_packages(void **state)
{
    enum { PACKAGES = 100000, FILES = 10 };
    struct trial t;
    char name[64];
    char source[64];
    char place[96];
    const double begun = seconds();

    (void)state;
    start(&t);
    for (int i = 0; i < PACKAGES; i++) {
        struct arena one = arena_with_budget(1 << 20);
        (void)snprintf(name, sizeof name, "package-with-a-name-%d", i * 7919 % PACKAGES);
        (void)snprintf(source, sizeof source, "source-%d", i % (PACKAGES / 3));
        (void)snprintf(place, sizeof place, "/usr/share/doc/%s/copyright", name);
        struct product p = package(&one, name, "1.2.3-4");
        p.source = source;
        p.homepage = "https://example.org/";
        sign(&p, "Debian", STRENGTH_STRONG, "the Maintainer field");
        assert_true(product_add_path(&p, "/var/lib/dpkg/status", /* fault */ NULL));
        assert_true(product_add_evidence(&p,
                                         &(struct evidence){ .kind = "package-database",
                                                             .place = "/var/lib/dpkg/status",
                                                             .text = "dpkg lists it" },
                                         /* fault */ NULL));
        put(&t, &p);
        put_note(&t, name, MAKER_ORIGINATOR, source);
        for (int file = 0; file < FILES; file++)
            assert_true(merge_owns(t.merge, (uint64_t)i * FILES + (uint64_t)file, name,
                                   /* fault */ NULL));
        arena_done(&one);
    }
    const double gathered = seconds();
    finish(&t);
    print_message(
        "# %d packages, %d owned paths: gathered in %.2f s, finished in %.2f s, %zu bytes "
        "a package in the end\n",
        PACKAGES, PACKAGES * FILES, gathered - begun, seconds() - gathered,
        t.arena.used / PACKAGES);
    assert_int_equal(t.products.count, PACKAGES);
    end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_package_in_two_databases_is_one),
        cmocka_unit_test(loose_files_of_one_product_are_one),
        cmocka_unit_test(past_the_limit_paths_are_counted),
        cmocka_unit_test(notes_join_their_packages),
        cmocka_unit_test(systems_are_one_for_each_root),
        cmocka_unit_test(paths_hash_as_a_merged_usr_has_them),
        cmocka_unit_test(owners_do_not_depend_on_the_order),
        cmocka_unit_test(any_order_of_arrival_gives_the_same),
        cmocka_unit_test(ids_are_unique_and_stay),
        cmocka_unit_test(says_when_memory_ends),
        cmocka_unit_test(a_hundred_thousand_packages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
