#include "core/intern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *add(struct intern *t, const char *text)
{
    const char *kept = NULL;

    assert_true(intern_add(t, bytes_of_text(text), &kept, /* fault */ NULL));
    assert_string_equal(kept, text);
    return kept;
}

static void equal_texts_have_one_address(void **state)
{
    struct arena arena = arena_with_budget(1 << 20);
    struct intern t = intern_in(&arena);
    char name[16];
    const char *first[1000];

    (void)state;
    for (int i = 0; i < 2000; i++) {
        (void)snprintf(name, sizeof name, "name-%d", i % 1000);
        const char *kept = add(&t, name);
        if (i < 1000)
            first[i] = kept;
        else
            assert_ptr_equal(kept, first[i - 1000]);
    }
    assert_int_equal(t.count, 1000);
    assert_ptr_equal(add(&t, ""), add(&t, ""));
    intern_done(&t);
    assert_string_equal(first[999], "name-999"); /* the texts stay */
    arena_done(&arena);
}

static void short_texts_are_packed(void **state)
{
    struct arena arena = arena_with_budget(1 << 20);
    struct intern t = intern_in(&arena);
    char long_text[5000];

    (void)state;
    const char *a = add(&t, "a");
    const char *b = add(&t, "b");
    assert_ptr_equal(a + 2, b);
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    assert_ptr_equal(add(&t, long_text), add(&t, long_text));
    intern_done(&t);
    arena_done(&arena);
}

static void says_when_memory_ends(void **state)
{
    struct arena arena = arena_with_budget(1 << 20);
    struct intern t = intern_in(&arena);
    const char *kept = NULL;
    struct fault f = { 0 };

    (void)state;
    arena.fail_after = 0;
    assert_false(intern_add(&t, bytes_of_text("a"), &kept, &f));
    assert_int_equal(f.kind, FAULT_LIMIT);
    assert_null(kept);
    arena.fail_after = SIZE_MAX;
    (void)add(&t, "a");
    intern_done(&t);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_texts_have_one_address),
        cmocka_unit_test(short_texts_are_packed),
        cmocka_unit_test(says_when_memory_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
