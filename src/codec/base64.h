/* base64.h -- RFC 4648 section 4, padded, and strict: one text for one value.
 *
 * Refused: other characters, blanks, missing padding, bits behind the last byte that are not zero.
 */
#ifndef BASE64_H
#define BASE64_H

#include "core/buf.h"

/* Bytes of the text of `len` bytes, without a NUL. */
size_t base64_room(size_t len);

void base64_put(struct buf *out, struct bytes value);

/* The same into the caller's base64_room(value.len) bytes. */
void base64_write(struct bytes value, uint8_t *out);

/* Decode into `out` of `room` bytes; *len is what was written. False for what is no base64 or does
 * not fit: then `out` holds nothing of meaning. */
bool base64_take(struct bytes text, uint8_t *out, size_t room, size_t *len);

#endif
