#include "inventory/owned.h"

#include "core/limits.h"
#include "core/text.h"

#include <string.h>

/* The list's file name, without its ending and the architecture. */
static struct bytes package_of(struct bytes path)
{
    static const char *const endings[] = { ".list", ".md5sums" };
    size_t at = path.len;

    while (at > 0 && path.at[at - 1] != '/')
        at--;
    struct bytes name = bytes_part(path, at, path.len);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        if (bytes_has_suffix(name, endings[i]))
            name.len -= strlen(endings[i]);
    }
    return bytes_part(name, 0, bytes_index(name, ':'));
}

/* md5sums leave the first slash out. */
static bool own_relative(struct cataloging *c, struct bytes path, const char *package,
                         struct fault *f)
{
    uint8_t absolute[LIMIT_PATH + 1];

    if (path.len >= sizeof absolute)
        return true; /* no kernel would name such a file */
    absolute[0] = '/';
    memcpy(absolute + 1, path.at, path.len);
    const struct bytes whole = { .at = absolute, .len = path.len + 1 };
    return c->out->owns(c->out->ctx, whole, package, f);
}

bool owned_paths(struct cataloging *c, const struct record *r, struct fault *f)
{
    const char *package = text_from(c->arena, package_of(c->raw_path), LIMIT_NAME, f);

    if (package == NULL)
        return false;
    for (size_t i = 0; i < r->fields.count; i++) {
        const struct field *field = vec_at(&r->fields, i);
        if (strcmp(field->key, "path") != 0 || field->text.len == 0)
            continue;
        const bool ok = field->text.at[0] == '/'
                            ? c->out->owns(c->out->ctx, field->text, package, f)
                            : own_relative(c, field->text, package, f);
        if (!ok)
            return false;
    }
    return true;
}
