/* source_http.h -- the files of a log on a server (tlog-tiles), as a source. */
#ifndef SOURCE_HTTP_H
#define SOURCE_HTTP_H

#include "register/source.h"

/* The files below the URL ("https://log.example/2026"; a slash at its end is the same). Connections
 * are kept for the next file; announced paths (prefetch) are fetched 16 at a time, and at most as
 * many are held. 404 and 410 say that a file is not there; every other status than 200 is a fault.
 * Nothing is asked yet. */
bool source_http_open(const char *url, struct source *out, struct fault *f) MUST_CHECK;

#endif
