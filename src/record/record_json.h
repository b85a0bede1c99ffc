/* record_json.h -- one JSON object -> the text of a record, and back.
 *
 *     {"type":"vendor","id":"northgate","name":"Northgate Systems Ltd.","date":"2017-01-03"}
 *
 * Members are the type's lines by name; a line that may repeat takes a list too; numbers are taken
 * for counts and booleans nowhere. The order of members does not matter: the text has the table's.
 */
#ifndef RECORD_JSON_H
#define RECORD_JSON_H

#include "core/buf.h"
#include "record/record.h"

/* Faults name the member and the rule ("date: '2017-02-30' is no day (YYYY-MM-DD)"). A type that
 * does not exist is refused, with the nearest that does. */
bool record_json_read(struct bytes object, struct arena *a, struct buf *text,
                      struct fault *f) MUST_CHECK;

/* The members, "type" first, into an open map: what record_json_read takes back. */
struct emit;
void record_json_put(const struct record *r, struct emit *e);

/* The same from pairs (KEY=VALUE words of a command); a line that may repeat may be named again. */
struct record_pair {
    struct bytes key;
    struct bytes value;
};
bool record_json_pairs(const struct record_type *type, const struct record_pair *pairs,
                       size_t count, struct arena *a, struct buf *text, struct fault *f) MUST_CHECK;

#endif
