/* purl.h -- package URLs, to the purl specification (ECMA-427): percent-encoding, sorted
 * qualifiers. */
#ifndef PURL_H
#define PURL_H

#include "model/product.h"
#include "model/scan.h"

/* Write the product's purl where its type has one (deb, rpm, apk, and `generic` is never guessed):
 * p->purl stays NULL otherwise. `system` (may be NULL) gives namespace and distro:
 *   pkg:deb/debian/bash@5.2.15-2%2Bb2?arch=amd64&distro=debian-12     epoch inside the version
 *   pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&distro=fedora-25&epoch=1
 *   pkg:apk/alpine/apk-tools@2.12.9-r3?arch=x86_64&distro=alpine-3.16.0 */
bool purl_write(struct product *p, const struct system *system, struct arena *a,
                struct fault *f) MUST_CHECK;

#endif
