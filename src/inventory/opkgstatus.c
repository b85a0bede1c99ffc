/* opkgstatus.c -- packages that opkg has installed (OpenWrt, Yocto, Entware). Entware keeps all of
 * itself below /opt, its database too, and names its files from the root. */
#include "core/limits.h"
#include "inventory/debian.h"

static bool opkgstatus_record(struct cataloging *c, const struct record *r, struct fault *f)
{
    static const struct debian_source opkg = { .type = "opkg" };

    return debian_product(c, r, &opkg, f);
}

static const struct format *const formats[] = { &deb822_format, NULL };

static const struct wanted wanted[] = {
    { .kind = WANTED_TAIL, .pattern = "usr/lib/opkg/status", .database = true },
    { .kind = WANTED_TAIL, .pattern = "var/lib/opkg/status", .database = true },
    { .kind = WANTED_TAIL, .pattern = "opt/lib/opkg/status", .database = true },
    { .kind = WANTED_TAIL, .pattern = "lib/opkg/status", .database = true },
    { .kind = WANTED_END },
};

const struct cataloger opkgstatus_cataloger = {
    .name = "opkg-status",
    .looks_for = "packages installed by opkg (usr/lib/opkg/status)",
    .wanted = wanted,
    .formats = formats,
    .size_max = LIMIT_TEXT_FILE,
    .record = opkgstatus_record,
};
