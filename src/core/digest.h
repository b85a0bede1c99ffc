/* digest.h -- message digests by libcrypto: SHA-256 for our own ids, the older ones because
 * signatures and databases of others carry them. */
#ifndef DIGEST_H
#define DIGEST_H

#include "core/bytes.h"
#include "core/fault.h"

enum digest_kind { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };

enum { DIGEST_MAX = 64, DIGEST_TEXT_MAX = 2 * DIGEST_MAX + 1 };

struct digest {
    uint8_t at[DIGEST_MAX];
    size_t len;
};

struct evp_md_st;  /* libcrypto's EVP_MD */
struct digest_run; /* a digest being taken; opaque */

/* libcrypto's own, for its other calls: borrowed, never freed. */
const struct evp_md_st *digest_algorithm(enum digest_kind kind);

/* Begin, feed, end. digest_end frees `run` whatever happens; digest_free gives up before the end.
 */
bool digest_begin(enum digest_kind kind, struct digest_run **run, struct fault *f) MUST_CHECK;
bool digest_feed(struct digest_run *run, struct bytes piece, struct fault *f) MUST_CHECK;
bool digest_end(struct digest_run *run, struct digest *out, struct fault *f) MUST_CHECK;
void digest_free(struct digest_run *run);

bool digest_of(enum digest_kind kind, struct bytes all, struct digest *out,
               struct fault *f) MUST_CHECK;

/* Lower-case hexadecimal and a NUL. Returns `out`. */
const char *digest_write(const struct digest *d, char out[DIGEST_TEXT_MAX]);

#endif
