#include "format/trial.h"

#include "core/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A small program, written part by part: where each part goes is fixed, so that the tables in
 * front can point at it. Addresses are offsets plus BASE, so that a reader that takes one for the
 * other fails. */
enum {
    SEGMENTS_AT = 0x40,
    INTERP_AT = 0x140,
    STRINGS_AT = 0x160,
    DYNAMIC_AT = 0x1c0,
    NOTES_AT = 0x260,
    IMAGE_SIZE = 0x400,
    BASE = 0x10000,
};

static const char interp[] = "/lib/ld.so.1";
static const char strings[] = "\0libc.so.6\0libm.so.6\0libtrial.so.2";
static const char json[] = "{\"type\":\"deb\",\"os\":\"debian\",\"name\":\"trial\","
                           "\"version\":\"1.2-3\",\"architecture\":\"amd64\","
                           "\"osCpe\":\"cpe:/o:debian:debian_linux:12\",\"other\":\"x\"}";

struct image {
    uint8_t at[IMAGE_SIZE];
    size_t pos;
    bool wide;
    bool big;
};

static void put(struct image *m, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        const size_t shift = 8 * (m->big ? size - 1 - i : i);
        m->at[m->pos++] = (uint8_t)(value >> shift);
    }
}

static void put_word(struct image *m, uint64_t value)
{
    put(m, value, m->wide ? 8 : 4);
}

static void put_bytes(struct image *m, const void *from, size_t len)
{
    memcpy(m->at + m->pos, from, len);
    m->pos += len;
}

static void put_header(struct image *m, uint16_t type, uint16_t machine)
{
    const uint8_t ident[16] = { 0x7f, 'E', 'L', 'F', m->wide ? 2 : 1, m->big ? 2 : 1, 1 };

    m->pos = 0;
    put_bytes(m, ident, sizeof ident);
    put(m, type, 2);
    put(m, machine, 2);
    put(m, 1, 4);
    put_word(m, BASE);
    put_word(m, SEGMENTS_AT);
    put_word(m, 0); /* no sections */
    put(m, 0, 4);
    put(m, m->wide ? 64 : 52, 2);
    put(m, m->wide ? 56 : 32, 2);
    put(m, 4, 2);
    put(m, m->wide ? 64 : 40, 2);
    put(m, 0, 2);
    put(m, 0, 2);
}

static void put_segment(struct image *m, uint32_t type, uint64_t offset, uint64_t size)
{
    put(m, type, 4);
    if (m->wide)
        put(m, 4, 4);
    put_word(m, offset);
    put_word(m, offset + BASE);
    put_word(m, offset + BASE);
    put_word(m, size);
    put_word(m, size);
    if (!m->wide)
        put(m, 4, 4);
    put_word(m, 4);
}

static void put_note(struct image *m, const char *owner, uint32_t type, const void *text,
                     size_t len)
{
    put(m, 4, 4);
    put(m, len, 4);
    put(m, type, 4);
    put_bytes(m, owner, 4);
    put_bytes(m, text, len);
    m->pos = (m->pos + 3) & ~(size_t)3;
}

static void put_dynamic(struct image *m, uint64_t tag, uint64_t value)
{
    put_word(m, tag);
    put_word(m, value);
}

/* A PIE that has a name and needs two libraries, with a build id and a package note. */
static struct image image_of(bool wide, bool big, const char *note)
{
    struct image m = { .wide = wide, .big = big };

    m.pos = DYNAMIC_AT;
    put_dynamic(&m, 1, 1);
    put_dynamic(&m, 1, 11);
    put_dynamic(&m, 14, 21);
    put_dynamic(&m, 5, STRINGS_AT + BASE);
    put_dynamic(&m, 10, sizeof strings);
    put_dynamic(&m, 0x6ffffffb, 0x08000000);
    put_dynamic(&m, 0, 0);
    const size_t dynamic_end = m.pos;

    m.pos = NOTES_AT;
    put_note(&m, "GNU", 3, "\x01\x23\x45\x67\x89\xab", 6);
    put_note(&m, "FDO", 0xcafe1a7e, note, strlen(note) + 1);
    const size_t notes_end = m.pos;

    put_header(&m, 3, 62);
    m.pos = SEGMENTS_AT;
    put_segment(&m, 1, 0, IMAGE_SIZE);
    put_segment(&m, 3, INTERP_AT, sizeof interp);
    put_segment(&m, 2, DYNAMIC_AT, dynamic_end - DYNAMIC_AT);
    put_segment(&m, 4, NOTES_AT, notes_end - NOTES_AT);
    m.pos = INTERP_AT;
    put_bytes(&m, interp, sizeof interp);
    m.pos = STRINGS_AT;
    put_bytes(&m, strings, sizeof strings);
    return m;
}

static struct bytes image_bytes(const struct image *m)
{
    return (struct bytes){ .at = m->at, .len = sizeof m->at };
}

static char *records_of(struct bytes all)
{
    const struct reading in = { .all = all };

    return trial_records(&elf_format, &in);
}

