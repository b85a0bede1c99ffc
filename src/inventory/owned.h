/* owned.h -- the files of a package from dpkg's and opkg's lists, for the catalogers that read
 * them. */
#ifndef OWNED_H
#define OWNED_H

#include "inventory/cataloger.h"

/* Hand on every path of a record "files" of dpkglist as owned by the package that the list's own
 * name tells: "libc6:amd64.list" is libc6's. Folders are left out: they are everybody's. */
bool owned_paths(struct cataloging *c, const struct record *r, struct fault *f) MUST_CHECK;

/* After a list, hand on the package's scripts beside it ("libc6:amd64.postinst"): they came with
 * the package and no list names them. */
bool owned_scripts(struct cataloging *c, struct fault *f) MUST_CHECK;

#endif
