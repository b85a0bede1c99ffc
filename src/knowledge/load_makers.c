/* load_makers.c -- the short form for makers of whom only names and domains matter:
 *
 *     makers:
 *       GNU Project: gnu.org fsf.org
 *     aliases:
 *       Free Software Foundation: GNU Project
 *
 * Their domains are those of home pages. A mail address there may be any member's own: a
 * maintainer at a university does not make the university his package's supplier. */
#include "core/text.h"
#include "knowledge/loader.h"

#include <string.h>

/* "GNU Project" has the id "gnu-project". */
static char *id_of_name(struct arena *a, const char *name, struct fault *f)
{
    char *id = text_name_key(a, bytes_of_text(name), f);

    for (size_t i = 0; id != NULL && id[i] != '\0'; i++) {
        if (id[i] == ' ')
            id[i] = '-';
    }
    return id;
}

static bool add_domains(struct vendor *v, const struct yaml_node *n, struct fault *f)
{
    struct bytes rest = bytes_of_text(n->text);
    struct bytes piece;

    while (bytes_next(&rest, ' ', &piece)) {
        if (piece.len == 0)
            continue;
        const char **domain = vec_push(&v->domains, f);
        if (domain == NULL)
            return false;
        *domain = arena_copy(v->domains.arena, piece, f);
        if (*domain == NULL)
            return false;
    }
    return true;
}

static bool load_maker(struct loading *in, const struct yaml_node *n, const char *source,
                       struct fault *f)
{
    if (n->kind != YAML_SCALAR)
        return yaml_fault(n, f, "'Name: domain domain' was expected here");
    char *id = id_of_name(in->loader->knowledge->arena, n->key, f);
    struct vendor *v = id == NULL ? NULL : loader_vendor(in->loader, n, id, f);
    if (v == NULL)
        return false;
    v->name = n->key;
    v->source = source;
    v->laws_source = source;
    v->domains_source = source;
    v->pages_only = true;
    return add_domains(v, n, f);
}

static struct vendor *vendor_named(struct loader *l, const char *name)
{
    for (size_t i = 0; i < l->knowledge->vendors.count; i++) {
        struct vendor *v = vec_at(&l->knowledge->vendors, i);
        if (strcmp(v->name, name) == 0 || strcmp(v->id, name) == 0)
            return v;
    }
    return NULL;
}

/* An alias names a vendor of the same file, so that the file can be read alone. */
static bool load_alias(struct loading *in, const struct yaml_node *n, const char *source,
                       struct fault *f)
{
    if (n->kind != YAML_SCALAR)
        return yaml_fault(n, f, "'Alias: Name' was expected here");
    struct vendor *v = vendor_named(in->loader, n->text);
    if (v == NULL || strcmp(v->file, n->file) != 0)
        return yaml_fault(n, f, "'%s' is no vendor of this file", n->text);
    struct vendor_name *name = vec_push(&v->names, f);
    if (name == NULL)
        return false;
    *name = (struct vendor_name){
        .name = n->key, .from = DATE_NONE, .until = DATE_NONE, .source = source
    };
    return true;
}

static bool load_map(struct loading *in, const struct yaml_node *root, const char *key,
                     bool (*load)(struct loading *, const struct yaml_node *, const char *,
                                  struct fault *),
                     struct fault *f)
{
    const struct yaml_node *map = yaml_get(root, key);
    const char *source = NULL;

    if (map == NULL)
        return true;
    if (map->kind != YAML_MAP)
        return yaml_fault(map, f, "'%s' must hold 'key: value' lines", key);
    if (!loader_source(in, root, "source", /* otherwise */ NULL, &source, f))
        return false;
    for (const struct yaml_node *n = map->first; n != NULL; n = n->next) {
        if (!load(in, n, source, f))
            return false;
    }
    return true;
}

bool load_makers(struct loading *in, const struct yaml_node *root, struct fault *f)
{
    return load_map(in, root, "makers", load_maker, f) &&
           load_map(in, root, "aliases", load_alias, f);
}
