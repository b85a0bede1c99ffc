/* load_vendors.c -- vendors with all that is known of them, each fact with its source. */
#include "knowledge/loader.h"

#include <string.h>

static const char *const file_keys[] = {
    "source", "sources", "vendors", "makers", "aliases", NULL
};
static const char *const vendor_keys[] = {
    "id",    "name",        "source",   "sources",     "names", "owners",         "jurisdictions",
    "laws",  "laws-source", "products", "domains",     "hosts", "domains-source", "categories",
    "marks", "attesters",   "notes",    "distributor", NULL,
};
static const char *const name_keys[] = { "legal", "brand", "from", "until", "source", NULL };
static const char *const owner_keys[] = { "owner", "succeeds", "from", "until", "source", NULL };
static const char *const product_keys[] = { "id",      "name",   "also", "categories",
                                            "service", "source", NULL };
static const char *const note_keys[] = { "note", "source", NULL };

/* One item of `names` holds several names that share their dates and their source. */
static bool load_name(const struct loading *in, struct vendor *v, const struct yaml_node *n,
                      struct fault *f)
{
    const struct yaml_node *legal = yaml_get(n, "legal");
    const struct yaml_node *list = legal != NULL ? legal : yaml_get(n, "brand");
    struct vendor_name common = { .legal = legal != NULL };

    if (!yaml_allow_keys(n, name_keys, f) || !yaml_date(n, "from", false, &common.from, f) ||
        !yaml_date(n, "until", false, &common.until, f) ||
        !loader_source(in, n, "source", v->source, &common.source, f))
        return false;
    if (list == NULL || (legal != NULL && yaml_get(n, "brand") != NULL))
        return yaml_fault(n, f, "either 'legal' or 'brand' is needed here");
    for (const struct yaml_node *i = yaml_items(list); i != NULL; i = yaml_items_next(list, i)) {
        if (i->kind != YAML_SCALAR || i->text[0] == '\0')
            return yaml_fault(i, f, "a name must be one text");
        struct vendor_name *name = vec_push(&v->names, f);
        if (name == NULL)
            return false;
        *name = common;
        name->name = i->text;
    }
    return true;
}

static bool load_owner(const struct loading *in, struct vendor *v, const struct yaml_node *n,
                       struct fault *f)
{
    const bool succeeds = yaml_get(n, "succeeds") != NULL;
    struct vendor_owner *o = vec_push(&v->owners, f);

    if (o == NULL || !yaml_allow_keys(n, owner_keys, f))
        return false;
    if (succeeds && yaml_get(n, "owner") != NULL)
        return yaml_fault(n, f, "either 'owner' or 'succeeds' is needed here");
    o->succeeds = succeeds;
    return yaml_text(n, succeeds ? "succeeds" : "owner", /* required */ true, &o->vendor, f) &&
           yaml_date(n, "from", false, &o->from, f) && yaml_date(n, "until", false, &o->until, f) &&
           loader_source(in, n, "source", /* otherwise */ NULL, &o->source, f);
}

static bool load_product(const struct loading *in, struct vendor *v, const struct yaml_node *n,
                         struct fault *f)
{
    const char *id = NULL;

    if (!yaml_allow_keys(n, product_keys, f) || !yaml_text(n, "id", /* required */ true, &id, f))
        return false;
    if (!loader_is_id(id))
        return yaml_fault(yaml_get(n, "id"), f, "'%s' is no id", id);
    char *full = arena_print(v->products.arena, f, "%s/%s", v->id, id);
    for (size_t i = 0; full != NULL && i < v->products.count; i++) {
        const struct vendor_product *other = vec_at(&v->products, i);
        if (strcmp(other->id, full) == 0)
            return yaml_fault(n, f, "the product '%s' stands already above", id);
    }
    struct vendor_product *p = full == NULL ? NULL : vec_push(&v->products, f);
    if (p == NULL)
        return false;
    p->id = full;
    p->names = vec_of(v->products.arena, sizeof(const char *), LOADER_FACTS_MAX);
    p->categories = vec_of(v->products.arena, sizeof(const char *), LOADER_FACTS_MAX);
    return yaml_text(n, "name", /* required */ true, &p->name, f) &&
           yaml_bool(n, "service", false, &p->service, f) &&
           loader_texts(n, "also", &p->names, f) &&
           loader_texts(n, "categories", &p->categories, f) &&
           loader_source(in, n, "source", v->source, &p->source, f);
}

