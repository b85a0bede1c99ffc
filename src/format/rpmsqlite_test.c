/* rpmsqlite_test.c -- databases made by SQLite in memory, logs written by hand as the file format
 * describes them, and schemas that no rpm would write. */
#include "format/rpmtrial.h"
#include "format/trial.h"

#include "core/cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

enum { PAGE = 512 };

#define PACKAGES                                                                                   \
    "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL);"

static void run(sqlite3 *db, const char *sql)
{
    char *error = NULL;

    if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s: %s", sql, error);
}

static sqlite3 *database(const char *schema)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    run(db, "PRAGMA page_size=512");
    run(db, schema);
    return db;
}

/* `vendor_len` makes the header as large as a test needs. */
static void add(sqlite3 *db, const char *name, size_t vendor_len)
{
    char *vendor = calloc(1, vendor_len + 1);
    assert_non_null(vendor);
    memset(vendor, 'v', vendor_len);
    const struct rpmtrial_package package = { .name = name,
                                              .version = "1",
                                              .release = "2",
                                              .vendor = vendor_len == 0 ? NULL : vendor,
                                              .files = { "/usr/bin/x" } };
    struct buf blob = rpmtrial_package(&package);
    sqlite3_stmt *row = NULL;

    assert_int_equal(sqlite3_prepare_v2(db, "INSERT INTO Packages(blob) VALUES(?)", -1, &row, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_bind_blob(row, 1, blob.at, (int)blob.len, SQLITE_STATIC), SQLITE_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_DONE);
    assert_int_equal(sqlite3_finalize(row), SQLITE_OK);
    buf_done(&blob);
    free(vendor);
}

/* The database's bytes now; caller frees. */
static struct buf image(sqlite3 *db)
{
    sqlite3_int64 size = 0;
    unsigned char *at = sqlite3_serialize(db, "main", &size, 0);
    struct buf b = buf_with_limit((size_t)1 << 26);

    assert_non_null(at);
    buf_add(&b, (struct bytes){ .at = at, .len = (size_t)size });
    sqlite3_free(at);
    return b;
}

static struct buf finished(sqlite3 *db)
{
    struct buf b = image(db);

    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return b;
}

static char *records_with(struct buf *b, struct buf *log)
{
    const struct reading in = { .all = buf_bytes(b), .beside = buf_bytes(log) };

    return trial_records(&rpmsqlite_format, &in);
}

static char *records(struct buf *b)
{
    struct buf none = buf_with_limit(0);
    char *text = records_with(b, &none);

    buf_done(b);
    return text;
}

static void expect(struct buf *b, const char *wanted)
{
    char *text = records(b);

    assert_string_equal(text, wanted);
    free(text);
}

#define ONE "package: name=one version=1 release=2 file=/usr/bin/x\n"
#define TWO "package: name=two version=1 release=2 file=/usr/bin/x\n"
#define THREE "package: name=three version=1 release=2 file=/usr/bin/x\n"

static void states_each_row(void **state)
{
    (void)state;
    sqlite3 *db =
        database(PACKAGES "CREATE INDEX i ON Packages(hnum); CREATE TABLE Name(key, hnum)");
    add(db, "one", 0);
    add(db, "two", 0);
    run(db, "DELETE FROM Packages WHERE hnum=1");
    add(db, "three", 0);
    struct buf b = finished(db);

    expect(&b, TWO THREE);
}

static void survives_the_trial(void **state)
{
    (void)state;
    sqlite3 *db = database(PACKAGES);
    add(db, "one", 0);
    add(db, "two", 600);
    struct buf b = finished(db);

    trial_format(&(struct trial){
        .format = &rpmsqlite_format,
        .name = "two",
        .good = buf_bytes(&b),
    });
    buf_done(&b);
}

/* File format 4.2, written as two running sums over words of either order. */
static void sum(struct bytes b, bool big, uint32_t s[2])
{
    for (size_t i = 0; i < b.len; i += 8) {
        struct cursor c = cursor_over(bytes_part(b, i, 8));
        const uint32_t first = big ? cursor_u32be(&c) : cursor_u32le(&c);
        const uint32_t second = big ? cursor_u32be(&c) : cursor_u32le(&c);
        s[0] += first + s[1];
        s[1] += second + s[0];
    }
}

struct log {
    struct buf b;
    bool big;
    uint32_t sum[2];
};

static struct log log_begin(bool big)
{
    struct log l = { .b = buf_with_limit((size_t)1 << 26), .big = big };
    const uint32_t words[] = { 0x377f0682 + big, 3007000, PAGE, 0, 0x5a17, 0x5a18 };

    for (size_t i = 0; i < 6; i++)
        rpmtrial_be32(&l.b, words[i]);
    sum(buf_bytes(&l.b), big, l.sum);
    rpmtrial_be32(&l.b, l.sum[0]);
    rpmtrial_be32(&l.b, l.sum[1]);
    return l;
}

static void log_frame(struct log *l, uint32_t page, uint32_t commit, struct bytes bytes)
{
    const size_t at = l->b.len;

    rpmtrial_be32(&l->b, page);
    rpmtrial_be32(&l->b, commit);
    sum(bytes_part(buf_bytes(&l->b), at, 8), l->big, l->sum);
    sum(bytes, l->big, l->sum);
    rpmtrial_be32(&l->b, 0x5a17);
    rpmtrial_be32(&l->b, 0x5a18);
    rpmtrial_be32(&l->b, l->sum[0]);
    rpmtrial_be32(&l->b, l->sum[1]);
    buf_add(&l->b, bytes);
}

/* All pages of `to` in which it differs from `from`, as one transaction. */
static void log_change(struct log *l, const struct buf *from, const struct buf *to, bool committed)
{
    const uint32_t pages = (uint32_t)(to->len / PAGE);
    uint32_t last = 0;

    for (uint32_t n = 0; n < pages; n++) {
        if (!bytes_equal(bytes_part(buf_bytes(from), n * PAGE, PAGE),
                         bytes_part(buf_bytes(to), n * PAGE, PAGE)))
            last = n;
    }
    for (uint32_t n = 0; n <= last; n++) {
        const struct bytes page = bytes_part(buf_bytes(to), n * PAGE, PAGE);
        if (!bytes_equal(bytes_part(buf_bytes(from), n * PAGE, PAGE), page))
            log_frame(l, n + 1, committed && n == last ? pages : 0, page);
    }
}

/* The database after one, two and three packages: a later one is only in the log. */
struct story {
    struct buf one;
    struct buf two;
    struct buf three;
};

static struct story story_begin(void)
{
    sqlite3 *db = database(PACKAGES);
    struct story s;

    add(db, "one", 0);
    s.one = image(db);
    add(db, "two", 900);
    s.two = image(db);
    add(db, "three", 0);
    s.three = finished(db);
    s.one.at[18] = 2; /* as SQLite marks a database in WAL mode */
    s.one.at[19] = 2;
    return s;
}

static void story_done(struct story *s)
{
    buf_done(&s->one);
    buf_done(&s->two);
    buf_done(&s->three);
}

static void expect_names(char *text, const char *names, const char *loss)
{
    char found[64] = "";

    for (const char *at = strstr(text, "name="); at != NULL; at = strstr(at + 1, "name=")) {
        const size_t used = strlen(found);
        (void)snprintf(found + used, sizeof found - used, "%.*s ", (int)strcspn(at + 5, " "),
                       at + 5);
    }
    assert_string_equal(found, names);
    if (loss == NULL)
        assert_null(strstr(text, "lost: "));
    else if (strstr(text, loss) == NULL)
        fail_msg("no \"%s\" in:\n%s", loss, text);
    assert_null(strstr(text, "fault: "));
    free(text);
}

static void committed_frames_count_in_either_order(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++) {
        struct story s = story_begin();
        struct log l = log_begin(big);
        log_change(&l, &s.one, &s.two, true);
        log_change(&l, &s.two, &s.three, true);
        expect_names(records_with(&s.one, &l.b), "one two three ", NULL);
        buf_done(&l.b);
        story_done(&s);
    }
}

