#include "knowledge/loader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ID_MAX = 64 };

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

bool loader_is_id(const char *id)
{
    const size_t len = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return len > 0 && len <= ID_MAX && id[len] == '\0';
}

struct vendor *loader_vendor(struct loader *l, const struct yaml_node *n, const char *id,
                             struct fault *f)
{
    struct arena *a = l->knowledge->arena;
    const struct yaml_node *first = map_find(&l->seen, bytes_of_text(id));

    if (!loader_is_id(id)) {
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
    v->names = vec_of(a, sizeof(struct vendor_name), LOADER_FACTS_MAX);
    v->owners = vec_of(a, sizeof(struct vendor_owner), LOADER_FACTS_MAX);
    v->products = vec_of(a, sizeof(struct vendor_product), LOADER_FACTS_MAX);
    v->notes = vec_of(a, sizeof(struct vendor_note), LOADER_FACTS_MAX);
    struct vec *const lists[] = { &v->jurisdictions, &v->laws,  &v->categories,
                                  &v->domains,       &v->hosts, &v->attesters };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        *lists[i] = vec_of(a, sizeof(const char *), LOADER_FACTS_MAX);
    return v;
}
