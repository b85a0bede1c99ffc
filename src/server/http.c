#include "server/http.h"

#include "core/own.h"
#include "server/http_route.h"
#include "server/libmicrohttpd.h"
#include "server/listen.h"
#include "server/patience.h"
#include "server/throttle.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    HEADERS = 6,           /* that a route may add */
    HEADER_VALUE = 96,     /* of one */
    DISCARD_MAX = 1 << 20, /* of a refused body: read, so that the client hears why */
    SAY_MAX = 1024,
};

struct http {
    struct libmicrohttpd mhd;
    struct MHD_Daemon *daemon;
    struct http_routes routes;
    struct patience *patience;
    struct throttle *throttle;
    struct http_request *kept; /* waiting for their routes */
    bool is_restless; /* something goes on that no descriptor tells: libmicrohttpd 0.9.75 does not
                       * wake for one resumed, nor accept again when one of too many has gone */
    char url[LISTEN_URL_MAX];
};

struct header {
    const char *name;
    char value[HEADER_VALUE];
};

struct http_request {
    struct http *h;
    struct MHD_Connection *connection;
    struct patience_line *line;
    const struct http_route *route; /* NULL: refused before any was asked */
    const char *path;               /* libmicrohttpd's, for as long as the request */
    struct buf body;
    size_t discarded;
    struct header headers[HEADERS];
    size_t header_count;
    unsigned status;
    struct MHD_Response *response; /* NULL: not answered yet */
    bool failed;                   /* no memory for an answer: the connection is closed */
    bool asked;
    bool is_kept;
    struct http_request *next; /* of those kept */
    struct http_request *previous;
};

static void keep(struct http_request *r)
{
    r->is_kept = true;
    r->previous = NULL;
    r->next = r->h->kept;
    if (r->next != NULL)
        r->next->previous = r;
    r->h->kept = r;
    patience_set(r->h->patience, r->line, PATIENCE_OURS);
    r->h->mhd.suspend_connection(r->connection);
}

static void unkeep(struct http_request *r)
{
    r->is_kept = false;
    if (r->next != NULL)
        r->next->previous = r->previous;
    if (r->previous != NULL)
        r->previous->next = r->next;
    else
        r->h->kept = r->next;
    r->h->mhd.resume_connection(r->connection);
    r->h->is_restless = true;
}

static void give(struct http_request *r, unsigned status, const char *type,
                 struct MHD_Response *response)
{
    const struct libmicrohttpd *mhd = &r->h->mhd;
    bool ok = response != NULL;

    ok = ok && mhd->add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type) == MHD_YES;
    ok = ok && mhd->add_response_header(response, "X-Content-Type-Options", "nosniff") == MHD_YES;
    for (size_t i = 0; ok && i < r->header_count; i++)
        ok = mhd->add_response_header(response, r->headers[i].name, r->headers[i].value) == MHD_YES;
    if (!ok && response != NULL)
        mhd->destroy_response(response);
    r->failed = !ok;
    r->response = ok ? response : NULL;
    r->status = status;
    if (r->is_kept)
        unkeep(r);
}

void http_header(struct http_request *r, const char *name, const char *value)
{
    if (r->header_count == HEADERS)
        return;
    struct header *header = &r->headers[r->header_count++];
    header->name = name;
    (void)snprintf(header->value, sizeof header->value, "%s", value);
}

void http_answer(struct http_request *r, unsigned status, const char *type, struct bytes body)
{
    const struct libmicrohttpd *mhd = &r->h->mhd;
    OWNED(own_free) uint8_t *copy = malloc(body.len + 1); /* of nothing too */
    struct MHD_Response *response = NULL;

    if (copy != NULL && body.len > 0)
        memcpy(copy, body.at, body.len);
    if (copy != NULL)
        response = mhd->create_response_from_buffer(body.len, copy, MHD_RESPMEM_MUST_FREE);
    if (response != NULL)
        (void)own_take(&copy);
    give(r, status, type, response);
}

void http_say(struct http_request *r, unsigned status, const char *fmt, ...)
{
    char text[SAY_MAX];
    va_list args;

    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text - 1, fmt, args);
    va_end(args);
    n = n < 0 ? 0 : n > SAY_MAX - 2 ? SAY_MAX - 2 : n;
    text[n] = '\n';
    http_answer(r, status, "text/plain; charset=utf-8",
                (struct bytes){ .at = (const uint8_t *)text, .len = (size_t)n + 1 });
}

void http_answer_file(struct http_request *r, const char *type, int fd, uint64_t size)
{
    OWNED(own_close) int file = fd;
    struct MHD_Response *response = r->h->mhd.create_response_from_fd64(size, file);

    if (response != NULL)
        (void)own_take_fd(&file);
    give(r, MHD_HTTP_OK, type, response);
}

const char *http_path(const struct http_request *r)
{
    return r->path;
}

