/* import_list.h -- how an import fills its list: the same rules of rows, refusals and duplicates
 * for every format. For import_*.c alone. */
#ifndef IMPORT_LIST_H
#define IMPORT_LIST_H

#include "imports/import.h"

struct import_list import_list_empty(const struct import *format, struct arena *a);

/* The rows stand still from now on: they are found by their ids, and what is promised of a list
 * holds, or is a fault. */
bool import_list_settle(struct import_list *l, struct fault *f) MUST_CHECK;

/* A row to be filled: nothing known but its number. */
struct import_row import_list_row(const struct import_list *l, size_t number);

/* One more field. The value is cleaned; an empty one is left out. The name is any text: it becomes
 * an id ("Certification Date", "certificationDate" -> "certification-date"). */
bool import_list_field(const struct import_list *l, struct import_row *row, struct bytes name,
                       struct bytes value, struct fault *f) MUST_CHECK;

/* The first value under the name (an id), or NULL. */
const char *import_list_value(const struct import_row *row, const char *name);

/* The row is whole: it counts as read and understood. Where its id is there already: a row with the
 * same fields is merged, with a note; one with others is refused, naming the first that differs. */
bool import_list_add(struct import_list *l, const struct import_row *row,
                     struct fault *f) MUST_CHECK;

/* A row with this id that was added before, or NULL; valid until the next is added. */
struct import_row *import_list_find(const struct import_list *l, const char *id);

/* The row counts as read and refused. `id` may be NULL. */
bool import_list_refuse(struct import_list *l, size_t number, const char *id, struct fault *f,
                        const char *fmt, ...) MUST_CHECK __attribute__((format(printf, 5, 6)));

bool import_list_note(struct import_list *l, size_t number, struct fault *f, const char *fmt,
                      ...) MUST_CHECK __attribute__((format(printf, 4, 5)));

bool import_list_count(struct import_list *l, const char *name, uint64_t declared, uint64_t found,
                       struct fault *f) MUST_CHECK;

/* The name of the first field whose values differ between the two rows; NULL where none does. */
bool import_list_differs(const struct import_list *l, const struct import_row *a,
                         const struct import_row *b, const char **name, struct fault *f) MUST_CHECK;

#endif
