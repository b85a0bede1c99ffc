/* index_damage_test.c -- the index killed while it commits, its disk full, every byte of its files
 * changed: what it says then is right, or it says that it is damaged. */
#include "core/own.h"
#include "register/index_trial.h"

#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static void at_path(char out[256], const char *folder, const char *name)
{
    (void)snprintf(out, 256, "%s/%s", folder, name);
}

static struct index *opened(const char *folder, bool writable)
{
    struct index *i = NULL;
    struct fault f = { 0 };

    if (!index_open(folder, writable, &i, &f))
        fail_msg("%s", f.text);
    return i;
}

/* The version and a dozen of its proofs. */
static void is_right(struct index *i, uint64_t covers)
{
    struct proof_trial_tree tree = index_trial_tree(covers);
    struct fault f = { 0 };

    assert_true(index_trial_agrees(i, covers, &tree));
    for (uint64_t at = 0; at < covers + 4; at += 1 + covers / 3) {
        const struct index_trial_keys k = index_trial_keys(at);
        for (size_t n = 0; n < INDEX_TRIAL_KEYS; n++)
            if (!index_trial_proves(i, covers, &tree, k.text[n], &f))
                fail_msg("%s", f.text);
    }
    proof_trial_free(&tree);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 16;
}

/* Adds and commits until it is killed, opening the folder anew now and then; tells each commit. */
static void append_for_ever(const char *folder, int told, uint32_t seed)
{
    struct index *i = NULL;

    for (unsigned n = 0;; n++) {
        if (n % 8 == 0) {
            index_close(&i);
            if (!index_open(folder, /* writable */ true, &i, /* fault */ NULL))
                _exit(1);
        }
        const uint64_t from = index_covers(i);
        const uint64_t to = from + 1 + next_random(&seed) % 20;
        if (!index_trial_add(i, from, to, /* fault */ NULL) ||
            !index_commit(i, to, /* fault */ NULL) ||
            write(told, &to, sizeof to) != (ssize_t)sizeof to)
            _exit(1);
    }
}

/* The last commit that was told of a child killed after so many microseconds. */
static uint64_t kill_after(const char *folder, uint32_t microseconds, uint32_t seed)
{
    const struct timespec pause = { .tv_nsec = (long)microseconds * 1000 };
    uint64_t covers = 0;
    int status = 0;
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        append_for_ever(folder, ends[1], seed);
    (void)close(ends[1]);
    (void)nanosleep(&pause, NULL);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    while (read(ends[0], &covers, sizeof covers) == (ssize_t)sizeof covers)
        continue;
    (void)close(ends[0]);
    return covers;
}

static void a_kill_loses_no_commit(void **state)
{
    enum { ROUNDS = 60, LARGE = 1500 };
    const char *folder = index_trial_folder();
    uint32_t seed = 4;

    (void)state;
    for (int n = 0; n < ROUNDS; n++) {
        const uint64_t told = kill_after(folder, 100 + next_random(&seed) % 20000, seed);
        struct index *i = opened(folder, /* writable */ false);
        const uint64_t covers = index_covers(i);
        assert_true(covers >= told);
        is_right(i, covers);
        if (told > 0)
            is_right(i, told);
        index_close(&i);
        if (covers > LARGE)
            assert_true(index_discard(folder, /* fault */ NULL));
    }
    index_trial_sweep(folder);
}

enum { SMALL = 12, MIDDLE = 7, LESS = 3, MORE = 15 };
static const uint64_t versions[] = { LESS, MIDDLE, SMALL };

static void make_small(const char *folder)
{
    struct index *i = opened(folder, /* writable */ true);
    uint64_t from = 0;

    for (size_t n = 0; n < sizeof versions / sizeof versions[0]; n++) {
        assert_true(index_trial_add(i, from, versions[n], /* fault */ NULL));
        assert_true(index_commit(i, versions[n], /* fault */ NULL));
        from = versions[n];
    }
    index_close(&i);
}

/* The trees of the small index's versions, and of what comes after. */
struct trees {
    struct proof_trial_tree of[MORE + 1];
};

static struct trees trees_of_small(void)
{
    struct trees t;

    for (uint64_t covers = 0; covers <= MORE; covers++)
        t.of[covers] = index_trial_tree(covers);
    return t;
}

static void free_trees(struct trees *t)
{
    for (size_t covers = 0; covers <= MORE; covers++)
        proof_trial_free(&t->of[covers]);
}

static void is_damage(const struct fault *f)
{
    assert_int_equal(f->kind, FAULT_FORMAT);
    assert_non_null(strstr(f->text, "is damaged at"));
}

