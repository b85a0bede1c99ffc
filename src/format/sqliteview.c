#include "format/sqliteview.h"

#include "core/limits.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    FILE_FORMAT_VERSIONS = 18, /* two bytes of the header: 2 means WAL, 1 a rollback journal */
    STEPS = 1 << 12,           /* steps between two looks at the count */
};

/* What SQLite holds for our one file. */
struct file {
    sqlite3_file base;
    const struct sqlitewal *pages;
};

static const struct sqlitewal *pages_of(sqlite3_file *file)
{
    return ((const struct file *)(const void *)file)->pages;
}

static int file_close(sqlite3_file *file)
{
    (void)file;
    return SQLITE_OK;
}

/* Bytes that neither log nor file has read as zeros. */
static void copy_page(const struct sqlitewal *w, uint32_t page, size_t from, uint8_t *out,
                      size_t len)
{
    const struct bytes found = bytes_part(sqlitewal_page(w, page), from, len);

    memset(out, 0, len);
    if (found.len > 0)
        memcpy(out, found.at, found.len);
    for (size_t i = FILE_FORMAT_VERSIONS; page == 1 && i < FILE_FORMAT_VERSIONS + 2; i++) {
        if (i >= from && i - from < found.len)
            out[i - from] = 1;
    }
}

static int file_read(sqlite3_file *file, void *out, int len, sqlite3_int64 offset)
{
    const struct sqlitewal *w = pages_of(file);
    const uint64_t size = (uint64_t)w->pages * w->page_size;
    uint8_t *at = out;
    size_t left = (size_t)len;
    uint64_t from = (uint64_t)offset;

    while (left > 0 && from < size) {
        const size_t in_page = (size_t)(from % w->page_size);
        const size_t room = w->page_size - in_page;
        const size_t piece = left < room ? left : room;
        copy_page(w, (uint32_t)(from / w->page_size) + 1, in_page, at, piece);
        at += piece;
        from += piece;
        left -= piece;
    }
    if (left == 0)
        return SQLITE_OK;
    memset(at, 0, left);
    return SQLITE_IOERR_SHORT_READ;
}

static int file_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 offset)
{
    (void)file;
    (void)bytes;
    (void)len;
    (void)offset;
    return SQLITE_READONLY;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    (void)file;
    (void)size;
    return SQLITE_READONLY;
}

static int file_flag(sqlite3_file *file, int flag)
{
    (void)file;
    (void)flag;
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    const struct sqlitewal *w = pages_of(file);

    *size = (sqlite3_int64)w->pages * (sqlite3_int64)w->page_size;
    return SQLITE_OK;
}

static int file_is_reserved(sqlite3_file *file, int *reserved)
{
    (void)file;
    *reserved = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *file, int what, void *argument)
{
    (void)file;
    (void)what;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *file)
{
    (void)file;
    return 512;
}

static int file_traits(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_IMMUTABLE;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_flag,
    .xFileSize = file_size,
    .xLock = file_flag,
    .xUnlock = file_flag,
    .xCheckReservedLock = file_is_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
};

static int view_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *out, int flags, int *got)
{
    struct file *file = (struct file *)(void *)out;

    (void)name;
    *file = (struct file){ 0 };
    if ((flags & SQLITE_OPEN_MAIN_DB) == 0)
        return SQLITE_CANTOPEN;
    file->base.pMethods = &methods;
    file->pages = vfs->pAppData;
    if (got != NULL)
        *got = SQLITE_OPEN_READONLY;
    return SQLITE_OK;
}

static int view_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    (void)name;
    (void)sync;
    return SQLITE_READONLY;
}

static int view_access(sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
    (void)vfs;
    (void)name;
    (void)flags;
    *result = 0;
    return SQLITE_OK;
}

static int view_full_path(sqlite3_vfs *vfs, const char *name, int room, char *out)
{
    (void)vfs;
    const int n = snprintf(out, (size_t)room, "%s", name);

    return n >= 0 && n < room ? SQLITE_OK : SQLITE_CANTOPEN;
}

