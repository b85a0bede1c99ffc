/* trust.h -- the root certificates that a user trusts, from one PEM file.
 *
 * Loaded once, before workers are forked; constant afterwards. No default place is ever looked at:
 * without a file there is no trust, and the reports say so. A certificate that is given is trusted
 * as it stands, root or not. */
#ifndef TRUST_H
#define TRUST_H

#include "core/fault.h"

struct trust;
struct x509_store_st; /* libcrypto's X509_STORE */

/* Every certificate of `path`; a file without one, or with a broken one, is refused. Caller frees.
 */
bool trust_open(const char *path, struct trust **trust, struct fault *f) MUST_CHECK;
void trust_free(struct trust *trust);

size_t trust_count(const struct trust *trust);

/* Borrowed: libcrypto counts references even where it changes nothing. */
struct x509_store_st *trust_store(const struct trust *trust);

#endif
