/* host.h -- what the scanning machine says of itself: its id, the time, its processors. */
#ifndef HOST_H
#define HOST_H

#include "core/arena.h"

/* The first half of the SHA-256 over the machine's id (machine-id(5)), in hex: tells hosts apart
 * without telling the id itself. NULL in `*id` where the machine has none. */
bool host_id(struct arena *a, const char **id, struct fault *f) MUST_CHECK;

/* Now, RFC 3339 in UTC. */
bool host_time(struct arena *a, const char **time, struct fault *f) MUST_CHECK;

/* Seconds of a clock that only goes forward. */
double host_seconds(void);

/* Processors that this process may use; at least 1. */
unsigned host_processors(void);

#endif
