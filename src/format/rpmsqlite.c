/* rpmsqlite.c -- rpm's database in SQLite, rpmdb.sqlite (rpm since 4.16): the table
 * Packages(hnum, blob), one rpm header a row.
 *
 * Read through libsqlite3 over bytes in memory (sqliteview.h), with the write-ahead log as
 * companion (SQLite file format 4). Records are those of rpmheader.h, in the order of hnum. A
 * blob that cannot be read loses its package alone; a broken page of the table loses the rows
 * below it: the rows after it are read from the other end. */
#include "format/format.h"

#include "core/limits.h"
#include "format/rpmheader.h"
#include "format/sqliteview.h"

struct rows {
    struct sqliteview view;
    struct rpmheader_run run;
    sqlite3_blob *blob; /* kept open from row to row; NULL before the first and after a failure */
    sqlite3_int64 last; /* the row stated last, counting up */
    uint64_t budget;    /* bytes that blobs may still have: together no more than the file */
};

static int rpmsqlite_bid(struct bytes head)
{
    static const uint8_t magic[] = "SQLite format 3"; /* with its NUL */

    return bytes_equal(bytes_part(head, 0, sizeof magic),
                       (struct bytes){ .at = magic, .len = sizeof magic })
               ? 128
               : 0;
}

/* The blob of a row, in the arena. */
static bool read_blob(struct rows *r, sqlite3_int64 row, struct bytes *blob, struct fault *f)
{
    const int opened = r->blob == NULL ? sqlite3_blob_open(r->view.db, "main", "Packages", "blob",
                                                           row, /* to write */ 0, &r->blob)
                                       : sqlite3_blob_reopen(r->blob, row);

    if (opened != SQLITE_OK) {
        (void)sqlite3_blob_close(r->blob);
        r->blob = NULL;
        return sqliteview_fault(opened, f);
    }
    const int len = sqlite3_blob_bytes(r->blob);
    if (len <= 0)
        return fault_set(f, FAULT_FORMAT, "an empty blob");
    if ((uint64_t)len > r->budget)
        return fault_set(f, FAULT_LIMIT, "blobs of more bytes than the file");
    r->budget -= (uint64_t)len;
    uint8_t *copy = arena_alloc(r->run.arena, (size_t)len, f);
    if (copy == NULL)
        return false;
    const int code = sqlite3_blob_read(r->blob, copy, len, 0);
    if (code != SQLITE_OK)
        return sqliteview_fault(code, f);
    *blob = (struct bytes){ .at = copy, .len = (size_t)len };
    return true;
}

/* One row. False only when the reading must stop. */
static bool read_row(struct rows *r, sqlite3_int64 row, struct fault *f)
{
    const struct arena_mark mark = arena_mark(r->run.arena);
    const struct rpmheader_place place = { .what = "Packages row", .number = (uint64_t)row };
    struct fault lost = { 0 };
    struct bytes blob;

    if (!read_blob(r, row, &blob, &lost)) {
        arena_release(r->run.arena, mark);
        return rpmheader_lost(&r->run, &place, &lost, f);
    }
    const bool ok = rpmheader_blob(blob, &r->run, &place, f);
    arena_release(r->run.arena, mark);
    return ok;
}

/* All rows upwards, or downwards those above r->last. `*code` is SQLite's last word; rows out of
 * order mean that the tree's pages lead in a circle. */
static bool read_rows(struct rows *r, bool up, int *code, struct fault *f)
{
    static const char ascending[] = "SELECT rowid FROM Packages NOT INDEXED ORDER BY rowid";
    static const char descending[] = "SELECT rowid FROM Packages NOT INDEXED WHERE rowid > ?1 "
                                     "ORDER BY rowid DESC";
    const sqlite3_int64 floor = r->last;
    sqlite3_int64 before = 0;
    sqlite3_stmt *rows = NULL;
    bool ok = true;

    *code = sqlite3_prepare_v2(r->view.db, up ? ascending : descending, -1, &rows, NULL);
    if (*code == SQLITE_OK && !up)
        *code = sqlite3_bind_int64(rows, 1, floor);
    for (uint64_t n = 0; ok && (*code == SQLITE_OK || *code == SQLITE_ROW); n++) {
        *code = sqlite3_step(rows);
        if (*code != SQLITE_ROW)
            break;
        const sqlite3_int64 row = sqlite3_column_int64(rows, 0);
        if ((n > 0 && (up ? row <= before : row >= before)) || (!up && row <= floor)) {
            *code = SQLITE_CORRUPT;
            break;
        }
        before = row;
        ok = read_row(r, row, f);
        if (up)
            r->last = row;
    }
    (void)sqlite3_finalize(rows);
    return ok;
}

static bool read_table(struct rows *r, struct fault *f)
{
    struct fault lost = { 0 };
    int code = SQLITE_OK;
    int back = SQLITE_OK;

    r->last = INT64_MIN;
    if (!read_rows(r, /* up */ true, &code, f))
        return false;
    if (code == SQLITE_DONE)
        return true;
    (void)sqliteview_fault(code, &lost);
    if (lost.kind == FAULT_FORMAT && !read_rows(r, /* up */ false, &back, f))
        return false;
    const struct rpmheader_place place = { .what = "Packages rows after",
                                           .number = r->last < 0 ? 0 : (uint64_t)r->last };
    return rpmheader_lost(&r->run, &place, &lost, f);
}

static bool read_view(struct rows *r, const struct fault *lost, struct fault *f)
{
    if (lost->kind != FAULT_NONE && !sink_fault(r->run.out, lost, f))
        return false;
    return sqliteview_has_table(&r->view, "Packages", f) && read_table(r, f) &&
           losses_end(&r->run.losses, f);
}

static bool rpmsqlite_read(const struct reading *in, struct sink *out, struct fault *f)
{
    struct rows r = { .run = rpmheader_begin(in, out) };
    struct fault lost = { 0 };

    bool ok = sqliteview_open(&r.view, in->all, in->beside, in->arena, &lost, f);
    r.budget = r.view.size;
    ok = ok && read_view(&r, &lost, f);
    (void)sqlite3_blob_close(r.blob);
    sqliteview_close(&r.view);
    return ok;
}

const struct format rpmsqlite_format = {
    .name = "rpmsqlite",
    .title = "rpm databases in SQLite, with write-ahead log",
    .cites = "SQLite file format, 1 and 4",
    .bid = rpmsqlite_bid,
    .read = rpmsqlite_read,
};
