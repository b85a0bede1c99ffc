/* source_test.c -- the files of a log in a folder. */
#include "register/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[] = "/tmp/hallmark-source-XXXXXX";

static void put(const char *name, const char *text)
{
    char path[512];

    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fputs(text, out) >= 0, 1);
    assert_int_equal(fclose(out), 0);
}

static void at(const char *name, char out[512])
{
    (void)snprintf(out, 512, "%s/%s", dir, name);
}

static int fill(void **state)
{
    char path[512];
    char to[512];

    (void)state;
    assert_non_null(mkdtemp(dir));
    at("tile", path);
    assert_int_equal(mkdir(path, 0700), 0);
    at("tile/0", path);
    assert_int_equal(mkdir(path, 0700), 0);
    put("checkpoint", "origin\n");
    put("tile/0/000", "hashes");
    put("empty", "");
    at("link", path);
    assert_int_equal(symlink("checkpoint", path), 0);
    at("away", path);
    assert_int_equal(symlink("/etc", path), 0);
    at("pipe", path);
    assert_int_equal(mkfifo(path, 0600), 0);
    at("tile/0/000", path);
    at("hard", to);
    return link(path, to);
}

static int sweep(void **state)
{
    static const char *const names[] = { "hard",       "pipe",       "away",   "link", "empty",
                                         "tile/0/000", "checkpoint", "tile/0", "tile" };
    char path[512];

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        at(names[i], path);
        assert_int_equal(remove(path), 0);
    }
    return rmdir(dir);
}

struct answer {
    bool ok;
    bool found;
    struct bytes all;
    struct fault f;
};

static struct answer ask(struct arena *a, const char *path, size_t limit)
{
    struct source s = { 0 };
    struct answer r = { 0 };

    assert_true(source_folder_open(dir, &s, &r.f));
    r.ok = source_read(&s, path, limit, a, &r.all, &r.found, &r.f);
    assert_int_equal(r.ok, r.f.kind == FAULT_NONE);
    source_close(&s);
    source_close(&s);
    return r;
}

static void files_are_read_and_absence_is_a_value(void **state)
{
    static const char *const absent[] = { "tile/0/001",  "tile/1/000", "checkpoint/x",
                                          "tile/0",      "pipe",       "link",
                                          "away/passwd", "tile",       "tile/entries/000" };
    struct arena a = arena_with_budget(1 << 20);

    (void)state;
    struct answer r = ask(&a, "tile/0/000", 6);
    assert_true(r.ok && r.found && bytes_equal_text(r.all, "hashes"));
    r = ask(&a, "empty", 6);
    assert_true(r.ok && r.found && r.all.len == 0);
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        r = ask(&a, absent[i], 100);
        assert_true(r.ok);
        assert_false(r.found);
    }
    arena_done(&a);
}

static void a_file_over_the_limit_is_named(void **state)
{
    struct arena a = arena_with_budget(1 << 20);
    const struct answer r = ask(&a, "tile/0/000", 5);

    (void)state;
    assert_false(r.ok);
    assert_int_equal(r.f.kind, FAULT_LIMIT);
    assert_non_null(strstr(r.f.text, "tile/0/000"));
    assert_non_null(strstr(r.f.text, dir));
    arena_done(&a);
}

static void other_paths_are_refused(void **state)
{
    static const char *const bad[] = {
        "",         "/etc/passwd", "../x",    "tile/../checkpoint", "tile//0", "tile/",      ".",
        "tile/./0", ".private",    "tile/.x", "check point",        "tile\n",  "caf\xc3\xa9"
    };
    struct arena a = arena_with_budget(1 << 20);
    char longest[300];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct answer r = ask(&a, bad[i], 100);
        assert_int_equal(r.f.kind, FAULT_DENIED);
    }
    memset(longest, 'a', sizeof longest);
    longest[255] = '\0';
    assert_true(source_path_is_valid(longest));
    longest[255] = 'a';
    longest[256] = '\0';
    assert_false(source_path_is_valid(longest));
    arena_done(&a);
}

static void every_allocation_may_fail(void **state)
{
    struct arena a = arena_with_budget(1 << 20);

    (void)state;
    a.fail_after = 0;
    const struct answer r = ask(&a, "checkpoint", 100);
    assert_int_equal(r.f.kind, FAULT_LIMIT);
    arena_done(&a);
}

static void a_folder_that_is_none_is_named(void **state)
{
    struct source s = { 0 };
    struct fault f = { 0 };

    (void)state;
    assert_false(source_folder_open("/nowhere/at/all", &s, &f));
    assert_non_null(strstr(f.text, "/nowhere/at/all"));
    source_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_read_and_absence_is_a_value),
        cmocka_unit_test(a_file_over_the_limit_is_named),
        cmocka_unit_test(other_paths_are_refused),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(a_folder_that_is_none_is_named),
    };
    return cmocka_run_group_tests(tests, fill, sweep);
}
