/* witness_store_test.c -- the memory of a witness: one owner, whole or not at all. */
#include "server/witness_store.h"

#include "core/sha256.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char above[] = "/tmp/hallmark-memory-XXXXXX";
static char dir[64];

static int start(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(above));
    (void)snprintf(dir, sizeof dir, "%s/state", above);
    return 0;
}

static int sweep(void **state)
{
    static const char *const names[] = { "lock", "new" };
    char path[256];

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        (void)unlink(path);
    }
    struct sha256 h = sha256_of(bytes_of_text("log.example"));
    char hex[SHA256_TEXT_MAX];
    (void)snprintf(path, sizeof path, "%s/%s", dir, sha256_write(&h, hex));
    (void)unlink(path);
    (void)rmdir(dir);
    return rmdir(above);
}

static void expect(const struct witness_store *s, const char *text)
{
    struct arena a = arena_with_budget(1 << 20);
    struct bytes note = { 0 };
    struct fault f = { 0 };
    bool found = false;

    assert_true(witness_store_read(s, bytes_of_text("log.example"), &a, &note, &found, &f));
    assert_int_equal(found, text != NULL);
    if (text != NULL)
        assert_true(bytes_equal_text(note, text));
    arena_done(&a);
}

static bool put(struct witness_store *s, const char *text, struct fault *f)
{
    return witness_store_write(s, bytes_of_text("log.example"), bytes_of_text(text), f);
}

static void what_is_written_stays(void **state)
{
    struct witness_store *s = NULL;
    struct fault f = { 0 };
    struct stat st;

    (void)state;
    assert_true(witness_store_open(dir, &s, &f));
    assert_int_equal(stat(dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    expect(s, NULL);
    assert_true(put(s, "one\n", &f));
    expect(s, "one\n");
    assert_true(put(s, "two\n", &f));
    expect(s, "two\n");
    witness_store_close(&s);
    witness_store_close(&s);
    assert_true(witness_store_open(dir, &s, &f));
    expect(s, "two\n");
    witness_store_close(&s);
}

static void one_process_owns_the_folder(void **state)
{
    struct witness_store *s = NULL;
    struct witness_store *second = NULL;
    struct fault f = { 0 };

    (void)state;
    assert_true(witness_store_open(dir, &s, &f));
    assert_false(witness_store_open(dir, &second, &f));
    assert_int_equal(f.kind, FAULT_DENIED);
    assert_non_null(strstr(f.text, dir));
    witness_store_close(&s);
    assert_true(witness_store_open(dir, &second, &f));
    witness_store_close(&second);
}

static void a_full_disk_leaves_the_old(void **state)
{
    const struct rlimit none = { .rlim_cur = 3, .rlim_max = RLIM_INFINITY };
    const struct rlimit any = { .rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY };
    struct witness_store *s = NULL;
    struct fault f = { 0 };

    (void)state;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_true(witness_store_open(dir, &s, &f));
    assert_true(put(s, "old\n", &f));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    const bool ok = put(s, "much newer\n", &f);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &any), 0);
    assert_false(ok);
    assert_int_equal(f.kind, FAULT_IO);
    expect(s, "old\n");
    char *large = calloc(1, WITNESS_STORE_NOTE_MAX + 2);
    memset(large, 'x', WITNESS_STORE_NOTE_MAX + 1);
    assert_false(put(s, large, &f));
    assert_int_equal(f.kind, FAULT_LIMIT);
    free(large);
    expect(s, "old\n");
    witness_store_close(&s);
}

/* Killed at any instant while it writes, again and again: the file is one of those written, whole,
 * and never older than the last that was acknowledged. */
static void a_killed_writer_leaves_one_whole(void **state)
{
    struct witness_store *s = NULL;
    struct fault f = { 0 };
    unsigned first = 0;

    (void)state;
    for (int round = 0; round < 40; round++) {
        int told[2];
        assert_int_equal(pipe(told), 0);
        const pid_t pid = fork();
        if (pid == 0) {
            char text[32];
            bool ok = witness_store_open(dir, &s, &f);
            for (unsigned i = first + 1; ok; i++) {
                (void)snprintf(text, sizeof text, "number %u.\n", i);
                ok = put(s, text, &f) && write(told[1], &i, sizeof i) == sizeof i;
            }
            _exit(1);
        }
        (void)close(told[1]);
        unsigned last = first;
        for (int i = 0; i < 1 + round % 5; i++)
            assert_int_equal(read(told[0], &last, sizeof last), sizeof last);
        (void)usleep((useconds_t)(round * 37 % 500));
        assert_int_equal(kill(pid, SIGKILL), 0);
        while (read(told[0], &last, sizeof last) == sizeof last)
            continue;
        (void)close(told[0]);
        assert_int_equal(waitpid(pid, NULL, 0), pid);

        struct arena a = arena_with_budget(1 << 20);
        struct bytes note = { 0 };
        bool found = false;
        unsigned kept = 0;
        assert_true(witness_store_open(dir, &s, &f));
        assert_true(witness_store_read(s, bytes_of_text("log.example"), &a, &note, &found, &f));
        assert_true(found && bytes_has_suffix(note, ".\n"));
        assert_int_equal(sscanf((const char *)note.at, "number %u.", &kept), 1);
        assert_in_range(kept, last, last + 1);
        first = kept;
        arena_done(&a);
        witness_store_close(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_stays),
        cmocka_unit_test(one_process_owns_the_folder),
        cmocka_unit_test(a_full_disk_leaves_the_old),
        cmocka_unit_test(a_killed_writer_leaves_one_whole),
    };
    return cmocka_run_group_tests(tests, start, sweep);
}
