/* debcopyright.c -- who made what is in a Debian package, by its copyright file. */
#include "core/limits.h"
#include "core/text.h"
#include "inventory/address.h"
#include "inventory/cataloger.h"

#include <string.h>

/* The folder's name: "usr/share/doc/PACKAGE/copyright". */
static struct bytes package_of(struct bytes path)
{
    size_t end = path.len;

    while (end > 0 && path.at[end - 1] != '/')
        end--;
    if (end == 0)
        return (struct bytes){ 0 };
    size_t start = end - 1;
    while (start > 0 && path.at[start - 1] != '/')
        start--;
    return bytes_part(path, start, end - 1 - start);
}

/* A holder's mail address tells where a person reads mail, not for whom the work was done: only a
 * contact's domain counts, which the project itself gives. */
static bool debcopyright_record(struct cataloging *c, const struct record *r, struct fault *f)
{
    const char *package = text_from(c->arena, package_of(c->raw_path), LIMIT_NAME, f);
    const char *text = text_from(c->arena, record_text(r, "text"), LIMIT_NAME, f);
    const struct bytes domain = record_text(r, "domain");
    const bool official = strcmp(r->kind, "contact") == 0 && !address_is_shared(domain);
    struct claim claim = {
        .name = text_from(c->arena, record_text(r, "name"), LIMIT_NAME, f),
        .role = MAKER_ORIGINATOR,
        .strength = STRENGTH_MEDIUM,
    };

    if (package == NULL || text == NULL || claim.name == NULL)
        return false;
    claim.evidence = arena_print(c->arena, f, "%s, line %llu: %s", c->path,
                                 (unsigned long long)record_number(r, "line"), text);
    if (official && domain.len > 0) {
        claim.domain = address_text(c->arena, domain, f);
        if (claim.domain == NULL)
            return false;
    }
    return claim.evidence != NULL && c->out->note(c->out->ctx, "deb", package, &claim, f);
}

static const struct format *const formats[] = { &debcopyright_format, NULL };

static const struct wanted wanted[] = {
    { .kind = WANTED_TAIL, .pattern = "usr/share/doc/*/copyright", .database = true },
    { .kind = WANTED_END },
};

const struct cataloger debcopyright_cataloger = {
    .name = "deb-copyright",
    .looks_for = "who made what is in Debian packages (usr/share/doc/*/copyright)",
    .wanted = wanted,
    .formats = formats,
    .size_max = LIMIT_SMALL_FILE,
    .record = debcopyright_record,
};
