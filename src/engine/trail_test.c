/* trail_test.c -- no path and no link leads out of the target. */
#include "engine/trail.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct tree {
    char home[64];
    int fd;
};

/* target/{a/b/c, var/lib, data/dpkg, chroot/data, ...} and links in it. */
static int build(void **state)
{
    static const char *const folders[] = { "a",           "a/b",       "a/b/c",     "var",
                                           "var/lib",     "data",      "data/dpkg", "chroot",
                                           "chroot/data", "chroot/var" };
    static const char *const links[][2] = {
        { "/data/dpkg", "var/lib/dpkg" },
        { "../data", "var/up" },
        { "../../../../../..", "a/out" },
        { "loop2", "loop1" },
        { "loop1", "loop2" },
        { "/etc", "a/etc" },
        { "/data", "chroot/var/data" },
        { "a/b", "short" },
    };
    struct tree *t = calloc(1, sizeof *t);

    assert_non_null(t);
    (void)snprintf(t->home, sizeof t->home, "/tmp/hallmark-trail-XXXXXX");
    assert_non_null(mkdtemp(t->home));
    t->fd = open(t->home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(t->fd >= 0);
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        assert_int_equal(mkdirat(t->fd, folders[i], 0777), 0);
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        assert_int_equal(symlinkat(links[i][0], t->fd, links[i][1]), 0);
    *state = t;
    return 0;
}

static int unbuild(void **state)
{
    struct tree *t = *state;
    static const char *const made[] = {
        "var/lib/dpkg", "var/up", "a/out", "loop1", "loop2", "a/etc", "chroot/var/data", "short",
    };
    static const char *const folders[] = { "chroot/var", "chroot/data", "chroot",
                                           "data/dpkg",  "data",        "var/lib",
                                           "var",        "a/b/c",       "a/b",
                                           "a" };

    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
        (void)unlinkat(t->fd, made[i], 0);
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        (void)unlinkat(t->fd, folders[i], AT_REMOVEDIR);
    (void)close(t->fd);
    (void)rmdir(t->home);
    free(t);
    return 0;
}

static bool opens(struct trail *trail, const char *path)
{
    int fd = -1;
    bool gone = false;
    struct fault f = { 0 };
    const bool ok = trail_open(trail, bytes_of_text(path), &fd, &gone, &f);

    assert_true(ok == (f.kind == FAULT_NONE));
    return ok;
}

static void folders_open_in_any_order(void **state)
{
    const struct tree *t = *state;
    struct trail trail = trail_from(t->fd);

    assert_true(opens(&trail, ""));
    assert_true(opens(&trail, "/a/b/c"));
    assert_true(opens(&trail, "/a/b"));
    assert_true(opens(&trail, "/data/dpkg"));
    assert_false(opens(&trail, "/data/none"));
    assert_true(opens(&trail, "/a/b/c"));
    assert_false(opens(&trail, "/a/bc"));
    trail_done(&trail);
}

static void a_link_is_never_opened(void **state)
{
    const struct tree *t = *state;
    struct trail trail = trail_from(t->fd);

    assert_false(opens(&trail, "/short"));
    assert_false(opens(&trail, "/var/lib/dpkg"));
    assert_false(opens(&trail, "/a/out"));
    trail_done(&trail);
}

static void links_resolve_inside_their_root(void **state)
{
    static const struct {
        const char *root;
        const char *folder;
        const char *name;
        const char *leads_to; /* NULL: nowhere */
    } cases[] = {
        { "", "/var/lib", "dpkg", "/data/dpkg" },
        { "", "/var", "up", "/data" },
        { "", "/a", "out", "" },
        { "", "", "loop1", NULL },
        { "", "/a", "etc", NULL },
        { "/chroot", "/chroot/var", "data", "/chroot/data" },
        { "", "", "short", "/a/b" },
    };
    const struct tree *t = *state;
    struct trail trail = trail_from(t->fd);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = buf_with_limit(LIMIT_PATH);
        const bool ok =
            trail_resolve(&trail, bytes_of_text(cases[i].root), bytes_of_text(cases[i].folder),
                          bytes_of_text(cases[i].name), &out);
        assert_true(ok == (cases[i].leads_to != NULL));
        if (ok)
            assert_true(bytes_equal_text(buf_bytes(&out), cases[i].leads_to));
        buf_done(&out);
    }
    trail_done(&trail);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_open_in_any_order),
        cmocka_unit_test(a_link_is_never_opened),
        cmocka_unit_test(links_resolve_inside_their_root),
    };
    return cmocka_run_group_tests(tests, build, unbuild);
}
