/* dpkgstatusd.c -- packages of a root that has no dpkg and keeps a stanza for each in a file of its
 * own, with the digests of its files beside it (distroless images). The stanzas have no Status:
 * what is listed is there. */
#include "core/limits.h"
#include "inventory/debian.h"
#include "inventory/owned.h"

static bool dpkgstatusd_record(struct cataloging *c, const struct record *r, struct fault *f)
{
    static const struct debian_source distroless = { .type = "deb",
                                                     .present = true,
                                                     .native_is_made = true };

    return record_field(r, "package") == NULL ? owned_paths(c, r, f)
                                              : debian_product(c, r, &distroless, f);
}

static const struct format *const formats[] = { &deb822_format, &dpkglist_format, NULL };

static const struct wanted wanted[] = {
    { .kind = WANTED_FOLDER, .pattern = "var/lib/dpkg/status.d", .database = true },
    { .kind = WANTED_END },
};

const struct cataloger dpkgstatusd_cataloger = {
    .name = "dpkg-status-d",
    .looks_for = "packages of images without dpkg (var/lib/dpkg/status.d)",
    .wanted = wanted,
    .formats = formats,
    .must_bid = true,
    .size_max = LIMIT_TEXT_FILE,
    .record = dpkgstatusd_record,
};
