/* own_test.c -- what a forked process keeps of its parent's descriptors. */
#include "core/own.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { LAST = 40 };

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/* The first descriptor that is not as it should be, or 0. */
static int odd_one(const int *kept, size_t count)
{
    own_close_inherited(kept, count);
    for (int fd = 0; fd <= LAST; fd++) {
        bool is_kept = fd <= STDERR_FILENO;
        for (size_t i = 0; i < count; i++)
            is_kept = is_kept || kept[i] == fd;
        if (is_open(fd) != is_kept)
            return fd;
    }
    return 0;
}

static void a_child_keeps_what_it_names_and_no_more(void **state)
{
    static const int none[] = { -1 };
    static const int few[] = { LAST, 3, -1, 7, 8 };
    static const struct {
        const int *kept;
        size_t count;
    } cases[] = { { none, 0 }, { none, 1 }, { few, 5 }, { few, 1 }, { few + 1, 1 } };

    (void)state;
    for (int fd = STDERR_FILENO + 1; fd <= LAST; fd++)
        assert_true(is_open(fd) || dup2(STDERR_FILENO, fd) == fd);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int status = 0;
        const pid_t child = fork();
        if (child == 0)
            _exit(odd_one(cases[i].kept, cases[i].count));
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_keeps_what_it_names_and_no_more),
    };

    return cmocka_run_group_tests_name("own", tests, NULL, NULL);
}
