/* rpmoracle_test.c -- databases that rpm itself makes in the test run, and what rpm lists of them:
 * SQLite, SQLite with a log that is not merged, and the same headers in Berkeley DB, hash and
 * B-tree, both byte orders, which rpm reads too (bdb_ro). Skips, and says so, where there is no
 * rpm, rpmbuild or db5.3_load.
 *
 * NDB is not here: Debian's rpm is built without it. */
#include "format/rpmtrial.h"
#include "format/trial.h"


#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <sqlite3.h>

static const char spec[] =
    "Name: first\nEpoch: 0\nVersion: 1.0\nRelease: 2\nSummary: x\nLicense: MIT\n"
    "Vendor: AO Kaspersky Lab\nURL: https://example.org/\n"
    "Packager: A <a@example.org>\nBuildArch: noarch\n"
    "%description\nx\n"
    "%package second\nSummary: y\nVersion: 3~rc1^git\n%description second\ny\n"
    "%install\nmkdir -p %{buildroot}/opt/first/deep\n"
    "cd %{buildroot}/opt/first\ntouch a 'b c' deep/d\n"
    "for i in $(seq 400); do touch deep/file-with-a-long-name-$i; done\n"
    "%files\n/opt/first\n%files second\n";

/* Where one test's databases stand. */
struct bench {
    char *folder;
    char *packages[2]; /* two .rpm that rpmbuild made */
    char *database;    /* a folder for rpm --dbpath */
};

static void write_file(const char *path, struct bytes b)
{
    FILE *out = fopen(path, "wb");

    assert_non_null(out);
    assert_int_equal(fwrite(b.at, 1, b.len, out), b.len);
    assert_int_equal(fclose(out), 0);
}

/* Two packages by rpmbuild; false where it is not installed. */
static bool bench_begin(struct bench *b)
{
    b->folder = rpmtrial_folder();
    b->database = rpmtrial_path(b->folder, "db");
    b->packages[0] = rpmtrial_path(b->folder, "noarch/first-1.0-2.noarch.rpm");
    b->packages[1] = rpmtrial_path(b->folder, "noarch/first-second-3~rc1^git-2.noarch.rpm");
    char *text = rpmtrial_path(b->folder, "first.spec");
    char *top = NULL;
    char *out = NULL;
    assert_true(asprintf(&top, "_topdir %s/top", b->folder) > 0);
    assert_true(asprintf(&out, "_rpmdir %s", b->folder) > 0);
    const char *const argv[] = { "rpmbuild", "--quiet", "-bb", "--define", top,
                                 "--define", out,       text,  NULL };

    write_file(text, bytes_of_text(spec));
    const int status = rpmtrial_run(argv, "/dev/null");
    free(text);
    free(top);
    free(out);
    if (status < 0)
        (void)fprintf(stderr, "skipped: rpmbuild is not installed\n");
    else
        assert_int_equal(status, 0);
    return status == 0;
}

static void bench_end(struct bench *b)
{
    free(b->packages[0]);
    free(b->packages[1]);
    free(b->database);
    rpmtrial_remove(b->folder);
}

static void install(const struct bench *b, const char *package)
{
    const char *const argv[] = { "rpm",      "--dbpath",    b->database,     "-i",    "--justdb",
                                 "--nodeps", "--noscripts", "--nosignature", package, NULL };

    assert_int_equal(rpmtrial_run(argv, "/dev/null"), 0);
}

/* What rpm lists of a database, sorted. Caller frees. */
static char *rpm_lists(const struct bench *b, const char *database, const char *backend,
                       const char *query)
{
    char *path = rpmtrial_path(b->folder, "listed");
    char *define = NULL;
    assert_true(asprintf(&define, "_db_backend %s", backend) > 0);
    const char *const argv[] = { "rpm", "--define", define, "--dbpath", database,
                                 "-qa", "--qf",     query,  NULL };

    assert_int_equal(rpmtrial_run(argv, path), 0);
    const struct bytes listed = trial_file(path);
    char *text = listed.len == 0 ? strdup("") : strndup((const char *)listed.at, listed.len);
    char *sorted = rpmtrial_sorted(text);
    free(text);
    free((void *)(uintptr_t)listed.at);
    free(define);
    free(path);
    return sorted;
}

