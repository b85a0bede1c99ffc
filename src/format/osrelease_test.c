#include "format/trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static char *records_of(const char *text)
{
    const struct reading in = { .all = bytes_of_text(text) };

    return trial_records(&osrelease_format, &in);
}

static void reads_quoted_and_bare_values(void **state)
{
    (void)state;
    char *text = records_of("# a comment\nNAME=\"Debian GNU/Linux\"\nID=debian\nVERSION_ID='12'\n"
                            "PRETTY_NAME=\"a \\\"b\\\"\"\nLOGO=x\n");
    assert_string_equal(
        text, "system: name=Debian GNU/Linux id=debian version_id=12 pretty_name=a \"b\"\n");
    free(text);
}

static void a_broken_line_is_lost_alone(void **state)
{
    (void)state;
    char *text = records_of("ID=debian\nnonsense\nNAME=\"open\n");
    assert_string_equal(text,
                        "system: id=debian\nlost: format: os-release(5): a line without '='\n");
    free(text);
}

static void survives_the_trial(void **state)
{
    (void)state;
    trial_format(&(struct trial){
        .format = &osrelease_format,
        .name = "debian",
        .good = bytes_of_text("NAME=\"Debian GNU/Linux\"\nID=debian\nVERSION_ID=\"12\"\n"),
    });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_quoted_and_bare_values),
        cmocka_unit_test(a_broken_line_is_lost_alone),
        cmocka_unit_test(survives_the_trial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
