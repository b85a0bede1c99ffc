#include "engine/join_maker.h"

#include "core/text.h"
#include "record/token.h"

#include <string.h>

enum { NAMES_MAX = 4096, TOKENS_MAX = 65536, PLACES_MAX = 1 << 24 };

bool join_maker_has(const struct vec *tokens, struct bytes token)
{
    for (size_t i = 0; i < tokens->count; i++) {
        const struct bytes *one = vec_at(tokens, i);
        if (bytes_equal(*one, token))
            return true;
    }
    return false;
}

bool join_maker_tokens(struct bytes text, struct arena *a, struct vec *tokens, struct fault *f)
{
    struct bytes token;
    bool found = true;

    while (found) {
        if (!token_next(&text, a, &token, &found, f))
            return false;
        struct bytes *slot = !found || join_maker_has(tokens, token) ? NULL : vec_push(tokens, f);
        if (found && slot == NULL && !join_maker_has(tokens, token))
            return false;
        if (slot != NULL)
            *slot = token;
    }
    return true;
}

static bool add_name(struct join_maker *m, const char *name, struct arena *a, struct fault *f)
{
    struct join_name one = { .tokens = vec_of(a, sizeof(struct bytes), TOKENS_MAX) };

    one.key = text_name_key(a, bytes_of_text(name), f);
    if (one.key == NULL || !join_maker_tokens(bytes_of_text(name), a, &one.tokens, f))
        return false;
    if (one.tokens.count == 0)
        return true;
    struct join_name *slot = vec_push(&m->names, f);
    if (slot != NULL)
        *slot = one;
    return slot != NULL;
}

static bool add_id(struct join_maker *m, struct bytes id, struct fault *f)
{
    if (join_maker_has(&m->ids, id))
        return true;
    struct bytes *slot = vec_push(&m->ids, f);
    if (slot != NULL)
        *slot = id;
    return slot != NULL;
}

/* Names of the knowledge base; of a maker that it does not have, those that claims state. */
static bool add_names(struct join_maker *m, const struct listing_question *q, struct arena *a,
                      struct fault *f)
{
    const struct vendor *v = q->vendor;

    if (v == NULL) {
        for (size_t i = 0; i < q->product->claims.count; i++) {
            const struct claim *c = vec_at(&q->product->claims, i);
            if (c->name != NULL && c->strength >= STRENGTH_MEDIUM && !add_name(m, c->name, a, f))
                return false;
        }
        return true;
    }
    if (!add_id(m, bytes_of_text(v->id), f) || !add_name(m, v->name, a, f))
        return false;
    for (size_t i = 0; i < v->names.count; i++) {
        const struct vendor_name *n = vec_at(&v->names, i);
        if (!add_name(m, n->name, a, f))
            return false;
    }
    return true;
}

static size_t shared_by(const struct join_maker *m, struct bytes token)
{
    size_t count = 0;

    for (size_t i = 0; i < m->names.count; i++)
        count += join_maker_has(&((const struct join_name *)vec_at(&m->names, i))->tokens, token);
    return count;
}

static bool is_before(const struct join_maker *m, struct bytes a, struct bytes b)
{
    const size_t x = shared_by(m, a);
    const size_t y = shared_by(m, b);

    return x != y ? x > y : a.len > b.len;
}

/* So that few proofs do for many names. */
static void order_tokens(const struct join_maker *m, struct join_name *n)
{
    struct bytes *all = n->tokens.items;

    for (size_t i = 1; i < n->tokens.count; i++) {
        const struct bytes one = all[i];
        size_t at = i;
        for (; at > 0 && is_before(m, one, all[at - 1]); at--)
            all[at] = all[at - 1];
        all[at] = one;
    }
}

static bool posted(const struct proved_key *k, uint64_t place)
{
    for (size_t i = 0; i < k->count; i++) {
        if (k->postings[i] == place)
            return true;
    }
    return false;
}

static bool by_all(const struct vec *keys, uint64_t place)
{
    for (size_t i = 0; i < keys->count; i++) {
        const struct proved_key *const *k = vec_at(keys, i);
        if (!posted(*k, place))
            return false;
    }
    return true;
}