static void an_open_transaction_does_not_count(void **state)
{
    (void)state;
    struct story s = story_begin();
    struct log l = log_begin(false);

    log_change(&l, &s.one, &s.two, true);
    log_change(&l, &s.two, &s.three, false);
    expect_names(records_with(&s.one, &l.b), "one two ", NULL);
    buf_done(&l.b);
    story_done(&s);
}

static void remains_of_an_older_log_do_not_count(void **state)
{
    (void)state;
    struct story s = story_begin();
    struct log l = log_begin(false);

    log_change(&l, &s.one, &s.two, true);
    const size_t end = l.b.len;
    log_change(&l, &s.two, &s.three, true);
    for (size_t frame = end; frame < l.b.len; frame += 24 + PAGE)
        l.b.at[frame + 8] ^= 1;
    expect_names(records_with(&s.one, &l.b), "one two ", NULL);
    buf_done(&l.b);
    story_done(&s);
}

static void a_broken_frame_before_sound_ones_is_told(void **state)
{
    (void)state;
    struct story s = story_begin();
    struct log l = log_begin(false);

    log_change(&l, &s.one, &s.two, true);
    const size_t end = l.b.len;
    log_change(&l, &s.two, &s.three, true);
    l.b.at[end + 24 + 100] ^= 1;
    expect_names(records_with(&s.one, &l.b), "one two ",
                 "lost: format: SQLite file format 4.1: frame ");
    buf_done(&l.b);
    story_done(&s);
}