static bool load_note(const struct loading *in, struct vendor *v, const struct yaml_node *n,
                      struct fault *f)
{
    struct vendor_note *note = vec_push(&v->notes, f);

    return note != NULL && yaml_allow_keys(n, note_keys, f) &&
           yaml_text(n, "note", /* required */ true, &note->text, f) &&
           loader_source(in, n, "source", v->source, &note->source, f);
}

/* Each item of the list `key` goes to `load`. */
static bool load_each(const struct loading *in, struct vendor *v, const struct yaml_node *n,
                      const char *key,
                      bool (*load)(const struct loading *, struct vendor *,
                                   const struct yaml_node *, struct fault *),
                      struct fault *f)
{
    const struct yaml_node *list = yaml_get(n, key);

    if (list == NULL)
        return true;
    if (list->kind != YAML_LIST)
        return yaml_fault(list, f, "'%s' must be a list", key);
    for (const struct yaml_node *i = list->first; i != NULL; i = i->next) {
        if (!load(in, v, i, f))
            return false;
    }
    return true;
}

static bool load_lists(const struct loading *in, struct vendor *v, const struct yaml_node *n,
                       struct fault *f)
{
    return loader_texts(n, "jurisdictions", &v->jurisdictions, f) &&
           loader_texts(n, "laws", &v->laws, f) &&
           loader_texts(n, "categories", &v->categories, f) &&
           loader_texts(n, "domains", &v->domains, f) && loader_texts(n, "hosts", &v->hosts, f) &&
           loader_texts(n, "attesters", &v->attesters, f) &&
           loader_source(in, n, "laws-source", v->source, &v->laws_source, f) &&
           loader_source(in, n, "domains-source", v->source, &v->domains_source, f);
}

/* `in` has the sources of the whole file; a vendor may bring its own. */
static bool load_vendor(const struct loading *in, const struct yaml_node *n, const char *source,
                        struct fault *f)
{
    const struct yaml_node *own = yaml_get(n, "sources");
    struct loading here = { .loader = in->loader, .sources = own == NULL ? in->sources : own };
    const char *id = NULL;

    if (!yaml_allow_keys(n, vendor_keys, f) || !yaml_text(n, "id", /* required */ true, &id, f))
        return false;
    struct vendor *v = loader_vendor(in->loader, n, id, f);
    return v != NULL && yaml_text(n, "name", /* required */ true, &v->name, f) &&
           loader_source(&here, n, "source", source, &v->source, f) &&
           yaml_bool(n, "distributor", false, &v->distributor, f) && load_lists(&here, v, n, f) &&
           load_each(&here, v, n, "names", load_name, f) &&
           load_each(&here, v, n, "owners", load_owner, f) &&
           load_each(&here, v, n, "products", load_product, f) &&
           load_each(&here, v, n, "notes", load_note, f) &&
           load_marks(&here, v, yaml_get(n, "marks"), f);
}

/* A file is one vendor, or has lists of them. */
bool load_vendors(struct loading *in, const struct yaml_node *root, struct fault *f)
{
    const char *source = NULL;

    if (yaml_get(root, "id") != NULL)
        return load_vendor(in, root, /* source */ NULL, f);
    if (!yaml_allow_keys(root, file_keys, f) ||
        !loader_source(in, root, "source", /* otherwise */ NULL, &source, f))
        return false;
    const struct yaml_node *list = yaml_get(root, "vendors");
    for (const struct yaml_node *i = yaml_items(list); i != NULL; i = yaml_items_next(list, i)) {
        if (!load_vendor(in, i, source, f))
            return false;
    }
    return true;
}
