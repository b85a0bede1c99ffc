/* sha256.h -- SHA-256 where it is taken a million times: no allocation, no lookup of an algorithm,
 * and a state that can be kept and continued.
 *
 * Everything else takes digests through core/digest.h. A hash is a struct of 32 bytes. */
#ifndef SHA256_H
#define SHA256_H

#include "core/bytes.h"

enum { SHA256_LEN = 32, SHA256_BLOCK = 64, SHA256_TEXT_MAX = 65 };

struct sha256 {
    uint8_t at[SHA256_LEN];
};

/* The state after whole blocks of 64 bytes: what must be kept to continue a long message. */
struct sha256_state {
    uint32_t h[8];
};

struct sha256_run {
    struct sha256_state state;
    uint64_t len; /* bytes fed so far */
    uint8_t block[SHA256_BLOCK];
};

struct sha256_run sha256_begin(void);

/* Continue after `blocks` whole blocks whose state was kept. */
struct sha256_run sha256_resume(struct sha256_state state, uint64_t blocks);
void sha256_feed(struct sha256_run *run, struct bytes piece);
struct sha256 sha256_end(struct sha256_run *run);

struct sha256 sha256_of(struct bytes all);
bool sha256_equal(const struct sha256 *a, const struct sha256 *b);

/* 64 lower-case hexadecimal digits and a NUL. Returns `out`. */
const char *sha256_write(const struct sha256 *h, char out[SHA256_TEXT_MAX]);

/* Exactly 64 lower-case hexadecimal digits. */
bool sha256_read(struct bytes hex, struct sha256 *out);

#endif