static void a_log_with_a_wrong_header_is_told(void **state)
{
    (void)state;
    struct story s = story_begin();
    struct log l = log_begin(false);

    log_change(&l, &s.one, &s.two, true);
    l.b.at[0] ^= 1;
    expect_names(records_with(&s.one, &l.b), "one ",
                 "lost: format: SQLite file format 4.1: no write-ahead log\n");
    l.b.at[0] ^= 1;
    l.b.at[12] ^= 1;
    expect_names(records_with(&s.one, &l.b), "one ",
                 "lost: format: SQLite file format 4.1: the log's checksum is wrong\n");
    buf_done(&l.b);
    story_done(&s);
}

static void an_absurd_commit_is_refused(void **state)
{
    (void)state;
    struct story s = story_begin();
    struct log l = log_begin(false);

    log_frame(&l, 2, 0xfffffff0, bytes_part(buf_bytes(&s.two), PAGE, PAGE));
    expect_names(records_with(&s.one, &l.b), "one ",
                 "lost: format: SQLite file format 4.1: frame 1 commits 4294967280 pages, ");
    buf_done(&l.b);
    l = log_begin(false);
    log_frame(&l, 0x80000000, 3, bytes_part(buf_bytes(&s.two), PAGE, PAGE));
    expect_names(records_with(&s.one, &l.b), "one ",
                 "lost: format: SQLite file format 4.1: frame 1 is page 2147483648\n");
    buf_done(&l.b);
    story_done(&s);
}

/* Every truncation and every one-bit flip of the log: one package at least stays. */
static void a_damaged_log_costs_no_older_package(void **state)
{
    (void)state;
    struct story s = story_begin();
    struct log l = log_begin(true);
    const struct reading in = { .all = buf_bytes(&s.one) };

    log_change(&l, &s.one, &s.two, true);
    log_change(&l, &s.two, &s.three, true);
    for (size_t bit = 0; bit < l.b.len * 8; bit += 3) {
        struct reading damaged = in;
        l.b.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
        damaged.beside = buf_bytes(&l.b);
        char *text = trial_records(&rpmsqlite_format, &damaged);
        assert_non_null(strstr(text, "name=one "));
        free(text);
        l.b.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t len = 0; len < l.b.len; len += 7) {
        uint8_t *exact = malloc(len == 0 ? 1 : len);
        assert_non_null(exact);
        memcpy(exact, l.b.at, len);
        struct reading cut = in;
        cut.beside = (struct bytes){ .at = exact, .len = len };
        char *text = trial_records(&rpmsqlite_format, &cut);
        assert_non_null(strstr(text, "name=one "));
        free(text);
        free(exact);
    }
    buf_done(&l.b);
    story_done(&s);
}

/* A table of several levels of pages. */
static struct buf many(void)
{
    sqlite3 *db = database(PACKAGES);

