/* policy.h -- products + context + instruments + time -> verdicts. The only place that says yes or
 * no.
 *
 * Instruments are read from YAML (docs/policy-language.md). Evaluation follows DESIGN: per effect
 * the strictest answer of the binding instruments that speak, exclusions, conditions, then one
 * status. */
#ifndef POLICY_H
#define POLICY_H

#include "knowledge/knowledge.h"
#include "knowledge/words.h"
#include "model/scan.h"

struct policy; /* instruments, loaded and checked; constant afterwards */

/* Who answers about lists and schemes (listing.h). */
struct listing_source;

/* The shipped pack, of files that have been read (struct yaml_file); and of every *.yaml of a
 * folder as it is now. */
bool policy_read(const struct vec *files, const struct words *w, const struct knowledge *k,
                 struct arena *a, struct policy **out, struct fault *f) MUST_CHECK;
bool policy_open(const char *dir, const struct words *w, const struct knowledge *k, struct arena *a,
                 struct policy **out, struct fault *f) MUST_CHECK;

/* Add an organisation's own instruments: a file, or every *.yaml of a folder. */
bool policy_add(struct policy *p, const char *file_or_dir, struct fault *f) MUST_CHECK;

/* Load one file alone and report everything wrong in it, one "file:line:column: what" each, into
 * `errors` (const char *). True when there is none. False with f->kind set: it could not be read at
 * all. */
bool policy_check(const char *file, const struct words *w, const struct knowledge *k,
                  struct arena *a, struct vec *errors, struct fault *f) MUST_CHECK;

/* Where the target stands. */
struct policy_context;

/* `text` is KEY=WORD[+WORD...][,KEY=...], or the path of a file with `key: word` lines (YAML). May
 * be called repeatedly on the same context (options add up; a key given twice is an error). */
struct policy_context *policy_context_new(struct arena *a, struct fault *f) MUST_CHECK;
bool policy_context_add(struct policy_context *c, const struct policy *p, const char *text,
                        struct fault *f) MUST_CHECK;
bool policy_context_lines(const struct policy_context *c, struct vec *lines,
                          struct fault *f) MUST_CHECK;

struct policy_question {
    const struct policy_context *context;
    int32_t as_of;
    bool trace; /* every rule tried goes into verdict.rules */

    /* Questions that only a register can answer; NULL: the authorities' own statements in the
     * instruments stand. */
    const struct listing_source *listings;
};

bool policy_judge(const struct policy *p, const struct policy_question *q,
                  const struct product *product, struct arena *a, struct verdict *out,
                  struct fault *f) MUST_CHECK;

/* Rules that matched no product of the scan and never could (a vendor or word that does not exist
 * is already an error): sentences into `warnings`. Call after judging all products. */
bool policy_warnings(const struct policy *p, const struct policy_question *q, struct arena *a,
                     struct vec *warnings, struct fault *f) MUST_CHECK;

#endif
