/* authenticode_signature.h -- one signature of Authenticode, and the record that states it. For
 * authenticode.c, which finds them. */
#ifndef AUTHENTICODE_SIGNATURE_H
#define AUTHENTICODE_SIGNATURE_H

#include "format/format.h"
#include "format/spc.h"

#include <openssl/pkcs7.h>

/* Borrows from the decoded message. */
struct authenticode_signature {
    PKCS7 *message;
    PKCS7_SIGNER_INFO *signer;
    struct bytes content; /* what was signed */
    struct spc_content spc;
    const char *place;
};

struct authenticode_statement {
    const struct authenticode_signature *signature;
    size_t index;
    const struct digest *computed; /* by kind; NULL where the signed file is absent */
    const struct trust *trust;
    struct arena *arena;
};

bool authenticode_signature_state(const struct authenticode_statement *s, struct sink *out,
                                  struct fault *f) MUST_CHECK;

#endif
