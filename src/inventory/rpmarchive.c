/* rpmarchive.c -- .rpm archives that lie on the system: kept downloads, mirrors, install media.
 * What an archive holds is not known to be unpacked anywhere, so it owns no file. */
#include "core/limits.h"
#include "inventory/rpm.h"

static bool rpmarchive_record(struct cataloging *c, const struct record *r, struct fault *f)
{
    static const struct rpm_source archive = {
        .kind = "package-archive",
        .text = "an archive of it lies here; whether it was unpacked is not known",
        .strength = STRENGTH_MEDIUM,
        .archive = true,
    };

    return rpm_package(c, r, &archive, f);
}

static const struct format *const formats[] = { &rpmarchive_format, NULL };

static const struct wanted wanted[] = {
    { .kind = WANTED_EXTENSION, .pattern = "rpm" },
    { .kind = WANTED_END },
};

const struct cataloger rpmarchive_cataloger = {
    .name = "rpm-archive",
    .looks_for = ".rpm archives that lie anywhere",
    .wanted = wanted,
    .formats = formats,
    .must_bid = true, /* RealMedia files are named .rpm too */
    .size_max = LIMIT_RPM_ARCHIVE,
    .record = rpmarchive_record,
};
