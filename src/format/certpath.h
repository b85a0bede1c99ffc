/* certpath.h -- where a certificate's chain ends.
 *
 * The roots are the user's alone. Dates are judged at the time that a countersignature gives;
 * without one they are not judged at all, since the only other times at hand are the signer's own
 * word and the clock, and the same file must give the same answer tomorrow. The time counts where
 * the countersignature holds, wherever the countersigner's own chain ends: roots for time stamps
 * are rarely given, and refusing the time would only leave the dates unjudged. Revocation is not
 * looked at: there is no network. Old digests are not refused, they are named in the detail. */
#ifndef CERTPATH_H
#define CERTPATH_H

#include "format/trust.h"
#include "model/product.h"

#include <openssl/x509.h>

enum certpath_usage { CERTPATH_CODE_SIGNING, CERTPATH_TIME_STAMPING };

enum { CERTPATH_DETAIL = 256 };

struct certpath_question {
    const struct trust *trust; /* NULL: no root was given */
    X509 *leaf;
    STACK_OF(X509) * others; /* what came with it; may be NULL */
    enum certpath_usage usage;
    bool has_time;
    int64_t time; /* seconds since 1970: when the leaf was used */
};

struct certpath_answer {
    enum chain chain;
    char detail[CERTPATH_DETAIL]; /* a sentence without its full stop */
};

/* False only without memory. */
bool certpath_check(const struct certpath_question *q, struct certpath_answer *answer,
                    struct fault *f) MUST_CHECK;

#endif
