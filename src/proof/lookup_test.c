/* lookup_test.c -- the extra of a proof file: what is written is read, and no more. */
#include "proof/lookup.h"
#include "tlog/tlog_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void tell_lookup(struct buf *told, const struct lookup *l)
{
    buf_add_text(told, "lookup ");
    buf_add(told, l->key);
    for (size_t i = 0; i < l->count; i++)
        buf_print(told, " %llu", (unsigned long long)l->postings[i]);
    buf_add_text(told, " proof ");
    buf_add(told, l->proof);
    buf_add_byte(told, '\n');
}

static bool read_and_tell(void *with, struct bytes input, struct arena *a, struct buf *told,
                          struct fault *f)
{
    struct lookup_file l;
    struct buf again = buf_with_limit(1 << 20);

    (void)with;
    if (!lookup_read(input, a, &l, f))
        return false;
    buf_print(told, "version %u\n", l.version);
    tell_lookup(told, &l.asked);
    buf_add(told, l.index_entry);
    for (size_t i = 0; i < l.further.count; i++)
        tell_lookup(told, vec_at(&l.further, i));
    for (size_t i = 0; i < l.posted.count; i++) {
        const struct lookup_posted *p = vec_at(&l.posted, i);
        buf_print(told, "posted %llu ", (unsigned long long)p->index);
        buf_add(told, p->entry);
        for (size_t n = 0; n < p->count; n++)
            buf_add(told, (struct bytes){ .at = p->inclusion[n].at, .len = SHA256_LEN });
    }
    /* one meaning, one text */
    lookup_write(&l, &again);
    assert_true(buf_ok(&again));
    assert_true(bytes_equal(buf_bytes(&again), input));
    buf_done(&again);
    return true;
}

static struct lookup_file example(unsigned version, struct arena *a)
{
    static const uint64_t one[] = { 3, 17, UINT64_C(1) << 40 };
    static const uint64_t two[] = { 0 };
    static struct sha256 path[] = { { { 1 } }, { { 2 } }, { { 3 } } };
    struct lookup_file l = {
        .version = version,
        .index_entry = bytes_of_text("hallmark/index/v1\n"),
        .asked = { bytes_of_text("vendor:northgate"), one, 3, bytes_of_text("a proof") },
        .further = vec_of(a, sizeof(struct lookup), LOOKUP_FURTHER_MAX),
        .posted = vec_of(a, sizeof(struct lookup_posted), LOOKUP_POSTED_MAX),
    };
    struct fault f = { 0 };

    if (version == 1)
        return l;
    struct lookup *further = vec_push(&l.further, &f);
    *further = (struct lookup){ bytes_of_text("type:sealed"), two, 1, bytes_of_text("another") };
    further = vec_push(&l.further, &f);
    *further = (struct lookup){ .key = bytes_of_text("alias:northgate") };
    struct lookup_posted *p = vec_push(&l.posted, &f);
    *p = (struct lookup_posted){ 3, bytes_of_text("an entry"), path, 3 };
    p = vec_push(&l.posted, &f);
    *p = (struct lookup_posted){ .index = 17, .entry = bytes_of_text("a second") };
    return l;
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    for (unsigned version = 1; version <= 2; version++) {
        struct arena a = arena_with_budget(1 << 20);
        struct buf out = buf_with_limit(1 << 20);
        const struct lookup_file l = example(version, &a);

        lookup_write(&l, &out);
        assert_true(buf_ok(&out));
        tlog_trial_parser(
            &(struct tlog_trial){ .read = read_and_tell, .good = buf_bytes(&out), .step = 1 });
        buf_done(&out);
        arena_done(&a);
    }
}

static void assert_refused(struct bytes extra, const char *why)
{
    struct arena a = arena_with_budget(1 << 20);
    struct lookup_file l;
    struct fault f = { 0 };

    assert_false(lookup_read(extra, &a, &l, &f));
    assert_non_null(strstr(f.text, why));
    arena_done(&a);
}

static void what_is_wrong_is_named(void **state)
{
    static const uint8_t falling[] = { 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0,
                                       0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 7 };
    static const uint8_t longer[] = { 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9 };
    static const uint8_t many[] = { 1, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff };
    static const uint8_t unknown[] = { 3 };

    (void)state;
    assert_refused((struct bytes){ 0 }, "ends early");
    assert_refused((struct bytes){ .at = unknown, .len = 1 }, "version 3");
    assert_refused((struct bytes){ .at = many, .len = sizeof many }, "ends early");
    assert_refused((struct bytes){ .at = falling, .len = sizeof falling }, "do not increase");
    assert_refused((struct bytes){ .at = longer, .len = sizeof longer }, "1 bytes behind");
}

static void what_does_not_fit_is_not_written(void **state)
{
    struct arena a = arena_with_budget(1 << 20);
    struct buf out = buf_with_limit(1 << 20);
    struct lookup_file l = example(1, &a);
    uint8_t *large = calloc(1, UINT16_MAX + 1);

    (void)state;
    assert_non_null(large);
    l.index_entry = (struct bytes){ .at = large, .len = UINT16_MAX + 1 };
    lookup_write(&l, &out);
    assert_false(buf_ok(&out));
    free(large);
    buf_done(&out);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(what_does_not_fit_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
