/* load_marks.c -- the marks of one vendor. An item of `marks` lists patterns of one kind that share
 * everything else. A mark that can never match is told as a warning: it must not look like the
 * absence of what it stands for. */
#include "core/limits.h"
#include "knowledge/loader.h"

#include <string.h>

static const char *const mark_keys[] = {
    "packages",      "in",       "paths",    "services",     "first-bytes", "first-bytes-hex",
    "extension",     "product",  "source",   "certificates", "confirm",     "registry-numbers",
    "organisations", "presence", "strength", NULL,
};

/* How each kind is written, and what it is worth where the item does not say. */
struct mark_form {
    const char *key;
    enum mark_kind kind;
    enum strength strength;
    const char *signer_key;
};

static const struct mark_form forms[] = {
    { "packages", MARK_PACKAGE, STRENGTH_STRONG, NULL },
    { "paths", MARK_PATH, STRENGTH_MEDIUM, NULL },
    { "services", MARK_SERVICE, STRENGTH_MEDIUM, NULL },
    { "first-bytes", MARK_FIRST_BYTES, STRENGTH_STRONG, NULL },
    { "first-bytes-hex", MARK_FIRST_BYTES, STRENGTH_STRONG, NULL },
    { "certificates", MARK_SIGNER, STRENGTH_PROOF, "certificate" },
    { "registry-numbers", MARK_SIGNER, STRENGTH_STRONG, "registry-number" },
    { "organisations", MARK_SIGNER, STRENGTH_STRONG, "organisation" },
};

