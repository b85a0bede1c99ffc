/* artefact.h -- one file of the target: opened once, read once, offered to everybody who wants it.
 */
#ifndef ARTEFACT_H
#define ARTEFACT_H

#include "engine/tell.h"
#include "engine/worker.h"

struct artefact_reader {
    const struct worker_setup *setup;
    struct tell *tell;
    struct message_counts counts; /* since the last commit */
};

/* Where a file is: `folder` is open on the folder, `said` is the folder's path as it is reported.
 */
struct artefact_place {
    int folder;
    struct bytes said;
    struct bytes name;
};

/* Read the file for all that want it. A file that is gone or is no regular file any more is
 * nobody's fault; all else that hinders is told under "not read". */
void artefact_read(struct artefact_reader *r, const struct artefact_place *where,
                   const struct interests *who);

/* "/said/name" as clean text in `a`; "/" for the target itself. */
const char *artefact_path(struct arena *a, struct bytes said, struct bytes name);

/* Note on the shared page what is in hand; artefact_put_down clears it. */
void artefact_take_up(const struct artefact_reader *r, struct bytes said, struct bytes name);
void artefact_put_down(const struct artefact_reader *r);

#endif
