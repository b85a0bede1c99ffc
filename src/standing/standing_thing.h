/* standing_thing.h -- what a listing is about: all of its lines but action, reason, basis and date.
 *
 * Two listings are about the same thing where these lines are equal, to the byte. So a removal maps
 * to every key that the listing mapped to, and whoever asks under any one of them sees both. */
#ifndef STANDING_THING_H
#define STANDING_THING_H

#include "standing/standing.h"

/* In the arena: the lines, as they stand. */
bool standing_thing(const struct record *listing, struct arena *a, struct bytes *out,
                    struct fault *f) MUST_CHECK;

struct standing_thing_state {
    bool ever;
    bool listed;
    int32_t last;   /* date of the newest act; DATE_NONE: none */
    uint64_t place; /* of that act */
};

/* Where the thing of this listing stands, whatever the day. */
bool standing_thing_read(const struct history *h, const struct record *listing, struct arena *a,
                         struct standing_thing_state *out, struct fault *f) MUST_CHECK;

/* Whether the record puts the thing on the list. */
bool standing_thing_adds(const struct record *listing);

#endif
