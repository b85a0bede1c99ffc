/* attribute.h -- the attributes of a PKCS#7 signer: every value of an identifier, not the first
 * only, since nested signatures come as several values or several attributes alike. */
#ifndef ATTRIBUTE_H
#define ATTRIBUTE_H

#include "core/bytes.h"
#include "format/spc.h"

#include <openssl/x509.h>

#define ATTRIBUTE_CONTENT_TYPE SPC_OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03")
#define ATTRIBUTE_MESSAGE_DIGEST SPC_OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04")
#define ATTRIBUTE_SIGNING_TIME SPC_OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05")
#define ATTRIBUTE_COUNTERSIGNATURE SPC_OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x06")

enum { ATTRIBUTE_TIME_MAX = 24 };

/* Where a search stands: zero to begin. */
struct attribute_place {
    int attribute;
    int value;
};

/* The next value under `oid`, or NULL; borrowed. */
const ASN1_TYPE *attribute_next(const STACK_OF(X509_ATTRIBUTE) * all, struct bytes oid,
                                struct attribute_place *place);
const ASN1_TYPE *attribute_first(const STACK_OF(X509_ATTRIBUTE) * all, struct bytes oid);

/* The DER of a value that is a SEQUENCE; the body of one that is a string or a number; empty for
 * anything else. */
struct bytes attribute_bytes(const ASN1_TYPE *value);

bool attribute_oid_is(const ASN1_OBJECT *object, struct bytes oid);

/* An ASN.1 time as "YYYY-MM-DDThh:mm:ssZ" and as seconds since 1970; false for what is none. */
bool attribute_time(const ASN1_TIME *time, char text[ATTRIBUTE_TIME_MAX], int64_t *seconds);

/* The signingTime among the attributes; false where there is none that can be read. */
bool attribute_signing_time(const STACK_OF(X509_ATTRIBUTE) * all, char text[ATTRIBUTE_TIME_MAX],
                            int64_t *seconds);

#endif
