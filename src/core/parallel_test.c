#include "core/parallel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void count_up(void *with, size_t i)
{
    unsigned *times = with;

    times[i]++;
}

static void each_is_done_once(void **state)
{
    static const size_t counts[] = { 0, 1, 2, 3, 255, 256, 10007 };

    (void)state;
    for (size_t n = 0; n < sizeof counts / sizeof counts[0]; n++) {
        unsigned *times = calloc(counts[n] + 1, sizeof *times);
        assert_non_null(times);
        parallel_each(counts[n], count_up, times);
        for (size_t i = 0; i < counts[n]; i++)
            assert_int_equal(times[i], 1);
        assert_int_equal(times[counts[n]], 0);
        free(times);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_is_done_once) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
