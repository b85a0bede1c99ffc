/* mirror.h -- another's log, followed: its files copied into a folder here, each state audited
 * before one byte of it is put in its place.
 *
 * What was audited is kept with its index (COPY/index), so that following costs by what is new.
 *
 * The folder is then a register for reading like any other (it has no keys, and can publish
 * nothing). The mirror remembers the newest state that it took: a log that does not extend it, or
 * that is older, is refused, and the copy stays as it was. That is the evidence of a fork. */
#ifndef MIRROR_H
#define MIRROR_H

#include "register/audit.h"

struct mirror_request {
    const struct source *remote;
    const struct key *log;
    const char *folder; /* made where it is missing */
};

struct mirror_finding {
    uint64_t before; /* size of the state that was here; 0: none */
    bool newer;      /* false: nothing new, nothing written */
    struct audit_finding audit;
};

bool mirror_follow(const struct mirror_request *q, struct mirror_finding *out,
                   struct fault *f) MUST_CHECK;

#endif
