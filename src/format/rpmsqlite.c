/* rpmsqlite.c -- rpm's database in SQLite, rpmdb.sqlite (rpm since 4.16): the table
 * Packages(hnum, blob), one rpm header a row.
 *
 * Read through libsqlite3 over bytes in memory (sqliteview.h), with the write-ahead log as
 * companion (SQLite file format 4). Records are those of rpmheader.h, in the order of hnum. A
 * blob that cannot be read loses its package alone.
 *
 * One bit of the schema or of an inner page can hide the whole table, or half of it without a word.
 * So the leaf pages are looked through afterwards for rows that SQLite has not given: rpm's are the
 * only ones of a row id and a blob. Such rows follow the others, and the fault is told. */
#include "format/format.h"

#include "core/limits.h"
#include "format/rpmheader.h"
#include "format/sqliteleaf.h"

/* A row that SQLite gave; not stated where its blob was no header. */
struct given {
    int64_t row;
    bool stated;
};

struct rows {
    struct sqliteview view;
    struct rpmheader_run run;
    sqlite3_blob *blob; /* kept open from row to row; NULL before the first and after a failure */
    struct vec given;   /* struct given, ascending */
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
    struct given *given = vec_push(&r->given, f);
    const struct arena_mark mark = arena_mark(r->run.arena);
    const struct rpmheader_place place = { .what = "Packages row", .number = (uint64_t)row };
    struct fault lost = { 0 };
    struct bytes blob;

    if (given == NULL)
        return false;
    given->row = row;
    const uint64_t before = r->run.packages;
    const bool whole = read_blob(r, row, &blob, &lost);
    const bool ok = whole ? rpmheader_blob(blob, &r->run, &place, f)
                          : rpmheader_lost(&r->run, &place, &lost, f);
    arena_release(r->run.arena, mark);
    given->stated = r->run.packages > before;
    return ok;
}

/* All rows that SQLite gives. `*code` is its last word; rows that do not ascend mean that the
 * tree's pages lead in a circle. */
static bool read_rows(struct rows *r, int *code, struct fault *f)
{
    static const char query[] = "SELECT rowid FROM Packages NOT INDEXED ORDER BY rowid";
    sqlite3_stmt *rows = NULL;
    sqlite3_int64 last = 0;
    bool any = false;
    bool ok = true;

    *code = sqlite3_prepare_v2(r->view.db, query, -1, &rows, NULL);
    while (ok && (*code == SQLITE_OK || *code == SQLITE_ROW)) {
        *code = sqlite3_step(rows);
        if (*code != SQLITE_ROW)
            break;
        const sqlite3_int64 row = sqlite3_column_int64(rows, 0);
        if (any && row <= last) {
            *code = SQLITE_CORRUPT;
            break;
        }
        ok = read_row(r, row, f);
        last = row;
        any = true;
    }
    (void)sqlite3_finalize(rows);
    return ok;
}

/* What SQLite gave of that row, or NULL. */
static const struct given *find_given(const struct rows *r, int64_t row)
{
    size_t from = 0;
    size_t to = r->given.count;

    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        const struct given *at = vec_at(&r->given, middle);
        if (at->row == row)
            return at;
        if (at->row < row)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

/* SQLite came to the end of the table and missed a row: its tree leads past it. */
static bool tell_missed(struct rows *r, const struct rpmheader_place *place, struct fault *f)
{
    struct fault missed = { 0 };

    if (r->run.losses.count > 0)
        return true;
    (void)fault_set(&missed, FAULT_FORMAT,
                    "SQLite file format 1.6: no page of the table leads to it");
    return rpmheader_lost(&r->run, place, &missed, f);
}

/* The header in the row's payload. A row that SQLite gave too, with something else, has had its
 * fault told already. */
static bool salvage_blob(struct rows *r, const struct sqliteleaf *leaf,
                         const struct sqliteleaf_row *row, size_t header, struct fault *f)
{
    const struct rpmheader_place place = { .what = "Packages row", .number = (uint64_t)row->id };
    const bool tried = find_given(r, row->id) != NULL;
    struct bytes payload = { 0 };
    struct fault lost = { 0 };
    struct rpmheader h;
    size_t size = 0;

    if (!tried && !tell_missed(r, &place, f))
        return false;
    if (!sqliteleaf_payload(leaf, row, r->run.arena, &payload, &lost))
        return tried || rpmheader_lost(&r->run, &place, &lost, f);
    const struct bytes blob = bytes_part(payload, header, payload.len);
    if (tried && !rpmheader_open(blob, &h, &size, /* fault */ NULL))
        return true;
    return rpmheader_blob(blob, &r->run, &place, f);
}

/* A row found on a leaf page, if it is one of rpm's that was not stated. False only when the
 * reading must stop. */
static bool salvage_row(struct rows *r, const struct sqliteleaf *leaf, uint32_t page, size_t cell,
                        struct fault *f)
{
    const struct arena_mark mark = arena_mark(r->run.arena);
    struct sqliteleaf_row row;
    size_t header = 0;
    uint64_t len = 0;

    if (!sqliteleaf_row(leaf, page, cell, &row) || !sqliteleaf_has_blob(&row, &header, &len))
        return true;
    const struct given *given = find_given(r, row.id);
    if (given != NULL && given->stated)
        return true;
    if (len > LIMIT_RPM_HEADER || row.size > r->budget)
        return fault_set(f, FAULT_LIMIT, "Packages row %lld: blobs of more bytes than the file",
                         (long long)row.id);
    r->budget -= row.size;
    const bool ok = salvage_blob(r, leaf, &row, header, f);
    arena_release(r->run.arena, mark);
    return ok;
}

static bool salvage(struct rows *r, struct fault *f)
{
    const struct sqlitewal *pages = &r->view.pages;
    struct sqliteleaf leaf;

    r->budget = r->view.size;
    if (!sqliteleaf_open(&leaf, pages, r->run.arena, f))
        return false;
    for (uint32_t page = 1; page <= leaf.count; page++) {
        const size_t cells = sqliteleaf_cells(&leaf, page);
        for (size_t cell = 0; cell < cells; cell++) {
            if (!salvage_row(r, &leaf, page, cell, f))
                return false;
        }
    }
    return true;
}

static bool read_table(struct rows *r, struct fault *f)
{
    struct fault lost = { 0 };
    int code = SQLITE_DONE;

    if (sqliteview_has_table(&r->view, "Packages", &lost)) {
        if (!read_rows(r, &code, f))
            return false;
        if (code != SQLITE_DONE)
            (void)sqliteview_fault(code, &lost);
    }
    if (lost.kind != FAULT_NONE && !losses_add(&r->run.losses, &lost, f))
        return false;
    return lost.kind == FAULT_LIMIT || salvage(r, f);
}

static bool read_view(struct rows *r, const struct fault *lost, struct fault *f)
{
    if (lost->kind != FAULT_NONE && !sink_fault(r->run.out, lost, f))
        return false;
    return read_table(r, f) && losses_end(&r->run.losses, f);
}

static bool rpmsqlite_read(const struct reading *in, struct sink *out, struct fault *f)
{
    struct rows r = { .run = rpmheader_begin(in, out),
                      .given = vec_of(in->arena, sizeof(struct given), LIMIT_RECORDS) };
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
