/* wire.h -- the codec of messages between our own processes: little-endian numbers, and byte
 * strings with a 32-bit length. Writing goes to a buf, reading through a cursor, so a message that
 * lies about its lengths fails like any other hostile input. */
#ifndef WIRE_H
#define WIRE_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/cursor.h"

void wire_put_u8(struct buf *b, uint8_t value);
void wire_put_u32(struct buf *b, uint32_t value);
void wire_put_u64(struct buf *b, uint64_t value);
void wire_put_bytes(struct buf *b, struct bytes value);

/* NULL is told apart from "". */
void wire_put_text(struct buf *b, const char *text);

uint8_t wire_u8(struct cursor *c);
uint32_t wire_u32(struct cursor *c);
uint64_t wire_u64(struct cursor *c);
struct bytes wire_bytes(struct cursor *c);

/* A copy in the arena, or NULL where NULL was put. Fails the cursor on text that is not clean
 * (text_is_clean), longer than `limit`, or when the arena is full. */
char *wire_text(struct cursor *c, struct arena *a, size_t limit);

#endif
