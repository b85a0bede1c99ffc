#include "format/rpmheader.h"

#include "format/rpmtrial.h"
#include "format/trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { INT32 = 4, STRING = 6, BIN = 7, STRING_ARRAY = 8, I18N = 9 };

/* The header as if it were a format, so that the trial can try it. */
static int bid_always(struct bytes head)
{
    (void)head;
    return 1;
}

static bool read_header(const struct reading *in, struct sink *out, struct fault *f)
{
    struct rpmheader_run run = rpmheader_begin(in, out);
    const struct rpmheader_place place = { .what = "header", .number = 1 };

    return rpmheader_blob(in->all, &run, &place, f);
}

static const struct format header_format = {
    .name = "rpmheader", .title = "-", .cites = "-", .bid = bid_always, .read = read_header
};

static struct rpmtrial_header named(void)
{
    struct rpmtrial_header h = rpmtrial_header();

    rpmtrial_add_text(&h, 1000, "bash");
    rpmtrial_add_text(&h, 1001, "5.2");
    rpmtrial_add_text(&h, 1002, "1");
    return h;
}

static void expect(struct rpmtrial_header *h, const char *records)
{
    struct buf blob = rpmtrial_blob(h);
    const struct reading in = { .all = buf_bytes(&blob) };
    char *text = trial_records(&header_format, &in);

    assert_string_equal(text, records);
    free(text);
    buf_done(&blob);
}

static const struct rpmtrial_package kesl = {
    .name = "kesl",
    .version = "11.4.0",
    .release = "1096",
    .epoch = "2",
    .arch = "x86_64",
    .vendor = "AO Kaspersky Lab",
    .packager = "Some One <one@example.org>",
    .url = "https://www.kaspersky.com/",
    .sourcerpm = "kesl-11.4.0-1096.src.rpm",
    .files = { "/", "/opt/kaspersky/kesl/bin/kesl", "/opt/kaspersky/kesl/bin/x", "/usr/bin/y" },
};

static void states_every_field(void **state)
{
    (void)state;
    struct buf blob = rpmtrial_package(&kesl);
    const struct reading in = { .all = buf_bytes(&blob) };
    char *text = trial_records(&header_format, &in);

    assert_string_equal(text,
                        "package: name=kesl version=11.4.0 release=1096 arch=x86_64 "
                        "vendor=AO Kaspersky Lab packager=Some One <one@example.org> "
                        "url=https://www.kaspersky.com/ sourcerpm=kesl-11.4.0-1096.src.rpm epoch=2 "
                        "file=/ file=/opt/kaspersky/kesl/bin/kesl file=/opt/kaspersky/kesl/bin/x "
                        "file=/usr/bin/y\n");
    free(text);
    buf_done(&blob);
}

static void survives_the_trial(void **state)
{
    (void)state;
    struct buf blob = rpmtrial_package(&kesl);

    trial_format(
        &(struct trial){ .format = &header_format, .name = "kesl", .good = buf_bytes(&blob) });
    buf_done(&blob);
}

static void an_entry_behind_the_region_wins(void **state)
{
    (void)state;
    struct rpmtrial_header h = named();

    rpmtrial_add_text(&h, 1022, "noarch");
    rpmtrial_add_text(&h, 1022, "x86_64");
    expect(&h, "package: name=bash version=5.2 release=1 arch=x86_64\n");
}

static void an_epoch_of_zero_is_not_none(void **state)
{
    (void)state;
    struct rpmtrial_header h = named();

    rpmtrial_add_number(&h, 1003, 0);
    expect(&h, "package: name=bash version=5.2 release=1 epoch=0\n");
}

static void old_headers_hold_whole_paths(void **state)
{
    (void)state;
    struct rpmtrial_header h = named();

    rpmtrial_add(&h, 1027, STRING_ARRAY, 2,
                 (struct bytes){ .at = (const uint8_t *)"/bin/a\0/bin/b", .len = 14 });
    expect(&h, "package: name=bash version=5.2 release=1 file=/bin/a file=/bin/b\n");
}

