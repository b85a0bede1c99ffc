/* file_test.c -- a small file made, and read back. */
#include "core/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/hallmark-file-XXXXXX";

static const char *in_folder(struct arena *a, const char *name)
{
    return arena_print(a, NULL, "%s/%s", folder, name);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int drop_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static void what_is_created_is_the_owners_and_never_overwritten(void **state)
{
    struct arena a = arena_with_budget(1 << 16);
    const char *path = in_folder(&a, "made");
    const char *link = in_folder(&a, "link");
    struct bytes back = { 0 };
    struct fault f = { 0 };
    struct stat st;

    (void)state;
    assert_true(file_create(path, bytes_of_text("first"), &f));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_false(file_create(path, bytes_of_text("second"), &f));
    assert_int_equal(f.kind, FAULT_DENIED);
    assert_true(file_load(path, 5, &a, &back, &f));
    assert_true(bytes_equal_text(back, "first"));
    assert_false(file_load(path, 4, &a, &back, &f));
    assert_int_equal(f.kind, FAULT_LIMIT);

    assert_int_equal(symlink("elsewhere", link), 0);
    assert_false(file_create(link, bytes_of_text("through"), &f));
    assert_int_equal(f.kind, FAULT_DENIED);
    assert_false(file_create(in_folder(&a, "none/made"), bytes_of_text("x"), &f));
    assert_int_equal(f.kind, FAULT_IO);
    assert_int_equal(unlink(link), 0);
    assert_int_equal(unlink(path), 0);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_created_is_the_owners_and_never_overwritten),
    };

    return cmocka_run_group_tests_name("file", tests, make_folder, drop_folder);
}
