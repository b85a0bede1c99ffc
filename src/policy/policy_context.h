/* policy_context.h -- inside of policy: the context as conditions see it. policy.h says how one is
 * made. */
#ifndef POLICY_CONTEXT_H
#define POLICY_CONTEXT_H

#include "policy/policy.h"

/* One key that was given. */
struct context_entry {
    const struct word_key *key;
    struct vec typed; /* const char *: as the person wrote them */
    struct vec holds; /* const struct word *: these words, and all that they imply */
    int level;        /* of a marking: the highest given */
    int32_t date;
};

struct policy_context {
    struct arena *arena;
    struct vec entries; /* struct context_entry, in the order given */
};

/* The entry of that key, or NULL where the context does not give it. NULL context: none. */
const struct context_entry *policy_context_entry(const struct policy_context *c,
                                                 const struct word_key *key);

/* True where nothing at all is given. */
bool policy_context_is_empty(const struct policy_context *c);

/* True where the holder says that this instrument binds it. */
bool policy_context_bound_by(const struct policy_context *c, const char *instrument);

/* True where the word is among the held ones. */
bool policy_context_holds(const struct context_entry *e, const struct word *w);

#endif
