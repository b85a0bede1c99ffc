/* rpmdb.c -- packages that rpm has installed, and their files. Each backend has its own file name,
 * and so its own cataloger: the name says which format a damaged file should have been. A system
 * that was moved from one backend to another may keep both files; both are read, and what they
 * agree on is one product. */
#include "core/limits.h"
#include "inventory/rpm.h"

static bool rpmdb_record(struct cataloging *c, const struct record *r, struct fault *f)
{
    static const struct rpm_source database = {
        .kind = "package-database",
        .text = "the rpm database lists it as installed",
        .strength = STRENGTH_STRONG,
    };

    return rpm_package(c, r, &database, f);
}

/* rpm's own place, that of images whose /var is not shipped (SUSE, Fedora), that of rpm-ostree. */
#define PLACES(name)                                                                               \
    { .kind = WANTED_TAIL, .pattern = "var/lib/rpm/" name, .database = true },                     \
        { .kind = WANTED_TAIL, .pattern = "usr/lib/sysimage/rpm/" name, .database = true },        \
        { .kind = WANTED_TAIL, .pattern = "usr/share/rpm/" name, .database = true },               \
    {                                                                                              \
        .kind = WANTED_END                                                                         \
    }

static const struct format *const bdb_formats[] = { &rpmbdb_format, NULL };
static const struct format *const ndb_formats[] = { &rpmndb_format, NULL };
static const struct format *const sqlite_formats[] = { &rpmsqlite_format, NULL };
static const struct wanted bdb_wanted[] = { PLACES("Packages") };
static const struct wanted ndb_wanted[] = { PLACES("Packages.db") };
static const struct wanted sqlite_wanted[] = { PLACES("rpmdb.sqlite") };

const struct cataloger rpmdb_bdb_cataloger = {
    .name = "rpm-bdb",
    .looks_for =
        "packages installed by rpm, and their files, in Berkeley DB (var/lib/rpm/Packages)",
    .wanted = bdb_wanted,
    .formats = bdb_formats,
    .size_max = LIMIT_DATABASE,
    .record = rpmdb_record,
};

const struct cataloger rpmdb_ndb_cataloger = {
    .name = "rpm-ndb",
    .looks_for = "packages installed by rpm, and their files, in NDB (var/lib/rpm/Packages.db)",
    .wanted = ndb_wanted,
    .formats = ndb_formats,
    .size_max = LIMIT_DATABASE,
    .record = rpmdb_record,
};

const struct cataloger rpmdb_sqlite_cataloger = {
    .name = "rpm-sqlite",
    .looks_for = "packages installed by rpm, and their files, in SQLite (var/lib/rpm/rpmdb.sqlite)",
    .wanted = sqlite_wanted,
    .formats = sqlite_formats,
    .beside = "-wal",
    .size_max = LIMIT_DATABASE,
    .record = rpmdb_record,
};
