/* fetch.h -- requests over HTTP, several at once, by libcurl: the client of a register's files and
 * of witnesses.
 *
 * Only http and https; certificates are checked against the host's own roots. A GET may be
 * redirected, a few times, never from https to http; a POST is not. Proxies are taken from the
 * environment as curl does (https_proxy, http_proxy, no_proxy), for many houses have no other way
 * out: what comes back is checked against signatures, whoever carried it. Answers may be
 * gzip-encoded. No cookies, no .netrc, no credentials of ours.
 *
 * A status is not a fault: 404 is an answer. Every fault names the URL. */
#ifndef FETCH_H
#define FETCH_H

#include "core/buf.h"
#include "core/fault.h"

enum {
    FETCH_PARALLEL = 16,          /* connections at once: enough to fill a line with 8 kB tiles */
    FETCH_URL_MAX = 2048,         /* bytes */
    FETCH_HEADERS_MAX = 64 << 10, /* bytes of an answer's headers, all redirects together */
    FETCH_REDIRECTS = 3,
    FETCH_CONNECT_MS = 10000,
    FETCH_WHOLE_MS = 120000, /* one file: a bundle of 16 MB at 1 Mbit/s */
    FETCH_SLOW_BYTES = 64,   /* a second, on average over the next: less is a dead line */
    FETCH_SLOW_SECONDS = 20,
};

struct fetch;          /* a client with its open connections; opaque, on the heap */
struct fetch_transfer; /* one request on its way; opaque */

struct fetch_request {
    const char *url;   /* http:// or https://; copied */
    const char *type;  /* content type of the body: a POST. NULL: a GET */
    struct bytes body; /* of a POST; borrowed until the transfer ends */
    size_t limit;      /* bytes of the answer's body, decoded */
    unsigned whole_ms; /* 0: FETCH_WHOLE_MS */
};

struct fetch_answer {
    long status;
    struct bytes body; /* lives as long as the transfer */
};

bool fetch_open(struct fetch **out, struct fault *f) MUST_CHECK;

/* All its transfers must have been dropped. */
void fetch_close(struct fetch **h);

/* http or https, a host, printable ASCII without blanks, not too long. */
bool fetch_url_is_valid(const char *url);

/* Begin. The transfer is the caller's: fetch_drop. */
bool fetch_start(struct fetch *h, const struct fetch_request *r, struct fetch_transfer **out,
                 struct fault *f) MUST_CHECK;

/* End it, whether it is finished or not. Accepts NULL inside. */
void fetch_drop(struct fetch_transfer **t);

/* Let everything move on; wait at most `ms` for something to happen. */
bool fetch_turn(struct fetch *h, int ms, struct fault *f) MUST_CHECK;

/* The milliseconds until fetch_turn has something to do though nothing comes (-1: never). */
int fetch_due(const struct fetch *h);

bool fetch_is_done(const struct fetch_transfer *t);

/* What came of a transfer that is done: an answer, or the fault. */
bool fetch_result(const struct fetch_transfer *t, struct fetch_answer *out,
                  struct fault *f) MUST_CHECK;

/* Turn until it is done, then its result. */
bool fetch_wait(struct fetch *h, struct fetch_transfer *t, struct fetch_answer *out,
                struct fault *f) MUST_CHECK;

#endif
