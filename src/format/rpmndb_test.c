#include "format/rpmtrial.h"
#include "format/trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAGE = 4096, SLOT = 16 };

static void put_le32(struct buf *b, size_t at, uint32_t number)
{
    for (size_t i = 0; i < 4; i++)
        b->at[at + i] = (uint8_t)(number >> 8 * i);
}

/* Written differently from the reader's, byte by byte as RFC 1950 defines it. */
static uint32_t adler32_slowly(struct bytes b)
{
    uint32_t low = 1;
    uint32_t high = 0;

    for (size_t i = 0; i < b.len; i++) {
        low = (low + b.at[i]) % 65521;
        high = (high + low) % 65521;
    }
    return high * 65536 + low;
}

/* A database of empty slots. */
static struct buf database(uint32_t pages)
{
    struct buf b = buf_with_limit((size_t)1 << 24);

    buf_add_text(&b, "RpmP");
    rpmtrial_le32(&b, 0);
    rpmtrial_le32(&b, 7);
    rpmtrial_le32(&b, pages);
    rpmtrial_le32(&b, 3);
    while (b.len < (size_t)pages * PAGE) {
        if (b.len >= 32 && b.len % SLOT == 0)
            buf_add_text(&b, "Slot");
        buf_add_byte(&b, 0);
    }
    b.len = (size_t)pages * PAGE;
    return b;
}

static void put_slot(struct buf *b, size_t slot, uint32_t package, uint32_t block, uint32_t blocks)
{
    put_le32(b, slot * SLOT + 4, package);
    put_le32(b, slot * SLOT + 8, block);
    put_le32(b, slot * SLOT + 12, blocks);
}

/* A blob of a package at the end, in `slot`. */
static void add_package(struct buf *b, size_t slot, const char *name)
{
    const struct rpmtrial_package package = {
        .name = name, .version = "1", .release = "2", .files = { "/usr/bin/x" }
    };
    struct buf blob = rpmtrial_package(&package);
    const size_t start = b->len;

    buf_add_text(b, "BlbS");
    rpmtrial_le32(b, (uint32_t)slot);
    rpmtrial_le32(b, 1500000000);
    rpmtrial_le32(b, (uint32_t)blob.len);
    buf_add(b, buf_bytes(&blob));
    while ((b->len + 12) % 16 != 0)
        buf_add_byte(b, 0);
    rpmtrial_le32(b, adler32_slowly(bytes_part(buf_bytes(b), start, b->len)));
    rpmtrial_le32(b, (uint32_t)blob.len);
    buf_add_text(b, "BlbE");
    put_slot(b, slot, (uint32_t)slot, (uint32_t)(start / 16), (uint32_t)((b->len - start) / 16));
    buf_done(&blob);
}

static struct buf two_packages(void)
{
    struct buf b = database(1);

    add_package(&b, 2, "one");
    add_package(&b, 9, "two");
    return b;
}

static void expect(struct buf *b, const char *records)
{
    const struct reading in = { .all = buf_bytes(b) };
    char *text = trial_records(&rpmndb_format, &in);

    assert_string_equal(text, records);
    free(text);
    buf_done(b);
}

#define ONE "package: name=one version=1 release=2 file=/usr/bin/x\n"
#define TWO "package: name=two version=1 release=2 file=/usr/bin/x\n"

static void states_each_package(void **state)
{
    (void)state;
    struct buf b = two_packages();

    expect(&b, ONE TWO);
}

static void survives_the_trial(void **state)
{
    (void)state;
    struct buf b = database(1);

    add_package(&b, 2, "one");
    trial_format(&(struct trial){
        .format = &rpmndb_format,
        .name = "one",
        .good = buf_bytes(&b),
    });
    buf_done(&b);
}

static void slots_may_fill_several_pages(void **state)
{
    (void)state;
    struct buf b = database(2);

    add_package(&b, 2, "one");
    add_package(&b, 300, "two");
    expect(&b, ONE TWO);
}

