#include "knowledge/loader.h"

#include "core/limits.h"
#include "core/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    FACTS_MAX = 1024, /* of one kind for one vendor */
    ID_MAX = 64,
};

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

bool loader_warn(struct loader *l, const struct yaml_node *n, struct fault *f, const char *fmt, ...)
{
    char text[FAULT_TEXT_MAX];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    const char **warning = vec_push(&l->knowledge->warnings, f);
    if (warning == NULL)
        return false;
    *warning =
        arena_print(l->knowledge->arena, f, "%s:%d:%d: %s", n->file, n->line, n->column, text);
    return *warning != NULL;
}

bool loader_source(const struct loading *in, const struct yaml_node *n, const char *key,
                   const char *otherwise, const char **source, struct fault *f)
{
    const struct yaml_node *child = yaml_get(n, key);
    const char *text = NULL;

    if (!yaml_text(n, key, /* required */ otherwise == NULL, &text, f))
        return false;
    const struct yaml_node *named = text == NULL ? NULL : yaml_get(in->sources, text);
    if (named != NULL && named->kind != YAML_SCALAR)
        return yaml_fault(named, f, "a source must be one text");
    if (named != NULL)
        text = named->text;
    if (text != NULL && (text[0] == '\0' || strncmp(text, "memory", strlen("memory")) == 0))
        return yaml_fault(child, f, "what is only remembered is no source");
    *source = text == NULL ? otherwise : text;
    return true;
}

bool loader_texts(const struct yaml_node *n, const char *key, struct vec *out, struct fault *f)
{
    const struct yaml_node *list = yaml_get(n, key);

    for (const struct yaml_node *i = yaml_items(list); i != NULL; i = yaml_items_next(list, i)) {
        if (i->kind != YAML_SCALAR || i->text[0] == '\0')
            return yaml_fault(i, f, "'%s' takes texts", key);
        const char **text = vec_push(out, f);
        if (text == NULL)
            return false;
        *text = i->text;
    }
    return true;
}

static bool id_is_well_formed(const char *id)
{
    const size_t len = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return len > 0 && len <= ID_MAX && id[len] == '\0';
}

struct vendor *loader_vendor(struct loader *l, const struct yaml_node *n, const char *id,
                             struct fault *f)
{
    struct arena *a = l->knowledge->arena;
    const struct yaml_node *first = map_find(&l->seen, bytes_of_text(id));

    if (!id_is_well_formed(id)) {
        (void)yaml_fault(n, f, "'%s' is no id: lower case letters, digits and '-'", id);
        return NULL;
    }
    if (first != NULL) {
        (void)yaml_fault(n, f, "the vendor '%s' stands already in %s:%d", id, first->file,
                         first->line);
        return NULL;
    }
    union {
        const struct yaml_node *given;
        void *kept; /* the map keeps what it is given; it is only read again */
    } node = { .given = n };
    if (!map_put(&l->seen, bytes_of_text(id), node.kept, f))
        return NULL;
    struct vendor *v = vec_push(&l->knowledge->vendors, f);
    if (v == NULL)
        return NULL;
    v->id = id;
    v->file = n->file;
    v->names = vec_of(a, sizeof(struct vendor_name), FACTS_MAX);
    v->owners = vec_of(a, sizeof(struct vendor_owner), FACTS_MAX);
    v->products = vec_of(a, sizeof(struct vendor_product), FACTS_MAX);
    v->notes = vec_of(a, sizeof(struct vendor_note), FACTS_MAX);
    struct vec *const lists[] = { &v->jurisdictions, &v->laws,  &v->categories,
                                  &v->domains,       &v->hosts, &v->attesters };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        *lists[i] = vec_of(a, sizeof(const char *), FACTS_MAX);
    return v;
}

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
    if (!id_is_well_formed(id))
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
    p->names = vec_of(v->products.arena, sizeof(const char *), FACTS_MAX);
    p->categories = vec_of(v->products.arena, sizeof(const char *), FACTS_MAX);
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

bool loader_read(struct loader *l, const struct yaml_node *root, struct fault *f)
{
    struct loading in = { .loader = l, .sources = yaml_get(root, "sources") };
    const char *source = NULL;

    if (yaml_get(root, "id") != NULL)
        return load_vendor(&in, root, /* source */ NULL, f);
    if (!yaml_allow_keys(root, file_keys, f) ||
        !loader_source(&in, root, "source", /* otherwise */ NULL, &source, f))
        return false;
    const struct yaml_node *list = yaml_get(root, "vendors");
    for (const struct yaml_node *i = yaml_items(list); i != NULL; i = yaml_items_next(list, i)) {
        if (!load_vendor(&in, i, source, f))
            return false;
    }
    return load_makers(&in, root, f);
}
