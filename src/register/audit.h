/* audit.h -- everything that a log says of itself, recomputed from its entries.
 *
 * Every entry is read once, in order: leaf hashes and tree, each hash tile, each index leaf against
 * the index of the entries before it, each kept checkpoint against the root at its size, and every
 * entry against the rules of admission as they stood at its place (which includes the state
 * machine). The first thing that is wrong is the fault. A log without a single leaf of ours,
 * neither index nor record, is audited as a tree alone. */
#ifndef AUDIT_H
#define AUDIT_H

#include "register/source.h"
#include "tlog/checkpoint.h"

struct audit_request {
    const struct source *source;
    const struct key *log;
    const struct bytes *since; /* a checkpoint note that was kept from earlier, or NULL */

    /* Where an auditor who comes again keeps the index that he recomputed. Where it is that of
     * `since`, which he says he has audited, entries before that state are not judged again; else,
     * and before anything is called wrong, the whole log is. NULL: nothing is kept. */
    const char *index;
};

struct audit_finding {
    uint64_t size;
    uint64_t tiles;        /* hash tiles compared */
    uint64_t index_leaves; /* each recomputed */
    uint64_t checkpoints;  /* kept ones that were checked */
    uint64_t since;        /* size of the earlier checkpoint; 0: none was given */
    uint64_t judged;       /* entries before it were judged by the audit of `since` */
    bool index_checked;    /* false: no log of ours, the tree alone */
};

bool audit_log(const struct audit_request *q, struct audit_finding *out,
               struct fault *f) MUST_CHECK;

#endif
