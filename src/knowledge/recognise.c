#include "knowledge/recognise.h"

#include "knowledge/recognise_inside.h"

#include <string.h>

/* Title and categories of a product of the knowledge base. */
static bool name_product(struct product *p, const struct vendor_product *known, struct fault *f)
{
    p->title = known->name;
    p->categories.count = 0;
    for (size_t i = 0; i < known->categories.count; i++) {
        const char *const *category = vec_at(&known->categories, i);
        const char **kept = vec_push(&p->categories, f);
        if (kept == NULL)
            return false;
        *kept = *category;
    }
    return true;
}

static const char *mark_kind_name(enum mark_kind kind)
{
    static const char *const names[] = {
        [MARK_PACKAGE] = "package-name",    [MARK_PATH] = "path",     [MARK_SERVICE] = "service",
        [MARK_FIRST_BYTES] = "first-bytes", [MARK_SIGNER] = "signer",
    };

    return names[kind];
}

static bool add_mark(const struct mark *m, const char *place, bool counts, struct product *p,
                     struct arena *a, struct fault *f)
{
    const char *what = m->product != NULL ? m->product->name : m->vendor->name;
    const char *text = arena_print(a, f, "%s %s is a mark of %s (%s)", mark_kind_name(m->kind),
                                   m->pattern, what, m->source);
    const struct evidence e = {
        .kind = mark_kind_name(m->kind),
        .place = place,
        .text = text,
        .strength = counts ? m->strength : STRENGTH_WEAK,
    };
    const struct claim c = {
        .name = m->vendor->name,
        .vendor = m->vendor->id,
        .role = MAKER_ORIGINATOR,
        .strength = m->strength,
        .evidence = text,
    };

    if (text == NULL || !product_add_evidence(p, &e, f))
        return false;
    if (!counts)
        return true;
    return product_add_claim(p, &c, f) &&
           (m->product == NULL || p->title != NULL || name_product(p, m->product, f));
}

bool recognise_mark(const struct mark *m, const char *place, struct product *p, struct arena *a,
                    struct fault *f)
{
    return add_mark(m, place, !m->confirm_maker, p, a, f);
}

static bool end_matches(const struct mark *m, const struct product *p)
{
    const struct bytes name = bytes_of_text(p->name);
    const size_t len = strlen(m->pattern);
    const struct bytes fixed = m->pattern[0] == '*'
                                   ? bytes_part(bytes_of_text(m->pattern), 1, len)
                                   : bytes_part(bytes_of_text(m->pattern), 0, len - 1);

    if ((m->ecosystem != NULL && strcmp(m->ecosystem, p->type) != 0) || name.len < fixed.len)
        return false;
    const size_t from = m->pattern[0] == '*' ? name.len - fixed.len : 0;
    return bytes_equal(bytes_part(name, from, fixed.len), fixed);
}

static bool find_package(const struct knowledge *k, const struct product *p, struct arena *a,
                         const struct mark **out, struct fault *f)
{
    const struct arena_mark mark = arena_mark(a);
    char *key = arena_print(a, f, "%s:%s", p->type, p->name);

    if (key == NULL)
        return false;
    *out = map_find(&k->by_package, bytes_of_text(key));
    if (*out == NULL)
        *out = map_find(&k->by_package, bytes_of_text(key + strlen(p->type)));
    arena_release(a, mark);
    for (size_t i = 0; *out == NULL && i < k->package_ends.count; i++) {
        const struct mark *const *m = vec_at(&k->package_ends, i);
        if (end_matches(*m, p))
            *out = *m;
    }
    return true;
}

static bool is_claimed(const struct product *p, const struct vendor *v)
{
    for (size_t i = 0; i < p->claims.count; i++) {
        const struct claim *c = vec_at(&p->claims, i);
        if (c->vendor != NULL && c->strength > STRENGTH_NONE && strcmp(c->vendor, v->id) == 0)
            return true;
    }
    return false;
}

/* A short name is anybody's: where the mark asks for it, another claim must name the vendor. */
static bool recognise_package(const struct knowledge *k, struct product *p, struct arena *a,
                              struct fault *f)
{
    const char *const *path = p->paths.count == 0 ? NULL : vec_at(&p->paths, 0);
    const struct mark *m = NULL;

    if (!product_is_package(p))
        return true;
    if (!find_package(k, p, a, &m, f))
        return false;
    if (m == NULL || (m->confirm_maker && !is_claimed(p, m->vendor)))
        return true;
    return add_mark(m, path == NULL ? p->root : *path, /* counts */ true, p, a, f);
}

