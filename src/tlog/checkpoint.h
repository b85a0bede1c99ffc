/* checkpoint.h -- C2SP tlog-checkpoint: what a log says of itself at one size.
 *
 *     origin "\n" size "\n" base64(root) "\n" *(extension "\n")
 *
 * Extension lines are read and kept, never written. */
#ifndef CHECKPOINT_H
#define CHECKPOINT_H

#include "core/sha256.h"
#include "tlog/note.h"

struct checkpoint {
    struct bytes origin; /* borrowed */
    uint64_t size;
    struct sha256 root;
    struct bytes extensions; /* lines, or empty; borrowed */
};

/* The text of a note. */
bool checkpoint_read(struct bytes text, struct checkpoint *out, struct fault *f) MUST_CHECK;
void checkpoint_write(const struct checkpoint *c, struct buf *out); /* the text, no signature */

/* A decimal number without sign or leading zero, up to 2^63 - 1, as all C2SP formats have them. */
bool checkpoint_number(struct bytes text, uint64_t *out);

/* A hash as all C2SP formats have it: strict base64 of 32 bytes. Written with a "\n" behind it. */
bool checkpoint_hash(struct bytes text, struct sha256 *out);
void checkpoint_put_hash(const struct sha256 *h, struct buf *out);

#endif
