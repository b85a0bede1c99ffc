/* sqliteview.h -- an SQLite database in bytes already read, with the write-ahead log that stood
 * beside it, opened through libsqlite3 without a lock, a file or a write.
 *
 * SQLite sees the bytes through a file system of ours that holds this one file: pages that the log
 * committed are taken from the log, all others from the database; nothing is copied. The file
 * claims to be immutable and not in WAL mode, so SQLite neither locks nor looks for companions.
 *
 * The connection is hardened (sqlite.org/security.html): no view, trigger or virtual table is run,
 * nothing but reading is authorised, steps, lengths and memory are bounded by core/limits.h. The
 * memory bound is SQLite's own and holds for the process: one view is open at a time. */
#ifndef SQLITEVIEW_H
#define SQLITEVIEW_H

#include "core/arena.h"
#include "core/bytes.h"

#include <sqlite3.h>

/* The pages of database and log. For sqliteview.c and sqlitewal.c. */
struct sqlitewal {
    struct bytes main;
    struct bytes log;
    size_t page_size;
    uint32_t pages;       /* of the database after the last commit */
    uint32_t main_pages;  /* whole pages in `main` */
    uint32_t frame_pages; /* length of `frames` */
    uint32_t *frames;     /* 1 + the frame that holds a page, or 0; NULL without a log */
    bool committed;       /* the log holds a commit */
};

struct sqliteview {
    sqlite3 *db;   /* may be used outside, to read */
    uint64_t size; /* may be read outside: bytes of the database */
    struct sqlitewal pages;
    sqlite3_vfs vfs;
    char name[32]; /* of the file system */
    uint64_t steps;
    sqlite3_int64 old_limit;
    bool registered;
};

/* Open the database, whose log (`beside`) may be empty. `*lost` tells, with FAULT_NONE for no, what
 * of log or file is missing though the rest can be read. `v` must not move; sqliteview_close
 * accepts it after a failure too. */
bool sqliteview_open(struct sqliteview *v, struct bytes all, struct bytes beside, struct arena *a,
                     struct fault *lost, struct fault *f) MUST_CHECK;
void sqliteview_close(struct sqliteview *v);

/* A result code of SQLite as a fault: LIMIT for memory, steps and lengths, else FORMAT. */
bool sqliteview_fault(int code, struct fault *f);

/* True where `table` is an ordinary table, and no virtual one is in the schema. */
bool sqliteview_has_table(struct sqliteview *v, const char *table, struct fault *f) MUST_CHECK;

/* The page's bytes from log or database; empty where neither has it. Pages count from 1. */
struct bytes sqlitewal_page(const struct sqlitewal *w, uint32_t page);

/* Find out page size and pages, and what the log commits; as sqliteview_open. */
bool sqlitewal_open(struct sqlitewal *w, struct bytes all, struct bytes log, struct arena *a,
                    struct fault *lost, struct fault *f) MUST_CHECK;

#endif
