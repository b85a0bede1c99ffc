/* libcrypto.h -- libcrypto without a configuration file, and its errors as faults.
 *
 * Left alone, libcrypto opens openssl.cnf at its first use and may load modules that the file
 * names. Ours must work where nothing but the target can be opened, and must not be steered by a
 * host's configuration, so it is told at the very first call that there is none. */
#ifndef LIBCRYPTO_H
#define LIBCRYPTO_H

#include "core/fault.h"

/* Ready for use: no configuration, every algorithm that we ask for found once, the zone of the host
 * read. Whoever forks workers calls it before the sandbox closes, and before anything else in
 * libcrypto; calling it again costs nothing that matters. False when libcrypto lacks an algorithm.
 */
bool libcrypto_start(struct fault *f) MUST_CHECK;

/* A call of libcrypto failed: record why and return false. Out of memory is always FAULT_LIMIT;
 * all else is `kind`, with libcrypto's own reason behind the text. Empties its list of errors. */
bool libcrypto_fault(struct fault *f, enum fault_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether the list of errors tells that memory ran out: then a failed check proves nothing.
 * Empties the list. */
bool libcrypto_starved(void);

#endif
