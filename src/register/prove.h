/* prove.h -- a proof file (tlog-proof) about one key, made from a reader.
 *
 * Refused: a key that the map cannot emit, and a question about a list, scheme, directive, step or
 * organisation that the register does not have: absence from what does not exist says nothing, and
 * a typing error must not look like innocence. */
#ifndef PROVE_H
#define PROVE_H

#include "register/reader.h"

struct prove_request {
    struct bytes key;
    bool plain;   /* extra version 1: the lookup alone */
    bool entries; /* with the text of everything posted under the key, each proved */
};

/* The file's bytes into `out`. What was made is checked with the rules of proof/ before it is given
 * away (all but the quorum, which is the reader's). */
bool prove_key(struct reader *r, const struct prove_request *q, struct arena *a, struct buf *out,
               struct fault *f) MUST_CHECK;

/* A plain proof of one entry's inclusion: the receipt of who submitted it. */
bool prove_entry(struct reader *r, uint64_t place, struct buf *out, struct fault *f) MUST_CHECK;

/* Where the answer stands in time, by the kept states: "absent until then, present now". Times are
 * those by which the quorum had signed (core/instant.h); INSTANT_NONE: there is no such state, or
 * no quorum that tells times. */
struct prove_span {
    bool present;         /* in the reader's state */
    int64_t absent_until; /* the last moment at which it is known to have been absent */
    int64_t present_from; /* the first at which it is known to be present: in a later state, where
                           * it is absent here */
};
bool prove_span(struct reader *r, struct bytes key, struct prove_span *out,
                struct fault *f) MUST_CHECK;

#endif