static void a_wrong_checksum_is_told_and_the_package_too(void **state)
{
    (void)state;
    struct buf b = two_packages();

    /* a byte of the blob's own time: the package's header is whole */
    b.at[PAGE + 8] ^= 1;
    expect(&b, "lost: format: slot 2: rpmpkg blob: wrong Adler-32 checksum; what it says is told "
               "all the same\n" ONE TWO);
}

static void a_blob_of_another_package_is_refused(void **state)
{
    (void)state;
    struct buf b = two_packages();

    put_le32(&b, 2 * SLOT + 4, 77);
    expect(&b, "lost: format: slot 2: rpmpkg blob: not of package 77\n" TWO);
}

static void a_slot_without_mark_loses_itself(void **state)
{
    (void)state;
    struct buf b = two_packages();

    b.at[2 * SLOT] = 's';
    expect(&b, "lost: format: slot 2: rpmpkg slot: no mark \"Slot\"\n" TWO);
}

static void a_slot_that_points_outside_loses_itself(void **state)
{
    (void)state;
    struct buf b = two_packages();

    put_le32(&b, 2 * SLOT + 8, 0xfffffff0);
    char expected[256];
    (void)snprintf(expected, sizeof expected,
                   "lost: format: slot 2: rpmpkg blob: %u blocks at block 4294967280 of a file of "
                   "%zu\n" TWO,
                   b.at[2 * SLOT + 12] + 256u * b.at[2 * SLOT + 13], b.len / 16);
    expect(&b, expected);
}

static void a_wrong_count_of_slot_pages_is_told(void **state)
{
    (void)state;
    static const uint32_t wrong[] = { 0, 5, 0xffffffff };

    for (size_t i = 0; i < 3; i++) {
        struct buf b = two_packages();
        char expected[256];
        put_le32(&b, 12, wrong[i]);
        (void)snprintf(expected, sizeof expected,
                       ONE TWO "lost: format: rpmpkg header: %u slot pages, 1 found\n", wrong[i]);
        expect(&b, expected);
    }
}

static void a_lost_mark_of_the_file_costs_a_word(void **state)
{
    (void)state;
    struct buf b = two_packages();

    b.at[0] = 'X';
    expect(&b, ONE TWO "lost: format: rpmpkg header: no mark \"RpmP\"\n");
}

/* 240 slots on one blob of many blocks would be read 240 times over. */
static void blobs_do_not_multiply(void **state)
{
    (void)state;
    struct buf b = two_packages();

    for (size_t slot = 10; slot < 250; slot++)
        memcpy(b.at + slot * SLOT, b.at + 9 * SLOT, SLOT);
    const struct reading in = { .all = buf_bytes(&b) };
    char *text = trial_records(&rpmndb_format, &in);
    assert_non_null(strstr(text, ": rpmpkg slot: blobs of more bytes than the file\n"));
    assert_non_null(strstr(text, " more records are lost\n"));
    free(text);
    buf_done(&b);
}

static void another_file_is_refused(void **state)
{
    (void)state;
    struct buf b = buf_with_limit(2 * PAGE);

    while (b.len < PAGE)
        buf_add_text(&b, "no database of any kind ");
    expect(&b, "fault: format: rpmpkg header: no slot page behind it\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_each_package),
        cmocka_unit_test(survives_the_trial),
        cmocka_unit_test(slots_may_fill_several_pages),
        cmocka_unit_test(a_wrong_checksum_is_told_and_the_package_too),
        cmocka_unit_test(a_blob_of_another_package_is_refused),
        cmocka_unit_test(a_slot_without_mark_loses_itself),
        cmocka_unit_test(a_slot_that_points_outside_loses_itself),
        cmocka_unit_test(a_wrong_count_of_slot_pages_is_told),
        cmocka_unit_test(a_lost_mark_of_the_file_costs_a_word),
        cmocka_unit_test(blobs_do_not_multiply),
        cmocka_unit_test(another_file_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
