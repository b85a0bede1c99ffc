/* stanza.h -- the lines of Debian control data (deb822(5), Debian Policy 5.1): "Name: value",
 * continuation lines, and empty lines between stanzas. Shared by the formats written that way; each
 * decides for itself what a broken line costs. */
#ifndef STANZA_H
#define STANZA_H

#include "core/bytes.h"

enum stanza_line_kind {
    STANZA_BLANK,   /* nothing but blanks: ends a stanza */
    STANZA_COMMENT, /* begins with '#' */
    STANZA_MORE,    /* begins with a blank: goes on with the field before; `value` is all of it */
    STANZA_FIELD,   /* `name` and `value`, which is trimmed */
    STANZA_BROKEN,
};

struct stanza_line {
    enum stanza_line_kind kind;
    struct bytes name;
    struct bytes value; /* `at` points into the line even where nothing is left */
};

/* `line` without its newline. */
struct stanza_line stanza_line_of(struct bytes line);

/* Names compare without regard to ASCII case. */
bool stanza_is_named(struct bytes name, const char *field);

#endif