static void a_translated_string_gives_its_first(void **state)
{
    (void)state;
    struct rpmtrial_header h = named();

    rpmtrial_add(&h, 1011, I18N, 2,
                 (struct bytes){ .at = (const uint8_t *)"SUSE\0zwei", .len = 10 });
    expect(&h, "package: name=bash version=5.2 release=1 vendor=SUSE\n");
}

static void the_signature_sum_is_hexadecimal(void **state)
{
    (void)state;
    struct rpmtrial_header h = named();

    rpmtrial_add(&h, 261, BIN, 16, bytes_of_text("0123456789abcdef"));
    expect(&h, "package: name=bash version=5.2 release=1 "
               "sigmd5=30313233343536373839616263646566\n");
}

static void a_nameless_header_is_lost(void **state)
{
    (void)state;
    struct rpmtrial_header h = rpmtrial_header();

    rpmtrial_add_text(&h, 1001, "5.2");
    expect(&h, "lost: format: header 1: rpm header format: no name (tag 1000)\n");
}

static void a_number_as_vendor_loses_the_vendor(void **state)
{
    (void)state;
    struct rpmtrial_header h = named();

    rpmtrial_add_number(&h, 1011, 7);
    rpmtrial_add_text(&h, 1022, "x86_64");
    expect(&h, "package: name=bash version=5.2 release=1 arch=x86_64\n"
               "lost: format: header 1: rpm header format, index entry 3 (tag 1011): not a "
               "string\n");
}

static void a_string_without_end_is_no_string(void **state)
{
    (void)state;
    struct rpmtrial_header h = named();

    rpmtrial_add(&h, 1011, STRING, 1, bytes_of_text("endless"));
    expect(&h, "package: name=bash version=5.2 release=1\n"
               "lost: format: header 1: rpm header format, index entry 3 (tag 1011): no string "
               "ends inside the store\n");
}

static void a_negative_offset_is_outside(void **state)
{
    (void)state;
    struct rpmtrial_header h = named();

    rpmtrial_add_text(&h, 1011, "v");
    memset(h.index.at + h.index.len - 8, 0xff, 4);
    expect(&h, "package: name=bash version=5.2 release=1\n"
               "lost: format: header 1: rpm header format, index entry 3 (tag 1011): no string "
               "ends inside the store\n");
}

static void a_negative_count_of_files_is_too_many(void **state)
{
    (void)state;
    struct rpmtrial_header h = named();

    rpmtrial_add(&h, 1117, STRING_ARRAY, 0xffffffff, bytes_of_text("a"));
    expect(&h, "package: name=bash version=5.2 release=1\n"
               "lost: limit: header 1: rpm header: tag 1117 counts 4294967295 strings, limit "
               "1048576\n");
}

static void a_folder_index_beyond_the_folders_ends_the_files(void **state)
{
    (void)state;
    struct rpmtrial_header h = named();
    struct buf indexes = buf_with_limit(8);

    rpmtrial_be32(&indexes, 0);
    rpmtrial_be32(&indexes, 0x40000000);
    rpmtrial_add(&h, 1116, INT32, 2, buf_bytes(&indexes));
    rpmtrial_add(&h, 1117, STRING_ARRAY, 2,
                 (struct bytes){ .at = (const uint8_t *)"a\0b", .len = 4 });
    rpmtrial_add(&h, 1118, STRING_ARRAY, 1,
                 (struct bytes){ .at = (const uint8_t *)"/bin/", .len = 6 });
    buf_done(&indexes);
    expect(&h, "package: name=bash version=5.2 release=1 file=/bin/a\n"
               "lost: format: header 1: rpm header format, index entry 3 (tag 1116): an index "
               "beyond the folders\n");
}

