/* der.h -- the elements of DER (X.690), one at a time, for the few structures that libcrypto has no
 * type for. Everything else of ASN.1 is libcrypto's.
 *
 *     struct der row;
 *     while (der_next(&c, &row)) ...           // ends at the window's end, or where c fails
 *
 * Only what DER allows: definite lengths, tags of one byte. */
#ifndef DER_H
#define DER_H

#include "core/cursor.h"

enum {
    DER_INTEGER = 0x02,
    DER_OCTETS = 0x04,
    DER_OID = 0x06,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_CONTEXT = 0x80,     /* implicit: DER_CONTEXT + n */
    DER_CONSTRUCTED = 0xa0, /* explicit: DER_CONSTRUCTED + n */
};

struct der {
    uint8_t tag;
    struct bytes body;  /* without tag and length */
    struct bytes whole; /* with them */
};

/* The next element. False at the window's end, and, with the cursor failed, for what is no DER. */
bool der_next(struct cursor *c, struct der *out);

/* A cursor on the body of the next element, failed where its tag is another. */
struct cursor der_enter(struct cursor *c, uint8_t tag);

/* Like der_enter, for one element that makes up the whole window. */
struct cursor der_open(struct bytes b, uint8_t tag);

#endif
