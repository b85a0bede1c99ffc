/* sandbox.h -- a worker gives up everything but reading the target.
 *
 * One file per platform implements this (sandbox_linux.c); the build picks. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "core/fault.h"

#define SANDBOX_NOTHING (-1) /* no target: nothing can be opened */

enum wall { WALL_LANDLOCK, WALL_SECCOMP, WALL_LIMITS, WALL_MAX };

/* Which walls stand, and why not where one does not. */
struct sandbox {
    bool stands[WALL_MAX];
    char why[WALL_MAX][96];
};

/* What this machine offers, asked without raising anything. */
struct sandbox sandbox_offered(void);

/* Raise all walls around this process, for good: reading below `target` (a descriptor of a folder,
 * or SANDBOX_NOTHING), reading and writing what is open already, memory, exit. No other file, no
 * network, no exec, no process. What the machine does not offer is told in `out`; a wall that is
 * offered but cannot be raised is a fault. */
bool sandbox_enter(int target, struct sandbox *out, struct fault *f) MUST_CHECK;

const char *sandbox_wall_name(enum wall w);

#endif
