/* trail.h -- opening folders of the target by path without ever leaving it.
 *
 * A trail holds the descriptors of one path of folders, from the target down. Each part is opened
 * below its parent with O_NOFOLLOW, so no link is followed by the kernel, and a folder that is
 * swapped for a link while we look is refused. The next path shares its beginning with the last
 * one: walking a tree depth first opens each folder once. */
#ifndef TRAIL_H
#define TRAIL_H

#include "core/buf.h"
#include "core/fault.h"
#include "core/limits.h"

struct trail {
    int fds[LIMIT_DEPTH + 1];     /* fds[0]: the target itself, borrowed */
    size_t ends[LIMIT_DEPTH + 1]; /* length of the path at each depth */
    size_t depth;
    struct buf path; /* "" for the target, else "/a/b": raw bytes */
};

/* On a descriptor of the target, which the caller keeps open longer than the trail. */
struct trail trail_from(int target);
void trail_done(struct trail *t);

/* Open the folder `path` ("" or "/a/b"). The descriptor stays the trail's, until the next call.
 * FAULT_DENIED where the host refuses, FAULT_IO else; `gone` is set where it vanished meanwhile or
 * is no folder any more, which is no fault of anybody on a system that lives. */
bool trail_open(struct trail *t, struct bytes path, int *fd, bool *gone,
                struct fault *f) MUST_CHECK;

/* Where the link `name` in the folder `folder` of the root `root` ("" or "/a/b", a beginning of
 * `folder`) leads, links resolved inside the root, where absolute ones begin: the path below the
 * target in `out`, without links. False where it leads nowhere, turns in a circle, or is too long.
 */
bool trail_resolve(struct trail *t, struct bytes root, struct bytes folder, struct bytes name,
                   struct buf *out) MUST_CHECK;

#endif
