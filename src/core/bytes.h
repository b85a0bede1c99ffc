/* bytes.h -- a window on bytes that somebody else owns.
 *
 * Nothing here allocates or keeps a pointer. A window with len 0 may have at == NULL. */
#ifndef BYTES_H
#define BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    const uint8_t *at;
    size_t len;
};

/* The bytes of a NUL-terminated string that we own (a literal, a name from a table), without its
 * NUL. */
struct bytes bytes_of_text(const char *text);

bool bytes_equal(struct bytes a, struct bytes b);
bool bytes_equal_text(struct bytes a, const char *text);
bool bytes_has_prefix(struct bytes b, const char *prefix);
bool bytes_has_suffix(struct bytes b, const char *suffix);

/* As strcmp: by byte value, the shorter first where one begins the other. */
int bytes_compare(struct bytes a, struct bytes b);

/* The part of `b` from `from`, at most `len` long: cut to what is there, never outside. */
struct bytes bytes_part(struct bytes b, size_t from, size_t len);

/* Position of the first `byte`, or b.len. */
size_t bytes_index(struct bytes b, uint8_t byte);

/* Position of the first place where `needle` stands, or haystack.len. */
size_t bytes_search(struct bytes haystack, struct bytes needle);

/* Without ASCII blanks (space, tab, CR, LF) at both ends. */
struct bytes bytes_trim(struct bytes b);

/* Cut the text up to the next `byte` (or the end) off the front of `rest`, and the separator with
 * it. False when `rest` is empty: the loop `while (bytes_next(&rest, '\n', &line))` ends. */
bool bytes_next(struct bytes *rest, uint8_t byte, struct bytes *piece);

#endif
