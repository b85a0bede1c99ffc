/* record.h -- one entry of the register: a signed note whose text is a line record.
 *
 *     hallmark/certificate/v1
 *     id cpa/1001
 *     scheme cpa
 *     ...
 *
 *     — body.example c3Ab...
 *
 * Every line is `key SP value`; a key's lines stand together, in the order of the type's table; a
 * line that the table does not know is refused, as are a missing line, a repeated line that may not
 * repeat, and a value that is not of its kind. So one meaning has one text. The index entry alone
 * is unsigned (docs/register.md); no submitter writes it. Pure: no lookup of other entries here. */
#ifndef RECORD_H
#define RECORD_H

#include "record/record_type.h"
#include "tlog/note.h"

struct record_line {
    struct bytes key;
    struct bytes value;
};

struct record {
    const struct record_type *type;
    struct bytes text; /* what is signed, with its last "\n"; borrowed from the entry */
    struct vec lines;  /* struct record_line, without the first */
    struct note note;  /* signatures not yet checked; empty with record_read_text */
};

/* Whether the entry begins as one of ours does: a type that we know, whatever follows. */
bool record_is(struct bytes entry);

/* A whole entry, as it stands in the log. Faults name the line and the rule. UNSUPPORTED for a type
 * or version that we do not know: the map files it under type:unknown. LIMIT is the arena's alone:
 * whatever the bytes themselves do wrong is FORMAT, so that all readers agree on it. */
bool record_read(struct bytes entry, struct arena *a, struct record *out,
                 struct fault *f) MUST_CHECK;

/* The text alone, before it is signed. */
bool record_read_text(struct bytes text, struct arena *a, struct record *out,
                      struct fault *f) MUST_CHECK;

/* The lines under the key, which stand together: how many, and the first. */
size_t record_lines(const struct record *r, struct bytes key, const struct record_line **first);

/* The first value under the key, or an empty window; the n-th. */
struct bytes record_value(const struct record *r, const char *key);
struct bytes record_value_at(const struct record *r, const char *key, size_t n);

/* Every value under the key (struct bytes), appended to `to`. */
bool record_values(const struct record *r, const char *key, struct vec *to,
                   struct fault *f) MUST_CHECK;

/* The object's id as reports print it: the type's own id line ("cpa/1001"); for an act, the id of
 * the object that it acts on. */
struct bytes record_id(const struct record *r);

/* The record inside an entry of type `opened`, decoded into the arena: its digest is the one that
 * was sealed, its type neither sealed, opened, register, party nor rotation. */
bool record_opened(const struct record *r, struct arena *a, struct record *inner,
                   struct fault *f) MUST_CHECK;

int32_t record_day(const struct record *r, const char *key); /* of a line; DATE_NONE: not there */

/* When the signer says that it happened: the type's date line; DATE_NONE where it has none. */
int32_t record_happened(const struct record *r);

#endif
