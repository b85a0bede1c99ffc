/* logproof.h -- C2SP tlog-proof: one entry's inclusion, with the checkpoint, in a file that is
 * checked offline. */
#ifndef LOGPROOF_H
#define LOGPROOF_H

#include "tlog/checkpoint.h"
#include "tlog/merkle.h"

enum { LOGPROOF_MAX = 16 << 20 }; /* bytes of a file; `extra` may hold entries */

struct logproof {
    bool has_extra;     /* the specification omits the line where there is nothing to tell */
    struct bytes extra; /* decoded, in the arena; not empty; not authenticated */
    uint64_t index;
    struct merkle_proof inclusion;
    struct bytes checkpoint; /* the note, verbatim */
};

bool logproof_read(struct bytes file, struct arena *a, struct logproof *out,
                   struct fault *f) MUST_CHECK;
void logproof_write(const struct logproof *p, struct buf *out);

#endif
