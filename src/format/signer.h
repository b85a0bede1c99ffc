/* signer.h -- one PKCS#7 SignerInfo: who signed, and whether the signature holds. Authenticode's
 * signers and PKCS#9 countersigners are both of this kind. */
#ifndef SIGNER_H
#define SIGNER_H

#include "core/arena.h"
#include "core/bytes.h"

#include <openssl/pkcs7.h>

/* The signer's certificate among those sent along: by issuer and serial number. Their order says
 * nothing. NULL where it is not there; borrowed. */
X509 *signer_certificate(const PKCS7_SIGNER_INFO *signer, STACK_OF(X509) * certificates);

struct signer_question {
    PKCS7_SIGNER_INFO *signer;
    X509 *certificate;         /* NULL: never valid */
    struct bytes content;      /* what was signed */
    struct bytes content_type; /* its identifier, which the attributes must repeat */
};

/* Does the messageDigest attribute match the content, and the signature over the attributes the
 * certificate's key? `why` is NULL, or a sentence that says what does not hold. False only without
 * memory: a check that could not be made is no verdict. */
bool signer_verify(const struct signer_question *q, const char **why, struct fault *f) MUST_CHECK;

/* "/C=GB/O=Example/CN=Example", as OpenSSL has always printed names on one line. */
const char *signer_name_line(const X509_NAME *name, struct arena *a, struct fault *f) MUST_CHECK;

/* "CN=Example,O=Example,C=GB" (RFC 4514), in UTF-8. */
const char *signer_name_rfc4514(const X509_NAME *name, struct arena *a, struct fault *f) MUST_CHECK;

/* The first part of that kind as clean text; "" where the name has none. */
const char *signer_name_part(const X509_NAME *name, int nid, struct arena *a,
                             struct fault *f) MUST_CHECK;

/* Hexadecimal with a minus sign where it is negative, as some certificates have it. */
const char *signer_serial(const ASN1_INTEGER *serial, struct arena *a, struct fault *f) MUST_CHECK;

#endif
