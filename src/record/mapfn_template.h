/* mapfn_template.h -- the templates of the table: literal text with {line}, {tokens line} and
 * {sha256 line}; and the two ways to use one: to emit a record's keys, and to recognise a key. */
#ifndef MAPFN_TEMPLATE_H
#define MAPFN_TEMPLATE_H

#include "record/record.h"

enum mapfn_template_part { MAPFN_LITERAL, MAPFN_LINE, MAPFN_TOKENS, MAPFN_SHA256 };

struct mapfn_template_piece {
    enum mapfn_template_part part;
    struct bytes text; /* the literal, or the line's name */
};

/* The next piece; false at the end. The template is ours, and well formed. */
bool mapfn_template_next(struct bytes *rest, struct mapfn_template_piece *piece);

/* Append the keys (struct bytes, in keys->arena) that the record yields: one for every combination
 * of values, none where a line is absent; neither sorted nor unique. */
bool mapfn_template_emit(const char *template, const struct record *r, struct vec *keys,
                         struct fault *f) MUST_CHECK;

/* Whether some record of the type could yield the key. *far is how many bytes agreed, so that the
 * caller can tell the likeliest reason. */
bool mapfn_template_matches(const char *template, const struct record_type *type, struct bytes key,
                            size_t *far, struct fault *f) MUST_CHECK;

#endif
