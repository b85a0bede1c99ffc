#include "format/rpmtrial.h"
#include "format/trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAGE = 512, HEADER = 26, OVERFLOW_ROOM = PAGE - HEADER };
enum { HASH = 13, LEAF = 5, OVERFLOW = 7 };

/* A database of pages, written in either byte order. */
struct file {
    struct buf b;
    bool big;
};

static void put(struct file *db, size_t at, size_t width, uint32_t number)
{
    for (size_t i = 0; i < width; i++) {
        const size_t shift = 8 * (db->big ? width - 1 - i : i);
        db->b.at[at + i] = (uint8_t)(number >> shift);
    }
}

static size_t page_at(uint32_t page)
{
    return (size_t)page * PAGE;
}

/* One more page, numbered and typed; its number. */
static uint32_t add_page(struct file *db, uint8_t type)
{
    const uint32_t page = (uint32_t)(db->b.len / PAGE);
    uint8_t *at = buf_extend(&db->b, PAGE);

    memset(at, 0, PAGE);
    put(db, page_at(page) + 8, 4, page);
    put(db, page_at(page) + 22, 2, PAGE);
    db->b.at[page_at(page) + 25] = type;
    put(db, 32, 4, page);
    return page;
}

static struct file database(bool big, bool btree)
{
    struct file db = { .b = buf_with_limit(1 << 20), .big = big };

    (void)add_page(&db, btree ? 9 : 8);
    put(&db, 22, 2, 0);
    put(&db, 12, 4, btree ? 0x053162 : 0x061561);
    put(&db, 16, 4, 9);
    put(&db, 20, 4, PAGE);
    db.b.at[24] = 0;
    db.b.at[25] = btree ? 9 : 8;
    return db;
}

static uint16_t get16(const struct file *db, size_t at)
{
    return (uint16_t)(db->big ? db->b.at[at] << 8 | db->b.at[at + 1]
                              : db->b.at[at + 1] << 8 | db->b.at[at]);
}

/* An entry at the low end of the page's data. */
static void add_entry(struct file *db, uint32_t page, const void *bytes, size_t len)
{
    const size_t at = page_at(page);
    const uint16_t entries = get16(db, at + 20);
    const uint16_t start = (uint16_t)(get16(db, at + 22) - len);

    memcpy(db->b.at + at + start, bytes, len);
    put(db, at + HEADER + 2 * (size_t)entries, 2, start);
    put(db, at + 20, 2, entries + 1u);
    put(db, at + 22, 2, start);
}

static void add_key(struct file *db, uint32_t page, uint8_t number)
{
    const bool leaf = db->b.at[page_at(page) + 25] == LEAF;
    const uint8_t hash_key[] = { 1, number, 0, 0, 0 };
    uint8_t leaf_key[] = { db->big ? 0 : 4, db->big ? 4 : 0, 1, number, 0, 0, 0 };

    add_entry(db, page, leaf ? leaf_key : hash_key, leaf ? sizeof leaf_key : sizeof hash_key);
}

/* The blob in a chain of overflow pages, and the entry that refers to it. */
static uint32_t add_chained(struct file *db, uint32_t page, struct bytes blob)
{
    const uint32_t first = (uint32_t)(db->b.len / PAGE);
    uint8_t entry[12] = { 3 };

    for (size_t at = 0; at < blob.len; at += OVERFLOW_ROOM) {
        const struct bytes piece = bytes_part(blob, at, OVERFLOW_ROOM);
        const uint32_t number = add_page(db, OVERFLOW);
        put(db, page_at(number) + 20, 2, 1);
        put(db, page_at(number) + 22, 2, (uint32_t)piece.len);
        put(db, page_at(number) + 16, 4, at + piece.len < blob.len ? number + 1 : 0);
        memcpy(db->b.at + page_at(number) + HEADER, piece.at, piece.len);
    }
    if (db->b.at[page_at(page) + 25] == LEAF) {
        entry[0] = 0;
        entry[2] = 3;
    }
    add_entry(db, page, entry, sizeof entry);
    const size_t at = page_at(page) + get16(db, page_at(page) + 22);
    put(db, at + 4, 4, first);
    put(db, at + 8, 4, (uint32_t)blob.len);
    return first;
}

