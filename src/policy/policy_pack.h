/* policy_pack.h -- inside of policy: the loaded instruments. */
#ifndef POLICY_PACK_H
#define POLICY_PACK_H

#include "policy/instrument.h"
#include "policy/policy.h"

struct policy {
    struct arena *arena;
    const struct words *words;
    const struct knowledge *knowledge;
    struct vec instruments; /* struct instrument, by id */
};

/* The instrument of that id, or NULL. */
const struct instrument *policy_pack_find(const struct policy *p, struct bytes id);

const struct words *policy_pack_words(const struct policy *p);

#endif
