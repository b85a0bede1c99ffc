/* join_look.h -- what one list, or one scheme, of a register says of a product. Part of join.h. */
#ifndef JOIN_LOOK_H
#define JOIN_LOOK_H

#include "engine/join_cover.h"
#include "standing/standing.h"

/* The question under way, and the best that was found for it. */
struct join_look {
    struct proved *proved;
    const struct listing_question *q;
    struct arena *arena; /* of this question */
    struct join_maker maker;
    enum listing_standing standing;
    enum join_cover cover;
    enum standing_state state; /* CERTIFICATE */
    const char *word;          /* CERTIFICATE: "in-force", "expired", ... */
    const char *what;          /* a piece of a sentence: "certificate cpa/1001 ..." */
    int32_t since;
    int32_t until;
    struct standing_effects effects;
    int32_t later; /* the first day, behind the one asked, on which something is entered; or
                    * DATE_NONE */
};

bool join_look_list(struct join_look *l, const char *list, struct fault *f) MUST_CHECK;
bool join_look_scheme(struct join_look *l, const char *scheme, struct fault *f) MUST_CHECK;

#endif