static void add_inline(struct file *db, uint32_t page, struct bytes blob)
{
    uint8_t entry[PAGE];
    const bool leaf = db->b.at[page_at(page) + 25] == LEAF;
    const size_t head = leaf ? 3 : 1;

    entry[0] = leaf ? (uint8_t)(db->big ? blob.len >> 8 : blob.len) : 1;
    entry[1] = (uint8_t)(db->big ? blob.len : blob.len >> 8);
    entry[2] = 1;
    memcpy(entry + head, blob.at, blob.len);
    add_entry(db, page, entry, head + blob.len);
}

static struct buf package(const char *name, bool large)
{
    const struct rpmtrial_package small = { .name = name, .version = "1", .release = "2" };
    struct rpmtrial_package p = small;

    if (large) {
        p.arch = "x86_64";
        p.vendor = "A vendor whose name is long enough to need more than one page of five hundred "
                   "and twelve bytes, which descriptions do all the time; this one has to go on "
                   "for a while until it spills over into the second page of the chain.";
        p.packager = p.vendor;
    }
    return rpmtrial_package(&p);
}

/* Counter, a chained package and one in the page; page 1 holds the entries, 2 and 3 the chain. */
static struct file two_packages(bool big, bool btree)
{
    struct file db = database(big, btree);
    const uint32_t page = add_page(&db, btree ? LEAF : HASH);
    struct buf one = package("one", true);
    struct buf two = package("two", false);

    db.b.at[page_at(page) + 24] = 1;
    add_key(&db, page, 0);
    add_inline(&db, page, (struct bytes){ .at = (const uint8_t *)"\2\0\0\0", .len = 4 });
    add_key(&db, page, 1);
    (void)add_chained(&db, page, buf_bytes(&one));
    add_key(&db, page, 2);
    add_inline(&db, page, buf_bytes(&two));
    buf_done(&one);
    buf_done(&two);
    return db;
}

static char *records(struct file *db)
{
    const struct reading in = { .all = buf_bytes(&db->b) };
    char *text = rpmtrial_rows(&rpmbdb_format, &in);

    buf_done(&db->b);
    return text;
}

static void expect_both(struct file *db)
{
    char *text = records(db);

    assert_true(strncmp(text, "one\t", 4) == 0);
    assert_non_null(strstr(text, "\ntwo\t(none)\t1\t2\t"));
    assert_null(strstr(text, "lost: "));
    assert_null(strstr(text, "fault: "));
    free(text);
}

static void expect_two_and(struct file *db, const char *loss)
{
    char *text = records(db);

    assert_null(strstr(text, "one\t"));
    assert_non_null(strstr(text, "two\t(none)\t1\t2\t"));
    if (strstr(text, loss) == NULL)
        print_error("no \"%s\" in:\n%s", loss, text);
    assert_non_null(strstr(text, loss));
    free(text);
}

static void hash_and_tree_of_both_orders_are_read(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        struct file db = two_packages(kind & 1, kind & 2);
        expect_both(&db);
    }
}

static void survives_the_trial(void **state)
{
    (void)state;
    static const char *const names[] = { "hash-little", "hash-big", "tree-little", "tree-big" };

    for (int kind = 0; kind < 4; kind++) {
        struct file db = two_packages(kind & 1, kind & 2);
        trial_format(&(struct trial){
            .format = &rpmbdb_format, .name = names[kind], .good = buf_bytes(&db.b) });
        buf_done(&db.b);
    }
}

static void a_chain_that_bites_its_tail_loses_its_package(void **state)
{
    (void)state;
    struct file db = two_packages(false, false);

    put(&db, page_at(2) + 16, 4, 2);
    expect_two_and(&db, "lost: page 1: entry 3: P_OVERFLOW: page 2 is in a chain already\n");
}

static void a_chain_out_of_the_file_loses_its_package(void **state)
{
    (void)state;
    struct file db = two_packages(true, false);

    put(&db, page_at(2) + 16, 4, 0x80000000);
    expect_two_and(&db, "lost: page 1: entry 3: P_OVERFLOW: page 2147483648 of 4\n");
}

