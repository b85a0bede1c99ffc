#include "model/product.h"

#include "core/limits.h"

#include <string.h>

static const char *const presences[PRESENCE_MAX] = {
    [PRESENCE_INSTALLED] = "installed",
    [PRESENCE_RESIDUE] = "residue",
    [PRESENCE_PAST_USE] = "past-use",
    [PRESENCE_EMBEDDED] = "embedded",
};

static const char *const roles[MAKER_ROLE_MAX] = {
    [MAKER_ORIGINATOR] = "originator",
    [MAKER_SUPPLIER] = "supplier",
    [MAKER_SIGNER] = "signer",
};

static const char *const strengths[STRENGTH_MAX] = {
    [STRENGTH_NONE] = "none",     [STRENGTH_WEAK] = "weak",   [STRENGTH_MEDIUM] = "medium",
    [STRENGTH_STRONG] = "strong", [STRENGTH_PROOF] = "proof",
};

static const char *const chains[CHAIN_MAX] = {
    [CHAIN_NONE] = "none",
    [CHAIN_VERIFIED] = "verified",
    [CHAIN_NO_ROOT] = "no-root",
    [CHAIN_UNTRUSTED] = "untrusted",
    [CHAIN_SELF_SIGNED] = "self-signed",
};

/* Index of `word` among `names`, or `count`. */
static size_t word_index(struct bytes word, const char *const *names, size_t count)
{
    size_t i = 0;

    while (i < count && !bytes_equal_text(word, names[i]))
        i++;
    return i;
}

const char *presence_name(enum presence p)
{
    return presences[p];
}

const char *maker_role_name(enum maker_role r)
{
    return roles[r];
}

const char *strength_name(enum strength s)
{
    return strengths[s];
}

const char *chain_name(enum chain c)
{
    return chains[c];
}

bool presence_read(struct bytes word, enum presence *p)
{
    const size_t i = word_index(word, presences, PRESENCE_MAX);

    if (i == PRESENCE_MAX)
        return false;
    *p = (enum presence)i;
    return true;
}

bool maker_role_read(struct bytes word, enum maker_role *r)
{
    const size_t i = word_index(word, roles, MAKER_ROLE_MAX);

    if (i == MAKER_ROLE_MAX)
        return false;
    *r = (enum maker_role)i;
    return true;
}

bool strength_read(struct bytes word, enum strength *s)
{
    const size_t i = word_index(word, strengths, STRENGTH_MAX);

    if (i == STRENGTH_MAX)
        return false;
    *s = (enum strength)i;
    return true;
}

bool chain_read(struct bytes word, enum chain *c)
{
    const size_t i = word_index(word, chains, CHAIN_MAX);

    if (i == CHAIN_MAX)
        return false;
    *c = (enum chain)i;
    return true;
}

struct product product_in(struct arena *arena)
{
    return (struct product){
        .paths = vec_of(arena, sizeof(const char *), LIMIT_PATHS),
        .claims = vec_of(arena, sizeof(struct claim), LIMIT_EVIDENCE),
        .evidence = vec_of(arena, sizeof(struct evidence), LIMIT_EVIDENCE),
        .conflicts = vec_of(arena, sizeof(const char *), LIMIT_EVIDENCE),
        .categories = vec_of(arena, sizeof(const char *), LIMIT_EVIDENCE),
    };
}

bool product_is_package(const struct product *p)
{
    return strcmp(p->type, "deb") == 0 || strcmp(p->type, "rpm") == 0 ||
           strcmp(p->type, "apk") == 0;
}

bool product_add_path(struct product *p, const char *path, struct fault *f)
{
    if (p->paths.count == p->paths.limit) {
        p->more_paths++;
        return true;
    }
    const char **slot = vec_push(&p->paths, f);
    if (slot == NULL)
        return false;
    *slot = path;
    return true;
}

bool product_add_claim(struct product *p, const struct claim *claim, struct fault *f)
{
    struct claim *slot = p->claims.count == p->claims.limit ? NULL : vec_push(&p->claims, f);

    if (slot == NULL)
        return p->claims.count == p->claims.limit;
    *slot = *claim;
    return true;
}

bool product_add_evidence(struct product *p, const struct evidence *e, struct fault *f)
{
    if (p->evidence.count == p->evidence.limit) {
        p->more_evidence++;
        return true;
    }
    struct evidence *slot = vec_push(&p->evidence, f);
    if (slot == NULL)
        return false;
    *slot = *e;
    return true;
}

bool product_add_conflict(struct product *p, const char *sentence, struct fault *f)
{
    const char **slot =
        p->conflicts.count == p->conflicts.limit ? NULL : vec_push(&p->conflicts, f);

    if (slot == NULL)
        return p->conflicts.count == p->conflicts.limit;
    *slot = sentence;
    return true;
}
