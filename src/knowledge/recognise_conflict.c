#include "core/text.h"
#include "knowledge/affiliation.h"
#include "knowledge/recognise_inside.h"

#include <string.h>

enum { CONFLICTS_MAX = 8 /* sentences; a reader has understood by then */ };

static bool add_once(struct product *p, const char *sentence, struct fault *f)
{
    if (sentence == NULL)
        return false;
    for (size_t i = 0; i < p->conflicts.count; i++) {
        const char *const *said = vec_at(&p->conflicts, i);
        if (strcmp(*said, sentence) == 0)
            return true;
    }
    return p->conflicts.count >= CONFLICTS_MAX || product_add_conflict(p, sentence, f);
}

/* Two names of unknown makers are alike where they begin with the same word: "Mozilla Foundation",
 * "Mozilla Corporation". */
static bool names_are_alike(const char *x, const char *y, struct arena *a, bool *alike,
                            struct fault *f)
{
    const struct arena_mark mark = arena_mark(a);
    const char *one = text_name_key(a, bytes_of_text(x), f);
    const char *other = one == NULL ? NULL : text_name_key(a, bytes_of_text(y), f);

    if (other != NULL) {
        const size_t n = strcspn(one, " ");
        *alike = n == strcspn(other, " ") && strncmp(one, other, n) == 0;
    }
    arena_release(a, mark);
    return other != NULL;
}

static bool signs_for_others(const struct knowledge *k, const struct claim *c)
{
    const struct vendor *v =
        c->vendor == NULL ? NULL : knowledge_vendor(k, bytes_of_text(c->vendor));

    return c->role == MAKER_SIGNER && v != NULL &&
           (v->distributor || (v->attesters.count > 0 && c->program_name != NULL));
}

/* Which pairs say something: a signer against anybody, and two originators of a program. The
 * authors of a package are many, and none contradicts another. */
static bool is_a_pair(const struct knowledge *k, const struct product *p, const struct claim *x,
                      const struct claim *y)
{
    if (x->strength == STRENGTH_NONE || y->strength == STRENGTH_NONE || x->name == NULL ||
        y->name == NULL || x->role == MAKER_SUPPLIER || y->role == MAKER_SUPPLIER)
        return false;
    if (signs_for_others(k, x) || signs_for_others(k, y))
        return false;
    const bool known = x->vendor != NULL && y->vendor != NULL;
    if (product_is_package(p))
        return known && (x->role == MAKER_SIGNER || y->role == MAKER_SIGNER);
    return known || x->role != y->role;
}

static bool compare(const struct knowledge *k, struct product *p, const struct claim *x,
                    const struct claim *y, struct arena *a, struct fault *f)
{
    bool alike = false;

    if (x->vendor != NULL && y->vendor != NULL)
        alike = affiliation_holds(k, x->vendor, y->vendor, DATE_NONE);
    else if (!names_are_alike(x->name, y->name, a, &alike, f))
        return false;
    return alike || add_once(p,
                             arena_print(a, f, "the %s is said to be %s, the %s %s",
                                         maker_role_name(x->role), x->name,
                                         maker_role_name(y->role), y->name),
                             f);
}

static bool say_broken(struct product *p, const struct claim *c, struct arena *a, struct fault *f)
{
    if (c->role != MAKER_SIGNER || c->certificate == NULL || c->strength != STRENGTH_NONE ||
        c->digest_matches || strcmp(p->type, "signature") == 0)
        return true;
    return add_once(p,
                    arena_print(a, f,
                                "the signature names %s, but the signed digest is not this "
                                "file's: it proves nothing",
                                c->name == NULL ? "nobody" : c->name),
                    f);
}

bool recognise_conflicts(const struct knowledge *k, struct product *p, struct arena *a,
                         struct fault *f)
{
    for (size_t i = 0; i < p->claims.count; i++) {
        const struct claim *x = vec_at(&p->claims, i);
        if (!say_broken(p, x, a, f))
            return false;
        for (size_t j = i + 1; j < p->claims.count; j++) {
            const struct claim *y = vec_at(&p->claims, j);
            if (is_a_pair(k, p, x, y) && !compare(k, p, x, y, a, f))
                return false;
        }
    }
    return true;
}
