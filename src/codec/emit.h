/* emit.h -- JSON (RFC 8259) written as it goes, into a buffer: UTF-8, keys in the order of the
 * calls, so that the same values give the same bytes.
 *
 * Two-space indentation down to the objects that a person compares as one line (an answer, a path):
 * a container opened EMIT_FLAT, and all in it, stays on its line. `key` is NULL inside a list.
 * Texts are our own clean UTF-8 (core/text.h); a NULL text is null. Nothing fails at the call: the
 * buffer remembers (buf_ok). */
#ifndef EMIT_H
#define EMIT_H

#include "core/buf.h"

enum { EMIT_DEPTH_MAX = 16 };

enum emit_shape { EMIT_TALL, EMIT_FLAT };

struct emit {
    struct buf *out;
    size_t depth;
    size_t flat_from; /* depth of the outermost flat container; 0: none is open */
    bool empty[EMIT_DEPTH_MAX];
};

struct emit emit_to(struct buf *out);

void emit_map(struct emit *e, const char *key, enum emit_shape shape);
void emit_map_end(struct emit *e);
void emit_list(struct emit *e, const char *key, enum emit_shape shape);
void emit_list_end(struct emit *e);

void emit_text(struct emit *e, const char *key, const char *text);
void emit_number(struct emit *e, const char *key, int64_t number);
void emit_count(struct emit *e, const char *key, uint64_t number);
void emit_bool(struct emit *e, const char *key, bool value);
void emit_null(struct emit *e, const char *key);

/* Seconds, with three decimals. Independent of the locale. */
void emit_seconds(struct emit *e, const char *key, double seconds);

#endif
