#include "inventory/debian.h"

#include "core/limits.h"
#include "core/text.h"
#include "inventory/address.h"
#include "inventory/makers.h"

/* The fields of one stanza, the folded ones cut to their first line. */
struct stanza {
    struct bytes name;
    struct bytes status;
    struct bytes version;
    struct bytes source;         /* empty where it is the name */
    struct bytes source_version; /* empty where it is the version */
    struct makers makers;
};

static struct bytes first_line(const struct record *r, const char *key)
{
    const struct bytes value = record_text(r, key);

    return bytes_trim(bytes_part(value, 0, bytes_index(value, '\n')));
}

/* Source is "name" or "name (version)" (deb-control(5)). */
static void split_source(struct stanza *s, struct bytes source)
{
    const size_t open = bytes_index(source, '(');
    const struct bytes version = bytes_part(source, open + 1, source.len);

    s->source = bytes_trim(bytes_part(source, 0, open));
    s->source_version = bytes_trim(bytes_part(version, 0, bytes_index(version, ')')));
}

/* A rebuild of unchanged source has "+b" and a number at the end of its version, and only there. */
static struct bytes without_rebuild(struct bytes version)
{
    size_t end = version.len;

    while (end > 0 && version.at[end - 1] >= '0' && version.at[end - 1] <= '9')
        end--;
    const bool rebuilt = end < version.len && bytes_has_suffix(bytes_part(version, 0, end), "+b");
    return rebuilt ? bytes_part(version, 0, end - 2) : version;
}

/* A version without a Debian revision is of a source made as a Debian package (Debian Policy
 * 5.6.12). Some upstream programs are packed that way too: they have a home page elsewhere. */
static bool is_made_by_maintainer(const struct stanza *s)
{
    const struct bytes version =
        s->source_version.len > 0 ? s->source_version : without_rebuild(s->version);
    const struct bytes host = address_host(s->makers.homepage);

    return version.len > 0 && bytes_index(version, '-') == version.len &&
           (host.len == 0 || bytes_has_suffix(host, ".debian.org") ||
            address_same_owner(host, address_of(s->makers.maintainer).domain));
}

/* A derived distribution keeps the maintainer it took the package from, and marks what it changed.
 */
static struct bytes author_of(const struct stanza *s, struct bytes original_maintainer)
{
    if (original_maintainer.len > 0)
        return original_maintainer;
    return bytes_search(s->version, bytes_of_text("ubuntu")) < s->version.len
               ? (struct bytes){ 0 }
               : s->makers.maintainer;
}

static struct stanza stanza_of(const struct record *r, const struct debian_source *from)
{
    struct stanza s = {
        .name = first_line(r, "package"),
        .status = first_line(r, "status"),
        .version = first_line(r, "version"),
        .makers = {
            .maintainer = first_line(r, "maintainer"),
            .origin = first_line(r, "origin"),
            .vendor = first_line(r, "vendor"),
            .homepage = first_line(r, "homepage"),
            .why = "a version without a Debian revision: made as a Debian package by",
        },
    };

    if (s.version.len == 0)
        s.version = first_line(r, "config-version");
    split_source(&s, first_line(r, "source"));
    if (from->native_is_made && is_made_by_maintainer(&s))
        s.makers.author = author_of(&s, first_line(r, "original-maintainer"));
    return s;
}

/* What dpkg says of the files: only "not-installed" has none of them and "config-files" only those.
 * Every state between has files of the package in place, even if it does not work yet. */
static bool presence_of(const struct stanza *s, const struct debian_source *from,
                        enum presence *presence)
{
    if (s->status.len == 0 || bytes_has_suffix(s->status, " not-installed")) {
        *presence = PRESENCE_INSTALLED;
        return s->status.len == 0 && from->present;
    }
    *presence =
        bytes_has_suffix(s->status, " config-files") ? PRESENCE_RESIDUE : PRESENCE_INSTALLED;
    return true;
}

/* `*out` stays NULL for empty bytes. */
static bool copy(struct cataloging *c, struct bytes b, const char **out, struct fault *f)
{
    if (b.len == 0)
        return true;
    *out = text_from(c->arena, b, LIMIT_NAME, f);
    return *out != NULL;
}

static bool add_evidence(struct cataloging *c, const struct stanza *s, uint64_t line,
                         struct product *p, struct fault *f)
{
    const char *status = "listed";

    if (!copy(c, s->status, &status, f))
        return false;
    const struct evidence e = {
        .kind = "package-database",
        .place = c->path,
        .text = arena_print(c->arena, f, "line %llu: %s", (unsigned long long)line, status),
        .strength = STRENGTH_STRONG,
    };
    return e.text != NULL && product_add_evidence(p, &e, f);
}

static bool fill(struct cataloging *c, const struct record *r, const struct stanza *s,
                 struct product *p, struct fault *f)
{
    const bool named_so = bytes_equal(s->source, s->name);

    p->name = address_text(c->arena, s->name, f); /* dpkg knows names in lower case only */
    return p->name != NULL && copy(c, s->version, &p->version, f) &&
           copy(c, first_line(r, "architecture"), &p->arch, f) &&
           copy(c, named_so ? (struct bytes){ 0 } : s->source, &p->source, f) &&
           copy(c, s->source_version, &p->source_version, f) &&
           copy(c, s->makers.homepage, &p->homepage, f);
}

bool debian_product(struct cataloging *c, const struct record *r, const struct debian_source *from,
                    struct fault *f)
{
    struct stanza s = stanza_of(r, from);
    const uint64_t line = record_number(r, "line");
    struct product p = product_in(c->arena);

    if (!presence_of(&s, from, &p.presence))
        return true;
    p.type = from->type;
    p.root = c->root;
    s.makers.place = arena_print(c->arena, f, "%s, line %llu", c->path, (unsigned long long)line);
    return s.makers.place != NULL && fill(c, r, &s, &p, f) && add_evidence(c, &s, line, &p, f) &&
           makers_add(&p, &s.makers, c->arena, f) && c->out->product(c->out->ctx, &p, f);
}
