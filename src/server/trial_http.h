/* trial_http.h -- a server in a process of its own, and a client that may misbehave: test code,
 * linked into the unit tests alone. Whatever goes wrong ends the test. */
#ifndef TRIAL_HTTP_H
#define TRIAL_HTTP_H

#include "server/loop.h"

#include <sys/types.h>

struct trial_http {
    pid_t pid; /* 0: stopped. It ends with the test, too */
    int port;
    char url[96];
};

struct trial_http_plan {
    const struct http_route *routes;
    size_t count;
    struct http_limits limits;
    const struct loop_guest *guest; /* or NULL */
};

void trial_http_start(const struct trial_http_plan *plan, struct trial_http *out);
void trial_http_stop(struct trial_http *t);

/* A connection from `address` (NULL: 127.0.0.1); reading gives up after five seconds. */
int trial_http_connect(const struct trial_http *t, const char *address);
void trial_http_send(int fd, const char *text);

/* All that comes until the server closes, with a NUL; "" where it came to nothing. Caller frees.
 * Closes the connection. */
char *trial_http_drain(int fd);

/* The whole answer to "METHOD path HTTP/1.1", on a connection of its own. Caller frees. */
char *trial_http_ask(const struct trial_http *t, const char *method, const char *path,
                     const char *body);

/* The status of an answer, 0 for none; and where its body begins. */
int trial_http_status(const char *answer);
const char *trial_http_body(const char *answer);

#endif
