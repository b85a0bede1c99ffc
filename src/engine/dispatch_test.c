/* dispatch_test.c -- who wants which name. */
#include "engine/dispatch.h"

#include "core/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct case_of_name {
    const char *folder;
    const char *name;
    const char *cataloger; /* that wants it, or NULL */
    const char *root;
};

static const struct interest *find_cataloger(const struct interests *who, const char *name)
{
    for (size_t i = 0; i < who->count; i++) {
        if (who->at[i].cataloger != NULL && strcmp(who->at[i].cataloger->name, name) == 0)
            return &who->at[i];
    }
    return NULL;
}

static void names_find_their_catalogers(void **state)
{
    static const struct case_of_name cases[] = {
        { "/etc", "os-release", "os-release", "" },
        { "/srv/chroot/usr/lib", "os-release", "os-release", "/srv/chroot" },
        { "/var/lib/dpkg", "status", "dpkg-status", "" },
        { "/home/u/x/var/lib/dpkg", "status", "dpkg-status", "/home/u/x" },
        { "/varx/lib/dpkg", "status", NULL, NULL },
        { "/lib/dpkg", "status", NULL, NULL },
        { "/home", "os-release", NULL, NULL },
        { "", "os-release", NULL, NULL },
    };
    struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct dispatch *d = NULL;
    struct fault f = { 0 };

    (void)state;
    assert_true(dispatch_new(/* knowledge */ NULL, &a, &d, &f));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct folder_interest folder;
        struct interests who;
        dispatch_folder(d, bytes_of_text(cases[i].folder), &folder);
        dispatch_file(d, &folder, bytes_of_text(cases[i].name), &who);
        if (cases[i].cataloger == NULL) {
            assert_int_equal(who.count, 0);
            continue;
        }
        const struct interest *one = find_cataloger(&who, cases[i].cataloger);
        if (one == NULL)
            fail_msg("case %zu: nobody wants it", i);
        else
            assert_true(bytes_equal_text(one->root, cases[i].root));
    }
    arena_done(&a);
}

static void a_way_to_a_database_is_known(void **state)
{
    struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct dispatch *d = NULL;
    struct fault f = { 0 };
    struct folder_interest folder;
    struct bytes root;

    (void)state;
    assert_true(dispatch_new(/* knowledge */ NULL, &a, &d, &f));
    dispatch_folder(d, bytes_of_text("/c/var/lib"), &folder);
    assert_true(dispatch_way(d, &folder, bytes_of_text("dpkg"), &root));
    assert_true(bytes_equal_text(root, "/c"));
    assert_false(dispatch_way(d, &folder, bytes_of_text("games"), &root));
    arena_done(&a);
}

static void library_names_are_told_apart(void **state)
{
    static const struct {
        const char *name;
        bool is;
    } cases[] = {
        { "libc.so", true },
        { "libc.so.6", true },
        { "libx.so.1.2.3", true },
        { "libc.so.6.bak", false },
        { "x.sock", false },
        { "a.socket", false },
        { "mod.cpython-311-x86_64-linux-gnu.so", true },
        { "so", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_true(dispatch_is_library_name(bytes_of_text(cases[i].name)) == cases[i].is);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_find_their_catalogers),
        cmocka_unit_test(a_way_to_a_database_is_known),
        cmocka_unit_test(library_names_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
