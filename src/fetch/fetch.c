#include "fetch/fetch.h"

#include "core/libcrypto.h"
#include "core/own.h"
#include "fetch/libcurl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

enum { EVENTS = 32, NEVER = -1 };

struct fetch {
    struct libcurl curl;
    CURLM *multi;
    int epoll;
    int64_t due; /* milliseconds of CLOCK_MONOTONIC when libcurl wants to be called; or NEVER */
};

struct fetch_transfer {
    struct fetch *h;
    CURL *easy;
    struct curl_slist *headers;
    struct buf body;
    char *url;
    size_t limit;
    size_t header_bytes;
    bool is_large;     /* more body than the limit, */
    bool is_talkative; /* or more headers: libcurl knows only that we stopped it */
    char reason[CURL_ERROR_SIZE];
    long status;
    CURLcode code;
    bool is_added; /* to the client's transfers */
    bool is_done;
};

static bool refuse(struct fault *f, const char *url, const char *why)
{
    return fault_set(f, FAULT_IO, "%.160s: %s", url, why);
}

static int64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* libcurl tells which sockets it waits for, and for what. */
static int watch(CURL *easy, curl_socket_t fd, int what, void *with, void *known)
{
    const struct fetch *h = with;
    struct epoll_event e = { .data.fd = fd };

    (void)easy;
    (void)known;
    if ((what & CURL_POLL_IN) != 0 && what != CURL_POLL_REMOVE)
        e.events |= EPOLLIN;
    if ((what & CURL_POLL_OUT) != 0 && what != CURL_POLL_REMOVE)
        e.events |= EPOLLOUT;
    if (what == CURL_POLL_REMOVE)
        (void)epoll_ctl(h->epoll, EPOLL_CTL_DEL, fd, &e);
    else if (epoll_ctl(h->epoll, EPOLL_CTL_MOD, fd, &e) != 0)
        return epoll_ctl(h->epoll, EPOLL_CTL_ADD, fd, &e);
    return 0;
}

static int set_alarm(CURLM *multi, long ms, void *with)
{
    struct fetch *h = with;

    (void)multi;
    h->due = ms < 0 ? NEVER : now_ms() + ms;
    return 0;
}

static bool set_multi(struct fetch *h)
{
    const struct libcurl *c = &h->curl;
    CURLM *m = h->multi;

    return c->multi_setopt(m, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)FETCH_PARALLEL) == CURLM_OK &&
           c->multi_setopt(m, CURLMOPT_SOCKETFUNCTION, watch) == CURLM_OK &&
           c->multi_setopt(m, CURLMOPT_SOCKETDATA, h) == CURLM_OK &&
           c->multi_setopt(m, CURLMOPT_TIMERFUNCTION, set_alarm) == CURLM_OK &&
           c->multi_setopt(m, CURLMOPT_TIMERDATA, h) == CURLM_OK;
}

bool fetch_open(struct fetch **out, struct fault *f)
{
    OWNED(fetch_close) struct fetch *h = NULL;
    struct libcurl curl;

    /* before libcurl: so that no configuration of the host is read into libcrypto */
    if (!libcrypto_start(f) || !libcurl_bring(&curl, f))
        return false;
    if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return fault_set(f, FAULT_IO, "libcurl does not start");
    h = calloc(1, sizeof *h);
    if (h == NULL) {
        curl.global_cleanup();
        return fault_set(f, FAULT_LIMIT, "out of memory");
    }
    h->curl = curl;
    h->due = NEVER;
    h->epoll = epoll_create1(EPOLL_CLOEXEC);
    h->multi = curl.multi_init();
    if (h->epoll < 0 || h->multi == NULL || !set_multi(h))
        return fault_set(f, FAULT_LIMIT, "libcurl: no memory or no descriptor");
    *out = own_take(&h);
    return true;
}

void fetch_close(struct fetch **h)
{
    if (*h == NULL)
        return;
    const struct libcurl curl = (*h)->curl;
    if ((*h)->multi != NULL)
        (void)curl.multi_cleanup((*h)->multi);
    own_close(&(*h)->epoll);
    free(*h);
    *h = NULL;
    curl.global_cleanup();
}

bool fetch_url_is_valid(const char *url)
{
    const size_t scheme = strncmp(url, "https://", 8) == 0  ? 8
                          : strncmp(url, "http://", 7) == 0 ? 7
                                                            : 0;
    size_t len = 0;

    while (len < FETCH_URL_MAX && url[len] > 0x20 && url[len] < 0x7f)
        len++;
    return scheme > 0 && url[len] == '\0' && len > scheme && url[scheme] != '/';
}