static void expect(const struct image *m, const char *records)
{
    char *text = records_of(image_bytes(m));

    assert_string_equal(text, records);
    free(text);
}

#define LINKS                                                                                      \
    "interpreter=/lib/ld.so.1 soname=libtrial.so.2 needed=libc.so.6 needed=libm.so.6 "             \
    "build_id=0123456789ab\n"
#define NOTE                                                                                       \
    "note: type=deb name=trial version=1.2-3 architecture=amd64 os=debian "                        \
    "osCpe=cpe:/o:debian:debian_linux:12\n"

static void reads_both_classes_and_orders(void **state)
{
    (void)state;
    struct image m = image_of(/* wide */ true, /* big */ false, json);
    expect(&m, "elf: class=64 order=little machine=amd64 os_abi=sysv type=pie " LINKS NOTE);
    m = image_of(/* wide */ true, /* big */ true, json);
    put_header(&m, 2, 22);
    expect(&m, "elf: class=64 order=big machine=s390x os_abi=sysv type=executable " LINKS NOTE);
    m = image_of(/* wide */ false, /* big */ false, json);
    expect(&m, "elf: class=32 order=little machine=x32 os_abi=sysv type=pie " LINKS NOTE);
    m = image_of(/* wide */ false, /* big */ true, json);
    put_header(&m, 3, 20);
    expect(&m, "elf: class=32 order=big machine=powerpc os_abi=sysv type=pie " LINKS NOTE);
}

static void a_number_without_a_word_is_said(void **state)
{
    (void)state;
    struct image m = image_of(/* wide */ true, /* big */ false, json);
    put_header(&m, 3, 4321);
    m.at[7] = 77;
    expect(&m, "elf: class=64 order=little machine=em-4321 os_abi=abi-77 type=pie " LINKS NOTE);
}

#define HEAD "elf: class=64 order=little machine=amd64 os_abi=sysv type=pie "