struct bytes http_body(const struct http_request *r)
{
    return buf_bytes(&r->body);
}

static bool is_within_rate(const struct http_request *r)
{
    const union MHD_ConnectionInfo *from =
        r->h->mhd.get_connection_info(r->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

    return from != NULL && throttle_permits(r->h->throttle, from->client_addr, patience_now());
}

static uint64_t declared_length(const struct http_request *r)
{
    const char *text = r->h->mhd.lookup_connection_value(r->connection, MHD_HEADER_KIND,
                                                         MHD_HTTP_HEADER_CONTENT_LENGTH);

    return text == NULL ? 0 : strtoull(text, NULL, 10);
}

/* What is refused by its head alone. The body is then read and dropped, within bounds. */
static void judge_head(struct http_request *r, const char *method, const char *path)
{
    const char *other = NULL;
    const struct http_route *route = http_route_find(&r->h->routes, method, path, &other);

    if (route == NULL && other == NULL) {
        http_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
        http_say(r, MHD_HTTP_NOT_FOUND, "not found");
        return;
    }
    if (route == NULL) {
        http_header(r, MHD_HTTP_HEADER_ALLOW, other);
        http_say(r, MHD_HTTP_METHOD_NOT_ALLOWED, "this path takes %s", other);
        return;
    }
    if (strcmp(route->method, "POST") == 0 && !is_within_rate(r)) {
        http_header(r, MHD_HTTP_HEADER_RETRY_AFTER, "1");
        http_say(r, MHD_HTTP_TOO_MANY_REQUESTS, "too many requests from this address");
        return;
    }
    r->body = buf_with_limit(route->body_max);
    if (declared_length(r) > route->body_max)
        http_say(r, MHD_HTTP_CONTENT_TOO_LARGE, "a body has at most %zu bytes", route->body_max);
    else
        r->route = route;
}

static struct http_request *begin(struct http *h, struct MHD_Connection *connection,
                                  const char *method, const char *path)
{
    const union MHD_ConnectionInfo *line =
        h->mhd.get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    if (line == NULL || line->socket_context == NULL)
        return NULL;
    struct http_request *r = calloc(1, sizeof *r);
    if (r == NULL)
        return NULL;
    r->h = h;
    r->connection = connection;
    r->line = line->socket_context;
    r->path = path;
    patience_set(h->patience, r->line, PATIENCE_CLIENT);
    judge_head(r, method, path);
    return r;
}

static bool take_body(struct http_request *r, struct bytes piece)
{
    if (r->response == NULL && r->body.len + piece.len <= r->route->body_max) {
        buf_add(&r->body, piece);
        return buf_ok(&r->body);
    }
    if (r->response == NULL)
        http_say(r, MHD_HTTP_CONTENT_TOO_LARGE, "a body has at most %zu bytes", r->route->body_max);
    r->discarded += piece.len;
    return r->discarded <= DISCARD_MAX;
}

static enum MHD_Result finish(struct http_request *r)
{
    if (r->response == NULL && !r->asked && !r->failed) {
        r->asked = true;
        r->route->answer(r->route->with, r);
        if (r->response == NULL && !r->failed) {
            keep(r);
            return MHD_YES;
        }
    }
    if (r->failed)
        return MHD_NO;
    patience_set(r->h->patience, r->line, PATIENCE_ANSWER);
    return r->h->mhd.queue_response(r->connection, r->status, r->response);
}

/* The client holds the body back until it hears from us, or has more than we would read. */
static bool is_heard_at_once(const struct http_request *r)
{
    const char *expects =
        r->h->mhd.lookup_connection_value(r->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_EXPECT);

    return expects != NULL || declared_length(r) > DISCARD_MAX;
}

static enum MHD_Result handle(void *with, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_len, void **request)
{
    struct http_request *r = *request;

    (void)version;
    if (r == NULL) {
        r = begin(with, connection, method, path);
        *request = r;
        if (r == NULL || r->failed)
            return MHD_NO;
        return r->response != NULL && is_heard_at_once(r) ? finish(r) : MHD_YES;
    }
    if (*upload_len == 0)
        return finish(r);
    const struct bytes piece = { .at = (const uint8_t *)upload, .len = *upload_len };
    *upload_len = 0;
    return take_body(r, piece) ? MHD_YES : MHD_NO;
}

static void complete(void *with, struct MHD_Connection *connection, void **request,
                     enum MHD_RequestTerminationCode how)
{
    struct http_request *r = *request;

    (void)with;
    (void)connection;
    (void)how;
    if (r == NULL)
        return;
    patience_set(r->h->patience, r->line, PATIENCE_CLIENT);
    if (r->response != NULL)
        r->h->mhd.destroy_response(r->response);
    buf_done(&r->body);
    free(r);
    *request = NULL;
}

static void notice(void *with, struct MHD_Connection *connection, void **line,
                   enum MHD_ConnectionNotificationCode what)
{
    struct http *h = with;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *fd =
            h->mhd.get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        const union MHD_ConnectionInfo *from =
            h->mhd.get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
        if (fd != NULL && from != NULL)
            *line = patience_add(h->patience, fd->connect_fd,
                                 throttle_client(h->throttle, from->client_addr));
        if (fd != NULL && *line == NULL)
            (void)shutdown(fd->connect_fd, SHUT_RDWR); /* nobody would look after it */
    } else if (*line != NULL) {
        patience_drop(h->patience, *line);
        *line = NULL;
        h->is_restless = true;
    }
}

