/* standing_scheme.h -- a scheme as amended: who decides in it, and what its states mean. */
#ifndef STANDING_SCHEME_H
#define STANDING_SCHEME_H

#include "standing/standing.h"

struct standing_scheme {
    const struct history_act *scheme; /* its definition; NULL: none by that day */
    struct bytes authority;           /* as last stated; empty: none */
    struct vec bodies;                /* struct bytes: of the newest entry that names any */
    struct vec states;                /* struct bytes: the values of `state` lines, oldest first */
    bool confidential;
    int32_t until; /* its last day; DATE_NONE: open */
    struct vec acts;
};

bool standing_scheme(const struct history *h, struct bytes id, int32_t day, struct arena *a,
                     struct standing_scheme *out, struct fault *f) MUST_CHECK;

/* What the scheme's table says of a state: its newest line for the word ("archived"), else for the
 * state ("lapsed"), else the default of docs/register-standing.md. */
struct standing_effects standing_scheme_effects(const struct standing_scheme *s, const char *word,
                                                enum standing_state state);

#endif