    run(db, "BEGIN");
    for (int i = 0; i < 400; i++)
        add(db, "x", 0);
    run(db, "COMMIT");
    return finished(db);
}

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;

    for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what))
        count++;
    return count;
}

/* Page 1 is the schema, page 2 the table's root; then leaves and inner pages. */
static void a_broken_page_loses_its_own_rows(void **state)
{
    (void)state;
    struct buf good = many();

    for (size_t page = 0; page < good.len / PAGE; page++) {
        struct buf b = buf_with_limit(good.len);
        buf_add(&b, buf_bytes(&good));
        memset(b.at + page * PAGE + (page == 0 ? 100 : 0), 0xff, PAGE - (page == 0 ? 100 : 0));
        char *text = records(&b);
        assert_true(count_of(text, "name=x ") >= 397);
        assert_true(page == 2 || strstr(text, "lost: format: ") != NULL);
        free(text);
    }
    buf_done(&good);
}

/* Two of the six packages share a page here; none is lost without a word. */
static void one_bit_costs_one_page_at_most(void **state)
{
    (void)state;
    sqlite3 *db = database(PACKAGES "CREATE TABLE Name(key, hnum)");
    for (int i = 0; i < 6; i++)
        add(db, "x", i == 3 ? 700 : 0);
    struct buf b = finished(db);
    const struct reading in = { .all = buf_bytes(&b) };

    for (size_t bit = 18 * 8; bit < b.len * 8; bit++) {
        b.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
        char *text = trial_records(&rpmsqlite_format, &in);
        const size_t found = count_of(text, "package: ");
        if (found + 2 < 6 || (found < 6 && strstr(text, "lost: ") == NULL))
            fail_msg("bit %zu of byte %zu:\n%s", bit % 8, bit / 8, text);
        free(text);
        b.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    buf_done(&b);
}

/* A package that was removed stays on a page that is free now; it is not installed. */
static void deleted_rows_are_not_salvaged(void **state)
{
    (void)state;
    struct buf b = { 0 };
    sqlite3 *db = database(PACKAGES);

    run(db, "BEGIN");
    for (int i = 0; i < 100; i++)
        add(db, i < 50 ? "gone" : "here", 0);
    run(db, "COMMIT; DELETE FROM Packages WHERE hnum <= 50");
    b = finished(db);
    memset(b.at + 100, 0xff, PAGE - 100);
    char *text = records(&b);
    assert_int_equal(count_of(text, "name=here "), 50);
    assert_int_equal(count_of(text, "name=gone "), 0);
    free(text);
}

static void a_cut_database_keeps_what_is_there(void **state)
{
    (void)state;
    struct buf b = many();

    b.len = b.len / PAGE * 3 / 4 * PAGE;
    char *text = records(&b);
    assert_true(count_of(text, "name=x ") >= 250);
    assert_non_null(strstr(text, "lost: format: SQLite file format 1.3.8: "));
    free(text);
}

/* The table's root leads to itself: an interior page whose children are all the root. */
static void a_tree_in_a_circle_ends(void **state)
{
    (void)state;
    struct buf b = many();

    for (size_t at = PAGE; at + PAGE <= b.len; at += PAGE) {
        if (b.at[at] != 5)
            continue;
        const uint32_t self = (uint32_t)(at / PAGE) + 1;
        for (int i = 0; i < 4; i++)
            b.at[at + 8 + (size_t)i] = (uint8_t)(self >> (24 - 8 * i));
        for (size_t cell = 0; cell < (size_t)(b.at[at + 3] << 8 | b.at[at + 4]); cell++) {
            const size_t entry = at + 12 + 2 * cell;
            const size_t where = at + (size_t)(b.at[entry] << 8 | b.at[entry + 1]);
            for (int i = 0; i < 4 && where + 4 <= at + PAGE; i++)
                b.at[where + (size_t)i] = (uint8_t)(self >> (24 - 8 * i));
        }
    }
    char *text = records(&b);
    assert_non_null(strstr(text, "lost: format: SQLite: "));
    free(text);
}

static void change_schema(sqlite3 *db, const char *sql)
{
    run(db, "PRAGMA writable_schema=ON");
    run(db, sql);
    run(db, "PRAGMA writable_schema=OFF");
}

static void hostile_schemas_are_not_run(void **state)
{
    (void)state;
    static const char *const schemas[] = {
        "CREATE VIEW Packages(hnum, blob) AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 "
        "FROM n) SELECT i, zeroblob(100) FROM n",
        "CREATE VIRTUAL TABLE Packages USING fts5(blob)",
        "CREATE TABLE x(y); CREATE VIRTUAL TABLE Name USING fts5(blob); " PACKAGES,
        "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, x, blob AS (randomblob(x))); "
        "INSERT INTO Packages VALUES(1, 1000000000)",
        "CREATE TABLE Packages(hnum PRIMARY KEY, blob BLOB) WITHOUT ROWID; "
        "INSERT INTO Packages VALUES(1, x'00')",
        "CREATE TABLE Other(x)",
    };

    for (size_t i = 0; i < sizeof schemas / sizeof schemas[0]; i++) {
        sqlite3 *db = NULL;
        assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
        if (sqlite3_exec(db, schemas[i], NULL, NULL, NULL) == SQLITE_OK) {
            struct buf b = image(db);
            char *text = records(&b);
            assert_null(strstr(text, "package: "));
            assert_true(strstr(text, "lost: ") != NULL || strstr(text, "fault: ") != NULL);
            free(text);
        }
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
    }
}

/* The root page of Packages belongs to a table that SQLite reads as something else. */
static void a_disguised_virtual_table_is_refused(void **state)
{
    (void)state;
    sqlite3 *db = database(PACKAGES);

    add(db, "one", 0);
    change_schema(db, "UPDATE sqlite_schema SET sql='CREATE VIRTUAL TABLE Packages USING dbstat' "
                      "WHERE name='Packages'");
    struct buf b = finished(db);
    expect(&b, "lost: unsupported: SQLite schema: a virtual table, or more than 1024 tables\n" ONE);
}

static void rows_that_are_no_blobs_are_lost_alone(void **state)
{
    (void)state;
    sqlite3 *db = database("CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob)");

    run(db, "INSERT INTO Packages(blob) VALUES(NULL), (x''), ('text'), (7)");
    add(db, "one", 0);
    run(db, "INSERT INTO Packages VALUES(-9223372036854775808, x'00')");
    struct buf b = finished(db);
    char *text = records(&b);
    assert_int_equal(count_of(text, "lost: format: Packages row "), 5);
    assert_non_null(strstr(text, ONE));
    free(text);
}

static void another_database_is_refused(void **state)
{
    (void)state;
    struct buf b = buf_with_limit(1000);

    buf_add(&b, (struct bytes){ .at = (const uint8_t *)"SQLite format 3\0\0\0", .len = 18 });
    while (b.len < 600)
        buf_add_byte(&b, 0);
    expect(&b, "fault: format: SQLite file format 1.3.2: pages of 0 bytes\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_each_row),
        cmocka_unit_test(survives_the_trial),
        cmocka_unit_test(committed_frames_count_in_either_order),
        cmocka_unit_test(an_open_transaction_does_not_count),
        cmocka_unit_test(remains_of_an_older_log_do_not_count),
        cmocka_unit_test(a_broken_frame_before_sound_ones_is_told),
        cmocka_unit_test(a_log_with_a_wrong_header_is_told),
        cmocka_unit_test(an_absurd_commit_is_refused),
        cmocka_unit_test(a_damaged_log_costs_no_older_package),
        cmocka_unit_test(a_broken_page_loses_its_own_rows),
        cmocka_unit_test(one_bit_costs_one_page_at_most),
        cmocka_unit_test(deleted_rows_are_not_salvaged),
        cmocka_unit_test(a_cut_database_keeps_what_is_there),
        cmocka_unit_test(a_tree_in_a_circle_ends),
        cmocka_unit_test(hostile_schemas_are_not_run),
        cmocka_unit_test(a_disguised_virtual_table_is_refused),
        cmocka_unit_test(rows_that_are_no_blobs_are_lost_alone),
        cmocka_unit_test(another_database_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