/* Paths are compared as they were sent. */
static size_t leave_escaped(void *with, struct MHD_Connection *connection, char *text)
{
    (void)with;
    (void)connection;
    return strlen(text);
}

static bool start(struct http *h, int *socket, const struct http_limits *l, struct fault *f)
{
    h->daemon = h->mhd.start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, /* port */ 0, /* accept */ NULL, NULL, handle, h,
        MHD_OPTION_LISTEN_SOCKET, *socket, MHD_OPTION_CONNECTION_LIMIT, l->connections,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_HEADER_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
        /* none: patience.h */ 0U, MHD_OPTION_NOTIFY_COMPLETED, complete, h,
        MHD_OPTION_NOTIFY_CONNECTION, notice, h, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
    if (h->daemon == NULL)
        return fault_set(f, FAULT_IO, "%s: the server did not start: %s", h->url, strerror(errno));
    (void)own_take_fd(socket); /* libmicrohttpd closes it */
    return true;
}

bool http_open(const char *listen, const struct http_route *routes, size_t count,
               const struct http_limits *limits, struct http **out, struct fault *f)
{
    const struct http_limits w = limits == NULL ? (struct http_limits){ 0 } : *limits;
    const struct http_limits l = {
        .connections = listen_room(w.connections == 0 ? HTTP_CONNECTIONS : w.connections),
        .connections_of_one =
            w.connections_of_one == 0 ? HTTP_CONNECTIONS_OF_ONE : w.connections_of_one,
        .patience_ms = w.patience_ms == 0 ? HTTP_PATIENCE_MS : w.patience_ms,
        .answer_ms = w.answer_ms == 0 ? HTTP_ANSWER_MS : w.answer_ms,
        .posts_a_second = w.posts_a_second == 0 ? HTTP_POSTS_A_SECOND : w.posts_a_second,
        .posts_at_once = w.posts_at_once == 0 ? HTTP_POSTS_AT_ONCE : w.posts_at_once,
    };
    OWNED(own_close) int socket = -1;
    OWNED(http_close) struct http *h = calloc(1, sizeof *h);

    if (h == NULL)
        return fault_set(f, FAULT_LIMIT, "out of memory");
    h->routes = (struct http_routes){ .all = routes, .count = count };
    (void)signal(SIGPIPE, SIG_IGN);
    const struct patience_limits patience = { .lines = l.connections,
                                              .of_one = l.connections_of_one,
                                              .client_ms = l.patience_ms,
                                              .answer_ms = l.answer_ms };
    if (!libmicrohttpd_bring(&h->mhd, f) || !patience_new(&patience, &h->patience, f) ||
        !throttle_new(l.posts_a_second, l.posts_at_once, &h->throttle, f) ||
        !listen_open(listen, &socket, h->url, f) || !start(h, &socket, &l, f))
        return false;
    *out = own_take(&h);
    return true;
}

void http_close(struct http **h)
{
    if (*h == NULL)
        return;
    while ((*h)->kept != NULL)
        http_say((*h)->kept, MHD_HTTP_SERVICE_UNAVAILABLE, "the server is stopping");
    if ((*h)->daemon != NULL) {
        (void)(*h)->mhd.run((*h)->daemon); /* those just answered */
        (*h)->mhd.stop_daemon((*h)->daemon);
    }
    patience_free(&(*h)->patience);
    throttle_free(&(*h)->throttle);
    free(*h);
    *h = NULL;
}

const char *http_url(const struct http *h)
{
    return h->url;
}

int http_descriptor(const struct http *h)
{
    const union MHD_DaemonInfo *info = h->mhd.get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);

    return info == NULL ? -1 : info->epoll_fd;
}

int http_due(struct http *h)
{
    MHD_UNSIGNED_LONG_LONG server = 0;
    const int line = patience_sweep(h->patience);

    if (h->is_restless)
        return 0;
    if (h->mhd.get_timeout(h->daemon, &server) != MHD_YES)
        return line;
    const int due = server > INT32_MAX ? INT32_MAX : (int)server;
    return line >= 0 && line < due ? line : due;
}

bool http_turn(struct http *h, struct fault *f)
{
    h->is_restless = false;
    return h->mhd.run(h->daemon) == MHD_YES ||
           fault_set(f, FAULT_IO, "%s: the server failed", h->url);
}
