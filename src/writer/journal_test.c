/* journal_test.c -- a journal comes back whole, cut where it was torn, and told where it is
 * damaged. */
#include "tlog/tlog_trial.h"
#include "writer/journal.h"
#include "writer/writer_trial.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define PATH "private/journal"

static char home[] = "/tmp/hallmark-journal-XXXXXX";
static struct folder folder;

static int start(void **state)
{
    struct fault f = { 0 };

    (void)state;
    return mkdtemp(home) != NULL && folder_make(home, &folder, &f) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    folder_close(&folder);
    writer_trial_sweep(home);
    return 0;
}

static struct bytes entry_of(uint64_t n, char text[64])
{
    (void)snprintf(text, 64, "entry %llu\n%.*s", (unsigned long long)n, (int)(n % 30),
                   "..............................");
    return bytes_of_text(text);
}

struct heard {
    uint64_t next;
};

static bool hear(void *with, uint64_t index, struct bytes entry, struct fault *f)
{
    struct heard *h = with;
    char text[64];

    (void)f;
    assert_int_equal(index, h->next);
    assert_true(bytes_equal(entry, entry_of(index, text)));
    h->next++;
    return true;
}

static void must(bool ok, const struct fault *f)
{
    if (!ok)
        fail_msg("%s", f->text);
}

/* A journal from `first` on with batches of so many entries, ended by 0. */
static void make(uint64_t first, const unsigned *batches)
{
    struct journal j = { 0 };
    struct heard h = { first };
    struct fault f = { 0 };
    char text[64];
    uint64_t n = first;

    must(journal_create(&folder, first, &f), &f);
    must(journal_open(&folder, hear, &h, &j, &f), &f);
    for (; *batches != 0; batches++) {
        for (unsigned i = 0; i < *batches; i++)
            must(journal_stage(&j, entry_of(n++, text), &f), &f);
        must(journal_sync(&j, &f), &f);
        assert_int_equal(j.durable, n);
    }
    journal_close(&j);
}

static struct bytes content(struct arena *a)
{
    struct bytes all = { 0 };
    struct fault f = { 0 };
    bool found = false;

    must(folder_read(&folder, PATH, 1 << 20, a, &all, &found, &f), &f);
    assert_true(found);
    return all;
}

static void put(struct bytes all)
{
    struct fault f = { 0 };

    must(folder_write(&folder, PATH, all, &f), &f);
}

static void it_comes_back_whole(void **state)
{
    const unsigned batches[] = { 1, 3, 200, 0 };
    struct arena a = arena_with_budget(8 << 20);
    struct heard h = { 7 };
    struct fault f = { 0 };
    struct journal j = { 0 };
    uint64_t next = 0;

    (void)state;
    make(7, batches);
    tlog_trial_seed("journal", "good", content(&a)); /* of the fuzzer */
    arena_done(&a);
    must(journal_read(&folder, hear, &h, &next, &f), &f);
    assert_int_equal(next, 211);
    h.next = 7;
    must(journal_open(&folder, hear, &h, &j, &f), &f);
    assert_int_equal(j.first, 7);
    assert_int_equal(j.durable, 211);
    assert_int_equal(j.cut, 0);
    journal_close(&j);
}

/* Only the last batch can be torn: at whatever byte it ends, it is cut and nothing before it. */
static void a_torn_batch_is_cut_at_every_byte(void **state)
{
    const unsigned before[] = { 2, 5, 0 };
    const unsigned batches[] = { 2, 5, 9, 0 };
    struct arena a = arena_with_budget(1 << 20);

    (void)state;
    make(0, before);
    const size_t good = content(&a).len;
    make(0, batches);
    const struct bytes all = content(&a);
    assert_true(all.len > good);
    for (size_t len = good; len < all.len; len++) {
        struct heard h = { 0 };
        struct fault f = { 0 };
        struct journal j = { 0 };
        char text[64];
        put(bytes_part(all, 0, len));
        must(journal_open(&folder, hear, &h, &j, &f), &f);
        assert_int_equal(h.next, 7);
        assert_int_equal(j.cut, len - good);
        assert_int_equal(content(&a).len, len);
        must(journal_mend(&j, &f), &f);
        assert_int_equal(content(&a).len, good);
        must(journal_stage(&j, entry_of(7, text), &f), &f);
        must(journal_sync(&j, &f), &f);
        journal_close(&j);
        h.next = 0;
        must(journal_open(&folder, hear, &h, &j, &f), &f);
        assert_int_equal(h.next, 8);
        journal_close(&j);
    }
    arena_done(&a);
}

