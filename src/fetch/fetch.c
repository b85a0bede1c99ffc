#include "fetch/fetch.h"

#include "core/libcrypto.h"
#include "core/own.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fetch {
    CURLM *multi;
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
    bool is_done;
};

static bool refuse(struct fault *f, const char *url, const char *why)
{
    return fault_set(f, FAULT_IO, "%.160s: %s", url, why);
}

bool fetch_open(struct fetch **out, struct fault *f)
{
    OWNED(fetch_close) struct fetch *h = NULL;

    /* before libcurl: so that no configuration of the host is read into libcrypto */
    if (!libcrypto_start(f))
        return false;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return fault_set(f, FAULT_IO, "libcurl does not start");
    h = calloc(1, sizeof *h);
    if (h == NULL) {
        curl_global_cleanup();
        return fault_set(f, FAULT_LIMIT, "out of memory");
    }
    h->multi = curl_multi_init();
    if (h->multi == NULL)
        return fault_set(f, FAULT_LIMIT, "out of memory");
    (void)curl_multi_setopt(h->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)FETCH_PARALLEL);
    *out = own_take(&h);
    return true;
}

void fetch_close(struct fetch **h)
{
    if (*h == NULL)
        return;
    if ((*h)->multi != NULL)
        (void)curl_multi_cleanup((*h)->multi);
    free(*h);
    *h = NULL;
    curl_global_cleanup();
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
    CURL *e = t->easy;
    bool ok = true;

    /* a POST that is redirected is told as that */
    ok &= curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, r->type == NULL ? 1L : 0L) == CURLE_OK;
    ok &= curl_easy_setopt(e, CURLOPT_MAXREDIRS, (long)FETCH_REDIRECTS) == CURLE_OK;
    ok &= curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK;
    ok &= curl_easy_setopt(e, CURLOPT_REDIR_PROTOCOLS_STR,
                           is_secure(r->url) ? "https" : "http,https") == CURLE_OK;
    ok &= curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)FETCH_CONNECT_MS) == CURLE_OK;
    ok &= curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, whole) == CURLE_OK;
    ok &= curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, (long)FETCH_SLOW_BYTES) == CURLE_OK;
    ok &= curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, (long)FETCH_SLOW_SECONDS) == CURLE_OK;
    ok &= curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
    ok &= curl_easy_setopt(e, CURLOPT_URL, r->url) == CURLE_OK;
    ok &= curl_easy_setopt(e, CURLOPT_USERAGENT, "hallmark/" HALLMARK_VERSION) == CURLE_OK;
    ok &= curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "gzip, identity") == CURLE_OK;
    ok &= curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->reason) == CURLE_OK;
    ok &= curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK;
    ok &= curl_easy_setopt(e, CURLOPT_WRITEDATA, t) == CURLE_OK;
    ok &= curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK;
    ok &= curl_easy_setopt(e, CURLOPT_HEADERDATA, t) == CURLE_OK;
    ok &= curl_easy_setopt(e, CURLOPT_PRIVATE, t) == CURLE_OK;
    return ok;
}

static bool set_post(struct fetch_transfer *t, const struct fetch_request *r)
{
    char type[128];

    (void)snprintf(type, sizeof type, "Content-Type: %s", r->type);
    t->headers = curl_slist_append(NULL, type);
    if (t->headers == NULL)
        return false;
    /* a server that does not know "Expect: 100-continue" costs a second */
    struct curl_slist *more = curl_slist_append(t->headers, "Expect:");
    return more != NULL && curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers) == CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.len) ==
               CURLE_OK &&
           curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS,
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
    t->easy = curl_easy_init();
    if (t->url == NULL || t->easy == NULL || !set_common(t, r) ||
        (r->type != NULL && !set_post(t, r)))
        return refuse(f, r->url, "out of memory");
    if (curl_multi_add_handle(h->multi, t->easy) != CURLM_OK)
        return refuse(f, r->url, "libcurl refuses the request");
    t->h = h;
    *out = own_take(&t);
    return true;
}

void fetch_drop(struct fetch_transfer **transfer)
{
    struct fetch_transfer *t = own_take(transfer);

    if (t == NULL)
        return;
    if (t->h != NULL)
        (void)curl_multi_remove_handle(t->h->multi, t->easy);
    curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->headers);
    buf_done(&t->body);
    free(t->url);
    free(t);
}

static void collect(struct fetch *h)
{
    int left = 0;

    for (const CURLMsg *m = curl_multi_info_read(h->multi, &left); m != NULL;
         m = curl_multi_info_read(h->multi, &left)) {
        struct fetch_transfer *t = NULL;
        if (m->msg != CURLMSG_DONE ||
            curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t) != CURLE_OK || t == NULL)
            continue;
        t->is_done = true;
        t->code = m->data.result;
        (void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &t->status);
    }
}

bool fetch_turn(struct fetch *h, int ms, struct fault *f)
{
    int running = 0;

    if (curl_multi_perform(h->multi, &running) != CURLM_OK)
        return fault_set(f, FAULT_IO, "libcurl does not go on");
    collect(h);
    if (ms == 0 || running == 0)
        return true;
    if (curl_multi_poll(h->multi, NULL, 0, ms, NULL) != CURLM_OK ||
        curl_multi_perform(h->multi, &running) != CURLM_OK)
        return fault_set(f, FAULT_IO, "libcurl does not go on");
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
        return refuse(f, t->url, t->reason[0] != '\0' ? t->reason : curl_easy_strerror(t->code));
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