static size_t take_body(char *at, size_t size, size_t count, void *with)
{
    struct fetch_transfer *t = with;
    const size_t len = size * count; /* size is 1, libcurl promises */

    if (len > t->limit - t->body.len) {
        t->is_large = true;
        return 0;
    }
    buf_add(&t->body, (struct bytes){ .at = (const uint8_t *)at, .len = len });
    return buf_ok(&t->body) ? len : 0;
}

static size_t take_header(char *at, size_t size, size_t count, void *with)
{
    struct fetch_transfer *t = with;
    const size_t len = size * count;

    (void)at;
    t->header_bytes += len;
    if (t->header_bytes <= FETCH_HEADERS_MAX)
        return len;
    t->is_talkative = true;
    return 0;
}

static bool is_secure(const char *url)
{
    return strncmp(url, "https://", 8) == 0;
}

/* What every request has; libcurl copies the texts. */
static bool set_common(struct fetch_transfer *t, const struct fetch_request *r)
{
    const long whole = (long)(r->whole_ms == 0 ? FETCH_WHOLE_MS : r->whole_ms);
    const struct libcurl *c = &t->h->curl;
    CURL *e = t->easy;
    bool ok = true;

    /* a POST that is redirected is told as that */
    ok &= c->easy_setopt(e, CURLOPT_FOLLOWLOCATION, r->type == NULL ? 1L : 0L) == CURLE_OK;
    ok &= c->easy_setopt(e, CURLOPT_MAXREDIRS, (long)FETCH_REDIRECTS) == CURLE_OK;
    ok &= c->easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK;
    ok &= c->easy_setopt(e, CURLOPT_REDIR_PROTOCOLS_STR,
                         is_secure(r->url) ? "https" : "http,https") == CURLE_OK;
    ok &= c->easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)FETCH_CONNECT_MS) == CURLE_OK;
    ok &= c->easy_setopt(e, CURLOPT_TIMEOUT_MS, whole) == CURLE_OK;
    ok &= c->easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, (long)FETCH_SLOW_BYTES) == CURLE_OK;
    ok &= c->easy_setopt(e, CURLOPT_LOW_SPEED_TIME, (long)FETCH_SLOW_SECONDS) == CURLE_OK;
    ok &= c->easy_setopt(e, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
    ok &= c->easy_setopt(e, CURLOPT_URL, r->url) == CURLE_OK;
    ok &= c->easy_setopt(e, CURLOPT_USERAGENT, "hallmark/" HALLMARK_VERSION) == CURLE_OK;
    ok &= c->easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "gzip, identity") == CURLE_OK;
    ok &= c->easy_setopt(e, CURLOPT_ERRORBUFFER, t->reason) == CURLE_OK;
    ok &= c->easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK;
    ok &= c->easy_setopt(e, CURLOPT_WRITEDATA, t) == CURLE_OK;
    ok &= c->easy_setopt(e, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK;
    ok &= c->easy_setopt(e, CURLOPT_HEADERDATA, t) == CURLE_OK;
    ok &= c->easy_setopt(e, CURLOPT_PRIVATE, t) == CURLE_OK;
    return ok;
}

static bool set_post(struct fetch_transfer *t, const struct fetch_request *r)
{
    const struct libcurl *c = &t->h->curl;
    char type[128];

    (void)snprintf(type, sizeof type, "Content-Type: %s", r->type);
    t->headers = c->slist_append(NULL, type);
    if (t->headers == NULL)
        return false;
    /* a server that does not know "Expect: 100-continue" costs a second */
    struct curl_slist *more = c->slist_append(t->headers, "Expect:");
    return more != NULL && c->easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers) == CURLE_OK &&
           c->easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.len) ==
               CURLE_OK &&
           c->easy_setopt(t->easy, CURLOPT_POSTFIELDS,
                          r->body.len == 0 ? "" : (const char *)r->body.at) == CURLE_OK;
}

