#include "core/text.h"
#include "knowledge/recognise_inside.h"
#include "knowledge/subject.h"

#include <string.h>

enum {
    DOMAIN_MAX = 254, /* RFC 1035, 2.3.4, and a NUL */
    REGISTRY_MIN = 6, /* shorter numbers are given out by every register */
};

/* What is needed to look one claim up. */
struct looking {
    const struct knowledge *knowledge;
    struct product *product;
    struct arena *arena;
};

const struct vendor *recognise_domain(const struct knowledge *k, const char *domain)
{
    char folded[DOMAIN_MAX];
    const size_t len = domain == NULL ? 0 : strlen(domain);

    if (len == 0 || len >= sizeof folded)
        return NULL;
    for (size_t i = 0; i <= len; i++)
        folded[i] = (char)text_fold((unsigned char)domain[i]);
    for (const char *at = folded; at != NULL && *at != '\0';) {
        const struct bytes name = bytes_of_text(at);
        const struct vendor *v = map_find(&k->by_domain, name);
        if (map_find(&k->hosts, name) != NULL)
            return NULL;
        if (v != NULL)
            return v;
        const char *dot = strchr(at, '.');
        at = dot == NULL ? NULL : dot + 1;
    }
    return NULL;
}

/* The mark "KEY:value" of a signer; organisations are compared as names. */
static bool find_signer(const struct looking *at, const char *key, const char *value,
                        const struct mark **out, struct fault *f)
{
    const struct arena_mark mark = arena_mark(at->arena);

    *out = NULL;
    if (value == NULL || value[0] == '\0')
        return true;
    const char *name = strcmp(key, "organisation") == 0
                           ? text_name_key(at->arena, bytes_of_text(value), f)
                           : value;
    const char *full = name == NULL ? NULL : arena_print(at->arena, f, "%s:%s", key, name);
    if (full != NULL)
        *out = map_find(&at->knowledge->by_signer, bytes_of_text(full));
    arena_release(at->arena, mark);
    return full != NULL;
}

static bool add_signer_evidence(const struct looking *at, const struct mark *m, struct fault *f)
{
    const struct product *p = at->product;
    const char *const *path = p->paths.count == 0 ? NULL : vec_at(&p->paths, 0);
    const struct evidence e = {
        .kind = "signer",
        .place = path == NULL ? p->root : *path,
        .text = arena_print(at->arena, f, "the signature's %s %s is known as %s's (%s)",
                            m->signer_key, m->pattern, m->vendor->name, m->source),
        .strength = m->strength,
    };

    return e.text != NULL && product_add_evidence(at->product, &e, f);
}

/* True where a claim other than number `but` names the vendor. */
static bool is_named_elsewhere(const struct product *p, const struct vendor *v, size_t but)
{
    for (size_t i = 0; i < p->claims.count; i++) {
        const struct claim *c = vec_at(&p->claims, i);
        if (i != but && c->vendor != NULL && c->strength > STRENGTH_NONE &&
            strcmp(c->vendor, v->id) == 0)
            return true;
    }
    return false;
}

/* The best mark for a signer: its certificate, then its number in a register, then its name. */
static bool best_signer(const struct looking *at, const struct claim *c, const struct mark **out,
                        struct fault *f)
{
    const char *organisation = NULL;
    const char *number = c->registry_number;

    if (number != NULL && strlen(number) < REGISTRY_MIN)
        number = NULL;
    if (!subject_field(at->arena, c->subject, "O", &organisation, f) ||
        !find_signer(at, "certificate", c->certificate, out, f) ||
        (*out == NULL && !find_signer(at, "registry-number", number, out, f)) ||
        (*out == NULL && !find_signer(at, "organisation", organisation, out, f)) ||
        (*out == NULL && !find_signer(at, "organisation", c->name, out, f)))
        return false;
    return true;
}

/* A pinned certificate is known to be the vendor's own: a sound signature by it is proof without
 * any root, a self-signed one too, and one whose issuer is not among the roots given. */
static void weigh_pin(struct claim *c, const struct mark *m)
{
    const bool pinned = strcmp(m->signer_key, "certificate") == 0;

    if (pinned && c->digest_matches && c->strength >= STRENGTH_MEDIUM)
        c->strength = STRENGTH_PROOF;
}

static bool say_abused(const struct looking *at, const struct claim *c, const struct mark *m,
                       struct fault *f)
{
    const char *text =
        arena_print(at->arena, f,
                    "signed in the name of %s, which others have signed with (%s): "
                    "it counts only where another claim names %s too",
                    c->name == NULL ? m->pattern : c->name, m->source, m->vendor->name);

    return text != NULL && product_add_conflict(at->product, text, f);
}

static const struct vendor *vendor_by_name(const struct looking *at, const char *name)
{
    return name == NULL || name[0] == '\0' ? NULL
                                           : knowledge_named(at->knowledge, bytes_of_text(name));
}

