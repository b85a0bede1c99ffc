/* joined.h -- the register that a verdict asks: --register, --trust, --known-at, --proofs, for
 * every command that judges. */
#ifndef JOINED_H
#define JOINED_H

#include "commands/registry.h"
#include "engine/join.h"
#include "model/scan.h"

struct joined {
    bool open;
    const char *place;
    const char *trusted; /* NULL: the register's own policy.txt */
    const char *proofs;  /* folder, or NULL */
    struct registry registry;
    struct proved *proved;
    struct join *join;
};

/* Without --register nothing is opened, and the other three are refused. `out` must not move while
 * it is open. joined_close accepts what was not opened. */
bool joined_open(const struct invocation *in, struct joined *out, struct fault *f) MUST_CHECK;
void joined_close(struct joined *j);

/* For a policy_question; NULL where no register was named. */
const struct listing_source *joined_listings(const struct joined *j);

/* After judging: the register into the scan's report, its proofs into the folder, warnings about
 * whose word it is. `as_of` is the day asked. */
bool joined_describe(const struct joined *j, const struct invocation *in, int32_t as_of,
                     struct scan *s, struct fault *f) MUST_CHECK;

#endif
