/* osrelease.c -- the system that a root says it is. */
#include "inventory/cataloger.h"

#include "core/limits.h"
#include "core/text.h"

/* A field as clean text; NULL where the record lacks it or there is no memory, which `f` tells. */
static const char *field_text(struct cataloging *c, const struct record *r, const char *key,
                              struct fault *f)
{
    const struct bytes value = record_text(r, key);

    return value.len == 0 ? NULL : text_from(c->arena, value, LIMIT_NAME, f);
}

static bool osrelease_record(struct cataloging *c, const struct record *r, struct fault *f)
{
    const char *pretty = field_text(c, r, "pretty_name", f);
    const struct system s = {
        .root = c->root,
        .id = field_text(c, r, "id", f),
        .version_id = field_text(c, r, "version_id", f),
        .name = pretty != NULL ? pretty : field_text(c, r, "name", f),
    };

    return s.id == NULL || c->out->system(c->out->ctx, &s, f);
}

static const struct format *const formats[] = { &osrelease_format, NULL };

static const struct wanted wanted[] = {
    { .kind = WANTED_TAIL, .pattern = "etc/os-release", .database = true },
    { .kind = WANTED_TAIL, .pattern = "usr/lib/os-release", .database = true },
    { .kind = WANTED_END },
};

const struct cataloger osrelease_cataloger = {
    .name = "os-release",
    .looks_for = "the name of each root's system (etc/os-release, usr/lib/os-release)",
    .wanted = wanted,
    .formats = formats,
    .size_max = LIMIT_SMALL_FILE,
    .record = osrelease_record,
};
