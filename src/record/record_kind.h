/* record_kind.h -- the kinds of value that a line may have: what each accepts, to the byte. The
 * rules are part of the map function's document (mapfn.h): to change one is to make version 2. */
#ifndef RECORD_KIND_H
#define RECORD_KIND_H

#include "core/fault.h"
#include "record/record_type.h"

enum {
    RECORD_ID_MAX = 128,
    RECORD_TEXT_MAX = 1024,
    RECORD_SHOWN_MAX = 200, /* room for a value in a fault's text */
};

/* Whether the value is of the field's kind. The fault names value and rule, not the line:
 * "'2017-02-30' is no day (YYYY-MM-DD)". */
bool record_kind_check(const struct record_field *field, struct bytes value,
                       struct fault *f) MUST_CHECK;

/* What must differ between two values under one line: the name of a step or state or pair, the path
 * of a file, else the value. */
struct bytes record_kind_name(enum record_kind kind, struct bytes value);

/* "id", "text", ...; and the rule in one sentence, for the documents. */
const char *record_kind_word(enum record_kind kind);
const char *record_kind_rule(enum record_kind kind);

/* A count that was checked. */
uint64_t record_kind_count(struct bytes value);

/* Whether a word stands among others with blanks between them. */
bool record_kind_is_word(const char *words, struct bytes value);

/* The value for a fault's text: cut at 48 bytes, what is not clean escaped. Returns `out`. */
const char *record_kind_shown(struct bytes value, char out[RECORD_SHOWN_MAX]);

#endif
