#include "confine/confined.h"
#include "core/sanitized.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

enum { LIMIT = 1 << 20 };

static bool run(confined_work *work, void *ctx, struct buf *answer, struct fault *f)
{
    const struct confined c = { .work = work, .ctx = ctx, .what = "the work", .seconds = 1 };

    return confined_run(&c, answer, f);
}

static bool repeat(void *ctx, struct buf *answer, struct fault *f)
{
    (void)f;
    for (int i = 0; i < *(int *)ctx; i++)
        buf_add_text(answer, "0123456789");
    *(int *)ctx = -1;
    return true;
}

static void an_answer_of_any_length_comes_back(void **state)
{
    static const int times[] = { 0, 1, 20000, LIMIT / 10 };

    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        struct buf answer = buf_with_limit(LIMIT);
        int count = times[i];
        assert_true(run(repeat, &count, &answer, NULL));
        assert_int_equal(answer.len, (size_t)times[i] * 10);
        assert_int_equal(count, times[i]); /* the child's memory is its own */
        buf_done(&answer);
    }
}

static void what_is_too_long_is_a_fault(void **state)
{
    struct buf answer = buf_with_limit(LIMIT);
    struct fault f = { 0 };
    int count = LIMIT;

    (void)state;
    assert_false(run(repeat, &count, &answer, &f));
    assert_int_equal(f.kind, FAULT_LIMIT);
    assert_int_equal(answer.len, 0);
    buf_done(&answer);
}

static bool refuse(void *ctx, struct buf *answer, struct fault *f)
{
    buf_add_text(answer, "half");
    return fault_set(f, FAULT_UNSUPPORTED, "%s", (const char *)ctx);
}

static void a_fault_comes_back_with_its_words(void **state)
{
    struct buf answer = buf_with_limit(LIMIT);
    struct fault f = { 0 };
    char said[] = "line 7: no such thing";
    char torn[] = "\x1b[2J";

    (void)state;
    assert_false(run(refuse, said, &answer, &f));
    assert_int_equal(f.kind, FAULT_UNSUPPORTED);
    assert_string_equal(f.text, said);
    assert_false(run(refuse, torn, &answer, &f));
    assert_string_equal(f.text, "[2J");
    assert_int_equal(answer.len, 0);
    buf_done(&answer);
}

static bool open_file(void *ctx, struct buf *answer, struct fault *f)
{
    (void)f;
    buf_add_text(answer, open(ctx, O_RDONLY | O_CLOEXEC) < 0 ? "no" : "open");
    return true;
}

static bool open_socket(void *ctx, struct buf *answer, struct fault *f)
{
    (void)ctx;
    (void)f;
    buf_add_text(answer, socket(AF_INET, SOCK_STREAM, 0) < 0 ? "no" : "open");
    return true;
}

static bool make_process(void *ctx, struct buf *answer, struct fault *f)
{
    (void)ctx;
    (void)f;
    const pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    buf_add_text(answer, pid < 0 ? "no" : "open");
    return true;
}

/* Under a sanitizer what is forbidden fails; else it is the end. */
static void nothing_can_be_opened(void **state)
{
    static confined_work *const tries[] = { open_file, open_socket, make_process };
    char path[] = "/etc/passwd";

    (void)state;
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        struct buf answer = buf_with_limit(LIMIT);
        struct fault f = { 0 };
        const bool ok = run(tries[i], path, &answer, &f);
        assert_true(ok == SANITIZED);
        assert_true(ok ? answer.len == 2 : strstr(f.text, "signal") != NULL);
        buf_done(&answer);
    }
}

static bool end_by(void *ctx, struct buf *answer, struct fault *f)
{
    (void)answer;
    (void)f;
    (void)signal(*(int *)ctx, SIG_DFL);
    _exit(3);
}

static bool spin(void *ctx, struct buf *answer, struct fault *f)
{
    volatile unsigned long turns = 0;

    (void)ctx;
    (void)answer;
    (void)f;
    while (turns + 1 != 0)
        turns = turns + 1;
    return true;
}

static bool sleep_long(void *ctx, struct buf *answer, struct fault *f)
{
    static int word = 0;

    (void)ctx;
    (void)answer;
    (void)f;
    return syscall(SYS_futex, &word, FUTEX_WAIT, word, NULL, NULL, 0) == 0; /* nobody wakes it */
}

static void however_it_ends_it_is_told(void **state)
{
    struct buf answer = buf_with_limit(LIMIT);
    struct fault f = { 0 };
    int number = SIGTERM;

    (void)state;
    assert_false(run(end_by, &number, &answer, &f));
    assert_non_null(strstr(f.text, "without an answer"));
    assert_false(run(spin, NULL, &answer, &f));
    assert_int_equal(f.kind, FAULT_LIMIT);
    assert_non_null(strstr(f.text, "more than 1 seconds"));
    assert_false(run(sleep_long, NULL, &answer, &f));
    assert_non_null(strstr(f.text, "more than 1 seconds"));
    assert_int_equal(answer.len, 0);
    buf_done(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_of_any_length_comes_back),
        cmocka_unit_test(what_is_too_long_is_a_fault),
        cmocka_unit_test(a_fault_comes_back_with_its_words),
        cmocka_unit_test(nothing_can_be_opened),
        cmocka_unit_test(however_it_ends_it_is_told),
    };

    return cmocka_run_group_tests_name("confined", tests, NULL, NULL);
}
