#include "knowledge/affiliation.h"

#include <string.h>

enum {
    /* Deeper or wider than any group of companies that was seen: past it, nothing is claimed. */
    ABOVE_MAX = 64,
};

/* A vendor and everybody above it. */
struct above {
    const struct vendor *vendors[ABOVE_MAX];
    size_t count;
};

/* Ownership ends; what was taken over stays taken over. */
static bool edge_holds(const struct vendor_owner *o, int32_t date)
{
    if (o->succeeds)
        return date == DATE_NONE || o->from == DATE_NONE || date >= o->from;
    if (date == DATE_NONE)
        return o->until == DATE_NONE;
    return (o->from == DATE_NONE || date >= o->from) && (o->until == DATE_NONE || date < o->until);
}

static void add_above(struct above *all, const struct vendor *v)
{
    for (size_t i = 0; i < all->count; i++) {
        if (all->vendors[i] == v)
            return;
    }
    if (v != NULL && all->count < ABOVE_MAX)
        all->vendors[all->count++] = v;
}

static struct above above_of(const struct knowledge *k, const char *id, int32_t date)
{
    struct above all = { .count = 0 };

    add_above(&all, knowledge_vendor(k, bytes_of_text(id)));
    for (size_t i = 0; i < all.count; i++) {
        const struct vendor *v = all.vendors[i];
        for (size_t j = 0; j < v->owners.count; j++) {
            const struct vendor_owner *o = vec_at(&v->owners, j);
            if (edge_holds(o, date))
                add_above(&all, knowledge_vendor(k, bytes_of_text(o->vendor)));
        }
    }
    return all;
}

bool affiliation_holds(const struct knowledge *k, const char *vendor, const char *of, int32_t date)
{
    if (strcmp(vendor, of) == 0)
        return true;
    const struct above one = above_of(k, vendor, date);
    const struct above other = above_of(k, of, date);

    for (size_t i = 0; i < one.count; i++) {
        for (size_t j = 0; j < other.count; j++) {
            if (one.vendors[i] == other.vendors[j])
                return true;
        }
    }
    return false;
}
