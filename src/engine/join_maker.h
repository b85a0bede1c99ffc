/* join_maker.h -- a maker as a register may know it, and the entries that name it. Part of join.h.
 */
#ifndef JOIN_MAKER_H
#define JOIN_MAKER_H

#include "policy/listing.h"
#include "register/proved.h"

struct join_name {
    const char *key;   /* text_name_key */
    struct vec tokens; /* struct bytes: those that many names share first, then the longest */
};

struct join_maker {
    struct vec names; /* struct join_name */
    struct vec ids;   /* struct bytes */
};

bool join_maker_of(struct proved *p, const struct listing_question *q, struct arena *a,
                   struct join_maker *out, struct fault *f) MUST_CHECK;

/* Whether the entry is about the maker: by an id or a whole name; or perhaps, by a name that
 * contains one of its names. */
enum join_is { JOIN_IS_NOT, JOIN_IS_PERHAPS, JOIN_IS };

struct join_act {
    enum join_is is;
    struct history_act act;
};

/* Every entry below `prefix` ("listed:ncsc-directory", "certified:cpa") that is or may be about the
 * maker, as struct join_act, in the order of the log. */
bool join_maker_find(struct proved *p, const struct join_maker *m, const char *prefix,
                     struct arena *a, struct vec *acts, struct fault *f) MUST_CHECK;

/* The entry at a place that was proved: appended unless it is there. */
bool join_maker_add(struct proved *p, const struct join_maker *m, uint64_t place, struct arena *a,
                    struct vec *acts, struct fault *f) MUST_CHECK;

/* The text's tokens (struct bytes) appended; whether one of them is there. */
bool join_maker_tokens(struct bytes text, struct arena *a, struct vec *tokens,
                       struct fault *f) MUST_CHECK;
bool join_maker_has(const struct vec *tokens, struct bytes token);

#endif
