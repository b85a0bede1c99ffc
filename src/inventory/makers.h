/* makers.h -- claims about a package's makers from the fields that package databases share: the
 * maintainer who packaged it, the origin and vendor that some name, the home page. Used by the
 * catalogers of dpkg, opkg, apk and rpm. */
#ifndef MAKERS_H
#define MAKERS_H

#include "core/fault.h"
#include "model/product.h"

struct makers {
    struct bytes maintainer;      /* "Name <mail>" */
    const char *maintainer_field; /* its name in the evidence; NULL: "Maintainer" */
    struct bytes distributor;     /* rpm's Vendor: who distributes it, not who made it */
    struct bytes origin;          /* who distributes it */
    struct bytes vendor;          /* who made it, where the packager says so */
    struct bytes homepage;
    struct bytes author; /* a maintainer who made it too, as `why` tells; or empty */
    const char *why;
    const char *place; /* for the evidence: "/var/lib/dpkg/status, line 12" */
};

/* Adds: supplier (maintainer, origin, distributor); originator, MEDIUM, from the vendor, from
 * `author`, and from a maintainer whose mail address is at the product's own home page; WEAK from
 * the home page's domain, or its account on a forge. Never from a host that many share. */
bool makers_add(struct product *p, const struct makers *m, struct arena *a,
                struct fault *f) MUST_CHECK;

#endif
