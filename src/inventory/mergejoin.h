/* mergejoin.h -- the rows that are one product become that product. For inventory/merge alone. */
#ifndef MERGEJOIN_H
#define MERGEJOIN_H

#include "inventory/mergenote.h"
#include "inventory/mergerow.h"

/* Rows that compare equal, next to each other. */
struct mergejoin_group {
    struct mergerow *const *rows;
    size_t count;
    const char *type; /* of the product: the most telling among the rows' */
    const char *arch; /* NULL where they differ */
};

struct mergejoin_notes {
    struct mergenote_list by_package;
    struct mergenote_list by_source; /* of originators alone */
};

/* What the rows at `rows` (one at least) have in common. */
struct mergejoin_group mergejoin_group_of(struct mergerow *const *rows, size_t count);

/* The order of the result: by type, root, name, version, epoch, architecture, presence, makers. As
 * for qsort, of groups; no two groups are equal. */
int mergejoin_order(const void *a, const void *b);

/* The product, without id and purl: paths, evidence and claims of all rows and of the notes, in
 * order, each once, up to the limits. A package's lists are borrowed from its row where there is
 * but one. What is used of `scratch` is given back. */
bool mergejoin_product(const struct mergejoin_group *g, const struct mergejoin_notes *notes,
                       struct arena *kept, struct arena *scratch, struct product *out,
                       struct fault *f) MUST_CHECK;

#endif
