/* http.h -- an HTTP/1.1 server in one process and one loop, over libmicrohttpd: no threads, so what
 * an answer touches needs no lock, and one thing happens after the other.
 *
 * The routes are a table. A request is read whole, within the limits below, before its route sees
 * it; the route answers at once, or keeps the request and answers later from the same loop (when an
 * entry is on disk). A client that is slow, silent or large costs one connection for a stated time
 * and never holds up another. Paths are taken as sent: nothing is unescaped, so a '%' matches no
 * route of ours. TLS is left to a proxy in front. */
#ifndef HTTP_H
#define HTTP_H

#include "core/buf.h"
#include "core/fault.h"

enum {
    /* Each may hold a socket and a file; under the usual limit of 1,024 descriptors. Fewer where
     * the process may have fewer. */
    HTTP_CONNECTIONS = 400,
    /* Of one address, so that nobody takes them all. One more costs the address the connection on
     * which it was silent longest: whoever shares it with a hostile client (a proxy, a machine of
     * many users) is still answered. */
    HTTP_CONNECTIONS_OF_ONE = 200,
    /* Request line, headers and working room of a connection: ours send 300 bytes. */
    HTTP_HEADER_MAX = 16 << 10,
    /* Between two requests, for the headers, and again for the body: a client on a bad line sends
     * 64 kB in less. Who has not finished is cut off, however steadily he dribbles. */
    HTTP_PATIENCE_MS = 20000,
    /* For the answer: the largest bundle (16 MB) at 1 Mbit/s. */
    HTTP_ANSWER_MS = 150000,
    /* POSTs a second of one address (of one /64 in IPv6), and as many at once after a pause: each
     * costs a signature check (50 us). */
    HTTP_POSTS_A_SECOND = 100,
    HTTP_POSTS_AT_ONCE = 200,
};

/* The same, for who wants others: 0 takes the number above. */
struct http_limits {
    unsigned connections;
    unsigned connections_of_one;
    unsigned patience_ms;
    unsigned answer_ms;
    unsigned posts_a_second;
    unsigned posts_at_once;
};

struct http;         /* the server; opaque, on the heap */
struct http_request; /* one request, until it is answered; opaque */

struct http_route {
    const char *method; /* "GET" (then HEAD too) or "POST" */
    const char
        *path;       /* whole; with a '*' at its end: what it begins with. The first match counts */
    size_t body_max; /* bytes of a body; above: 413 */
    void *with;
    /* Answers exactly once: before it returns, or later while the server stands. */
    void (*answer)(void *with, struct http_request *r);
};

/* Listen at "ADDR:PORT" ("127.0.0.1:8080", "[::1]:0"; port 0: any that is free). `routes` are
 * borrowed. SIGPIPE is ignored from here on. */
bool http_open(const char *listen, const struct http_route *routes, size_t count,
               const struct http_limits *limits, struct http **out, struct fault *f) MUST_CHECK;

/* Requests still kept are answered with 503; their holders forget them. */
void http_close(struct http **h);

/* "http://127.0.0.1:8080", with the port that it got. Lives as long as the server. */
const char *http_url(const struct http *h);

/* For a route. The path as sent, without the query. */
const char *http_path(const struct http_request *r);
struct bytes http_body(const struct http_request *r);

/* Another header of the answer, before it is given. */
void http_header(struct http_request *r, const char *name, const char *value);

/* The answer; the body is copied. `r` is gone afterwards. */
void http_answer(struct http_request *r, unsigned status, const char *type, struct bytes body);

/* The same with a line of text, printed; a newline is put behind it. */
void http_say(struct http_request *r, unsigned status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with `size` bytes of a file; takes the descriptor. */
void http_answer_file(struct http_request *r, const char *type, int fd, uint64_t size);

/* For the loop that it lives in (loop.h): readable when there is something to do, the milliseconds
 * until there is without that (-1: never), and doing it. Connections out of time are cut off in
 * http_due. */
int http_descriptor(const struct http *h);
int http_due(struct http *h);
bool http_turn(struct http *h, struct fault *f) MUST_CHECK;

#endif
