/* apk.c -- packages that apk has installed (Alpine, Wolfi, OpenWrt), and the files they own. */
#include "core/limits.h"
#include "core/text.h"
#include "inventory/cataloger.h"
#include "inventory/makers.h"

#include <string.h>

/* `*out` stays NULL where the record has no such field. */
static bool copy(struct cataloging *c, const struct record *r, const char *key, const char **out,
                 struct fault *f)
{
    const struct bytes value = record_text(r, key);

    if (value.len == 0)
        return true;
    *out = text_from(c->arena, value, LIMIT_NAME, f);
    return *out != NULL;
}

static bool add_evidence(struct cataloging *c, uint64_t line, struct product *p, struct fault *f)
{
    const struct evidence e = {
        .kind = "package-database",
        .place = c->path,
        .text = arena_print(c->arena, f, "line %llu: installed", (unsigned long long)line),
        .strength = STRENGTH_STRONG,
    };

    return e.text != NULL && product_add_evidence(p, &e, f);
}

static bool state_product(struct cataloging *c, const struct record *r, struct fault *f)
{
    const uint64_t line = record_number(r, "line");
    struct product p = product_in(c->arena);
    const struct makers makers = {
        .maintainer = record_text(r, "maintainer"),
        .homepage = record_text(r, "homepage"),
        .place = arena_print(c->arena, f, "%s, line %llu", c->path, (unsigned long long)line),
    };

    p.type = "apk";
    p.root = c->root;
    if (makers.place == NULL || !copy(c, r, "name", &p.name, f) ||
        !copy(c, r, "version", &p.version, f) || !copy(c, r, "architecture", &p.arch, f) ||
        !copy(c, r, "homepage", &p.homepage, f))
        return false;
    if (!bytes_equal(record_text(r, "origin"), record_text(r, "name")) &&
        !copy(c, r, "origin", &p.source, f))
        return false;
    return add_evidence(c, line, &p, f) && makers_add(&p, &makers, c->arena, f) &&
           c->out->product(c->out->ctx, &p, f);
}

/* The path below the root, in `room` of LIMIT_PATH bytes; empty for what no kernel would name so.
 */
static struct bytes join(struct bytes folder, struct bytes name, uint8_t *room)
{
    size_t len = 0;

    if (folder.len + name.len + 2 > LIMIT_PATH)
        return (struct bytes){ 0 };
    room[len++] = '/';
    if (folder.len > 0) {
        memcpy(room + len, folder.at, folder.len);
        len += folder.len;
        room[len++] = '/';
    }
    if (name.len > 0)
        memcpy(room + len, name.at, name.len);
    return (struct bytes){ .at = room, .len = len + name.len };
}

/* The fields' order tells which folder a file is in. */
static bool own_files(struct cataloging *c, const struct record *r, struct fault *f)
{
    uint8_t room[LIMIT_PATH]; /* once for all: a hardened build clears it at each entry */
    struct bytes folder = { 0 };
    const char *package = NULL;

    if (!copy(c, r, "package", &package, f))
        return false;
    for (size_t i = 0; i < r->fields.count; i++) {
        const struct field *field = vec_at(&r->fields, i);
        if (strcmp(field->key, "folder") == 0)
            folder = field->text;
        if (strcmp(field->key, "file") != 0)
            continue;
        const struct bytes path = join(folder, field->text, room);
        if (path.len > 0 && !c->out->owns(c->out->ctx, path, package, f))
            return false;
    }
    return true;
}

static bool apk_record(struct cataloging *c, const struct record *r, struct fault *f)
{
    return strcmp(r->kind, "package") == 0 ? state_product(c, r, f) : own_files(c, r, f);
}

static const struct format *const formats[] = { &apkdb_format, NULL };

static const struct wanted wanted[] = {
    { .kind = WANTED_TAIL, .pattern = "usr/lib/apk/db/installed", .database = true },
    { .kind = WANTED_TAIL, .pattern = "var/lib/apk/db/installed", .database = true },
    { .kind = WANTED_TAIL, .pattern = "lib/apk/db/installed", .database = true },
    { .kind = WANTED_END },
};

const struct cataloger apk_cataloger = {
    .name = "apk",
    .looks_for = "packages installed by apk, and their files (lib/apk/db/installed)",
    .wanted = wanted,
    .formats = formats,
    .size_max = LIMIT_TEXT_FILE,
    .record = apk_record,
};