/* The entries that all keys have, read. */
static bool add_common(struct proved *p, const struct join_maker *m, const struct vec *keys,
                       struct arena *a, struct vec *acts, struct fault *f)
{
    struct proved_key *least = *(struct proved_key **)vec_at(keys, 0);
    struct vec common = vec_of(a, sizeof(uint64_t), PLACES_MAX);

    for (size_t i = 1; i < keys->count; i++) {
        struct proved_key *k = *(struct proved_key **)vec_at(keys, i);
        least = k->count < least->count ? k : least;
    }
    for (size_t i = 0; i < least->count; i++) {
        uint64_t *slot = by_all(keys, least->postings[i]) ? vec_push(&common, f) : NULL;
        if (slot == NULL && by_all(keys, least->postings[i]))
            return false;
        if (slot != NULL)
            *slot = least->postings[i];
    }
    if (common.count > 0 && !proved_ask(p, least->key, /* whole */ true, &least, f))
        return false;
    for (size_t i = 0; i < common.count; i++) {
        const uint64_t *place = vec_at(&common, i);
        if (!join_maker_add(p, m, *place, a, acts, f))
            return false;
    }
    return true;
}

/* An entry with this name has all of its tokens: one that is absent proves that there is none. */
static bool find_name(struct proved *p, const struct join_maker *m, const struct join_name *n,
                      const char *prefix, struct arena *a, struct vec *acts, struct fault *f)
{
    struct vec keys = vec_of(a, sizeof(struct proved_key *), TOKENS_MAX);
    struct vec *asked = proved_asked(p);
    const size_t before = asked->count;
    struct proved_key *k;

    for (size_t i = 0; i < n->tokens.count; i++) {
        const struct bytes *token = vec_at(&n->tokens, i);
        if (!proved_askf(p, /* whole */ false, &k, f, "%s%.*s", prefix, (int)token->len,
                         (const char *)token->at))
            return false;
        if (k->count == 0) {
            asked->count = before; /* the others prove nothing more */
            return proved_ask(p, k->key, /* whole */ false, &k, f);
        }
        struct proved_key **slot = vec_push(&keys, f);
        if (slot == NULL)
            return false;
        *slot = k;
    }
    return add_common(p, m, &keys, a, acts, f);
}

static bool is_name(const struct join_maker *m, struct bytes name, struct arena *a, bool *is,
                    struct fault *f)
{
    const char *key = text_name_key(a, name, f);

    *is = false;
    for (size_t i = 0; key != NULL && i < m->names.count; i++) {
        const struct join_name *n = vec_at(&m->names, i);
        *is = *is || strcmp(n->key, key) == 0;
    }
    return key != NULL;
}

/* The line under which the type names whom it is about. */
static struct bytes name_of(const struct record *r)
{
    const struct bytes name = record_value(r, "vendor-name");

    if (name.len > 0)
        return name;
    return strcmp(r->type->name, "vendor") == 0 || strcmp(r->type->name, "alias") == 0
               ? record_value(r, "name")
               : name;
}

static bool contains(const struct join_maker *m, struct bytes text, struct arena *a, bool *is,
                     struct fault *f)
{
    struct vec tokens = vec_of(a, sizeof(struct bytes), TOKENS_MAX);

    *is = false;
    if (!join_maker_tokens(text, a, &tokens, f))
        return false;
    for (size_t i = 0; i < m->names.count && !*is; i++) {
        const struct join_name *n = vec_at(&m->names, i);
        bool all = true;
        for (size_t t = 0; t < n->tokens.count; t++)
            all = all && join_maker_has(&tokens, *(const struct bytes *)vec_at(&n->tokens, t));
        *is = all;
    }
    return true;
}

static bool weigh(const struct join_maker *m, const struct record *r, struct arena *a,
                  enum join_is *out, struct fault *f)
{
    const bool defines = strcmp(r->type->name, "vendor") == 0;
    const struct bytes id = record_value(r, defines ? "id" : "vendor");
    const struct bytes name = name_of(r);
    bool is = id.len > 0 && join_maker_has(&m->ids, id);

