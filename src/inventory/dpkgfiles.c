/* dpkgfiles.c -- which package owns which file, from dpkg's and opkg's info folders. The digests'
 * lists name hardly a file that the others do not; they are read for images that keep no others. */
#include "core/limits.h"
#include "inventory/owned.h"

static const struct format *const formats[] = { &dpkglist_format, NULL };

static const struct wanted wanted[] = {
    { .kind = WANTED_FOLDER,
      .pattern = "var/lib/dpkg/info",
      .database = true,
      .name_suffix = ".list" },
    { .kind = WANTED_FOLDER,
      .pattern = "var/lib/dpkg/info",
      .database = true,
      .name_suffix = ".md5sums" },
    { .kind = WANTED_FOLDER,
      .pattern = "usr/lib/opkg/info",
      .database = true,
      .name_suffix = ".list" },
    { .kind = WANTED_END },
};

const struct cataloger dpkgfiles_cataloger = {
    .name = "dpkg-files",
    .looks_for = "the files that packages own (var/lib/dpkg/info/*.list, *.md5sums)",
    .wanted = wanted,
    .formats = formats,
    .size_max = LIMIT_TEXT_FILE,
    .record = owned_paths,
    .finish = owned_scripts,
};
