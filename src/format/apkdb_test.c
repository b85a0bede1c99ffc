#include "format/trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void expect(const char *text, const char *records)
{
    char *found = trial_records(&apkdb_format, &(struct reading){ .all = bytes_of_text(text) });

    assert_string_equal(found, records);
    free(found);
}

static void states_packages_and_files(void **state)
{
    (void)state;
    expect(
        "C:Q1=\nP:musl\nV:1-r0\nA:x86_64\nS:1\no:musl\nm:T <t@iki.fi>\nF:\nR:x\nF:lib\nM:0:0:1\n"
        "R:ld.so\na:0:0:755\nZ:Q1\nF:usr\n\n\nP:noversion\n",
        "package: name=musl version=1-r0 architecture=x86_64 origin=musl maintainer=T <t@iki.fi> "
        "checksum=Q1= line=1\n"
        "files: package=musl folder= file=x folder=lib file=ld.so folder=usr\n"
        "package: name=noversion line=18\n");
}

static void a_broken_stanza_is_lost_alone(void **state)
{
    (void)state;
    expect("P:a\nnonsense\n\nV:1\n\nP:b\nP:c\n\nP:d\n",
           "lost: format: apk(5): line 2: not a letter and a colon\n"
           "lost: format: apk(5): line 4: a stanza without a name\n"
           "lost: format: apk(5): line 7: a field that its stanza has already\n"
           "package: name=d line=9\n");
}

static void survives_the_trial(void **state)
{
    (void)state;
    trial_format(&(struct trial){
        .format = &apkdb_format,
        .name = "two-packages",
        .good = bytes_of_text("C:Q1zw=\nP:musl\nV:1.1-r10\nA:x86_64\nU:http://musl.org\nF:lib\n"
                              "R:ld.so\na:0:0:755\n\nP:zlib\nV:2\nF:usr/lib\nR:libz.so\n"),
    });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_packages_and_files),
        cmocka_unit_test(a_broken_stanza_is_lost_alone),
        cmocka_unit_test(survives_the_trial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
