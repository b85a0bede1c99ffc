#include "engine/join_cover.h"

#include <string.h>

enum { TOKENS_MAX = 65536 };

const char *join_cover_name(enum join_cover c)
{
    switch (c) {
    case JOIN_COVER_DIGEST:
        return "digest";
    case JOIN_COVER_VERSION:
        return "version";
    case JOIN_COVER_NAME:
        return "name";
    case JOIN_COVER_VERSION_NOT:
    case JOIN_COVER_NOT:
        break;
    }
    return NULL;
}

static bool has_text(const struct vec *values, const char *text)
{
    return text != NULL && join_maker_has(values, bytes_of_text(text));
}

/* "1:4.2-3" of a package stands for 4.2 of its maker: the packager's epoch and revision are no part
 * of what was certified. */
static bool has_version(const struct vec *versions, const struct product *p)
{
    if (has_text(versions, p->version))
        return true;
    if (p->version == NULL || (strcmp(p->type, "deb") != 0 && strcmp(p->type, "rpm") != 0))
        return false;
    struct bytes upstream = bytes_of_text(p->version);
    const size_t colon = bytes_index(upstream, ':');
    if (colon < upstream.len)
        upstream = bytes_part(upstream, colon + 1, upstream.len);
    for (size_t i = upstream.len; i-- > 0;) {
        if (upstream.at[i] == '-') {
            upstream = bytes_part(upstream, 0, i);
            break;
        }
    }
    return join_maker_has(versions, upstream);
}

/* Every token of the thing's name is among these or the maker's own, and one is among these alone.
 */
static bool fits(const struct join_maker *m, const struct vec *wanted, const struct vec *here)
{
    bool own = false;

    for (size_t i = 0; i < wanted->count; i++) {
        const struct bytes *token = vec_at(wanted, i);
        bool makers = false;
        for (size_t n = 0; n < m->names.count && !makers; n++)
            makers =
                join_maker_has(&((const struct join_name *)vec_at(&m->names, n))->tokens, *token);
        if (!makers && !join_maker_has(here, *token))
            return false;
        own = own || !makers;
    }
    return own;
}

static bool try_name(const char *name, const struct join_maker *m, const struct vec *wanted,
                     struct arena *a, bool *fit, struct fault *f)
{
    struct vec here = vec_of(a, sizeof(struct bytes), TOKENS_MAX);

    if (name == NULL || *fit)
        return true;
    if (!join_maker_tokens(bytes_of_text(name), a, &here, f))
        return false;
    *fit = fits(m, wanted, &here);
    return true;
}

static bool is_named(const struct listing_question *q, const struct join_maker *m,
                     struct bytes product, struct arena *a, bool *is, struct fault *f)
{
    struct vec wanted = vec_of(a, sizeof(struct bytes), TOKENS_MAX);

    *is = false;
    if (!q->named)
        return true;
    if (!join_maker_tokens(product, a, &wanted, f) ||
        !try_name(q->product->name, m, &wanted, a, is, f) ||
        !try_name(q->product->title, m, &wanted, a, is, f))
        return false;
    if (q->known == NULL)
        return true;
    if (!try_name(q->known->name, m, &wanted, a, is, f))
        return false;
    for (size_t i = 0; i < q->known->names.count; i++) {
        const char *const *name = vec_at(&q->known->names, i);
        if (!try_name(*name, m, &wanted, a, is, f))
            return false;
    }
    return true;
}

bool join_cover_of(const struct listing_question *q, const struct join_maker *m,
                   const struct join_thing *thing, struct arena *a, enum join_cover *out,
                   struct fault *f)
{
    const struct product *p = q->product;
    bool is = thing->product.len == 0 && thing->product_id.len == 0;

    *out = JOIN_COVER_DIGEST;
    if (has_text(&thing->artefacts, p->digest))
        return true;
    if (!is && q->known != NULL)
        is = bytes_equal_text(thing->product_id, q->known->id);
    if (!is && thing->product.len > 0 && !is_named(q, m, thing->product, a, &is, f))
        return false;
    if (!is)
        *out = JOIN_COVER_NOT;
    else if (has_version(&thing->versions, p))
        *out = JOIN_COVER_VERSION;
    else if (thing->versions.count > 0 && p->version != NULL)
        *out = JOIN_COVER_VERSION_NOT;
    else if (thing->versions.count == 0 && thing->artefacts.count > 0 && p->digest != NULL)
        *out = JOIN_COVER_VERSION_NOT;
    else
        *out = JOIN_COVER_NAME;
    return true;
}
