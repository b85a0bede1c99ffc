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

/* md5sums leave the first slash out: `room`, of LIMIT_PATH bytes, takes the path with it. Empty for
 * what no kernel would name so. */
static struct bytes with_slash(struct bytes path, uint8_t *room)
{
    if (path.at[0] == '/')
        return path;
    if (path.len >= LIMIT_PATH)
        return (struct bytes){ 0 };
    room[0] = '/';
    memcpy(room + 1, path.at, path.len);
    return (struct bytes){ .at = room, .len = path.len + 1 };
}

bool owned_paths(struct cataloging *c, const struct record *r, struct fault *f)
{
    const char *package = text_from(c->arena, package_of(c->raw_path), LIMIT_NAME, f);

    uint8_t room[LIMIT_PATH]; /* once for all: a hardened build clears it at each entry */

    if (package == NULL)
        return false;
    for (size_t i = 0; i < r->fields.count; i++) {
        const struct field *field = vec_at(&r->fields, i);
        if (strcmp(field->key, "path") != 0 || field->text.len == 0)
            continue;
        const struct bytes path = with_slash(field->text, room);
        if (path.len > 0 && !c->out->owns(c->out->ctx, path, package, f))
            return false;
    }
    return true;
}

/* "/var/lib/dpkg/info/libc6:amd64": the last five parts, without the ending. Empty for another file
 * than a list. */
static struct bytes stem_of(struct bytes path)
{
    size_t at = path.len;

    if (!bytes_has_suffix(path, ".list"))
        return (struct bytes){ 0 };
    for (size_t slashes = 0; at > 0 && slashes < 5; at--)
        slashes += path.at[at - 1] == '/' ? 1 : 0;
    return bytes_part(path, at, path.len - at - strlen(".list"));
}

bool owned_scripts(struct cataloging *c, struct fault *f)
{
    static const char *const endings[] = { ".preinst", ".postinst", ".prerm", ".postrm",
                                           ".config" };
    const struct bytes stem = stem_of(c->raw_path);
    uint8_t room[LIMIT_PATH + 16];

    if (stem.len == 0 || stem.len > LIMIT_PATH)
        return true;
    const char *package = text_from(c->arena, package_of(c->raw_path), LIMIT_NAME, f);
    if (package == NULL)
        return false;
    memcpy(room, stem.at, stem.len);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        const size_t len = strlen(endings[i]);
        memcpy(room + stem.len, endings[i], len);
        const struct bytes path = { .at = room, .len = stem.len + len };
        if (!c->out->owns(c->out->ctx, path, package, f))
            return false;
    }
    return true;
}
