/* checkpoint_test.c -- the three lines of a log's word. */
#include "tlog/checkpoint.h"
#include "tlog/tlog_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* tlog-checkpoint, introduction. */
static const char spec_text[] = "example.com/behind-the-sofa\n"
                                "20852163\n"
                                "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

static bool tell_checkpoint(void *with, struct bytes input, struct arena *a, struct buf *told,
                            struct fault *f)
{
    struct checkpoint c;

    (void)with;
    (void)a;
    if (!checkpoint_read(input, &c, f))
        return false;
    checkpoint_write(&c, told);
    buf_add(told, c.extensions);
    assert_true(bytes_equal(buf_bytes(told), input));
    return true;
}

static void the_example_is_read_and_written_the_same(void **state)
{
    const struct tlog_trial t = { .read = tell_checkpoint, .good = bytes_of_text(spec_text) };
    struct checkpoint c;

    (void)state;
    assert_true(checkpoint_read(bytes_of_text(spec_text), &c, /* fault */ NULL));
    assert_true(bytes_equal_text(c.origin, "example.com/behind-the-sofa"));
    assert_int_equal(c.size, 20852163);
    assert_int_equal(c.root.at[0], 0x0a);
    assert_int_equal(c.extensions.len, 0);
    tlog_trial_parser(&t);
}

static void extension_lines_are_kept(void **state)
{
    char text[256];
    struct checkpoint c;

    (void)state;
    (void)snprintf(text, sizeof text, "%sone\n two \n", spec_text);
    const struct tlog_trial t = {
        .read = tell_checkpoint, .good = bytes_of_text(text), .target = "note", .seed = "checkpoint"
    };
    assert_true(checkpoint_read(bytes_of_text(text), &c, /* fault */ NULL));
    assert_true(bytes_equal_text(c.extensions, "one\n two \n"));
    tlog_trial_parser(&t);
}

static void what_is_no_checkpoint_is_refused(void **state)
{
    static const char root[] = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    static const struct {
        const char *before;
        size_t len; /* of the root's text that is taken */
        const char *behind;
    } wrong[] = {
        { "", 0, "" },
        { "\n1\n", 44, "\n" },
        { "a\n\n", 44, "\n" },
        { "a\n1\n", 44, "" },
        { "a\n01\n", 44, "\n" },
        { "a\n-1\n", 44, "\n" },
        { "a\n+1\n", 44, "\n" },
        { "a\n 1\n", 44, "\n" },
        { "a\n1 \n", 44, "\n" },
        { "a\n0x1\n", 44, "\n" },
        { "a\n1\n", 44, " \n" },
        { "a\n1\n", 44, "A\n" },
        { "a\n1\n\n", 44, "\n" },
        { "a\n1\n", 44, "\n\n" },
        { "a\n1\n", 44, "\nx\n\n" },
        { "a\n1\n", 44, "\nx" },
        { "a\n1\n", 43, "\n" },
        { "a\n1\n", 0, "\n" },
        { "a\n9223372036854775808\n", 44, "\n" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct buf text = buf_with_limit(256);
        struct fault f = { 0 };
        struct checkpoint c;
        buf_add_text(&text, wrong[i].before);
        buf_add(&text, bytes_part(bytes_of_text(root), 0, wrong[i].len));
        buf_add_text(&text, wrong[i].behind);
        if (checkpoint_read(buf_bytes(&text), &c, &f))
            fail_msg("%zu", i);
        assert_int_equal(f.kind, FAULT_FORMAT);
        buf_done(&text);
    }
}

static void numbers_have_one_form(void **state)
{
    uint64_t n = 5;

    (void)state;
    assert_true(checkpoint_number(bytes_of_text("0"), &n) && n == 0);
    assert_true(checkpoint_number(bytes_of_text("10"), &n) && n == 10);
    assert_true(checkpoint_number(bytes_of_text("9223372036854775807"), &n) && n == INT64_MAX);
    assert_false(checkpoint_number(bytes_of_text("9223372036854775808"), &n));
    assert_false(checkpoint_number(bytes_of_text("92233720368547758070"), &n));
    assert_false(checkpoint_number(bytes_of_text(""), &n));
    assert_false(checkpoint_number(bytes_of_text("00"), &n));
    assert_false(checkpoint_number(bytes_of_text("1a"), &n));
    assert_true(n == INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_is_read_and_written_the_same),
        cmocka_unit_test(extension_lines_are_kept),
        cmocka_unit_test(what_is_no_checkpoint_is_refused),
        cmocka_unit_test(numbers_have_one_form),
    };

    return cmocka_run_group_tests(tests, /* setup */ NULL, /* teardown */ NULL);
}