static bool has_upper_case(const char *text)
{
    return strpbrk(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != NULL;
}

static const char *why_package_never(const struct mark *m)
{
    const char *star = strchr(m->pattern, '*');

    if (m->pattern[0] == '\0' || strcmp(m->pattern, "*") == 0)
        return "it names no package";
    if (star != NULL && star != m->pattern && star[1] != '\0')
        return "a '*' stands at one end only";
    if (star != NULL && strchr(star + 1, '*') != NULL)
        return "only one '*' is read";
    if (m->ecosystem != NULL && strcmp(m->ecosystem, "rpm") != 0 && has_upper_case(m->pattern))
        return "such packages have no upper case in their names";
    return strpbrk(m->pattern, " \t/") != NULL ? "no package has such a name" : NULL;
}

static const char *why_path_never(const char *pattern)
{
    struct bytes rest = bytes_of_text(pattern);
    struct bytes part;

    if (pattern[0] == '/' || rest.len == 0 || pattern[rest.len - 1] == '/')
        return "the last parts of a path, without '/' at the ends, were expected";
    while (bytes_next(&rest, '/', &part)) {
        if (part.len == 0 || bytes_equal_text(part, ".") || bytes_equal_text(part, ".."))
            return "no path has such a part";
    }
    return part.len == 1 && part.at[0] == '*' ? "it names no file" : NULL;
}

static const char *why_signer_never(const struct mark *m)
{
    const size_t hex = strspn(m->pattern, "0123456789abcdef");

    if (strcmp(m->signer_key, "certificate") == 0 && (hex != 64 || m->pattern[hex] != '\0'))
        return "64 hexadecimal digits in lower case were expected";
    return m->pattern[0] == '\0' ? "it is empty" : NULL;
}

static const char *why_service_never(const char *pattern)
{
    if (pattern[0] == '\0')
        return "it names no service";
    if (bytes_has_suffix(bytes_of_text(pattern), ".service"))
        return "names are compared without '.service'";
    return strpbrk(pattern, " /*") != NULL ? "no service has such a name" : NULL;
}

static const char *why_never(const struct mark *m)
{
    switch (m->kind) {
    case MARK_PACKAGE:
        return why_package_never(m);
    case MARK_PATH:
        return why_path_never(m->pattern);
    case MARK_SERVICE:
        return why_service_never(m->pattern);
    case MARK_FIRST_BYTES:
        return m->first.len == 0           ? "it is empty"
               : m->first.len > LIMIT_HEAD ? "it is longer than what is read of a file"
                                           : NULL;
    case MARK_SIGNER:
        return why_signer_never(m);
    }
    return NULL;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_hex(const struct yaml_node *n, struct arena *a, struct bytes *out, struct fault *f)
{
    const size_t len = strlen(n->text);
    uint8_t *at = arena_alloc(a, len / 2, f);

    if (at == NULL)
        return false;
    for (size_t i = 0; i < len; i++) {
        const int digit = hex_digit(n->text[i]);
        if (digit < 0 || len % 2 != 0)
            return yaml_fault(n, f, "pairs of hexadecimal digits in lower case were expected");
        at[i / 2] = (uint8_t)(at[i / 2] << 4 | digit);
    }
    *out = (struct bytes){ .at = at, .len = len / 2 };
    return true;
}

/* Add one pattern of an item, `like` the item's other marks. */
static bool add_mark(struct loading *in, const struct vendor *v, const struct yaml_node *n,
                     const struct mark *like, const struct mark_form *form, struct fault *f)
{
    struct loader *l = in->loader;
    struct mark m = *like;

    if (n->kind != YAML_SCALAR)
        return yaml_fault(n, f, "'%s' takes texts", form->key);
    m.pattern = n->text;
    m.first = bytes_of_text(n->text);
    if (strcmp(form->key, "first-bytes-hex") == 0 && !read_hex(n, l->knowledge->arena, &m.first, f))
        return false;
    m.index = (uint32_t)l->knowledge->marks.count;
    const char *never = why_never(&m);
    if (never != NULL)
        return loader_warn(l, n, f, "the mark '%s' can never match: %s", m.pattern, never);
    struct mark *kept = vec_push(&l->knowledge->marks, f);
    const char **vendor = vec_push(&l->mark_vendors, f);
    if (kept == NULL || vendor == NULL)
        return false;
    *kept = m;
    *vendor = v->id;
    return true;
}

static bool add_patterns(struct loading *in, const struct vendor *v, const struct yaml_node *item,
                         const struct mark *like, const struct mark_form *form, struct fault *f)
{
    const struct yaml_node *list = yaml_get(item, form->key);

    for (const struct yaml_node *i = yaml_items(list); i != NULL; i = yaml_items_next(list, i)) {
        if (!add_mark(in, v, i, like, form, f))
            return false;
    }
    return true;
}

static bool ecosystem_is_known(const char *word)
{
    return strcmp(word, "deb") == 0 || strcmp(word, "rpm") == 0 || strcmp(word, "apk") == 0;
}

/* Without `in` a package's name counts everywhere; else once for each that is listed. */
static bool add_everywhere(struct loading *in, const struct vendor *v, const struct yaml_node *item,
                           struct mark *like, const struct mark_form *form, struct fault *f)
{
    const struct yaml_node *list = yaml_get(item, "in");

    if (list == NULL)
        return add_patterns(in, v, item, like, form, f);
    if (form->kind != MARK_PACKAGE)
        return yaml_fault(list, f, "'in' belongs to packages");
    for (const struct yaml_node *i = yaml_items(list); i != NULL; i = yaml_items_next(list, i)) {
        if (i->kind != YAML_SCALAR || !ecosystem_is_known(i->text))
            return yaml_fault(i, f, "packages are in deb, rpm or apk");
        like->ecosystem = i->text;
        if (!add_patterns(in, v, item, like, form, f))
            return false;
    }
    return true;
}

static bool read_product(const struct vendor *v, const struct yaml_node *item, struct mark *m,
                         struct fault *f)
{
    const char *id = NULL;

    if (!yaml_text(item, "product", /* required */ false, &id, f))
        return false;
    for (size_t i = 0; id != NULL && i < v->products.count; i++) {
        const struct vendor_product *p = vec_at(&v->products, i);
        if (strcmp(p->id + strlen(v->id) + 1, id) == 0)
            m->product = p;
    }
    if (id != NULL && m->product == NULL)
        return yaml_fault(yaml_get(item, "product"), f, "'%s' has no product '%s'", v->id, id);
    return true;
}

static bool read_words(const struct yaml_node *item, struct mark *m, struct fault *f)
{
    const char *strength = NULL;
    const char *presence = NULL;

    if (!yaml_text(item, "strength", /* required */ false, &strength, f) ||
        !yaml_text(item, "presence", /* required */ false, &presence, f) ||
        !yaml_text(item, "extension", /* required */ false, &m->extension, f) ||
        !yaml_bool(item, "confirm", false, &m->confirm_maker, f))
        return false;
    if (strength != NULL && !strength_read(bytes_of_text(strength), &m->strength))
        return yaml_fault(yaml_get(item, "strength"), f, "'%s' is no strength", strength);
    if (presence != NULL && !presence_read(bytes_of_text(presence), &m->presence))
        return yaml_fault(yaml_get(item, "presence"), f, "'%s' is no presence", presence);
    if (m->confirm_maker && m->kind != MARK_PACKAGE && m->kind != MARK_SIGNER)
        return yaml_fault(yaml_get(item, "confirm"), f,
                          "nothing beside such a mark could confirm it: leave it out");
    if (m->extension != NULL && m->kind != MARK_FIRST_BYTES)
        return yaml_fault(yaml_get(item, "extension"), f, "'extension' belongs to first-bytes");
    return true;
}

static bool load_item(struct loading *in, const struct vendor *v, const struct yaml_node *item,
                      struct fault *f)
{
    const struct mark_form *form = NULL;
    struct mark like = { .presence = PRESENCE_INSTALLED };

    if (!yaml_allow_keys(item, mark_keys, f))
        return false;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (yaml_get(item, forms[i].key) == NULL)
            continue;
        if (form != NULL)
            return yaml_fault(item, f, "'%s' and '%s' need an item each", form->key, forms[i].key);
        form = &forms[i];
    }
    if (form == NULL)
        return yaml_fault(item, f, "a mark of some kind is missing: packages, paths, ...");
    like.kind = form->kind;
    like.strength = form->strength;
    like.signer_key = form->signer_key;
    return read_words(item, &like, f) && read_product(v, item, &like, f) &&
           loader_source(in, item, "source", /* otherwise */ NULL, &like.source, f) &&
           add_everywhere(in, v, item, &like, form, f);
}

bool load_marks(struct loading *in, const struct vendor *v, const struct yaml_node *list,
                struct fault *f)
{
    if (list == NULL)
        return true;
    if (list->kind != YAML_LIST)
        return yaml_fault(list, f, "'marks' must be a list");
    for (const struct yaml_node *i = list->first; i != NULL; i = i->next) {
        if (!load_item(in, v, i, f))
            return false;
    }
    return true;
}
