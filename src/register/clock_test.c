/* clock_test.c -- times of RFC 3339, and a clock in a file. */
#include "register/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static void times_are_read_to_the_letter(void **state)
{
    static const char *const bad[] = {
        "",
        "2017-09-13",
        "2017-09-13T00:00:00",
        "2017-09-13 00:00:00Z",
        "2017-02-30T00:00:00Z",
        "2017-09-13T24:00:00Z",
        "2017-09-13T00:60:00Z",
        "2017-09-13T00:00:60Z",
        "2017-09-13T0a:00:00Z",
        "2017-09-13T00:00:00z",
        "2017-09-13T00:00:00Z ",
        "2017-09-13T00:00:00+0100",
        "2017-09-13T00:00:00+01:0",
        "2017-09-13T00:00:00+01:99",
    };
    int64_t time = 0;
    char text[CLOCK_TEXT_MAX];

    (void)state;
    assert_true(clock_parse(bytes_of_text("2017-09-13T12:34:56Z"), &time));
    assert_int_equal(time, 1505306096);
    assert_string_equal(clock_text(time, text), "2017-09-13T12:34:56Z");
    assert_true(clock_parse(bytes_of_text("2017-09-13T12:34:56+01:30"), &time));
    assert_int_equal(time, 1505306096 - 5400);
    assert_true(clock_parse(bytes_of_text("2017-09-13T00:00:00-01:00"), &time));
    assert_string_equal(clock_text(time, text), "2017-09-13T01:00:00Z");
    assert_string_equal(clock_text(0, text), "1970-01-01T00:00:00Z");
    assert_string_equal(clock_text(-1, text), "");
    assert_string_equal(clock_text(INT64_MAX, text), "");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (clock_parse(bytes_of_text(bad[i]), &time))
            fail_msg("taken: '%s'", bad[i]);
    }
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    (void)fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void a_story_s_time_stands_in_its_file(void **state)
{
    char path[] = "/tmp/hallmark-clock-XXXXXX";
    const int fd = mkstemp(path);
    struct fault f = { 0 };
    int64_t now = 0;

    (void)state;
    assert_true(fd >= 0);
    (void)close(fd);
    put(path, "2017-09-13T12:34:56Z\n");
    assert_true(clock_read(path, &now, &f));
    assert_int_equal(now, 1505306096);
    put(path, "2017-09-13T12:34:57Z");
    assert_true(clock_read(path, &now, &f));
    assert_int_equal(now, 1505306097);
    put(path, "noon");
    assert_false(clock_read(path, &now, &f));
    assert_non_null(strstr(f.text, path));
    (void)unlink(path);
    assert_false(clock_read(path, &now, &f));
    assert_non_null(strstr(f.text, path));
    assert_true(clock_read(NULL, &now, &f));
    assert_true(now >= 1505306097 && now <= (int64_t)time(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read_to_the_letter),
        cmocka_unit_test(a_story_s_time_stands_in_its_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