/* In the last batch a changed bit is a torn write; before it, damage, and told with its place. */
static void a_changed_bit_is_never_believed(void **state)
{
    const unsigned before[] = { 2, 5, 0 };
    const unsigned batches[] = { 2, 5, 1, 0 };
    struct arena a = arena_with_budget(1 << 20);

    (void)state;
    make(0, before);
    const size_t good = content(&a).len;
    make(0, batches);
    const struct bytes all = content(&a);
    uint8_t *bad = arena_alloc(&a, all.len, NULL);
    assert_non_null(bad);
    for (size_t bit = 0; bit < all.len * 8; bit += 3) {
        struct heard h = { 0 };
        struct fault f = { 0 };
        struct journal j = { 0 };
        memcpy(bad, all.at, all.len);
        bad[bit / 8] ^= (uint8_t)(1 << bit % 8);
        put((struct bytes){ .at = bad, .len = all.len });
        uint64_t next = 99;
        struct heard unheard = { 0 };
        if (!journal_read(&folder, hear, &unheard, &next, &f))
            assert_int_equal(next, 99);
        const bool ok = journal_open(&folder, hear, &h, &j, &f);
        assert_int_equal(ok, bit / 8 >= good);
        if (ok) {
            assert_int_equal(h.next, 7);
        } else {
            assert_int_equal(f.kind, FAULT_FORMAT);
            assert_non_null(strstr(f.text, "/private/journal: at byte"));
        }
        journal_close(&j);
    }
    arena_done(&a);
}

/* A full disk is played by the limit on the size of files. */
static void what_does_not_fit_leaves_the_file_as_it_was(void **state)
{
    const unsigned batches[] = { 3, 0 };
    struct heard h = { 0 };
    struct fault f = { 0 };
    struct journal j = { 0 };
    struct rlimit old;
    struct stat st;
    char text[64];
    uint64_t n = 3;

    (void)state;
    (void)signal(SIGXFSZ, SIG_IGN);
    make(0, batches);
    must(journal_open(&folder, hear, &h, &j, &f), &f);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    const struct rlimit small = { .rlim_cur = j.len + 100, .rlim_max = old.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (; n < 30; n++)
        must(journal_stage(&j, entry_of(n, text), &f), &f);
    assert_false(journal_sync(&j, &f));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(f.kind, FAULT_IO);
    assert_non_null(strstr(f.text, "private/journal"));
    assert_int_equal(fstat(j.fd, &st), 0);
    assert_int_equal(st.st_size, j.len);
    must(journal_sync(&j, &f), &f);
    assert_int_equal(j.durable, 30);
    journal_close(&j);
    h.next = 0;
    must(journal_open(&folder, hear, &h, &j, &f), &f);
    assert_int_equal(h.next, 30);
    journal_close(&j);
}

static struct bytes bring(void *with, uint64_t index)
{
    return entry_of(index, with);
}

static void a_new_journal_begins_with_what_is_still_needed(void **state)
{
    const unsigned batches[] = { 3, 50, 0 };
    struct heard h = { 0 };
    struct fault f = { 0 };
    struct journal j = { 0 };
    char text[64];
    const struct journal_rest rest = { .with = text, .entry = bring };

    (void)state;
    make(0, batches);
    must(journal_open(&folder, hear, &h, &j, &f), &f);
    must(journal_rotate(&j, 40, &rest, &f), &f);
    must(journal_stage(&j, entry_of(53, text), &f), &f);
    must(journal_sync(&j, &f), &f);
    journal_close(&j);
    h.next = 40;
    must(journal_open(&folder, hear, &h, &j, &f), &f);
    assert_int_equal(j.first, 40);
    assert_int_equal(h.next, 54);
    must(journal_rotate(&j, 54, &rest, &f), &f);
    journal_close(&j);
    h.next = 54;
    must(journal_open(&folder, hear, &h, &j, &f), &f);
    assert_int_equal(j.durable, 54);
    journal_close(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_back_whole),
        cmocka_unit_test(a_torn_batch_is_cut_at_every_byte),
        cmocka_unit_test(a_changed_bit_is_never_believed),
        cmocka_unit_test(what_does_not_fit_leaves_the_file_as_it_was),
        cmocka_unit_test(a_new_journal_begins_with_what_is_still_needed),
    };

    return cmocka_run_group_tests(tests, start, end);
}