static void a_malformed_note_is_lost_alone(void **state)
{
    static const struct {
        const char *note;
        const char *why;
    } cases[] = {
        { "{\"name\":", "ends too soon" },
        { "[]", "not a JSON object" },
        { "{\"name\":\"a\",\"name\":\"b\"}", "a key twice" },
        { "{\"name\":\"\xff\"}", "text that is not UTF-8" },
        { "{\"name\":\"a\"} x", "not JSON" },
        { "", "ends too soon" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char wanted[512];
        const struct image m = image_of(/* wide */ true, /* big */ false, cases[i].note);
        (void)snprintf(wanted, sizeof wanted,
                       HEAD LINKS "lost: format: Package Metadata for Executable Files: %s\n",
                       cases[i].why);
        expect(&m, wanted);
    }
}

static void a_key_that_is_no_string_is_lost_alone(void **state)
{
    (void)state;
    const struct image m =
        image_of(/* wide */ true, /* big */ false, "{\"name\":\"a\",\"version\":1}");
    expect(&m, HEAD LINKS "note: name=a\nlost: format: Package Metadata for Executable Files: "
                          "version is no string\n");
}

static void deep_nesting_is_refused(void **state)
{
    enum { DEEP = 60000 };
    static uint8_t all[NOTES_AT + 0x1000 + DEEP];
    struct image m = image_of(/* wide */ true, /* big */ false, "{}");

    (void)state;
    memcpy(all, m.at, sizeof m.at);
    m.pos = SEGMENTS_AT + 3 * 56;
    put_segment(&m, 4, IMAGE_SIZE, 16 + DEEP);
    m.pos = 0;
    put_note(&m, "FDO", 0xcafe1a7e, "", 0);
    memcpy(all + IMAGE_SIZE, m.at, 16);
    all[IMAGE_SIZE + 4] = DEEP & 0xff;
    all[IMAGE_SIZE + 5] = DEEP >> 8;
    memcpy(all + SEGMENTS_AT + 3 * 56, m.at + SEGMENTS_AT + 3 * 56, 56);
    memset(all + IMAGE_SIZE + 16, '[', DEEP);
    char *text = records_of((struct bytes){ .at = all, .len = sizeof all });
    assert_non_null(strstr(text, "lost: format: Package Metadata for Executable Files: nested"));
    free(text);
}

/* The notes of an object file, and one added behind the linker's back, stand in sections alone. */
static void notes_are_found_by_sections(void **state)
{
    enum { TABLE_AT = 0x380, ROW = 64 };
    struct image m = image_of(/* wide */ true, /* big */ false, json);

    (void)state;
    const uint8_t notes_size = m.at[SEGMENTS_AT + 3 * 56 + 32];
    m.at[SEGMENTS_AT + 3 * 56] = 0; /* no note segment */
    m.at[40] = TABLE_AT & 0xff;
    m.at[41] = TABLE_AT >> 8;
    m.at[60] = 1;
    m.pos = TABLE_AT;
    put(&m, 0, 4);
    put(&m, 7, 4);
    put_word(&m, 0);
    put_word(&m, 0);
    put_word(&m, NOTES_AT);
    put_word(&m, notes_size);
    expect(&m, HEAD LINKS NOTE);

    m.at[60] = 0x80; /* a section table that lies: without harm to what the segments say */
    expect(&m, HEAD "interpreter=/lib/ld.so.1 soname=libtrial.so.2 needed=libc.so.6 "
                    "needed=libm.so.6\n");

    put_header(&m, 1, 62); /* an object file has nothing else */
    m.at[32] = 0;
    m.at[56] = 0;
    m.at[40] = TABLE_AT & 0xff;
    m.at[41] = TABLE_AT >> 8;
    m.at[60] = 1;
    expect(&m, "elf: class=64 order=little machine=amd64 os_abi=sysv type=relocatable "
               "build_id=0123456789ab\n" NOTE);
}

static void counts_beyond_the_header_stand_in_section_0(void **state)
{
    enum { TABLE_AT = 0x380 };
    struct image m = image_of(/* wide */ true, /* big */ false, json);

    (void)state;
    m.at[40] = TABLE_AT & 0xff;
    m.at[41] = TABLE_AT >> 8;
    m.at[56] = 0xff; /* PN_XNUM */
    m.at[57] = 0xff;
    m.at[TABLE_AT + 32] = 1; /* sh_size: one section */
    m.at[TABLE_AT + 44] = 4; /* sh_info: four segments */
    expect(&m, HEAD LINKS NOTE);
}

static void what_points_outside_is_lost_alone(void **state)
{
    (void)state;
    struct image m = image_of(/* wide */ true, /* big */ false, json);
    m.at[DYNAMIC_AT + 8 + 2] = 1; /* the first needed name */
    expect(&m,
           "lost: format: gABI 5 Dynamic Section: no string at 65537 of a table of 35 bytes\n" HEAD
           "interpreter=/lib/ld.so.1 soname=libtrial.so.2 needed=libm.so.6 "
           "build_id=0123456789ab\n" NOTE);

    m = image_of(/* wide */ true, /* big */ false, json);
    m.at[SEGMENTS_AT + 2 * 56 + 10] = 1; /* the dynamic section */
    expect(&m, "lost: format: gABI 5 Dynamic Section: 112 bytes do not lie in the file\n" HEAD
               "interpreter=/lib/ld.so.1 build_id=0123456789ab\n" NOTE);

    m = image_of(/* wide */ true, /* big */ false, json);
    m.at[56] = 0xfe; /* more segments than the file holds */
    expect(&m, "lost: format: gABI 5 Program Header: 254 rows do not lie in the file\n"
               "elf: class=64 order=little machine=amd64 os_abi=sysv type=shared\n");
}

static void a_debug_file_keeps_rows_without_bytes(void **state)
{
    (void)state;
    struct image m = image_of(/* wide */ true, /* big */ false, json);
    m.at[SEGMENTS_AT + 1 * 56 + 32] = 0; /* p_filesz of the interpreter */
    m.at[SEGMENTS_AT + 2 * 56 + 32] = 0; /* and of the dynamic section */
    expect(&m, "elf: class=64 order=little machine=amd64 os_abi=sysv type=shared "
               "build_id=0123456789ab\n" NOTE);
}

static void survives_the_trial(void **state)
{
    static const char *const names[] = { "le32", "be32", "le64", "be64" };

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        const struct image m = image_of(/* wide */ i / 2 == 1, /* big */ i % 2 == 1, json);
        trial_format(
            &(struct trial){ .format = &elf_format, .name = names[i], .good = image_bytes(&m) });
    }
}

static void real_files_read_without_fault(void **state)
{
    static const char *const files[] = {
        "artefacts/linux-fp/hinic.ko",
        "artefacts/linux-fp/huawei_cdc_ncm.ko",
        "artefacts/linux-fp/libmm-plugin-huawei.so",
        "inventory/go-binary/test.elf",
        "inventory/kernel/intel_oaktrail.ko",
        "inventory/rust-auditable/no_deps",
        "inventory/rust-auditable/uses_serde_json",
    };

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = trial_fixture(files[i]);
        if (path == NULL)
            skip();
        const struct bytes all = trial_file(path);
        assert_int_equal(elf_format.bid(bytes_part(all, 0, LIMIT_HEAD)), 56);
        char *text = records_of(all);
        assert_true(strncmp(text, "elf: class=64 order=little machine=amd64 ", 41) == 0);
        assert_null(strstr(text, "lost: "));
        assert_null(strstr(text, "fault: "));
        free(text);
        free((void *)(uintptr_t)all.at);
        free(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_both_classes_and_orders),
        cmocka_unit_test(a_number_without_a_word_is_said),
        cmocka_unit_test(a_malformed_note_is_lost_alone),
        cmocka_unit_test(a_key_that_is_no_string_is_lost_alone),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(notes_are_found_by_sections),
        cmocka_unit_test(counts_beyond_the_header_stand_in_section_0),
        cmocka_unit_test(what_points_outside_is_lost_alone),
        cmocka_unit_test(a_debug_file_keeps_rows_without_bytes),
        cmocka_unit_test(survives_the_trial),
        cmocka_unit_test(real_files_read_without_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
