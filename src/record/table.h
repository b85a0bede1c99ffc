/* table.h -- how the rows of the table of types are written: for the files table_*.c alone, which
 * record_types.c puts together. One file per group, so that each can be read in one sitting. */
#ifndef TABLE_H
#define TABLE_H

#include "record/record_type.h"

/* A line that stands once, at most once, at least once, any number of times. */
#define ONE(n, k, t)                                                                               \
    {                                                                                              \
        .name = (n), .kind = RECORD_##k, .must = true, .text = (t)                                 \
    }
#define MAY(n, k, t)                                                                               \
    {                                                                                              \
        .name = (n), .kind = RECORD_##k, .text = (t)                                               \
    }
#define SOME(n, k, t)                                                                              \
    {                                                                                              \
        .name = (n), .kind = RECORD_##k, .must = true, .many = true, .text = (t)                   \
    }
#define MANY(n, k, t)                                                                              \
    {                                                                                              \
        .name = (n), .kind = RECORD_##k, .many = true, .text = (t)                                 \
    }

/* The same, of words. */
#define ONE_OF(n, w, t)                                                                            \
    {                                                                                              \
        .name = (n), .kind = RECORD_WORD, .must = true, .words = (w), .text = (t)                  \
    }
#define MAY_OF(n, w, t)                                                                            \
    {                                                                                              \
        .name = (n), .kind = RECORD_WORD, .words = (w), .text = (t)                                \
    }
#define MANY_OF(n, w, t)                                                                           \
    {                                                                                              \
        .name = (n), .kind = RECORD_WORD, .many = true, .words = (w), .text = (t)                  \
    }

#define DATED(t) ONE("date", DATE, t)
#define LAST                                                                                       \
    {                                                                                              \
        .name = NULL                                                                               \
    }
#define NO_MORE_RULES                                                                              \
    {                                                                                              \
        .lines = NULL                                                                              \
    }

enum {
    BY_ANY_KIND = RECORD_BY_AUTHORITY | RECORD_BY_BODY | RECORD_BY_LAB | RECORD_BY_LIST_OWNER |
                  RECORD_BY_ORGANISATION,
    BY_DECIDERS = RECORD_BY_AUTHORITY | RECORD_BY_BODY,
    BY_LISTERS = RECORD_BY_AUTHORITY | RECORD_BY_BODY | RECORD_BY_LIST_OWNER,
};

enum {
    TABLE_PARTIES = 9,
    TABLE_PRODUCTS = 8,
    TABLE_CERTIFICATES = 11,
    TABLE_DIRECTIVES = 8,
};

extern const struct record_type table_parties[TABLE_PARTIES];
extern const struct record_type table_products[TABLE_PRODUCTS];
extern const struct record_type table_certificates[TABLE_CERTIFICATES];
extern const struct record_type table_directives[TABLE_DIRECTIVES];

#endif
