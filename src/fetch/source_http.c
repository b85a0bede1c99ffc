#include "fetch/source_http.h"

#include "core/own.h"
#include "fetch/fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AHEAD_MAX = 1 << 20 }; /* paths announced at once: 2^28 leaves */

struct ahead {
    char *path;
    struct fetch_transfer *transfer; /* NULL: not started */
};

struct site {
    struct fetch *client;
    char *base; /* without a slash at its end */
    struct ahead *ahead;
    size_t next;  /* of `ahead`: the first that was not read */
    size_t begun; /* those at [next, begun) are on their way or here */
    size_t count;
    size_t limit;
};

static void forget_ahead(struct site *s)
{
    for (size_t i = 0; i < s->count; i++) {
        fetch_drop(&s->ahead[i].transfer);
        free(s->ahead[i].path);
    }
    free(s->ahead);
    s->ahead = NULL;
    s->count = s->next = s->begun = 0;
}

static void site_close(void *with)
{
    struct site *s = with;

    if (s == NULL)
        return;
    forget_ahead(s);
    fetch_close(&s->client);
    free(s->base);
    free(s);
}

static bool begin(struct site *s, const char *path, size_t limit, struct fetch_transfer **out,
                  struct fault *f)
{
    char url[FETCH_URL_MAX + 1];

    if (!source_path_is_valid(path))
        return fault_set(f, FAULT_DENIED, "no path of a log: %s", path);
    const int len = snprintf(url, sizeof url, "%s/%s", s->base, path);
    if (len < 0 || (size_t)len >= sizeof url)
        return fault_set(f, FAULT_LIMIT, "the URL is too long");
    return fetch_start(s->client, &(struct fetch_request){ .url = url, .limit = limit }, out, f);
}

/* Keep as many of the announced on their way as may be. */
static bool fill(struct site *s, struct fault *f)
{
    while (s->begun < s->count && s->begun - s->next < FETCH_PARALLEL) {
        if (!begin(s, s->ahead[s->begun].path, s->limit, &s->ahead[s->begun].transfer, f))
            return false;
        s->begun++;
    }
    return true;
}

static bool site_prefetch(void *with, const char *const *paths, size_t count, size_t limit,
                          struct fault *f)
{
    struct site *s = with;

    forget_ahead(s);
    if (count == 0)
        return true;
    if (count > AHEAD_MAX)
        return fault_set(f, FAULT_LIMIT, "%s: %zu files announced at once", s->base, count);
    s->ahead = calloc(count, sizeof *s->ahead);
    if (s->ahead == NULL)
        return fault_set(f, FAULT_LIMIT, "%s: out of memory", s->base);
    s->limit = limit;
    for (; s->count < count; s->count++) {
        s->ahead[s->count].path = strdup(paths[s->count]);
        if (s->ahead[s->count].path == NULL) {
            forget_ahead(s);
            return fault_set(f, FAULT_LIMIT, "%s: out of memory", s->base);
        }
    }
    return fill(s, f);
}

static void drop_up_to(struct site *s, size_t next)
{
    for (; s->next < next; s->next++)
        fetch_drop(&s->ahead[s->next].transfer);
    if (s->begun < s->next)
        s->begun = s->next;
}

/* The transfer of this path: one announced, or a new one. */
static bool claim(struct site *s, const char *path, size_t limit, struct fetch_transfer **out,
                  struct fault *f)
{
    size_t i = s->next;

    while (i < s->count && strcmp(s->ahead[i].path, path) != 0)
        i++;
    if (i == s->count || limit < s->limit)
        return begin(s, path, limit, out, f);
    drop_up_to(s, i);
    if (!fill(s, f))
        return false;
    *out = own_take(&s->ahead[i].transfer);
    s->next++;
    return fill(s, f);
}

static bool take(const struct fetch_answer *answer, const char *base, const char *path,
                 struct arena *a, struct bytes *out, bool *found, struct fault *f)
{
    if (answer->status == 404 || answer->status == 410) {
        *found = false;
        return true;
    }
    if (answer->status != 200)
        return fault_set(f, answer->status == 403 ? FAULT_DENIED : FAULT_IO,
                         "%.160s/%s: the server answers %ld", base, path, answer->status);
    const char *copy = arena_copy(a, answer->body, f);
    if (copy == NULL)
        return false;
    *out = (struct bytes){ .at = (const uint8_t *)copy, .len = answer->body.len };
    *found = true;
    return true;
}

static bool site_read(void *with, const char *path, size_t limit, struct arena *a,
                      struct bytes *out, bool *found, struct fault *f)
{
    struct site *s = with;
    OWNED(fetch_drop) struct fetch_transfer *t = NULL;
    struct fetch_answer answer = { 0 };

    return claim(s, path, limit, &t, f) && fetch_wait(s->client, t, &answer, f) &&
           take(&answer, s->base, path, a, out, found, f);
}

static void close_site(struct site **s)
{
    site_close(*s);
}

bool source_http_open(const char *url, struct source *out, struct fault *f)
{
    size_t len = strlen(url);

    if (!fetch_url_is_valid(url) || strpbrk(url, "?#") != NULL)
        return fault_set(f, FAULT_FORMAT, "no http or https URL of a log: %.160s", url);
    OWNED(close_site) struct site *s = calloc(1, sizeof *s);
    if (s == NULL)
        return fault_set(f, FAULT_LIMIT, "%.160s: out of memory", url);
    if (!fetch_open(&s->client, f))
        return false;
    while (url[len - 1] == '/')
        len--;
    s->base = strndup(url, len);
    if (s->base == NULL)
        return fault_set(f, FAULT_LIMIT, "%.160s: out of memory", url);
    out->name = s->base;
    out->read = site_read;
    out->prefetch = site_prefetch;
    out->close = site_close;
    out->with = own_take(&s);
    return true;
}