    if (!is && name.len > 0 && !is_name(m, name, a, &is, f))
        return false;
    *out = is ? JOIN_IS : JOIN_IS_NOT;
    if (is)
        return true;
    const char *const lines[] = { "vendor-name", "product", "token", "name" };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0] && !is; i++) {
        struct bytes value;
        for (size_t n = 0; !is && (value = record_value_at(r, lines[i], n)).len > 0; n++) {
            if (!contains(m, value, a, &is, f))
                return false;
        }
    }
    if (is)
        *out = id.len == 0 && name.len == 0 && record_value(r, "token").len > 0 ? JOIN_IS
                                                                                : JOIN_IS_PERHAPS;
    return true;
}

bool join_maker_add(struct proved *p, const struct join_maker *m, uint64_t place, struct arena *a,
                    struct vec *acts, struct fault *f)
{
    struct history h = proved_history(p);
    struct join_act one;
    bool found = false;

    for (size_t i = 0; i < acts->count; i++) {
        const struct join_act *had = vec_at(acts, i);
        if (had->act.place == place)
            return true;
    }
    if (!history_act_at(&h, place, a, &one.act, &found, f))
        return false;
    if (!found)
        return true;
    if (!weigh(m, &one.act.record, a, &one.is, f))
        return false;
    struct join_act *slot = vec_push(acts, f);
    if (slot != NULL)
        *slot = one;
    return slot != NULL;
}

static int by_place(const void *a, const void *b)
{
    const struct join_act *x = a;
    const struct join_act *y = b;

    return (x->act.place > y->act.place) - (x->act.place < y->act.place);
}

bool join_maker_find(struct proved *p, const struct join_maker *m, const char *prefix,
                     struct arena *a, struct vec *acts, struct fault *f)
{
    const char *tokens = arena_print(a, f, "%s:token:", prefix);
    struct proved_key *k;

    if (tokens == NULL)
        return false;
    for (size_t i = 0; i < m->ids.count; i++) {
        const struct bytes *id = vec_at(&m->ids, i);
        if (!proved_askf(p, /* whole */ true, &k, f, "%s:vendor:%.*s", prefix, (int)id->len,
                         (const char *)id->at))
            return false;
        for (size_t n = 0; n < k->count; n++) {
            if (!join_maker_add(p, m, k->postings[n], a, acts, f))
                return false;
        }
    }
    for (size_t i = 0; i < m->names.count; i++) {
        if (!find_name(p, m, vec_at(&m->names, i), tokens, a, acts, f))
            return false;
    }
    vec_sort(acts, by_place);
    return true;
}

/* What the register calls the maker: the ids of those entries of its own that bear one of the
 * maker's names. */
static bool add_registered(struct proved *p, struct join_maker *m, struct arena *a, struct fault *f)
{
    struct vec acts = vec_of(a, sizeof(struct join_act), PLACES_MAX);

    for (size_t i = 0; i < m->names.count; i++) {
        if (!find_name(p, m, vec_at(&m->names, i), "vendor-token:", a, &acts, f))
            return false;
    }
    for (size_t i = 0; i < acts.count; i++) {
        const struct join_act *one = vec_at(&acts, i);
        const struct record *r = &one->act.record;
        const bool defines = history_is(&one->act, "vendor");
        if (one->is == JOIN_IS && (defines || history_is(&one->act, "alias")) &&
            !add_id(m, record_value(r, defines ? "id" : "vendor"), f))
            return false;
    }
    return true;
}

bool join_maker_of(struct proved *p, const struct listing_question *q, struct arena *a,
                   struct join_maker *out, struct fault *f)
{
    struct join_maker m = {
        .names = vec_of(a, sizeof(struct join_name), NAMES_MAX),
        .ids = vec_of(a, sizeof(struct bytes), NAMES_MAX),
    };

    if (!add_names(&m, q, a, f))
        return false;
    for (size_t i = 0; i < m.names.count; i++)
        order_tokens(&m, vec_at(&m.names, i));
    if (!add_registered(p, &m, a, f))
        return false;
    *out = m;
    return true;
}
