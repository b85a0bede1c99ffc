/* limits.h -- how much of anything we accept, each number with its reason.
 *
 * Hitting a limit is a result: it is reported under "not read" with the limit's name and makes the
 * scan incomplete. No size from input reaches an allocator without one of these. */
#ifndef LIMITS_H
#define LIMITS_H

#include <stdint.h>

enum {
    LIMIT_PATH = 4096,       /* PATH_MAX of the kernel that hands us names */
    LIMIT_DEPTH = 512,       /* folders below the target; the deepest real tree seen is 60 */
    LIMIT_LINKS = 40,        /* links followed for one name: the kernel's own MAXSYMLINKS */
    LIMIT_HEAD = 4096,       /* bytes that decide what a file is: one page */
    LIMIT_TEXT = 64 * 1024,  /* one text value of a record; the longest Description seen is 12 kB */
    LIMIT_NAME = 1024,       /* a product, maker or version name in a record */
    LIMIT_FIELDS = 4096,     /* fields in one record other than file lists */
    LIMIT_RECORDS = 1 << 20, /* records of one database: the largest distribution has 70,000 */
    LIMIT_OWNED = 1 << 24,   /* paths that one database may own: a full Debian mirror has 10^7 */
    LIMIT_EVIDENCE = 64,     /* evidence lines kept for one product; the rest is counted */
    LIMIT_PATHS = 64,        /* paths kept for one product; the rest is counted */
    LIMIT_LOSSES = 64,       /* broken records told one by one; the rest is counted */
    LIMIT_RPM_TAGS = 65535,  /* index entries of one rpm header: rpm's own limit */
    LIMIT_RPM_FILES = 1 << 20,  /* files of one rpm package; a kernel's sources have 80,000 */
    LIMIT_SQLITE_TABLES = 1024, /* tables and indexes of an SQLite database; rpm's has 45 */
    LIMIT_STRIKES = 3,          /* workers that may die on one folder before it is named not read */
    LIMIT_KILLS = 64, /* the same, where somebody outside killed them: no fault of the folder */
};

enum {
    LIMIT_CSV_CELLS = 1024,      /* cells of one CSV record; the widest list seen has 45 */
    LIMIT_CSV_VAIN = 1 << 26,    /* bytes of CSV read again after broken records: 1,024 cells */
    LIMIT_HTML = 16 << 20,       /* one page; all of CMVP's certificates in one are 4 MB */
    LIMIT_HTML_DEPTH = 512,      /* elements inside each other; real pages have 30 */
    LIMIT_LIST_ID = 512,         /* bytes that name a row of a list: a line holds 1,024 */
    LIMIT_LIST_VALUE = 32 << 10, /* one field of it: an entry of a register holds 64 kB */
    LIMIT_LIST_ROWS = 1 << 18,   /* rows of an imported list; the longest has 6,000 */
};

#define LIMIT_DATABASE ((uint64_t)1 << 30)     /* a package database; the largest seen is 300 MB */
#define LIMIT_TEXT_FILE ((uint64_t)256 << 20)  /* a dpkg status file; the largest seen is 8 MB */
#define LIMIT_PROGRAM ((uint64_t)4 << 30)      /* an executable; PE offsets end there */
#define LIMIT_SIGNATURE ((uint64_t)4 << 20)    /* one PKCS#7 message; the largest seen is 40 kB */
#define LIMIT_SMALL_FILE ((uint64_t)4 << 20)   /* os-release, copyright, file lists */
#define LIMIT_RPM_HEADER ((uint64_t)64 << 20)  /* one rpm header; rpm itself stops at 256 MB */
#define LIMIT_RPM_PATHS ((uint64_t)64 << 20)   /* path bytes of one rpm package, put together */
#define LIMIT_OWNED_BYTES ((uint64_t)4 << 30)  /* path bytes of one database, put together */
#define LIMIT_RPM_ARCHIVE ((uint64_t)16 << 30) /* an .rpm: only its headers are read */
#define LIMIT_SQLITE_MEMORY ((size_t)64 << 20) /* what SQLite may allocate for one database */
#define LIMIT_SQLITE_STEPS ((uint64_t)1 << 26) /* of SQLite's machine: 60 for each of 10^6 rows */
#define LIMIT_ARTEFACT_MEMORY                                                                      \
    ((size_t)256 << 20) /* what a parser may allocate for one artefact                             \
                         */
#define LIMIT_WORKER_MEMORY                                                                        \
    ((size_t)3 << 30)                      /* all of a worker: a database twice and its facts      \
                                            */
#define LIMIT_RUN_MEMORY ((size_t)4 << 30) /* what the parent may hold; 10^7 products */
#define LIMIT_MESSAGE ((uint32_t)16 << 20) /* one message of a worker */
#define LIMIT_REPORT ((size_t)256 << 20)   /* a JSON report read back; 10^5 products */
#define LIMIT_ARTEFACT_SECONDS 60          /* processor time for one artefact */

#define LIMIT_LIST_FILE ((uint64_t)64 << 20) /* an imported list; the largest seen is 5 MB */
#define LIMIT_LIST_JSON                                                                            \
    ((uint64_t)16 << 20)                    /* the same as JSON: its tree takes 20 times as much   \
                                             */
#define LIMIT_LIST_MEMORY ((size_t)1 << 30) /* what its rows may take */

#endif