static void a_chain_of_pages_of_another_kind_is_refused(void **state)
{
    (void)state;
    struct file db = two_packages(false, false);

    put(&db, page_at(2) + 16, 4, 1);
    expect_two_and(&db, "lost: page 1: entry 3: P_OVERFLOW: page 1 has type 13 and ");
}

static void an_absurd_length_is_refused(void **state)
{
    (void)state;
    struct file db = two_packages(false, false);
    const size_t entry = page_at(1) + get16(&db, page_at(1) + HEADER + 6);

    put(&db, entry + 8, 4, 0x7fffffff);
    expect_two_and(&db, "lost: page 1: entry 3: HOFFPAGE.tlen: 2147483647 bytes, limit ");
}

static void two_entries_on_one_chain_lose_the_second(void **state)
{
    (void)state;
    struct file db = two_packages(false, false);
    uint8_t entry[12];

    memcpy(entry, db.b.at + page_at(1) + get16(&db, page_at(1) + HEADER + 6), sizeof entry);
    add_key(&db, 1, 3);
    add_entry(&db, 1, entry, sizeof entry);
    char *text = records(&db);
    assert_true(strncmp(text, "lost: page 1: entry 7: P_OVERFLOW: page 2 is in a chain", 55) == 0);
    assert_non_null(strstr(text, "\none\t"));
    assert_non_null(strstr(text, "\ntwo\t"));
    free(text);
}

static void a_broken_meta_page_is_done_without(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++) {
        struct file db = two_packages(big, false);
        memset(db.b.at + 12, 0xaa, 12);
        char *text = records(&db);
        assert_true(strncmp(text, "lost: page 0: DBMETA.magic: ", 28) == 0);
        assert_non_null(strstr(text, "\none\t"));
        assert_non_null(strstr(text, "\ntwo\t"));
        free(text);
    }
}

static void a_page_of_no_kind_is_told(void **state)
{
    (void)state;
    struct file db = two_packages(false, false);

    (void)add_page(&db, 12);
    char *text = records(&db);
    assert_non_null(strstr(text, "lost: page 4: PAGE.type: 12\n"));
    assert_non_null(strstr(text, "\none\t"));
    free(text);
}

static void an_entry_page_that_became_free_is_noticed(void **state)
{
    (void)state;
    struct file db = two_packages(false, false);

    db.b.at[page_at(1) + 25] = 0;
    char *text = records(&db);
    assert_string_equal(text, "lost: page 2: P_OVERFLOW: a page that no entry refers to\n");
    free(text);
}

static void a_cut_file_is_told(void **state)
{
    (void)state;
    struct file db = two_packages(false, false);

    db.b.len -= PAGE;
    expect_two_and(&db, "lost: page 3: DBMETA.last_pgno: pages up to 3, the file ends here\n");
}

static void an_encrypted_database_is_not_read(void **state)
{
    (void)state;
    struct file db = two_packages(false, false);

    db.b.at[24] = 1;
    memset(db.b.at + PAGE, 0x5a, db.b.len - PAGE);
    char *text = records(&db);
    assert_string_equal(text, "fault: DBMETA.encrypt_alg: encrypted\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_and_tree_of_both_orders_are_read),
        cmocka_unit_test(survives_the_trial),
        cmocka_unit_test(a_chain_that_bites_its_tail_loses_its_package),
        cmocka_unit_test(a_chain_out_of_the_file_loses_its_package),
        cmocka_unit_test(a_chain_of_pages_of_another_kind_is_refused),
        cmocka_unit_test(an_absurd_length_is_refused),
        cmocka_unit_test(two_entries_on_one_chain_lose_the_second),
        cmocka_unit_test(a_broken_meta_page_is_done_without),
        cmocka_unit_test(a_page_of_no_kind_is_told),
        cmocka_unit_test(an_entry_page_that_became_free_is_noticed),
        cmocka_unit_test(a_cut_file_is_told),
        cmocka_unit_test(an_encrypted_database_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