static bool recognise_signer(const struct looking *at, size_t i, struct fault *f)
{
    struct claim *c = vec_at(&at->product->claims, i);
    const bool bare = strcmp(at->product->type, "signature") == 0;
    const struct mark *m = NULL;
    const char *organisation = NULL;

    if (c->certificate != NULL && !c->digest_matches && !bare)
        c->strength = STRENGTH_NONE;
    if (c->strength == STRENGTH_NONE)
        return true;
    if (!best_signer(at, c, &m, f))
        return false;
    if (m == NULL) {
        if (!subject_field(at->arena, c->subject, "O", &organisation, f))
            return false;
        const struct vendor *v = vendor_by_name(at, organisation);
        v = v != NULL ? v : vendor_by_name(at, c->name);
        c->vendor = v == NULL ? NULL : v->id;
        return true;
    }
    if (m->confirm_maker && !is_named_elsewhere(at->product, m->vendor, i))
        return say_abused(at, c, m, f);
    c->vendor = m->vendor->id;
    weigh_pin(c, m);
    return add_signer_evidence(at, m, f);
}

/* A mail address names whom it belongs to, with care: at a free project or a university any member
 * may have one, and an author's employer is not the maker of what a distribution packages, unless
 * it is the distributor himself. */
static bool address_counts(const struct vendor *v, const struct vendor *distributor)
{
    return !v->pages_only && (distributor == NULL || distributor == v);
}

/* Where only a domain was stated, the vendor's name stands for it, or the domain itself. */
static void recognise_other(const struct looking *at, struct claim *c,
                            const struct vendor *distributor)
{
    const bool bare = c->name == NULL || c->name[0] == '\0' ||
                      (c->domain != NULL && strcmp(c->name, c->domain) == 0);
    const struct vendor *v = bare ? NULL : vendor_by_name(at, c->name);

    if (v == NULL) {
        v = recognise_domain(at->knowledge, c->domain);
        if (v != NULL && !bare && !address_counts(v, distributor))
            v = NULL;
    }
    c->vendor = v == NULL ? NULL : v->id;
    if (bare)
        c->name = v != NULL ? v->name : c->domain;
}

/* The distribution that supplies the product, or NULL. */
static const struct vendor *distributor_of(const struct looking *at)
{
    for (size_t i = 0; i < at->product->claims.count; i++) {
        const struct claim *c = vec_at(&at->product->claims, i);
        if (c->role != MAKER_SUPPLIER || c->vendor == NULL || c->strength < STRENGTH_MEDIUM)
            continue;
        const struct vendor *v = knowledge_vendor(at->knowledge, bytes_of_text(c->vendor));
        if (v != NULL && v->distributor)
            return v;
    }
    return NULL;
}

/* What a signature's programName says of the maker. An attester looked at the submitter before it
 * signed, so there the name is worth as much as the signature; anybody else may write what he
 * likes, and mostly writes a product's name. */
static bool add_attested(const struct looking *at, size_t i, struct fault *f)
{
    const struct claim signer = *(const struct claim *)vec_at(&at->product->claims, i);
    const char *cn = NULL;

    if (signer.role != MAKER_SIGNER || signer.program_name == NULL ||
        signer.program_name[0] == '\0' || signer.strength == STRENGTH_NONE)
        return true;
    if (!subject_field(at->arena, signer.subject, "CN", &cn, f))
        return false;
    char *key = text_name_key(at->arena, bytes_of_text(cn == NULL ? "" : cn), f);
    if (key == NULL)
        return false;
    const bool attested = signer.chain != CHAIN_SELF_SIGNED &&
                          map_find(&at->knowledge->by_attester, bytes_of_text(key)) != NULL;
    const struct vendor *v = knowledge_named(at->knowledge, bytes_of_text(signer.program_name));
    if (!attested && (v == NULL || (signer.vendor != NULL && strcmp(signer.vendor, v->id) == 0)))
        return true;
    const struct claim maker = {
        .name = signer.program_name,
        .vendor = v == NULL ? NULL : v->id,
        .role = MAKER_ORIGINATOR,
        .strength = attested ? signer.strength : STRENGTH_WEAK,
        .evidence = arena_print(at->arena, f, "programName of the signature by %s%s",
                                signer.name == NULL ? "an unnamed signer" : signer.name,
                                attested ? ", who attests for whom it signs" : ""),
    };
    return maker.evidence != NULL && product_add_claim(at->product, &maker, f);
}

bool recognise_claims(const struct knowledge *k, struct product *p, struct arena *a,
                      struct fault *f)
{
    const struct looking at = { .knowledge = k, .product = p, .arena = a };
    const size_t count = p->claims.count;

    for (size_t i = 0; i < count; i++) {
        struct claim *c = vec_at(&p->claims, i);
        if (c->role == MAKER_SUPPLIER)
            recognise_other(&at, c, /* distributor */ NULL);
    }
    const struct vendor *distributor = distributor_of(&at);
    for (size_t i = 0; i < count; i++) {
        struct claim *c = vec_at(&p->claims, i);
        if (c->role == MAKER_ORIGINATOR && c->vendor == NULL)
            recognise_other(&at, c, distributor);
    }
    for (size_t i = 0; i < count; i++) {
        const struct claim *c = vec_at(&p->claims, i);
        if (c->role == MAKER_SIGNER && (!recognise_signer(&at, i, f) || !add_attested(&at, i, f)))
            return false;
    }
    return true;
}
