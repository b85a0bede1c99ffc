/* observation.h -- what was seen of one row of a list that somebody else publishes: that it
 * appeared, vanished, or says something else than before, field by field; and how that stands in an
 * entry of a register (type `observation`, record/record_type.h).
 *
 * An observation says what a list said on a day. It is no decision of the list's owner. */
#ifndef OBSERVATION_H
#define OBSERVATION_H

#include "core/buf.h"
#include "core/sha256.h"
#include "core/vec.h"

struct record;

enum {
    OBSERVATION_PART = 1000,     /* bytes of a value on one line: a line's text holds 1,024 */
    OBSERVATION_ROOM = 48 << 10, /* of the fields of one entry: with names and signatures it must
                                  * stay below 65,535 */
};

struct observation_field {
    const char *name;  /* an id of record/record_type.h: "certification-date" for the column
                        * "Certification Date"; repeats where the source has several values */
    const char *value; /* never empty */
};

enum observation_action { OBSERVATION_APPEARED, OBSERVATION_DISAPPEARED, OBSERVATION_CHANGED };

/* One entry of a register. A row with more to say than an entry holds becomes several: the later
 * ones have changed and say what else there is now. */
struct observation {
    enum observation_action action;
    const char *row;
    const char *vendor; /* NULL or "": none */
    const char *product;
    struct vec fields; /* struct observation_field, of what appeared */
    struct vec was;    /* of what changed: sorted by name, then value */
    struct vec now;
};

/* The file in which it was seen. */
struct observation_snapshot {
    const char *source;   /* the id under which the list's rows are observed */
    struct sha256 digest; /* of the file */
    int32_t date;         /* when it was seen */
};

/* "appeared", "disappeared", "changed" */
const char *observation_action_word(enum observation_action action);

/* The text of the record, ready to be signed. Names do not repeat in an entry: the second value
 * under NAME is NAME/2, the third NAME/3. A value that is longer than a line goes on in NAME/p2,
 * NAME/p3 (NAME/2/p2): put together with nothing between. */
bool observation_text(const struct observation *o, const struct observation_snapshot *s,
                      struct arena *a, struct buf *text, struct fault *f) MUST_CHECK;

/* The fields under `key` ("field", "was", "now") of such a record, their parts put together. */
bool observation_fields(const struct record *r, const char *key, struct arena *a,
                        struct vec *fields, struct fault *f) MUST_CHECK;

/* False for a value that no entry can hold: of so many blanks that no line could end. */
bool observation_fits(const char *value);

/* What a field takes in an entry. */
size_t observation_size(const struct observation_field *field);

#endif
