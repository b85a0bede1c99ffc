/* text.h -- bytes from input become text: valid UTF-8, NUL-terminated, without control characters.
 *
 * What is not valid UTF-8, and control characters (C0, DEL, C1, bidirectional overrides), become
 * \xNN or \u{NNNN}: a hostile name cannot move the reader's cursor or reorder his line. */
#ifndef TEXT_H
#define TEXT_H

#include "core/arena.h"

/* A safe copy in the arena, cut to `limit` bytes of input (an ellipsis says so). */
char *text_from(struct arena *a, struct bytes input, size_t limit, struct fault *f) MUST_CHECK;

/* The same from UTF-16LE, as Windows resources hold it; unpaired surrogates become \u{NNNN}. */
char *text_from_utf16le(struct arena *a, struct bytes input, size_t limit,
                        struct fault *f) MUST_CHECK;

/* Decode one code point off the front of `rest` (not empty); -1 for an invalid byte, which is
 * consumed. */
int32_t text_next(struct bytes *rest);

/* White space of Unicode, the space among it; and what has no form of its own and parts no words: a
 * soft hyphen, a place where a word may break or may not, a selector of variants (Unicode 15,
 * White_Space, and Default_Ignorable_Code_Point without the controls that text_from escapes). */
bool text_is_blank(int32_t c);
bool text_is_formless(int32_t c);

/* Holds a blank other than the space, or what is formless: it reads as another text than it is. */
bool text_is_disguised(struct bytes b);

/* True where text_from would copy the bytes unchanged. */
bool text_is_clean(struct bytes b);

/* Columns on a terminal: 2 for East Asian wide, 0 for combining marks, 1 else. */
size_t text_width(const char *text);

/* Lower-case ASCII only; Cyrillic and Greek too, so that names compare; other letters stay. */
int32_t text_fold(int32_t code_point);

/* Names compare as keys: folded, every run of blanks and punctuation one space, none at the ends.
 * "Kaspersky Lab, Inc." and "KASPERSKY  LAB INC" yield "kaspersky lab inc". */
char *text_name_key(struct arena *a, struct bytes name, struct fault *f) MUST_CHECK;

#endif
