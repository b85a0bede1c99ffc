/* dpkgstatus.c -- packages that dpkg has installed, and those of which it left configuration. */
#include "core/limits.h"
#include "inventory/debian.h"

static bool dpkgstatus_record(struct cataloging *c, const struct record *r, struct fault *f)
{
    static const struct debian_source dpkg = { .type = "deb", .native_is_made = true };

    return debian_product(c, r, &dpkg, f);
}

static const struct format *const formats[] = { &deb822_format, NULL };

static const struct wanted wanted[] = {
    { .kind = WANTED_TAIL, .pattern = "var/lib/dpkg/status", .database = true },
    { .kind = WANTED_END },
};

const struct cataloger dpkgstatus_cataloger = {
    .name = "dpkg-status",
    .looks_for = "packages installed by dpkg, and removed ones whose configuration is left "
                 "(var/lib/dpkg/status)",
    .wanted = wanted,
    .formats = formats,
    .size_max = LIMIT_TEXT_FILE,
    .record = dpkgstatus_record,
};