static void fewer_indexes_than_names_lose_the_files(void **state)
{
    (void)state;
    struct rpmtrial_header h = named();

    rpmtrial_add_number(&h, 1116, 0);
    rpmtrial_add(&h, 1117, STRING_ARRAY, 2,
                 (struct bytes){ .at = (const uint8_t *)"a\0b", .len = 4 });
    rpmtrial_add(&h, 1118, STRING_ARRAY, 1,
                 (struct bytes){ .at = (const uint8_t *)"/bin/", .len = 6 });
    expect(&h, "package: name=bash version=5.2 release=1\n"
               "lost: format: header 1: rpm header format, index entry 4 (tag 1117): base names "
               "without as many folder indexes\n");
}

/* A million files below one folder of 4000 bytes: 5 MB of header that would be 4 GB of paths. */
static void paths_do_not_multiply(void **state)
{
    (void)state;
    const uint32_t count = 1 << 20;
    struct rpmtrial_header h = named();
    uint8_t *zeros = calloc(count, 4);
    char folder[4001];

    assert_non_null(zeros);
    memset(folder, 'x', sizeof folder);
    folder[0] = '/';
    folder[4000] = '\0';
    rpmtrial_add(&h, 1116, INT32, count, (struct bytes){ .at = zeros, .len = (size_t)count * 4 });
    rpmtrial_add(&h, 1117, STRING_ARRAY, count, (struct bytes){ .at = zeros, .len = count });
    rpmtrial_add(&h, 1118, STRING_ARRAY, 1,
                 (struct bytes){ .at = (const uint8_t *)folder, .len = sizeof folder });
    free(zeros);
    struct buf blob = rpmtrial_blob(&h);
    const struct reading in = { .all = buf_bytes(&blob) };
    char *rows = rpmtrial_rows(&header_format, &in);
    assert_non_null(strstr(rows, "bash\t"));
    assert_non_null(strstr(rows, "lost: header 1: rpm header: paths beyond the limit"));
    free(rows);
    buf_done(&blob);
}

static void bytes_behind_the_header_lose_it(void **state)
{
    (void)state;
    struct rpmtrial_header h = named();
    struct buf blob = rpmtrial_blob(&h);

    buf_add_byte(&blob, 0);
    const struct reading in = { .all = buf_bytes(&blob) };
    char *text = trial_records(&header_format, &in);
    assert_string_equal(text, "lost: format: header 1: rpm header format: 1 bytes behind the "
                              "header\n");
    free(text);
    buf_done(&blob);
}

static void absurd_counts_are_refused(void **state)
{
    (void)state;
    static const uint8_t many[] = { 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0 };
    static const uint8_t large[] = { 0, 0, 0, 1, 0x7f, 0xff, 0xff, 0xff };
    const struct reading in[] = { { .all = { .at = many, .len = 8 } },
                                  { .all = { .at = large, .len = 8 } } };

    for (size_t i = 0; i < 2; i++) {
        char *text = trial_records(&header_format, &in[i]);
        assert_non_null(strstr(text, "lost: limit: header 1: rpm header format: "));
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_every_field),
        cmocka_unit_test(survives_the_trial),
        cmocka_unit_test(an_entry_behind_the_region_wins),
        cmocka_unit_test(an_epoch_of_zero_is_not_none),
        cmocka_unit_test(old_headers_hold_whole_paths),
        cmocka_unit_test(a_translated_string_gives_its_first),
        cmocka_unit_test(the_signature_sum_is_hexadecimal),
        cmocka_unit_test(a_nameless_header_is_lost),
        cmocka_unit_test(a_number_as_vendor_loses_the_vendor),
        cmocka_unit_test(a_string_without_end_is_no_string),
        cmocka_unit_test(a_negative_offset_is_outside),
        cmocka_unit_test(a_negative_count_of_files_is_too_many),
        cmocka_unit_test(a_folder_index_beyond_the_folders_ends_the_files),
        cmocka_unit_test(fewer_indexes_than_names_lose_the_files),
        cmocka_unit_test(paths_do_not_multiply),
        cmocka_unit_test(bytes_behind_the_header_lose_it),
        cmocka_unit_test(absurd_counts_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
