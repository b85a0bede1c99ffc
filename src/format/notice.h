/* notice.h -- what stands before the holder's name in a copyright notice: the word, the sign, years
 * and articles. Parts of holder.c, which decides what is a name. */
#ifndef NOTICE_H
#define NOTICE_H

#include "core/bytes.h"

struct notice {
    bool word; /* "Copyright" */
    bool mark; /* (C) or the sign */
    bool year;
    bool comma;   /* the last thing but blanks was a comma: a list of years goes on */
    size_t lines; /* that the years have taken beyond the first */
};

/* Where in the line the notice begins: "Copyright", the sign, or "(C)" before a year; the line's
 * length for none. */
size_t notice_at(struct bytes line);

/* What is left of `text` from the name on, and in `n` what was before it. */
struct bytes notice_skip(struct bytes text, struct notice *n);

/* Is `c` an ASCII letter, or part of a letter beyond ASCII? */
bool notice_is_letter(uint8_t c);

/* Without regard to ASCII case; _word: and the word ends there. */
bool notice_begins(struct bytes b, const char *prefix);
bool notice_begins_word(struct bytes b, const char *word);

#endif
