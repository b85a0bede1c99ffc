/* export_name.h -- names that formats of others demand, made from what the log says, so that the
 * same thing has the same name in every export of it. */
#ifndef EXPORT_NAME_H
#define EXPORT_NAME_H

#include "exports/export_pen.h"

/* The UUID of a thing of this log: version 5 (RFC 9562 section 5.5: SHA-1, as it demands) in the
 * name space of URLs, of "hallmark://ORIGIN/" and the printed path. */
const char *export_name_uuid(struct export_pen *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The tag URI (RFC 4151) of a thing of this log: tag:HOST,DATE:PATH/SPECIFIC of the origin
 * HOST/PATH, begun on DATE. What no tag can hold is percent-encoded. */
const char *export_name_tag(struct export_pen *p, const char *specific);

/* "nih:sha-256;54a3..." (RFC 6920 section 7): a URI for bytes by their digest "sha256:54a3...". */
const char *export_name_digest(struct export_pen *p, struct bytes digest);

/* What stands behind "sha256:". */
struct bytes export_name_hex(struct bytes digest);

#endif
