/* import_trial.h -- what every import's test does: test code, linked into the unit tests alone.
 *
 * import_trial reads the good file, then every truncation of it, every one-bit flip, and with every
 * allocation failing in turn; each on a copy of exact size. It asserts: the good file is read, a
 * false return carries a fault and a true return none, every row of the source is understood or
 * refused, two readings tell the same, and every observation becomes the text of a record. */
#ifndef IMPORT_TRIAL_H
#define IMPORT_TRIAL_H

#include "imports/import_compare.h"

/* Where the environment has HALLMARK_SEEDS=DIR: the good file as a seed of that fuzz target. */
void import_trial_seed(const char *target, struct bytes good);

void import_trial(const struct import *format, const struct import_ask *good);

/* Setup and teardown of a test, and the arena that it has between them. */
int import_trial_begin(void **state);
int import_trial_end(void **state);
struct arena *import_trial_arena(void);

/* The text read as a list, in the arena, and asserted to be one. */
struct import_list import_trial_read(const struct import *format, const char *text,
                                     struct arena *a);

/* A shared fixture, read as a list; false (and said) where the fixtures are absent. The bytes stay
 * in the arena. */
bool import_trial_fixture(const struct import *format, const char *path, struct arena *a,
                          struct import_list *out);

/* Whether some note's text holds the words. */
bool import_trial_noted(const struct import_list *l, size_t row, const char *words);

/* Why the row was refused, or NULL. */
const char *import_trial_refused(const struct import_list *l, size_t row);

/* The value of the row's field, or "". */
const char *import_trial_value(const struct import_list *l, const char *id, const char *name);

#endif
