/* countersign.h -- who countersigned a signature, and when: the PKCS#9 countersignature of old, and
 * the RFC 3161 time stamp token. */
#ifndef COUNTERSIGN_H
#define COUNTERSIGN_H

#include "format/attribute.h"
#include "format/certpath.h"

#include <openssl/pkcs7.h>

struct countersign_question {
    const PKCS7_SIGNER_INFO *signer; /* whose signature was countersigned */
    STACK_OF(X509) * certificates;   /* of the message around it; may be NULL */
    const struct trust *trust;
    struct arena *arena;
};

struct countersign {
    bool present;
    bool valid;          /* its signature holds, and it is about this very signature */
    const char *kind;    /* "pkcs9" or "rfc3161" */
    const char *subject; /* as on one line; NULL where the certificate is missing */
    const char *issuer;
    bool has_time;
    char time[ATTRIBUTE_TIME_MAX];
    int64_t seconds;
    const char *why; /* not valid, because; or NULL */
    enum chain chain;
};

/* The first countersignature that is valid, else the first that is there, else none present.
 * False only without memory. */
bool countersign_read(const struct countersign_question *q, struct countersign *out,
                      struct fault *f) MUST_CHECK;

/* The same for one RFC 3161 token. */
bool countersign_read_token(const struct countersign_question *q, struct bytes token,
                            struct countersign *out, struct fault *f) MUST_CHECK;

/* Name the countersigner, and say where his chain ends; for the two readers. */
bool countersign_describe(const struct countersign_question *q, X509 *leaf, STACK_OF(X509) * others,
                          struct countersign *out, struct fault *f) MUST_CHECK;

#endif