/* Nothing that we read depends on chance or time; the same bytes must read the same. */
static int view_random(sqlite3_vfs *vfs, int len, char *out)
{
    (void)vfs;
    memset(out, 0, (size_t)len);
    return len;
}

static int view_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

static int view_time(sqlite3_vfs *vfs, double *days)
{
    (void)vfs;
    *days = 0;
    return SQLITE_OK;
}

static int view_error(sqlite3_vfs *vfs, int room, char *out)
{
    (void)vfs;
    (void)room;
    (void)out;
    return 0;
}

static bool register_view(struct sqliteview *v, struct fault *f)
{
    (void)snprintf(v->name, sizeof v->name, "hallmark-%p", (void *)v);
    v->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = sizeof(struct file),
        .mxPathname = 64,
        .zName = v->name,
        .pAppData = &v->pages,
        .xOpen = view_open,
        .xDelete = view_delete,
        .xAccess = view_access,
        .xFullPathname = view_full_path,
        .xRandomness = view_random,
        .xSleep = view_sleep,
        .xCurrentTime = view_time,
        .xGetLastError = view_error,
    };
    const int code = sqlite3_vfs_register(&v->vfs, /* default */ 0);
    v->registered = code == SQLITE_OK;
    return code == SQLITE_OK || sqliteview_fault(code, f);
}

static int count_steps(void *ctx)
{
    struct sqliteview *v = ctx;

    v->steps += STEPS;
    return v->steps > LIMIT_SQLITE_STEPS;
}

/* Reading is all that our own statements do; whatever else a schema makes of them is refused. */
static int authorise(void *ctx, int action, const char *a, const char *b, const char *c,
                     const char *d)
{
    (void)ctx;
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    return action == SQLITE_SELECT || action == SQLITE_READ ? SQLITE_OK : SQLITE_DENY;
}

