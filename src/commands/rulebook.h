/* rulebook.h -- all that a verdict needs besides a product: words, knowledge, policies, and the
 * question (context and date) as the command line puts it. */
#ifndef RULEBOOK_H
#define RULEBOOK_H

#include "cli/invocation.h"
#include "commands/data.h"
#include "knowledge/knowledge.h"
#include "knowledge/words.h"
#include "policy/policy.h"

struct rulebook {
    struct arena *arena;
    struct data data;
    struct words words;
    struct knowledge *knowledge;
    struct policy *policy;
    struct policy_context *context;
    int32_t as_of;
};

/* Each step alone, for commands that need no more. */
bool rulebook_open_words(struct rulebook *r, struct arena *a, struct fault *f) MUST_CHECK;
bool rulebook_open_knowledge(struct rulebook *r, struct fault *f) MUST_CHECK;
bool rulebook_open_policy(struct rulebook *r, const struct invocation *in,
                          struct fault *f) MUST_CHECK;

/* All of it, with --policy, --context and --as-of; without --as-of the date is today's: the only
 * clock that a verdict knows. */
bool rulebook_open(struct rulebook *r, const struct invocation *in, struct arena *a,
                   struct fault *f) MUST_CHECK;

/* The question and the warnings of what was loaded, into the scan that is to be reported. */
bool rulebook_describe(const struct rulebook *r, const struct invocation *in, struct scan *s,
                       struct fault *f) MUST_CHECK;

#endif
