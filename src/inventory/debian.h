/* debian.h -- a stanza of a dpkg or opkg status database becomes a product. */
#ifndef DEBIAN_H
#define DEBIAN_H

#include "inventory/cataloger.h"

struct debian_source {
    const char *type;    /* "deb", "opkg" */
    bool present;        /* a stanza without Status is of an installed package (distroless) */
    bool native_is_made; /* a version without a Debian revision means: made by its maintainer */
};

/* Hand on the product that a record "package" of deb822 describes; nothing for one that is not
 * there. */
bool debian_product(struct cataloging *c, const struct record *r, const struct debian_source *from,
                    struct fault *f) MUST_CHECK;

#endif