static void set_limits(sqlite3 *db)
{
    static const struct {
        int what;
        int most;
    } limits[] = {
        { SQLITE_LIMIT_LENGTH, (int)LIMIT_RPM_HEADER },
        { SQLITE_LIMIT_SQL_LENGTH, LIMIT_TEXT },
        { SQLITE_LIMIT_COLUMN, 64 },
        { SQLITE_LIMIT_EXPR_DEPTH, 32 },
        { SQLITE_LIMIT_COMPOUND_SELECT, 2 },
        { SQLITE_LIMIT_VDBE_OP, 25000 },
        { SQLITE_LIMIT_FUNCTION_ARG, 8 },
        { SQLITE_LIMIT_ATTACHED, 0 },
        { SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 64 },
        { SQLITE_LIMIT_VARIABLE_NUMBER, 8 },
        { SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
        { SQLITE_LIMIT_WORKER_THREADS, 0 },
    };

    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        (void)sqlite3_limit(db, limits[i].what, limits[i].most);
}

static bool harden(struct sqliteview *v, struct fault *f)
{
    static const int on[] = { SQLITE_DBCONFIG_DEFENSIVE };
    static const int off[] = {
        SQLITE_DBCONFIG_TRUSTED_SCHEMA,        SQLITE_DBCONFIG_ENABLE_TRIGGER,
        SQLITE_DBCONFIG_ENABLE_VIEW,           SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER,
        SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION,
    };
    int code = SQLITE_OK;

    set_limits(v->db);
    for (size_t i = 0; i < sizeof on / sizeof on[0] && code == SQLITE_OK; i++)
        code = sqlite3_db_config(v->db, on[i], 1, (int *)NULL);
    for (size_t i = 0; i < sizeof off / sizeof off[0] && code == SQLITE_OK; i++)
        code = sqlite3_db_config(v->db, off[i], 0, (int *)NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(v->db, "PRAGMA cell_size_check=ON", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_set_authorizer(v->db, authorise, NULL);
    sqlite3_progress_handler(v->db, STEPS, count_steps, v);
    return code == SQLITE_OK || sqliteview_fault(code, f);
}

bool sqliteview_open(struct sqliteview *v, struct bytes all, struct bytes beside, struct arena *a,
                     struct fault *lost, struct fault *f)
{
    *v = (struct sqliteview){ .old_limit = -1 };
    if (!sqlitewal_open(&v->pages, all, beside, a, lost, f))
        return false;
    v->size = (uint64_t)v->pages.pages * v->pages.page_size;
    if (sqlite3_initialize() != SQLITE_OK)
        return fault_set(f, FAULT_LIMIT, "SQLite cannot begin");
    v->old_limit = sqlite3_hard_heap_limit64((sqlite3_int64)LIMIT_SQLITE_MEMORY);
    if (!register_view(v, f))
        return false;
    const int code =
        sqlite3_open_v2("database", &v->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, v->name);
    if (code != SQLITE_OK)
        return sqliteview_fault(code, f);
    return harden(v, f);
}

void sqliteview_close(struct sqliteview *v)
{
    if (v->db != NULL) {
        const int code = sqlite3_close(v->db);
        assert(code == SQLITE_OK);
        (void)code;
    }
    if (v->registered)
        (void)sqlite3_vfs_unregister(&v->vfs);
    if (v->old_limit >= 0)
        (void)sqlite3_hard_heap_limit64(v->old_limit);
    *v = (struct sqliteview){ .old_limit = -1 };
}

bool sqliteview_fault(int code, struct fault *f)
{
    const int primary = code & 0xff;
    const bool limit =
        primary == SQLITE_NOMEM || primary == SQLITE_INTERRUPT || primary == SQLITE_TOOBIG;

    return fault_set(f, limit ? FAULT_LIMIT : FAULT_FORMAT, "SQLite: %s (%d)",
                     primary == SQLITE_INTERRUPT ? "too many steps" : sqlite3_errstr(code), code);
}

static bool begins(const unsigned char *text, const char *with)
{
    return text != NULL && bytes_has_prefix(bytes_of_text((const char *)text), with);
}

/* SQLite writes the first words of each statement itself, in this form; what begins otherwise was
 * not written by it. */
static bool is_plain(const unsigned char *sql)
{
    return sql == NULL || begins(sql, "CREATE TABLE ") || begins(sql, "CREATE INDEX ") ||
           begins(sql, "CREATE UNIQUE INDEX ") || begins(sql, "CREATE VIEW ") ||
           begins(sql, "CREATE TRIGGER ");
}

bool sqliteview_has_table(struct sqliteview *v, const char *table, struct fault *f)
{
    sqlite3_stmt *rows = NULL;
    bool found = false;
    int code =
        sqlite3_prepare_v2(v->db, "SELECT name, sql, rootpage FROM sqlite_schema", -1, &rows, NULL);
    int count = 0;

    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(rows);
        if (code != SQLITE_ROW)
            break;
        const unsigned char *name = sqlite3_column_text(rows, 0);
        const unsigned char *sql = sqlite3_column_text(rows, 1);
        if (!is_plain(sql) || ++count > LIMIT_SQLITE_TABLES) {
            (void)sqlite3_finalize(rows);
            return fault_set(f, FAULT_UNSUPPORTED,
                             "SQLite schema: a virtual table, or more than %d tables",
                             LIMIT_SQLITE_TABLES);
        }
        if (name != NULL && sqlite3_stricmp((const char *)name, table) == 0)
            found = begins(sql, "CREATE TABLE ") && sqlite3_column_int(rows, 2) > 0;
    }
    (void)sqlite3_finalize(rows);
    if (code != SQLITE_DONE)
        return sqliteview_fault(code, f);
    return found || fault_set(f, FAULT_FORMAT, "SQLite schema: no table %s", table);
}
