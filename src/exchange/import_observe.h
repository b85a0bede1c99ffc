/* import_observe.h -- an observation as the text of a record, ready to be signed: type
 * `observation` (record/record_type.h). */
#ifndef IMPORT_OBSERVE_H
#define IMPORT_OBSERVE_H

#include "core/buf.h"
#include "exchange/import_compare.h"

enum {
    IMPORT_OBSERVE_PART = 1000,     /* bytes of a value on one line: a line's text holds 1,024 */
    IMPORT_OBSERVE_ROOM = 48 << 10, /* of the fields of one entry: with names and signatures it
                                     * must stay below 65,535 */
};

/* Names do not repeat in an entry: the second value under NAME is NAME/2, the third NAME/3. A value
 * that is longer than a line goes on in NAME/p2, NAME/p3 (NAME/2/p2): put together with nothing
 * between. `date`: when it was seen. */
bool import_observe_text(const struct import_observation *o, const struct import_list *l,
                         int32_t date, struct arena *a, struct buf *text,
                         struct fault *f) MUST_CHECK;

/* The fields under `key` ("field", "was", "now") of such a record, their parts put together. */
bool import_observe_fields(const struct record *r, const char *key, struct arena *a,
                           struct vec *fields, struct fault *f) MUST_CHECK;

/* False for a value that no entry can hold: of so many blanks that no line could end. */
bool import_observe_fits(const char *value);

/* What a field takes in an entry. */
size_t import_observe_size(const struct import_field *field);

#endif
