/* dpkgdiversions.c -- files that dpkg has put under another name: what a list calls /bin/sh may be
 * /bin/sh.distrib on disk, and is owned all the same. Whose it is the diversion does not say: it
 * names the package that wants it away. */
#include "core/limits.h"
#include "inventory/cataloger.h"

static bool dpkgdiversions_record(struct cataloging *c, const struct record *r, struct fault *f)
{
    return c->out->owns(c->out->ctx, record_text(r, "to"), /* package */ NULL, f);
}

static const struct format *const formats[] = { &dpkgdivert_format, NULL };

static const struct wanted wanted[] = {
    { .kind = WANTED_TAIL, .pattern = "var/lib/dpkg/diversions", .database = true },
    { .kind = WANTED_END },
};

const struct cataloger dpkgdiversions_cataloger = {
    .name = "dpkg-diversions",
    .looks_for = "files that dpkg has put under another name (var/lib/dpkg/diversions)",
    .wanted = wanted,
    .formats = formats,
    .size_max = LIMIT_TEXT_FILE,
    .record = dpkgdiversions_record,
};