/* A package that names no supplier comes, for all that is known, from its system's distribution. */
static bool add_system_supplier(const struct knowledge *k, const struct system *system,
                                struct product *p, struct arena *a, struct fault *f)
{
    for (size_t i = 0; i < p->claims.count; i++) {
        const struct claim *c = vec_at(&p->claims, i);
        if (c->role == MAKER_SUPPLIER)
            return true;
    }
    if (!product_is_package(p) || system == NULL || system->id == NULL)
        return true;
    const struct vendor *v = knowledge_named(k, bytes_of_text(system->id));
    const struct claim c = {
        .name = v != NULL              ? v->name
                : system->name != NULL ? system->name
                                       : system->id,
        .vendor = v == NULL ? NULL : v->id,
        .role = MAKER_SUPPLIER,
        .strength = STRENGTH_WEAK,
        .evidence = arena_print(a, f, "the package names no supplier; its root is %s",
                                system->name != NULL ? system->name : system->id),
    };
    return c.evidence != NULL && product_add_claim(p, &c, f);
}

/* True where the originator is said, however weakly, to be somebody else. */
static bool is_anothers_work(const struct product *p, const struct vendor *v)
{
    for (size_t i = 0; i < p->claims.count; i++) {
        const struct claim *c = vec_at(&p->claims, i);
        if (c->role == MAKER_ORIGINATOR && c->strength > STRENGTH_NONE && c->name != NULL &&
            (c->vendor == NULL || strcmp(c->vendor, v->id) != 0))
            return true;
    }
    return false;
}

/* A distributor that supplies, and an attester that signs, stand for others where these are named.
 */
static bool may_be_the_vendor(const struct knowledge *k, const struct product *p,
                              const struct claim *c)
{
    const struct vendor *v = knowledge_vendor(k, bytes_of_text(c->vendor));
    const bool attests =
        v != NULL && c->role == MAKER_SIGNER && v->attesters.count > 0 && c->program_name != NULL;

    if (v == NULL)
        return false;
    return !(attests || (c->role == MAKER_SUPPLIER && v->distributor)) || !is_anothers_work(p, v);
}

/* The strongest claim of this role that names a vendor, or NULL. */
static const struct claim *strongest(const struct knowledge *k, const struct product *p,
                                     enum maker_role role)
{
    const struct claim *best = NULL;

    for (size_t i = 0; i < p->claims.count; i++) {
        const struct claim *c = vec_at(&p->claims, i);
        if (c->role == role && c->vendor != NULL && c->strength >= STRENGTH_MEDIUM &&
            (best == NULL || c->strength > best->strength) && may_be_the_vendor(k, p, c))
            best = c;
    }
    return best;
}

/* Originator before signer before supplier. */
static void choose_vendor(const struct knowledge *k, struct product *p)
{
    static const enum maker_role order[] = { MAKER_ORIGINATOR, MAKER_SIGNER, MAKER_SUPPLIER };
    const struct claim *best = NULL;

    p->maker_known = false;
    for (size_t i = 0; i < p->claims.count; i++) {
        const struct claim *c = vec_at(&p->claims, i);
        p->maker_known = p->maker_known || (c->strength >= STRENGTH_MEDIUM && c->name != NULL);
    }
    for (size_t i = 0; best == NULL && i < sizeof order / sizeof order[0]; i++)
        best = strongest(k, p, order[i]);
    p->vendor = best == NULL ? NULL : best->vendor;
}

/* The title stands only beside its own vendor; without one, the product's own name may tell. */
static bool settle_title(const struct knowledge *k, struct product *p, struct fault *f)
{
    const struct vendor *v =
        p->vendor == NULL ? NULL : knowledge_vendor(k, bytes_of_text(p->vendor));
    const struct vendor_product *known = NULL;

    if (v != NULL && p->title != NULL)
        known = knowledge_product_named(v, bytes_of_text(p->title));
    if (v != NULL && known == NULL && p->name != NULL)
        known = knowledge_product_named(v, bytes_of_text(p->name));
    if (known != NULL)
        return name_product(p, known, f);
    p->title = NULL;
    p->categories.count = 0;
    return true;
}

bool recognise_makers(const struct knowledge *k, const struct system *system, struct product *p,
                      struct arena *a, struct fault *f)
{
    if (!recognise_claims(k, p, a, f) || !recognise_package(k, p, a, f) ||
        !add_system_supplier(k, system, p, a, f))
        return false;
    choose_vendor(k, p);
    return settle_title(k, p, f) && recognise_conflicts(k, p, a, f);
}
