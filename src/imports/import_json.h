/* import_json.h -- lists that are JSON: a face on jansson that keeps every member of a row. */
#ifndef IMPORT_JSON_H
#define IMPORT_JSON_H

#include "imports/import.h"

#include <jansson.h>

/* A slot of struct import: jansson takes a random number for its tables when it makes the first. */
bool import_json_prepare(struct fault *f) MUST_CHECK;

/* The document, the caller's (OWNED(import_json_done)). Refused: no JSON (with line and column), a
 * member twice in one object, more than LIMIT_LIST_JSON. */
bool import_json_read(const struct import_ask *ask, json_t **out, struct fault *f) MUST_CHECK;
void import_json_done(json_t **document);

/* Every member of the object as a field of the row, in order: members of objects inside it as
 * "outer.inner", the elements of a list as a field each, null and empty ones left out. What lies
 * deeper than in the lists that we know, or is more than LIMIT_FIELDS, sets *why, which is left
 * alone otherwise. */
bool import_json_fields(const struct import_list *l, const json_t *object, struct import_row *row,
                        const char **why, struct fault *f) MUST_CHECK;

/* The member as clean text: of a string, or of a number; "" for a member that is absent, null or
 * of another kind; NULL only with a fault. */
const char *import_json_text(const struct import_list *l, const json_t *object, const char *member,
                             struct fault *f) MUST_CHECK;

/* What else the file holds is told: each list and object under the object's members that is not in
 * `known`, ended by NULL. `where` stands before its name. */
bool import_json_note_others(struct import_list *l, const json_t *object, const char *where,
                             const char *const *known, struct fault *f) MUST_CHECK;

#endif
