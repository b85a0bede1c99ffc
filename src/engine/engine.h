/* engine.h -- the order of things: walk the target in workers without power, gather what they
 * found, recognise the makers, judge, and hand over a `struct scan` for the report. */
#ifndef ENGINE_H
#define ENGINE_H

#include "knowledge/knowledge.h"
#include "policy/policy.h"

struct engine_request {
    const char *target;      /* a folder or a file, as the user named it */
    unsigned threads;        /* worker processes; 0: one for each processor that is there */
    struct vec excludes;     /* const char *: globs; with a '/' against the path below the
                              * target, else against each name */
    const char *roots;       /* PEM file of trusted roots, or NULL */
    bool cross_file_systems; /* also other local file systems below the target */
    bool require_sandbox;    /* refuse to scan where a wall is missing */
    bool progress;           /* a progress line on standard error */
    const struct knowledge *knowledge;
    const struct policy *policy;
    const struct policy_context *context;
    const struct listing_source *listings; /* a register's answers (join.h), or NULL */
    int32_t as_of;
};

/* Scan. The result lives in `a`, its products judged and in no particular order (report_sort).
 * False for what makes a scan impossible: no such target, no memory, no workers, a wall that
 * `require_sandbox` asked for. What could not be read is a result (scan.coverage). SIGINT and
 * SIGTERM end the walk; what was found so far is returned, marked incomplete and interrupted. */
bool engine_scan(const struct engine_request *r, struct arena *a, struct scan *out,
                 struct fault *f) MUST_CHECK;

/* The record, target and coverage of a scan that has nothing to look at (`hallmark judge`). */
bool engine_record(struct arena *a, struct scan_record *out, struct fault *f) MUST_CHECK;

#endif
