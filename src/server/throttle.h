/* throttle.h -- how often an address may ask: a bucket of permits for each, filled at a steady
 * rate.
 *
 * The table is of fixed size; where two addresses meet in one place, the one that was seen last
 * keeps it, and the other begins anew. An attacker with many addresses gains nothing by that which
 * many addresses do not give him anyway. IPv6 counts by /64, the least that a client is given. */
#ifndef THROTTLE_H
#define THROTTLE_H

#include "core/fault.h"

#include <sys/socket.h>

struct throttle; /* opaque, on the heap */

bool throttle_new(unsigned a_second, unsigned at_once, struct throttle **out,
                  struct fault *f) MUST_CHECK;
void throttle_free(struct throttle **t);

/* The client at an address, as one number: an IPv4 address, or a /64. Never 0. */
uint64_t throttle_client(const struct throttle *t, const struct sockaddr *from);

/* Whether one more is allowed at `now_ms` (of a clock that never runs backwards), and counts it. */
bool throttle_permits(struct throttle *t, const struct sockaddr *from, int64_t now_ms);

#endif
