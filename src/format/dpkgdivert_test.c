#include "format/trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void states_three_lines_each(void **state)
{
    (void)state;
    char *found = trial_records(&dpkgdivert_format,
                                &(struct reading){ .all = bytes_of_text("/bin/sh\n/bin/sh.distrib\n"
                                                                        "dash\nx\n/b\nc\n"
                                                                        "/a\n/b\n:\n/c\n") });
    assert_string_equal(
        found, "diversion: from=/bin/sh to=/bin/sh.distrib package=dash\n"
               "lost: format: dpkg-divert(1): diversion 2 is not two absolute paths and a package\n"
               "diversion: from=/a to=/b package=:\n"
               "lost: format: dpkg-divert(1): diversion 4 is not two absolute paths and a "
               "package\n");
    free(found);
}

static void survives_the_trial(void **state)
{
    (void)state;
    trial_format(&(struct trial){
        .format = &dpkgdivert_format,
        .name = "dash",
        .good = bytes_of_text("/bin/sh\n/bin/sh.distrib\ndash\n/usr/x\n/usr/x.real\n:\n"),
    });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_three_lines_each),
        cmocka_unit_test(survives_the_trial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
