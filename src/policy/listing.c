#include "policy/listing.h"

/* What each standing is called, and as which clause it counts. */
static const struct {
    const char *name;
    enum listing as;
    enum answer claim; /* where the instrument has no such clause */
    bool borrows;      /* has the effects of the instrument's clause */
} kinds[] = {
    [LISTING_UNANSWERED] = { "unanswered", LISTING_OTHERWISE, ANSWER_JUDGE, false },
    [LISTING_NEVER_WAS] = { "never listed", LISTING_NEVER, ANSWER_NO, true },
    [LISTING_OTHERS] = { "others are listed", LISTING_OTHERWISE, ANSWER_JUDGE, true },
    [LISTING_REMOVED] = { "removed from the list", LISTING_NEVER, ANSWER_NO, false },
    [LISTING_ON_LIST] = { "listed", LISTING_LISTED, ANSWER_YES, true },
    [LISTING_CERTIFICATE] = { "certificate", LISTING_LISTED, ANSWER_YES, false },
};

static const struct clause *written(const struct instrument *i, enum listing kind)
{
    for (size_t k = 0; k < i->clauses.count; k++) {
        const struct clause *c = vec_at(&i->clauses, k);
        if (c->listing == kind)
            return c;
    }
    return NULL;
}

/* Advice bars nothing, whoever answers for it. */
static struct effect_rule rule(enum answer a, bool binding)
{
    return (struct effect_rule){
        .given = true,
        .answer = !binding && a >= ANSWER_DUE ? ANSWER_ADVISED_AGAINST : a,
        .from = DATE_NONE,
        .until = DATE_NONE,
        .by = DATE_NONE,
    };
}

const struct clause *listing_clause(const struct instrument *i, const struct listing_reply *reply,
                                    struct arena *a, struct fault *f)
{
    const struct clause *own =
        kinds[reply->standing].borrows ? written(i, kinds[reply->standing].as) : NULL;
    struct clause *c = arena_alloc(a, sizeof *c, f);

    if (c == NULL)
        return NULL;
    *c = (struct clause){
        .name = own == NULL ? kinds[reply->standing].name : own->name,
        .text = reply->why,
        .from = reply->since,
        .until = reply->until,
        .scope = i->scope,
        .listing = kinds[reply->standing].as,
        .covered_by = reply->covered_by,
        .on_list = reply->standing == LISTING_ON_LIST,
        .node = i->node,
    };
    const bool certificate = reply->standing == LISTING_CERTIFICATE;
    if (certificate)
        c->name = arena_print(a, f, "certificate %s", reply->state);
    if (own == NULL && !certificate)
        c->effects[EFFECT_CLAIM] = rule(kinds[reply->standing].claim, i->scope.binding);
    for (int e = 0; e < EFFECT_MAX; e++) {
        if (own != NULL && own->effects[e].given)
            c->effects[e] = rule(own->effects[e].answer, i->scope.binding);
        if (certificate && reply->effects[e] != ANSWER_NO_RULE)
            c->effects[e] = rule(reply->effects[e], i->scope.binding);
    }
    return c->name == NULL ? NULL : c;
}
