#include "inventory/mergenote.h"

#include "core/limits.h"
#include "inventory/mergeparts.h"

#include <stdlib.h>

static int compare_subjects(const struct mergenote *a, const struct mergenote *b)
{
    const int by_type = mergeparts_compare(a->type, b->type);
    const int by_root = mergeparts_compare(a->root, b->root);

    if (by_type != 0 || by_root != 0)
        return by_type != 0 ? by_type : by_root;
    return mergeparts_compare(a->about, b->about);
}

static int order_notes(const void *a, const void *b)
{
    const struct mergenote *x = a;
    const struct mergenote *y = b;
    const int by_subject = compare_subjects(x, y);
    const int by_claim = by_subject != 0 ? 0 : mergeparts_compare_claims(x->claim, y->claim);

    if (by_subject != 0 || by_claim != 0)
        return by_subject != 0 ? by_subject : by_claim;
    return mergeparts_compare(x->claim->evidence, y->claim->evidence);
}

void mergenote_settle(struct mergenote_list *l)
{
    size_t kept = 0;

    if (l->count > 1)
        qsort(l->items, l->count, sizeof *l->items, order_notes);
    for (size_t i = 0; i < l->count; i++) {
        const struct mergenote *last = kept == 0 ? NULL : &l->items[kept - 1];
        const bool again = last != NULL && compare_subjects(last, &l->items[i]) == 0 &&
                           mergeparts_compare_claims(last->claim, l->items[i].claim) == 0;
        if (!again)
            l->items[kept++] = l->items[i];
    }
    l->count = kept;
}

struct mergenote_list mergenote_find(const struct mergenote_list *l, const struct mergenote *key)
{
    size_t low = 0;
    size_t high = l->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare_subjects(&l->items[middle], key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    struct mergenote_list found = { .items = l->items == NULL ? NULL : l->items + low };
    while (low + found.count < l->count && found.count < LIMIT_EVIDENCE &&
           compare_subjects(&found.items[found.count], key) == 0)
        found.count++;
    return found;
}
