/* join_cover.h -- whether what a certificate or a listing is about is this very product: by digest,
 * by version, or by name alone. Part of join.h. */
#ifndef JOIN_COVER_H
#define JOIN_COVER_H

#include "engine/join_maker.h"

/* In order: the later is the better. */
enum join_cover {
    JOIN_COVER_NOT,         /* another product */
    JOIN_COVER_VERSION_NOT, /* this product in another version, or another build of it */
    JOIN_COVER_NAME,
    JOIN_COVER_VERSION,
    JOIN_COVER_DIGEST,
};

const char *join_cover_name(enum join_cover c); /* "digest", "version", "name"; NULL: not covered */

struct join_thing {
    struct bytes product;    /* empty: whatever the maker makes */
    struct bytes product_id; /* or empty */
    struct vec versions;     /* struct bytes */
    struct vec artefacts;    /* struct bytes, "sha256:HEX" */
};

/* The name: every token of `product` stands in one of the names that the product has here, or in
 * one of the maker's, and one of them not in the maker's alone. The version: as it is stated, or
 * the upstream part of a package's. */
bool join_cover_of(const struct listing_question *q, const struct join_maker *m,
                   const struct join_thing *thing, struct arena *a, enum join_cover *out,
                   struct fault *f) MUST_CHECK;

#endif
