#include "inventory/purl.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct system debian = { .id = "debian", .version_id = "12" };
static const struct system fedora = { .id = "Fedora", .version_id = "25" };
static const struct system alpine = { .id = "alpine", .version_id = "3.16.0" };
static const struct system rolling = { .id = "arch" };

static const struct {
    const char *type;
    const char *name;
    const char *version;
    const char *arch;
    const char *epoch;
    const struct system *system;
    const char *purl; /* NULL: none */
} cases[] = {
    { "deb", "bash", "5.2.15-2+b2", "amd64", NULL, &debian,
      "pkg:deb/debian/bash@5.2.15-2%2Bb2?arch=amd64&distro=debian-12" },
    { "deb", "docker-ce", "5:20.10.7~3-0~debian-buster", "amd64", NULL, &debian,
      "pkg:deb/debian/docker-ce@5:20.10.7~3-0~debian-buster?arch=amd64&distro=debian-12" },
    { "deb", "libstdc++6", "12.2.0-14", "all", NULL, NULL,
      "pkg:deb/libstdc%2B%2B6@12.2.0-14?arch=all" },
    { "deb", "Mixed", "1", NULL, NULL, &rolling, "pkg:deb/arch/mixed@1?distro=arch" },
    { "rpm", "curl", "7.50.3-1.fc25", "i386", "1", &fedora,
      "pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&distro=Fedora-25&epoch=1" },
    { "rpm", "ImageMagick", "7^git1-2", "x86_64", NULL, NULL,
      "pkg:rpm/ImageMagick@7%5Egit1-2?arch=x86_64" },
    { "apk", "apk-tools", "2.12.9-r3", "x86_64", NULL, &alpine,
      "pkg:apk/alpine/apk-tools@2.12.9-r3?arch=x86_64&distro=alpine-3.16.0" },
    { "apk", "noVersion", NULL, NULL, NULL, NULL, "pkg:apk/noVersion" },
    { "rpm", "a%b@c?d#e/f g", "1&2=3", "", NULL, NULL,
      "pkg:rpm/a%25b%40c%3Fd%23e%2Ff%20g@1%262%3D3" },
    { "rpm", "\xd0\xba\xd0\xb5\xd1\x81", "1", NULL, NULL, NULL, "pkg:rpm/%D0%BA%D0%B5%D1%81@1" },
    { "program", "x", "1", NULL, NULL, &debian, NULL },
    { "opkg", "ubus", "1", NULL, NULL, NULL, NULL },
};

static void writes_by_the_specification(void **state)
{
    struct arena a = arena_with_budget(1 << 16);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct product p = { .type = cases[i].type,
                             .name = cases[i].name,
                             .version = cases[i].version,
                             .arch = cases[i].arch,
                             .epoch = cases[i].epoch };
        assert_true(purl_write(&p, cases[i].system, &a, /* fault */ NULL));
        if (cases[i].purl == NULL)
            assert_null(p.purl);
        else
            assert_string_equal(p.purl, cases[i].purl);
    }
    arena_done(&a);
}

static void without_memory_it_says_so(void **state)
{
    struct arena a = arena_with_budget(8);
    struct product p = { .type = "deb", .name = "bash" };
    struct fault f = { 0 };

    (void)state;
    assert_false(purl_write(&p, NULL, &a, &f));
    assert_int_equal(f.kind, FAULT_LIMIT);
    assert_null(p.purl);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_by_the_specification),
        cmocka_unit_test(without_memory_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
