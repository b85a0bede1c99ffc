/* signature.h -- a signature's record (format/authenticode.h) as a claim about the signer.
 *
 * Strength: nothing where the signature or the digest does not hold; proof where the chain ends in
 * a given root; strong where no root was given; medium where the chain ends elsewhere or the
 * certificate is its own issuer. For a message without its file, medium at most. What a
 * programName says of the maker is for `knowledge` to weigh: it knows who attests for others. */
#ifndef SIGNATURE_H
#define SIGNATURE_H

#include "format/sink.h"
#include "model/product.h"

/* Where the signature was found, and for whom. */
struct signature_place {
    const char *path;
    bool alone;         /* the signed file is not there */
    struct arena *keep; /* the product's: texts are copied into it */
};

/* Add the signer's claim, the evidence, and the sentence for a signature that does not hold. */
bool signature_add(const struct record *r, const struct signature_place *place, struct product *p,
                   struct fault *f) MUST_CHECK;

/* A field of a record as clean text in `keep`; NULL in `*text` where the record lacks it. */
bool signature_field(const struct record *r, const char *key, struct arena *keep, const char **text,
                     struct fault *f) MUST_CHECK;

#endif
