/* shelf_test.c -- records that never move, in memory and in a file. */
#include "core/own.h"
#include "core/shelf.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const struct shelf_plan twelve = { .size = 12, .limit = UINT32_MAX };
static int folder = -1;
static char dir[] = "/tmp/hallmark-shelf-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(dir));
    folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder < 0;
}

static int drop_folder(void **state)
{
    (void)state;
    own_close(&folder);
    return rmdir(dir);
}

static uint64_t file_size(const char *name)
{
    struct stat st;

    assert_int_equal(fstatat(folder, name, &st, 0), 0);
    return (uint64_t)st.st_size;
}

static void put(struct shelf *s, uint32_t first, uint32_t n)
{
    for (uint32_t i = first; i < first + n; i++) {
        uint32_t place = 0;
        assert_true(shelf_add(s, 1, &place, /* fault */ NULL));
        assert_int_equal(place, i);
        memset(s->at + place * s->size, (int)(i % 251), s->size);
    }
}

static void holds(const struct shelf *s, uint32_t n)
{
    assert_int_equal(s->count, n);
    for (size_t i = 0; i < n * s->size; i++)
        assert_int_equal(s->at[i], i / s->size % 251);
}

static void records_stay_where_they_are(void **state)
{
    struct shelf s = { 0 };

    (void)state;
    assert_true(shelf_new(&twelve, &s, /* fault */ NULL));
    const uint8_t *const at = s.at;
    put(&s, 0, 100000);
    assert_ptr_equal(s.at, at);
    holds(&s, 100000);
    assert_int_equal(shelf_bytes(&s), 1200000);
    shelf_cut(&s, 10);
    put(&s, 10, 10);
    holds(&s, 20);
    assert_true(shelf_sync(&s, 0, /* fault */ NULL));
    shelf_close(&s);
    shelf_close(&s);
}

static void a_run_is_one_run_and_the_limit_is_one(void **state)
{
    const struct shelf_plan plan = { .size = 12, .limit = 9000 };
    struct shelf s = { 0 };
    struct fault f = { 0 };
    uint32_t place = 7;

    (void)state;
    assert_true(shelf_new(&plan, &s, &f));
    assert_true(shelf_add(&s, 8999, &place, &f));
    assert_int_equal(place, 0);
    assert_false(shelf_add(&s, 2, &place, &f));
    assert_int_equal(f.kind, FAULT_LIMIT);
    assert_int_equal(s.count, 8999);
    assert_true(shelf_add(&s, 1, &place, &f));
    assert_int_equal(place, 8999);
    memset(s.at, 1, 9000 * s.size);
    assert_false(shelf_add(&s, UINT32_MAX, &place, &f));
    shelf_close(&s);
}

static void a_file_holds_what_was_put(void **state)
{
    struct shelf_file file = { .folder = folder, .name = "a", .writable = true };
    struct shelf s = { 0 };
    struct shelf reader = { 0 };

    (void)state;
    assert_true(shelf_open(&twelve, &file, &s, /* fault */ NULL));
    put(&s, 0, 50001);
    assert_true(shelf_sync(&s, 49000, /* fault */ NULL));
    file.count = 50000;
    file.writable = false;
    assert_true(shelf_open(&twelve, &file, &reader, /* fault */ NULL));
    holds(&reader, 50000);
    put(&s, 50001, 30000);
    shelf_close(&s);
    assert_int_equal(file_size("a"), 80001 * 12);
    holds(&reader, 50000);
    shelf_close(&reader);
    file.writable = true;
    assert_true(shelf_open(&twelve, &file, &s, /* fault */ NULL));
    assert_int_equal(file_size("a"), 50000 * 12);
    put(&s, 50000, 5);
    holds(&s, 50005);
    shelf_close(&s);
    assert_int_equal(file_size("a"), 50005 * 12);
    assert_int_equal(unlinkat(folder, "a", 0), 0);
}

static void a_short_file_is_refused_and_left_alone(void **state)
{
    struct shelf_file file = { .folder = folder, .name = "b", .writable = true };
    struct shelf s = { 0 };
    struct fault f = { 0 };

    (void)state;
    assert_true(shelf_open(&twelve, &file, &s, &f));
    put(&s, 0, 3);
    shelf_close(&s);
    file.count = 4;
    for (int writable = 0; writable < 2; writable++) {
        file.writable = writable == 1;
        f.kind = FAULT_NONE;
        assert_false(shelf_open(&twelve, &file, &s, &f));
        assert_int_equal(f.kind, FAULT_FORMAT);
        assert_string_equal(f.text, "b: has 36 bytes, not the 48 of 4 records");
        assert_int_equal(file_size("b"), 36);
    }
    assert_int_equal(unlinkat(folder, "b", 0), 0);
    file.writable = false;
    assert_false(shelf_open(&twelve, &file, &s, &f));
    assert_int_equal(f.kind, FAULT_FORMAT);
}

static void a_full_disk_is_a_fault(void **state)
{
    const struct shelf_file file = { .folder = folder, .name = "c", .writable = true };
    struct rlimit before;
    struct shelf s = { 0 };
    struct fault f = { 0 };
    uint32_t place = 0;
    uint32_t n = 0;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit narrow = { .rlim_cur = 100000, .rlim_max = before.rlim_max };
    void (*const handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &narrow), 0);
    assert_true(shelf_open(&twelve, &file, &s, &f));
    while (shelf_add(&s, 1, &place, &f))
        memset(s.at + place * s.size, (int)(n++ % 251), s.size);
    assert_int_equal(f.kind, FAULT_IO);
    assert_true(n > 0 && n < 100000 / 12);
    holds(&s, n);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    put(&s, n, 10000);
    shelf_close(&s);
    (void)signal(SIGXFSZ, handler);
    assert_int_equal(unlinkat(folder, "c", 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_stay_where_they_are),
        cmocka_unit_test(a_run_is_one_run_and_the_limit_is_one),
        cmocka_unit_test(a_file_holds_what_was_put),
        cmocka_unit_test(a_short_file_is_refused_and_left_alone),
        cmocka_unit_test(a_full_disk_is_a_fault),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
