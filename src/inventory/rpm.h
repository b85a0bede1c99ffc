/* rpm.h -- an rpm header becomes a product: what the catalogers of rpm's databases and of .rpm
 * archives share. */
#ifndef RPM_H
#define RPM_H

#include "inventory/cataloger.h"

struct rpm_source {
    const char *kind; /* of the evidence: "package-database", "package-archive" */
    const char *text; /* of the evidence, a sentence */
    enum strength strength;
    bool archive; /* nothing is installed by it: it owns no file, and may be a source package */
};

/* Hand on the product that a record "package" of rpmheader.h describes, and its files. A key of
 * rpm's (gpg-pubkey) is no product. */
bool rpm_package(struct cataloging *c, const struct record *r, const struct rpm_source *from,
                 struct fault *f) MUST_CHECK;

#endif