/* Everything that the keys of the small index and some others have in the tree as it stands. */
static bool finds_right(struct index *i, uint64_t covers)
{
    struct arena a = arena_with_budget((size_t)1 << 16);
    struct vec got = vec_of(&a, sizeof(uint64_t), 100);
    bool noticed = false;

    for (uint64_t at = 0; at < MORE; at++) {
        const struct index_trial_keys k = index_trial_keys(at);
        for (size_t n = at == 0 ? 0 : 1; n < INDEX_TRIAL_KEYS; n++) {
            const struct index_question q = { .key = bytes_of_text(k.text[n]),
                                              .limit = UINT64_MAX };
            struct fault f = { 0 };
            uint64_t expected[MORE];
            got.count = 0;
            if (!index_find(i, &q, &got, &f)) {
                is_damage(&f);
                noticed = true;
                continue;
            }
            assert_int_equal(got.count, index_trial_postings(covers, k.text[n], expected));
            assert_memory_equal(got.items, expected, got.count * sizeof *expected);
        }
    }
    arena_done(&a);
    return noticed;
}

static bool proves_right(struct index *i, const struct trees *trees, uint64_t covers)
{
    bool noticed = !index_trial_agrees(i, covers, &trees->of[covers]);

    for (uint64_t at = 0; at < MORE; at++) {
        const struct index_trial_keys k = index_trial_keys(at);
        for (size_t n = at == 0 ? 0 : 1; n < INDEX_TRIAL_KEYS; n++) {
            struct fault f = { 0 };
            if (index_trial_proves(i, covers, &trees->of[covers], k.text[n], &f))
                continue;
            if (f.kind != FAULT_UNSUPPORTED) /* a damaged version is not found */
                is_damage(&f);
            noticed = true;
        }
    }
    return noticed;
}

/* Reading all of a folder with damage: whether it was noticed. */
static bool read_all(const char *folder, const struct trees *trees)
{
    struct index *i = NULL;
    struct fault f = { 0 };
    bool noticed = false;

    if (!index_open(folder, /* writable */ false, &i, &f)) {
        is_damage(&f);
        return true;
    }
    assert_int_equal(index_covers(i), SMALL);
    noticed = finds_right(i, SMALL);
    for (size_t n = 0; n < sizeof versions / sizeof versions[0]; n++)
        noticed = proves_right(i, trees, versions[n]) || noticed;
    index_close(&i);
    return noticed;
}

/* Building on a folder with damage: a root that comes out is right. */
static void build_on(const char *folder, const struct trees *trees)
{
    struct index *i = NULL;
    struct fault f = { 0 };
    struct sha256 root;
    uint64_t keys = 0;

    if (!index_open(folder, /* writable */ true, &i, &f)) {
        is_damage(&f);
        return;
    }
    if (index_trial_add(i, SMALL, MORE, &f) && index_root(i, &root, &keys, &f)) {
        const struct sha256 expected = proof_trial_root(&trees->of[MORE]);
        assert_memory_equal(root.at, expected.at, SHA256_LEN);
    } else {
        is_damage(&f);
    }
    index_close(&i);
}

struct file {
    uint8_t at[16384];
    size_t len;
};

