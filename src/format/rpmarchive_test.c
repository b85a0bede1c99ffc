#include "format/rpmtrial.h"
#include "format/trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void add_header(struct buf *out, struct buf *blob)
{
    static const uint8_t magic[] = { 0x8e, 0xad, 0xe8, 0x01, 0, 0, 0, 0 };

    buf_add(out, (struct bytes){ .at = magic, .len = sizeof magic });
    buf_add(out, buf_bytes(blob));
    buf_done(blob);
}

static struct buf archive(void)
{
    static const uint8_t lead[] = { 0xed, 0xab, 0xee, 0xdb, 3, 0 };
    const struct rpmtrial_package package = { .name = "kesl",
                                              .version = "11.4.0",
                                              .release = "1096",
                                              .arch = "x86_64",
                                              .vendor = "AO Kaspersky Lab",
                                              .sourcerpm = "kesl-11.4.0-1096.src.rpm",
                                              .files = { "/opt/kesl", "/usr/bin/kesl" } };
    struct rpmtrial_header signature = rpmtrial_header();
    struct buf out = buf_with_limit(1 << 16);

    buf_add(&out, (struct bytes){ .at = lead, .len = sizeof lead });
    while (out.len < 79)
        buf_add_byte(&out, 0);
    buf_add_byte(&out, 5);
    while (out.len < 96)
        buf_add_byte(&out, 0);
    rpmtrial_add(&signature, 1004, /* binary */ 7, 16, bytes_of_text("0123456789abcdef"));
    rpmtrial_add_text(&signature, 269, "odd");
    struct buf blob = rpmtrial_blob(&signature);
    add_header(&out, &blob);
    while (out.len % 8 != 0)
        buf_add_byte(&out, 0);
    blob = rpmtrial_package(&package);
    add_header(&out, &blob);
    buf_add_text(&out, "a payload that nobody unpacks");
    return out;
}

static void expect(struct buf *archive, const char *records)
{
    const struct reading in = { .all = buf_bytes(archive) };
    char *text = trial_records(&rpmarchive_format, &in);

    assert_string_equal(text, records);
    free(text);
    buf_done(archive);
}

static void states_the_package(void **state)
{
    (void)state;
    struct buf b = archive();

    expect(&b, "package: name=kesl version=11.4.0 release=1096 arch=x86_64 "
               "vendor=AO Kaspersky Lab sourcerpm=kesl-11.4.0-1096.src.rpm "
               "sigmd5=30313233343536373839616263646566 file=/opt/kesl file=/usr/bin/kesl\n");
}

static void survives_the_trial(void **state)
{
    (void)state;
    struct buf b = archive();

    trial_format(
        &(struct trial){ .format = &rpmarchive_format, .name = "kesl", .good = buf_bytes(&b) });
    buf_done(&b);
}

static void a_signature_of_rpm_2_is_not_read(void **state)
{
    (void)state;
    struct buf b = archive();

    b.at[79] = 1;
    expect(&b, "fault: unsupported: RPM package format, Lead: signature of kind 1\n");
}

static void a_header_without_magic_is_named(void **state)
{
    (void)state;
    struct buf b = archive();

    b.at[96] = 0;
    expect(&b, "fault: format: signature: RPM package format, Header: no magic 8e ad e8 01\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_the_package),
        cmocka_unit_test(survives_the_trial),
        cmocka_unit_test(a_signature_of_rpm_2_is_not_read),
        cmocka_unit_test(a_header_without_magic_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
