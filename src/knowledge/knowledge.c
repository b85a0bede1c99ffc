#include "knowledge/knowledge.h"

#include "core/text.h"

#include <string.h>

/* What the keys of names may take while they are looked up and compared. */
enum { KEYS_MAX = 64 << 10 };

const struct vendor *knowledge_vendor(const struct knowledge *k, struct bytes id)
{
    return map_find(&k->by_id, id);
}

const struct vendor *knowledge_named(const struct knowledge *k, struct bytes name)
{
    struct arena scratch = arena_with_budget(KEYS_MAX);
    const char *key = text_name_key(&scratch, name, NULL);
    const struct vendor *v = key == NULL ? NULL : map_find(&k->by_name, bytes_of_text(key));

    arena_done(&scratch);
    return v;
}

/* The length of `called` where `key` is it, or begins with it as whole words; else 0. */
static size_t begins_with(const char *key, const char *called, struct arena *a)
{
    const struct arena_mark mark = arena_mark(a);
    const char *begin = text_name_key(a, bytes_of_text(called), NULL);
    const size_t len = begin == NULL ? 0 : strlen(begin);
    const bool holds =
        len > 0 && strncmp(key, begin, len) == 0 && (key[len] == '\0' || key[len] == ' ');

    arena_release(a, mark);
    return holds ? len : 0;
}

static size_t product_fit(const struct vendor_product *p, const char *key, struct arena *a)
{
    size_t best = begins_with(key, p->name, a);

    for (size_t i = 0; i < p->names.count; i++) {
        const char *const *name = vec_at(&p->names, i);
        const size_t fit = begins_with(key, *name, a);
        best = fit > best ? fit : best;
    }
    return best;
}

const struct vendor_product *knowledge_product_named(const struct vendor *v, struct bytes name)
{
    struct arena scratch = arena_with_budget(KEYS_MAX);
    const struct vendor_product *best = NULL;
    size_t best_fit = 0;
    const char *key = text_name_key(&scratch, name, NULL);

    for (size_t i = 0; key != NULL && i < v->products.count; i++) {
        const struct vendor_product *p = vec_at(&v->products, i);
        if (bytes_equal_text(name, p->id) || bytes_equal_text(name, p->id + strlen(v->id) + 1)) {
            best = p;
            break;
        }
        const size_t fit = product_fit(p, key, &scratch);
        if (fit > best_fit) {
            best = p;
            best_fit = fit;
        }
    }
    arena_done(&scratch);
    return best;
}
