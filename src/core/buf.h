/* buf.h -- a growing run of bytes on the heap, with a limit. The only place that calls realloc.
 *
 * Appending never fails at the call: over the limit or out of memory the buffer fails for good,
 * later appends do nothing, and buf_ok says so once at the end. */
#ifndef BUF_H
#define BUF_H

#include "core/bytes.h"

struct buf {
    uint8_t *at; /* may be read outside: `len` bytes */
    size_t len;  /* may be read outside, and lowered */
    size_t room;
    size_t limit;
    bool failed;
};

struct buf buf_with_limit(size_t limit);
void buf_done(struct buf *b);
bool buf_ok(const struct buf *b);

void buf_add(struct buf *b, struct bytes piece);
void buf_add_text(struct buf *b, const char *text);
void buf_add_byte(struct buf *b, uint8_t byte);
void buf_print(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A line's end; blanks before it, which a table's empty last cells leave, are dropped. */
void buf_end_row(struct buf *b);

/* Room for `n` more bytes, which the caller fills; NULL when the buffer failed. */
uint8_t *buf_extend(struct buf *b, size_t n);

struct bytes buf_bytes(const struct buf *b);

#endif
