#include "knowledge/index.h"

#include "core/text.h"

#include <string.h>

static int order_by_id(const void *a, const void *b)
{
    const struct vendor *x = a;
    const struct vendor *y = b;

    return strcmp(x->id, y->id);
}

static bool warn(struct knowledge *k, const char *text, struct fault *f)
{
    const char **warning = text == NULL ? NULL : vec_push(&k->warnings, f);

    if (warning == NULL)
        return false;
    *warning = text;
    return true;
}

/* Put `v` under `key` unless another vendor is there, which becomes a warning. */
static bool claim_key(struct knowledge *k, struct map *m, const char *key, struct vendor *v,
                      struct fault *f)
{
    const struct vendor *first = map_find(m, bytes_of_text(key));

    if (first == v || key[0] == '\0')
        return true;
    if (first == NULL)
        return map_put(m, bytes_of_text(key), v, f);
    return warn(k,
                arena_print(k->arena, f, "%s: '%s' belongs to the vendor '%s' already (%s)",
                            v->file, key, first->id, first->file),
                f);
}

static bool claim_name(struct knowledge *k, struct map *m, const char *name, struct vendor *v,
                       struct fault *f)
{
    char *key = text_name_key(k->arena, bytes_of_text(name), f);

    return key != NULL && claim_key(k, m, key, v, f);
}

static bool claim_each(struct knowledge *k, struct map *m, const struct vec *keys, struct vendor *v,
                       struct fault *f)
{
    for (size_t i = 0; i < keys->count; i++) {
        const char *const *key = vec_at(keys, i);
        if (!claim_key(k, m, *key, v, f))
            return false;
    }
    return true;
}

static bool index_vendor(struct knowledge *k, struct vendor *v, struct fault *f)
{
    if (!map_put(&k->by_id, bytes_of_text(v->id), v, f) ||
        !claim_name(k, &k->by_name, v->id, v, f) || !claim_name(k, &k->by_name, v->name, v, f) ||
        !claim_each(k, &k->by_domain, &v->domains, v, f) ||
        !claim_each(k, &k->hosts, &v->hosts, v, f))
        return false;
    for (size_t i = 0; i < v->names.count; i++) {
        const struct vendor_name *name = vec_at(&v->names, i);
        if (!claim_name(k, &k->by_name, name->name, v, f))
            return false;
    }
    for (size_t i = 0; i < v->attesters.count; i++) {
        const char *const *attester = vec_at(&v->attesters, i);
        if (!claim_name(k, &k->by_attester, *attester, v, f))
            return false;
    }
    return true;
}

static bool check_owners(const struct knowledge *k, const struct vendor *v, struct fault *f)
{
    for (size_t i = 0; i < v->owners.count; i++) {
        const struct vendor_owner *o = vec_at(&v->owners, i);
        if (knowledge_vendor(k, bytes_of_text(o->vendor)) == NULL)
            return fault_set(f, FAULT_FORMAT, "%s:1:1: the owner '%s' of '%s' is no vendor",
                             v->file, o->vendor, v->id);
    }
    return true;
}

static bool claim_mark(struct knowledge *k, struct map *by, char *key, struct mark *m,
                       struct fault *f)
{
    const struct mark *first = key == NULL ? NULL : map_find(by, bytes_of_text(key));

    if (key == NULL)
        return false;
    if (first == NULL)
        return map_put(by, bytes_of_text(key), m, f);
    return warn(k,
                arena_print(k->arena, f, "%s: the mark '%s' of '%s' stands already with '%s'",
                            m->vendor->file, m->pattern, m->vendor->id, first->vendor->id),
                f);
}

static bool index_package(struct knowledge *k, struct mark *m, struct fault *f)
{
    if (strchr(m->pattern, '*') == NULL)
        return claim_mark(
            k, &k->by_package,
            arena_print(k->arena, f, "%s:%s", m->ecosystem == NULL ? "" : m->ecosystem, m->pattern),
            m, f);
    const struct mark **end = vec_push(&k->package_ends, f);
    if (end == NULL)
        return false;
    *end = m;
    return true;
}

static bool index_signer(struct knowledge *k, struct mark *m, struct fault *f)
{
    const char *value = m->pattern;

    if (strcmp(m->signer_key, "organisation") == 0) {
        value = text_name_key(k->arena, bytes_of_text(m->pattern), f);
        if (value == NULL)
            return false;
    }
    return claim_mark(k, &k->by_signer, arena_print(k->arena, f, "%s:%s", m->signer_key, value), m,
                      f);
}

/* A path whose tail is another mark of the same meaning adds nothing: whoever reads the file would
 * think it does. */
static bool index_path(struct knowledge *k, const struct mark *m, struct fault *f)
{
    const struct bytes path = bytes_of_text(m->pattern);

    for (size_t i = 0; i < k->marks.count; i++) {
        const struct mark *other = vec_at(&k->marks, i);
        if (other == m || other->kind != MARK_PATH || other->presence != m->presence ||
            !bytes_has_suffix(path, other->pattern))
            continue;
        const size_t tail = strlen(other->pattern);
        if (path.len == tail ? other->index < m->index : path.at[path.len - tail - 1] == '/')
            return warn(k,
                        arena_print(k->arena, f,
                                    "%s: the path '%s' of '%s' is shadowed by '%s' of '%s'",
                                    m->vendor->file, m->pattern, m->vendor->id, other->pattern,
                                    other->vendor->id),
                        f);
    }
    return true;
}

static bool index_mark(struct knowledge *k, struct mark *m, struct fault *f)
{
    if (m->kind == MARK_PACKAGE)
        return index_package(k, m, f);
    if (m->kind == MARK_SIGNER)
        return index_signer(k, m, f);
    return m->kind != MARK_PATH || index_path(k, m, f);
}

bool index_build(struct knowledge *k, const struct vec *mark_vendors, struct fault *f)
{
    vec_sort(&k->vendors, order_by_id);
    for (size_t i = 0; i < k->vendors.count; i++) {
        if (!index_vendor(k, vec_at(&k->vendors, i), f))
            return false;
    }
    for (size_t i = 0; i < k->vendors.count; i++) {
        if (!check_owners(k, vec_at(&k->vendors, i), f))
            return false;
    }
    for (size_t i = 0; i < k->marks.count; i++) {
        struct mark *m = vec_at(&k->marks, i);
        const char *const *vendor = vec_at(mark_vendors, i);
        m->vendor = knowledge_vendor(k, bytes_of_text(*vendor));
    }
    for (size_t i = 0; i < k->marks.count; i++) {
        if (!index_mark(k, vec_at(&k->marks, i), f))
            return false;
    }
    return true;
}
