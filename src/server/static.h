/* static.h -- the read API of a register (tlog-tiles), from its folder, and nothing else of it.
 *
 *     /checkpoint                     the newest that the quorum has signed; not cached
 *     /checkpoints/<size>[.first]     those of the past, by size; the first of a size never changes
 *     /checkpoints/sizes              which those are: a hint; not cached
 *     /policy.txt                     the keys as the register names them; not cached
 *     /tile/<L>/<N>[.p/<W>]           hashes; never change
 *     /tile/entries/<N>[.p/<W>]       entries; never change
 *
 * Exactly these paths, as they are sent: no other file of the folder (private/ least of all), no
 * listing, no link out of it. */
#ifndef STATIC_H
#define STATIC_H

#include "server/http.h"

struct static_files; /* opaque, on the heap */

bool static_open(const char *dir, struct static_files **out, struct fault *f) MUST_CHECK;
void static_close(struct static_files **s);

/* For the server's table; all GETs that no earlier route took. */
/* Whether a log is read there (a published checkpoint), or written, though none is published yet.
 */
bool static_holds_log(const struct static_files *s);

struct http_route static_route(struct static_files *s);

#endif