/* A database file of ours against what rpm lists of a folder by one of its backends. */
struct comparison {
    const struct format *format;
    const char *folder; /* of the file that we read */
    const char *file;
    const char *beside; /* or NULL */
    const char *listed; /* the folder that rpm reads */
    const char *backend;
};

static void compare(const struct bench *b, const struct comparison *c)
{
    char *path = rpmtrial_path(c->folder, c->file);
    char *log = rpmtrial_path(c->folder, c->beside == NULL ? "none" : c->beside);
    const struct bytes all = trial_file(path);
    const struct bytes companion = trial_file(log);
    const struct reading in = { .all = all, .beside = companion };
    char *listed = rpm_lists(b, c->listed, c->backend, RPMTRIAL_QUERY);
    char *rows = rpmtrial_rows(c->format, &in);
    char *listed_files = rpm_lists(b, c->listed, c->backend, "[%{=NAME} %{FILENAMES}\n]");
    char *files = rpmtrial_files(c->format, &in);

    assert_string_equal(rows, listed);
    assert_string_equal(files, listed_files);
    assert_true(strlen(listed) > 0 && all.len > 0);
    free(files);
    free(listed_files);
    free(rows);
    free(listed);
    free((void *)(uintptr_t)companion.at);
    free((void *)(uintptr_t)all.at);
    free(log);
    free(path);
}

static void compare_sqlite(const struct bench *b, const char *beside)
{
    compare(b, &(struct comparison){ .format = &rpmsqlite_format,
                                     .folder = b->database,
                                     .file = "rpmdb.sqlite",
                                     .beside = beside,
                                     .listed = b->database,
                                     .backend = "sqlite" });
}

static void rpm_and_we_agree_on_sqlite(void **state)
{
    struct bench b;

    (void)state;
    if (!bench_begin(&b)) {
        bench_end(&b);
        skip();
    }
    install(&b, b.packages[0]);
    install(&b, b.packages[1]);
    compare_sqlite(&b, /* beside */ NULL);
    bench_end(&b);
}

/* A reader that keeps its connection open keeps rpm from merging the log. */
static void rpm_and_we_agree_on_a_log_that_is_not_merged(void **state)
{
    struct bench b;
    sqlite3 *reader = NULL;
    struct stat log;

    (void)state;
    if (!bench_begin(&b)) {
        bench_end(&b);
        skip();
    }
    install(&b, b.packages[0]);
    char *path = rpmtrial_path(b.database, "rpmdb.sqlite");
    char *log_path = rpmtrial_path(b.database, "rpmdb.sqlite-wal");
    assert_int_equal(sqlite3_open(path, &reader), SQLITE_OK);
    assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM Packages", NULL, NULL, NULL),
                     SQLITE_OK);
    install(&b, b.packages[1]);
    assert_int_equal(stat(log_path, &log), 0);
    assert_true(log.st_size > 32);
    compare_sqlite(&b, "rpmdb.sqlite-wal");
    assert_int_equal(sqlite3_close(reader), SQLITE_OK);
    free(path);
    free(log_path);
    bench_end(&b);
}

static void add_hex(FILE *out, const uint8_t *at, size_t len)
{
    (void)fputc(' ', out);
    for (size_t i = 0; i < len; i++)
        (void)fprintf(out, "%02x", at[i]);
    (void)fputc('\n', out);
}

