#include "inventory/rpm.h"

#include "core/limits.h"
#include "core/text.h"
#include "inventory/makers.h"

#include <string.h>

/* `*out` stays NULL where there is nothing. */
static bool copy(struct cataloging *c, struct bytes value, const char **out, struct fault *f)
{
    if (value.len == 0)
        return true;
    *out = text_from(c->arena, value, LIMIT_NAME, f);
    return *out != NULL;
}

/* VERSION-RELEASE, as rpm writes it everywhere but in the epoch. */
static const char *version_of(struct cataloging *c, const struct record *r, struct fault *f)
{
    const char *version = NULL;
    const char *release = NULL;

    if (!copy(c, record_text(r, "version"), &version, f) ||
        !copy(c, record_text(r, "release"), &release, f))
        return NULL;
    return arena_print(c->arena, f, "%s-%s", version == NULL ? "" : version,
                       release == NULL ? "" : release);
}

/* Where the last `byte` stands, or b.len. */
static size_t last_index(struct bytes b, uint8_t byte)
{
    for (size_t i = b.len; i > 0; i--) {
        if (b.at[i - 1] == byte)
            return i - 1;
    }
    return b.len;
}

/* NAME-VERSION-RELEASE.src.rpm: neither version nor release can hold a dash. Each part is told only
 * where it differs from the package's own. */
static bool add_source(struct cataloging *c, const struct record *r, struct product *p,
                       struct fault *f)
{
    struct bytes whole = record_text(r, "sourcerpm");

    if (bytes_has_suffix(whole, ".nosrc.rpm"))
        whole.len -= strlen(".nosrc.rpm");
    else if (bytes_has_suffix(whole, ".src.rpm"))
        whole.len -= strlen(".src.rpm");
    else
        return true;
    const size_t release = last_index(whole, '-');
    const size_t version = last_index(bytes_part(whole, 0, release), '-');
    if (release == whole.len || version == release)
        return true;
    const struct bytes name = bytes_part(whole, 0, version);
    const struct bytes rest = bytes_part(whole, version + 1, whole.len);
    if (!bytes_equal(name, record_text(r, "name")) && !copy(c, name, &p->source, f))
        return false;
    return bytes_equal_text(rest, p->version) || copy(c, rest, &p->source_version, f);
}

static bool add_epoch(struct cataloging *c, const struct record *r, struct product *p,
                      struct fault *f)
{
    if (record_field(r, "epoch") == NULL)
        return true;
    p->epoch = arena_print(c->arena, f, "%llu", (unsigned long long)record_number(r, "epoch"));
    return p->epoch != NULL;
}

/* The Vendor tag says who distributes (Fedora Project, SUSE LLC); the packager is asked only where
 * there is none. Neither is proof: anybody may write any tag. */
static bool add_makers(struct cataloging *c, const struct record *r, struct product *p,
                       struct fault *f)
{
    const struct bytes vendor = record_text(r, "vendor");
    const struct makers makers = {
        .distributor = vendor,
        .maintainer = vendor.len > 0 ? (struct bytes){ 0 } : record_text(r, "packager"),
        .maintainer_field = "Packager",
        .homepage = record_text(r, "url"),
        .place = arena_print(c->arena, f, "%s, header of %s", c->path, p->name),
    };

    return makers.place != NULL && makers_add(p, &makers, c->arena, f);
}

static bool own_files(struct cataloging *c, const struct record *r, const char *package,
                      struct fault *f)
{
    for (size_t i = 0; i < r->fields.count; i++) {
        const struct field *field = vec_at(&r->fields, i);
        if (strcmp(field->key, "file") == 0 && bytes_has_prefix(field->text, "/") &&
            !c->out->owns(c->out->ctx, field->text, package, f))
            return false;
    }
    return true;
}

bool rpm_package(struct cataloging *c, const struct record *r, const struct rpm_source *from,
                 struct fault *f)
{
    const struct evidence evidence = {
        .kind = from->kind, .place = c->path, .text = from->text, .strength = from->strength
    };
    struct product p = product_in(c->arena);

    if (bytes_equal_text(record_text(r, "name"), "gpg-pubkey"))
        return true;
    p.type = "rpm";
    p.root = c->root;
    p.version = version_of(c, r, f);
    if (p.version == NULL || !copy(c, record_text(r, "name"), &p.name, f) ||
        !copy(c, record_text(r, "arch"), &p.arch, f) ||
        !copy(c, record_text(r, "url"), &p.homepage, f) || !add_epoch(c, r, &p, f) ||
        !add_source(c, r, &p, f))
        return false;
    if (from->archive && record_text(r, "sourcerpm").len == 0)
        p.arch = "src";
    if ((from->archive && !product_add_path(&p, c->path, f)) ||
        !product_add_evidence(&p, &evidence, f) || !add_makers(c, r, &p, f) ||
        !c->out->product(c->out->ctx, &p, f))
        return false;
    return from->archive || own_files(c, r, p.name, f);
}
