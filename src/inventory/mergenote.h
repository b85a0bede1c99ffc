/* mergenote.h -- notes about makers, found by what they are about. For inventory/merge alone.
 *
 * The same list serves twice: notes by package, and those of originators by source package, for
 * the packages of one source that carry no note of their own. */
#ifndef MERGENOTE_H
#define MERGENOTE_H

#include "model/product.h"

struct mergenote {
    const char *type; /* all texts interned */
    const char *root;
    const char *about; /* the package's name, or the source's */
    const struct claim *claim;
};

struct mergenote_list {
    struct mergenote *items;
    size_t count;
};

/* Put in order, and keep each note once. */
void mergenote_settle(struct mergenote_list *l);

/* The notes about one package or source: at most LIMIT_EVIDENCE. `claim` is not looked at. */
struct mergenote_list mergenote_find(const struct mergenote_list *l, const struct mergenote *key);

#endif
