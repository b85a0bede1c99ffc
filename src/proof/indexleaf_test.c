/* indexleaf_test.c -- one meaning, one text: the leaf that commits the index. */
#include "proof/indexleaf.h"
#include "tlog/tlog_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char good[] =
    "hallmark/index/v1\ncovers 5\nkeys 18\nroot WB1DiDaCATJ0U1snQ18Xo5EtdfqhdnpBOsAILksANmI=\n"
    "mapfn sha256:f4a90354efdf4050b9cef30e987c17db730d564e098647e2751a4e5b1c58c748\n";

/* What is read is written the same. */
static bool read_and_write(void *with, struct bytes input, struct arena *a, struct buf *told,
                           struct fault *f)
{
    struct indexleaf leaf;
    struct buf again = buf_with_limit(2 * INDEXLEAF_MAX);

    (void)with;
    (void)a;
    if (!indexleaf_read(input, &leaf, f))
        return false;
    assert_true(indexleaf_is(input));
    indexleaf_write(&leaf, &again);
    assert_true(bytes_equal(buf_bytes(&again), input));
    buf_add(told, buf_bytes(&again));
    buf_done(&again);
    return true;
}

static void one_leaf_has_one_text(void **state)
{
    struct indexleaf leaf;

    (void)state;
    tlog_trial_parser(
        &(struct tlog_trial){ .read = read_and_write, .good = bytes_of_text(good), .step = 1 });
    assert_true(indexleaf_read(bytes_of_text(good), &leaf, /* f */ NULL));
    assert_int_equal(leaf.covers, 5);
    assert_int_equal(leaf.keys, 18);
    assert_int_equal(leaf.root.at[0], 0x58);
    assert_int_equal(leaf.mapfn.at[31], 0x48);
}

static void another_text_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "hallmark/index/v1",
        "hallmark/index/v1\n",
        "hallmark/index/v2\ncovers 5\n",
        "hallmark/index/v1\ncovers 05\nkeys 18\n",
        "hallmark/index/v1\ncovers -5\nkeys 18\n",
        "hallmark/index/v1\ncovers  5\nkeys 18\n",
        "hallmark/index/v1\ncovers 9223372036854775808\nkeys 18\n",
        "hallmark/index/v1\nkeys 18\ncovers 5\n",
    };
    struct buf longer = buf_with_limit(2 * INDEXLEAF_MAX);
    struct indexleaf leaf;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(indexleaf_read(bytes_of_text(wrong[i]), &leaf, /* f */ NULL));
    buf_add_text(&longer, good);
    buf_add_byte(&longer, '\n');
    assert_false(indexleaf_read(buf_bytes(&longer), &leaf, /* f */ NULL));
    longer.len -= 2;
    assert_false(indexleaf_read(buf_bytes(&longer), &leaf, /* f */ NULL));
    buf_done(&longer);
}

static void a_value_is_the_hash_of_its_postings(void **state)
{
    static const uint64_t postings[] = { 1, 0x0102030405060708 };
    static const uint8_t be[] = { 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8 };
    const struct sha256 value = indexleaf_value(postings, 2);
    const struct sha256 plain = sha256_of((struct bytes){ .at = be, .len = sizeof be });

    (void)state;
    assert_true(sha256_equal(&value, &plain));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_leaf_has_one_text),
        cmocka_unit_test(another_text_is_refused),
        cmocka_unit_test(a_value_is_the_hash_of_its_postings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