/* The headers of an SQLite database as db5.3_load reads them, with rpm's counter under key 0. */
static void dump(const char *database, const char *path, const char *type, const char *settings,
                 bool big)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *rows = NULL;
    FILE *out = fopen(path, "wb");
    const uint8_t zero[4] = { 0 };

    assert_non_null(out);
    assert_int_equal(sqlite3_open_v2(database, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT hnum, blob FROM Packages", -1, &rows, NULL),
                     SQLITE_OK);
    (void)fprintf(out, "VERSION=3\nformat=bytevalue\ntype=%s\n%sHEADER=END\n", type, settings);
    add_hex(out, zero, 4);
    add_hex(out, (const uint8_t *)"\0\0\0\x7f", 4);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        const uint8_t number = (uint8_t)sqlite3_column_int(rows, 0);
        const uint8_t little[4] = { number };
        const uint8_t large[4] = { 0, 0, 0, number };
        add_hex(out, big ? large : little, 4);
        add_hex(out, sqlite3_column_blob(rows, 1), (size_t)sqlite3_column_bytes(rows, 1));
    }
    (void)fprintf(out, "DATA=END\n");
    assert_int_equal(fclose(out), 0);
    assert_int_equal(sqlite3_finalize(rows), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static const struct {
    const char *type;
    const char *settings;
    bool big;
    bool ours; /* rpm's own reader cannot read it: compare with the database it came from */
} shapes[] = {
    { "hash", "db_pagesize=4096\ndb_lorder=1234\n", false, false },
    { "hash", "db_pagesize=4096\ndb_lorder=4321\n", true, false },
    { "hash", "db_pagesize=65536\ndb_lorder=4321\n", true, false },
    { "hash", "db_pagesize=512\ndb_lorder=1234\n", false, false },
    { "hash", "db_pagesize=1024\ndb_lorder=1234\nchksum=1\n", false, true },
    { "btree", "db_pagesize=4096\ndb_lorder=1234\n", false, false },
    { "btree", "db_pagesize=16384\ndb_lorder=4321\n", true, false },
};

/* False where db5.3_load is not installed. */
static bool compare_shape(const struct bench *b, size_t shape)
{
    char *sqlite = rpmtrial_path(b->database, "rpmdb.sqlite");
    char *text = rpmtrial_path(b->folder, "dump");
    char *folder = NULL;
    assert_true(asprintf(&folder, "%s/bdb-%zu", b->folder, shape) > 0);
    char *database = rpmtrial_path(folder, "Packages");
    const char *const argv[] = { "db5.3_load", "-f", text, database, NULL };

    dump(sqlite, text, shapes[shape].type, shapes[shape].settings, shapes[shape].big);
    assert_int_equal(mkdir(folder, 0700), 0);
    const int status = rpmtrial_run(argv, "/dev/null");
    if (status < 0)
        (void)fprintf(stderr, "skipped: db5.3_load is not installed\n");
    else
        assert_int_equal(status, 0);
    if (status == 0)
        compare(b, &(struct comparison){ .format = &rpmbdb_format,
                                         .folder = folder,
                                         .file = "Packages",
                                         .listed = shapes[shape].ours ? b->database : folder,
                                         .backend = shapes[shape].ours ? "sqlite" : "bdb_ro" });
    free(sqlite);
    free(text);
    free(folder);
    free(database);
    return status == 0;
}

static void rpm_and_we_agree_on_berkeley_db(void **state)
{
    struct bench b;
    bool loaded = true;

    (void)state;
    if (!bench_begin(&b)) {
        bench_end(&b);
        skip();
    }
    install(&b, b.packages[0]);
    install(&b, b.packages[1]);
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0] && loaded; i++)
        loaded = compare_shape(&b, i);
    bench_end(&b);
    if (!loaded)
        skip();
}

/* What rpm -qp says of an archive is what we read. */
static void rpm_and_we_agree_on_archives(void **state)
{
    struct bench b;

    (void)state;
    if (!bench_begin(&b)) {
        bench_end(&b);
        skip();
    }
    for (size_t i = 0; i < 2; i++) {
        char *path = rpmtrial_path(b.folder, "listed");
        const char *const argv[] = { "rpm",         "-qp", "--nosignature", "--qf", RPMTRIAL_QUERY,
                                     b.packages[i], NULL };
        assert_int_equal(rpmtrial_run(argv, path), 0);
        const struct bytes listed = trial_file(path);
        const struct bytes all = trial_file(b.packages[i]);
        const struct reading in = { .all = all };
        char *rows = rpmtrial_rows(&rpmarchive_format, &in);
        assert_int_equal(strlen(rows), listed.len);
        assert_memory_equal(rows, listed.at, listed.len);
        free(rows);
        free((void *)(uintptr_t)all.at);
        free((void *)(uintptr_t)listed.at);
        free(path);
    }
    bench_end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rpm_and_we_agree_on_sqlite),
        cmocka_unit_test(rpm_and_we_agree_on_a_log_that_is_not_merged),
        cmocka_unit_test(rpm_and_we_agree_on_berkeley_db),
        cmocka_unit_test(rpm_and_we_agree_on_archives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