bool fetch_start(struct fetch *h, const struct fetch_request *r, struct fetch_transfer **out,
                 struct fault *f)
{
    if (!fetch_url_is_valid(r->url))
        return fault_set(f, FAULT_FORMAT, "no http or https URL: %.160s", r->url);
    OWNED(fetch_drop) struct fetch_transfer *t = calloc(1, sizeof *t);
    if (t == NULL)
        return refuse(f, r->url, "out of memory");
    t->body = buf_with_limit(r->limit);
    t->limit = r->limit;
    t->url = strdup(r->url);
    t->h = h;
    t->easy = h->curl.easy_init();
    if (t->url == NULL || t->easy == NULL || !set_common(t, r) ||
        (r->type != NULL && !set_post(t, r)))
        return refuse(f, r->url, "libcurl has no memory, or lacks http or https");
    if (h->curl.multi_add_handle(h->multi, t->easy) != CURLM_OK)
        return refuse(f, r->url, "libcurl refuses the request");
    t->is_added = true;
    *out = own_take(&t);
    return true;
}

void fetch_drop(struct fetch_transfer **transfer)
{
    struct fetch_transfer *t = own_take(transfer);

    if (t == NULL)
        return;
    const struct libcurl *c = &t->h->curl;
    if (t->is_added)
        (void)c->multi_remove_handle(t->h->multi, t->easy);
    c->easy_cleanup(t->easy);
    c->slist_free_all(t->headers);
    buf_done(&t->body);
    free(t->url);
    free(t);
}

static void collect(struct fetch *h)
{
    int left = 0;

    for (const CURLMsg *m = h->curl.multi_info_read(h->multi, &left); m != NULL;
         m = h->curl.multi_info_read(h->multi, &left)) {
        struct fetch_transfer *t = NULL;
        if (m->msg != CURLMSG_DONE ||
            h->curl.easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t) != CURLE_OK || t == NULL)
            continue;
        t->is_done = true;
        t->code = m->data.result;
        (void)h->curl.easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &t->status);
    }
}

int fetch_due(const struct fetch *h)
{
    if (h->due == NEVER)
        return -1;
    const int64_t left = h->due - now_ms();
    return left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int)left;
}

static bool tell(struct fetch *h, curl_socket_t fd, uint32_t events, struct fault *f)
{
    int running = 0;
    int what = 0;

    if ((events & EPOLLIN) != 0)
        what |= CURL_CSELECT_IN;
    if ((events & EPOLLOUT) != 0)
        what |= CURL_CSELECT_OUT;
    if ((events & (EPOLLERR | EPOLLHUP)) != 0)
        what |= CURL_CSELECT_ERR;
    return h->curl.multi_socket_action(h->multi, fd, what, &running) == CURLM_OK ||
           fault_set(f, FAULT_IO, "libcurl does not go on");
}

bool fetch_turn(struct fetch *h, int ms, struct fault *f)
{
    struct epoll_event events[EVENTS];
    const int due = fetch_due(h);

    const int n = epoll_wait(h->epoll, events, EVENTS, due >= 0 && due < ms ? due : ms);
    if (n < 0 && errno != EINTR)
        return fault_set(f, FAULT_IO, "epoll: %s", strerror(errno));
    for (int i = 0; i < n; i++) {
        if (!tell(h, events[i].data.fd, events[i].events, f))
            return false;
    }
    if (fetch_due(h) == 0) {
        h->due = NEVER; /* libcurl sets it anew */
        if (!tell(h, CURL_SOCKET_TIMEOUT, /* events */ 0, f))
            return false;
    }
    collect(h);
    return true;
}

bool fetch_is_done(const struct fetch_transfer *t)
{
    return t->is_done;
}

bool fetch_result(const struct fetch_transfer *t, struct fetch_answer *out, struct fault *f)
{
    if (!t->is_done)
        return refuse(f, t->url, "no answer yet");
    if (t->code == CURLE_OUT_OF_MEMORY || t->body.failed)
        return fault_set(f, FAULT_LIMIT, "%.160s: out of memory", t->url);
    if (t->is_large)
        return fault_set(f, FAULT_LIMIT, "%.160s: the server sent more than %zu bytes", t->url,
                         t->limit);
    if (t->is_talkative)
        return fault_set(f, FAULT_LIMIT, "%.160s: the server sent more than %d bytes of headers",
                         t->url, FETCH_HEADERS_MAX);
    if (t->code != CURLE_OK)
        return refuse(f, t->url,
                      t->reason[0] != '\0' ? t->reason : t->h->curl.easy_strerror(t->code));
    *out = (struct fetch_answer){ .status = t->status, .body = buf_bytes(&t->body) };
    return true;
}

bool fetch_wait(struct fetch *h, struct fetch_transfer *t, struct fetch_answer *out,
                struct fault *f)
{
    enum { LOOK_MS = 1000 };

    while (!t->is_done) {
        if (!fetch_turn(h, LOOK_MS, f))
            return false;
    }
    return fetch_result(t, out, f);
}
