/* audit_resume.h -- where an audit goes on that an earlier one began. */
#ifndef AUDIT_RESUME_H
#define AUDIT_RESUME_H

#include "register/audit_tiles.h"
#include "register/index.h"
#include "register/reader.h"

struct audit_start {
    struct merkle_edge edge; /* of the entries that are not read again: a multiple of 256 */
    uint64_t judged;         /* the entries before it were judged, and are in the index */
};

/* From the state `since`, which was audited, and the index that was recomputed with it: *found is
 * false where that index is not the one that the last leaf of that state commits. Reads the right
 * edge of the tree alone, checks it against the root of `since`, and makes `tiles` ready for what
 * follows. Nothing here is believed for good: the entries from edge.size on must make that root,
 * and the last leaf of the state is recomputed once more. */
bool audit_resume(struct reader *r, const struct checkpoint *since, struct index *kept,
                  struct audit_tiles *tiles, struct audit_start *out, bool *found,
                  struct fault *f) MUST_CHECK;

#endif