static void read_file(const char *path, struct file *out)
{
    OWNED(own_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t n = read(fd, out->at, sizeof out->at);

    assert_true(n > 0 && (size_t)n < sizeof out->at);
    out->len = (size_t)n;
}

static void write_file(const char *path, const struct file *in, size_t len)
{
    OWNED(own_close) int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

    assert_int_equal(write(fd, in->at, len), len);
}

static const char *const names[] = { "head", "inner", "leaf", "posting", "version" };
enum { NAMES = sizeof names / sizeof names[0] };

static void every_byte_changed_is_noticed_or_harmless(void **state)
{
    const char *folder = index_trial_folder();
    struct trees trees = trees_of_small();
    struct file all[NAMES];
    char path[NAMES][256];
    size_t noticed = 0;
    size_t changed = 0;

    (void)state;
    make_small(folder);
    assert_false(read_all(folder, &trees));
    for (size_t n = 0; n < NAMES; n++) {
        at_path(path[n], folder, names[n]);
        read_file(path[n], &all[n]);
    }
    for (size_t n = 0; n < NAMES; n++) {
        for (size_t b = 0; b < all[n].len; b++) {
            struct file bad = all[n];
            bad.at[b] ^= (uint8_t)(1U << b % 8 | (b % 3 == 0 ? 0x81U : 0));
            write_file(path[n], &bad, bad.len);
            noticed += read_all(folder, &trees);
            changed++;
            build_on(folder, &trees);
            for (size_t m = 0; m < NAMES; m++)
                write_file(path[m], &all[m], all[m].len);
        }
    }
    /* what is not noticed: padding, and copies of nodes that no version needs any more */
    assert_true(noticed * 100 > changed * 85);
    free_trees(&trees);
    index_trial_sweep(folder);
}

static void a_short_file_is_noticed(void **state)
{
    const char *folder = index_trial_folder();
    struct trees trees = trees_of_small();
    char path[256];

    (void)state;
    make_small(folder);
    for (size_t n = 0; n < NAMES; n++) {
        struct file good;
        at_path(path, folder, names[n]);
        read_file(path, &good);
        for (size_t len = 0; len < good.len; len += 13) {
            write_file(path, &good, len);
            assert_true(read_all(folder, &trees));
            build_on(folder, &trees);
        }
        assert_int_equal(unlink(path), 0);
        if (n > 0)
            assert_true(read_all(folder, &trees));
        assert_true(index_discard(folder, /* fault */ NULL));
        make_small(folder);
    }
    free_trees(&trees);
    index_trial_sweep(folder);
}

/* Entries up to `to`, by commits of forty, until the disk is full: rolled back then. */
static uint64_t fill(struct index *i, uint64_t to, struct fault *f)
{
    while (index_covers(i) < to) {
        const uint64_t covers = index_covers(i) + 40;
        if (!index_trial_add(i, covers - 40, covers, f) || !index_commit(i, covers, f)) {
            assert_int_equal(f->kind, FAULT_IO);
            index_rollback(i);
            break;
        }
    }
    return index_covers(i);
}

static void with_files_of(rlim_t bytes, const char *folder)
{
    const struct rlimit before = { RLIM_INFINITY, RLIM_INFINITY };
    const struct rlimit narrow = { .rlim_cur = bytes, .rlim_max = before.rlim_max };
    struct index *i = opened(folder, /* writable */ true);
    struct fault f = { 0 };

    assert_int_equal(fill(i, 40, &f), 40);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &narrow), 0);
    const uint64_t full = fill(i, 100000, &f);
    assert_int_equal(f.kind, FAULT_IO);
    assert_true(full < 100000);
    is_right(i, full);
    struct index *reader = opened(folder, /* writable */ false);
    assert_int_equal(index_covers(reader), full);
    is_right(reader, full);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    f.kind = FAULT_NONE;
    assert_int_equal(fill(i, full + 80, &f), full + 80);
    is_right(i, full + 80);
    is_right(i, full);
    is_right(reader, full);
    index_close(&reader);
    index_close(&i);
    assert_true(index_discard(folder, /* fault */ NULL));
}

static void a_limit_on_files_loses_no_commit(void **state)
{
    const char *folder = index_trial_folder();
    struct rlimit now;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &now), 0);
    if (now.rlim_cur != RLIM_INFINITY)
        skip();
    (void)signal(SIGXFSZ, SIG_IGN);
    with_files_of(0, folder); /* the head cannot be written: a commit fails as its last step */
    with_files_of(100000, folder);
    with_files_of(1 << 17, folder);
    with_files_of(300000, folder);
    index_trial_sweep(folder);
}

/* The same with a disk of its own, for which one must be root: every store would be a signal where
 * the file had not its blocks. */
static void a_full_disk_loses_no_commit(void **state)
{
    const char *folder = index_trial_folder();
    struct fault f = { 0 };
    char ballast[256];

    (void)state;
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", folder, "tmpfs", 0, "size=1m") != 0) {
        assert_int_equal(rmdir(folder), 0);
        (void)fprintf(stderr, "skipped: no right to mount a small disk\n");
        skip();
    }
    at_path(ballast, folder, "ballast");
    FILE *file = fopen(ballast, "w");
    assert_non_null(file);
    assert_int_equal(ftruncate(fileno(file), 1 << 19), 0);
    assert_int_equal(posix_fallocate(fileno(file), 0, 1 << 19), 0);
    struct index *i = opened(folder, /* writable */ true);
    const uint64_t full = fill(i, 100000, &f);
    assert_int_equal(f.kind, FAULT_IO);
    assert_true(full > 0 && full < 100000);
    is_right(i, full);
    assert_int_equal(ftruncate(fileno(file), 0), 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(unlink(ballast), 0);
    f.kind = FAULT_NONE;
    assert_int_equal(fill(i, full + 80, &f), full + 80);
    is_right(i, full + 80);
    is_right(i, full);
    index_close(&i);
    assert_int_equal(umount(folder), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kill_loses_no_commit),
        cmocka_unit_test(every_byte_changed_is_noticed_or_harmless),
        cmocka_unit_test(a_short_file_is_noticed),
        cmocka_unit_test(a_limit_on_files_loses_no_commit),
        cmocka_unit_test(a_full_disk_loses_no_commit),
    };

    return cmocka_run_group_tests(tests, /* setup */ NULL, /* teardown */ NULL);
}
