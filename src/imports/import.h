/* import.h -- the lists that others publish, read into rows: what a certification portal, a
 * catalogue or a spreadsheet said on one day.
 *
 * An import states what a list says, and judges nothing: a row that vanished is a row that
 * vanished, no withdrawal. Every row of the source is either understood or refused with the reason,
 * and every field of an understood row is kept; a count that the list declares of itself is checked
 * against what was read. Texts are clean (core/text.h), each run of blanks one; empty fields are
 * left out.
 *
 * The rows of two snapshots are compared in imports/import_compare.h; what is told of them is in
 * imports/import_report.h. */
#ifndef IMPORT_H
#define IMPORT_H

#include "core/map.h"
#include "core/sha256.h"
#include "core/vec.h"
#include "observation/observation.h"

struct import_map;
struct import_list;

struct import_row {
    size_t number;  /* of the row in the source, from 1; in CSV: of its first line */
    const char *id; /* the source's own id, or, where it has none, derived: see each format */
    const char *vendor;
    const char *product;
    const char *status; /* in the source's words; NULL: it says nothing of it */
    int32_t from;       /* DATE_NONE where there is none */
    int32_t until;
    int32_t due;
    struct vec
        fields; /* struct observation_field, in the source's order; all of the above among them */
};

struct import_refusal {
    size_t row;
    const char *id; /* of the row, where at least that was understood, else NULL */
    const char *why;
};

struct import_note {
    size_t row; /* 0: the whole file */
    const char *what;
};

/* A count that the list declares, and what it is of what was read. */
struct import_count {
    const char *name;
    uint64_t declared;
    uint64_t found;
};

struct import_list {
    const struct import *format;
    const char *source;   /* the id under which its rows are observed: "cc-active" */
    struct sha256 digest; /* of the file */
    int32_t date;         /* on which the list says that it was made, or DATE_NONE */
    size_t read;          /* rows of the source: understood + refused.count */
    size_t understood;
    struct vec rows;    /* struct import_row; fewer than understood where rows were merged */
    struct vec refused; /* struct import_refusal */
    struct vec notes;   /* struct import_note */
    struct vec counts;  /* struct import_count */
    struct vec aside;   /* struct import_row: what the list says of what it does not show; compared
                         * and observed as a row, and counted as none */
    bool meant;         /* the caller says that it is all, however much shorter than before */
    struct map by_id;   /* id -> struct import_row *: valid once the list is read */
    struct arena *arena;
};

struct import_ask {
    struct bytes all;             /* the whole file, hostile; outlives the list */
    const char *file;             /* its name: some lists say their status nowhere else */
    const char *status;           /* said by the caller, or NULL */
    const char *source;           /* said by the caller, or NULL: the format's own; an id */
    bool meant;                   /* said by the caller: the file is the whole list */
    const struct import_map *map; /* for csv */
};

struct import {
    const char *name;  /* the word of --from */
    const char *title; /* one line: which list, in which form */

    /* May. Brings in what reading needs of the machine: a library, a random number. */
    bool (*prepare)(struct fault *f) MUST_CHECK;

    /* Must. Fills rows, refused, notes, counts, source, date of an empty list; a fault only where
     * the file is no such list at all, or goes past a limit. */
    bool (*read)(const struct import_ask *ask, struct import_list *out, struct fault *f) MUST_CHECK;
};

#define IMPORT(name) extern const struct import import_##name##_import;
#include "imports/imports.def"
#undef IMPORT

/* Every format, ended by NULL. */
extern const struct import *const import_all[];

const struct import *import_named(const char *name); /* NULL: there is none */

/* Everything that reading this format opens; after it, import_read opens nothing, and works where
 * nothing can be opened. */
bool import_prepare(const struct import *format, struct fault *f) MUST_CHECK;

/* Read a list. Everything in it lives in the arena. */
bool import_read(const struct import *format, const struct import_ask *ask, struct arena *a,
                 struct import_list *out, struct fault *f) MUST_CHECK;

/* The file that was read, as seen on `date`. */
struct observation_snapshot import_snapshot(const struct import_list *l, int32_t date);

const struct import_row *import_find(const struct import_list *l, const char *id);

/* False where rows may be missing that the source has: a refused row whose id was not understood,
 * or a declared count that does not hold. What is not in such a list has not disappeared. */
bool import_is_whole(const struct import_list *l);

#endif
