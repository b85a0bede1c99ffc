/* fetch_test.c -- the client against a server that says exactly what a test wants, and against
 * none. The server is a process that answers each path with fixed bytes and closes. */
#include "fetch/fetch.h"
#include "fetch/source_http.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct line {
    const char *request; /* what the request begins with */
    const char *answer;  /* NULL: silence */
    size_t len;          /* 0: as long as the text is */
};

/* gzip of "entry bundle\n", 33 bytes */
#define GZIP                                                                                       \
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x4b\xcd\x2b\x29\xaa\x54\x48\x2a\xcd\x4b\xc9\x49\xe5" \
    "\x02\x00\xab\xdf\xe8\xa8\x0d\x00\x00\x00"

static const char gzipped[] = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 33\r\n"
                              "Connection: close\r\n\r\n" GZIP;

static const struct line script[] = {
    { "GET /log/checkpoint ", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 0 },
    { "GET /log/endless ", "HTTP/1.1 200 OK\r\n\r\n0123456789", 0 },
    { "GET /log/short ", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", 0 },
    { "GET /log/missing ", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", 0 },
    { "GET /log/gone ", "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", 0 },
    { "GET /log/denied ", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", 0 },
    { "GET /log/broken ", "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", 0 },
    { "GET /log/rubbish ", "\1\2\3\4 rubbish\r\n\r\n", 0 },
    { "GET /log/gzip ", gzipped, sizeof gzipped - 1 },
    { "GET /log/silent ", NULL, 0 },
    { "GET /log/moved ",
      "HTTP/1.1 302 Found\r\nLocation: /log/checkpoint\r\nContent-Length: 0\r\n\r\n", 0 },
    { "GET /log/loop ", "HTTP/1.1 302 Found\r\nLocation: /log/loop\r\nContent-Length: 0\r\n\r\n",
      0 },
    { "GET /log/file ",
      "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n", 0 },
    { "POST /log/post ", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nposted", 0 },
    { "POST /log/moved ", "HTTP/1.1 307 Moved\r\nLocation: /log/post\r\nContent-Length: 0\r\n\r\n",
      0 },
};

static char base[64];
static pid_t server;
static int stop;

static void answer(int fd)
{
    char request[4096];
    size_t len = 0;

    memset(request, 0, sizeof request);
    while (len < sizeof request - 1 && strstr(request, "\r\n\r\n") == NULL) {
        const ssize_t n = read(fd, request + len, sizeof request - 1 - len);
        if (n <= 0)
            return;
        len += (size_t)n;
    }
    if (strncmp(request, "GET /log/headers ", 17) == 0) {
        static const char start[] = "HTTP/1.1 200 OK\r\n";
        static const char more[] = "X-Padding: 0123456789012345678901234567890123456789\r\n";
        ssize_t n = write(fd, start, sizeof start - 1);
        for (int i = 0; i < 100000 && n > 0; i++)
            n = write(fd, more, sizeof more - 1);
        return;
    }
    for (size_t i = 0; i < sizeof script / sizeof script[0]; i++) {
        const struct line *line = &script[i];
        if (strncmp(request, line->request, strlen(line->request)) != 0)
            continue;
        if (line->answer == NULL)
            (void)read(fd, request, sizeof request);
        else if (write(fd, line->answer, line->len == 0 ? strlen(line->answer) : line->len) < 0)
            return;
    }
    /* what the client still sends is read, so that our bytes reach it before the end */
    (void)shutdown(fd, SHUT_WR);
    while (read(fd, request, sizeof request) > 0)
        continue;
}

static _Noreturn void serve(int listener)
{
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGCHLD, SIG_IGN);
    for (;;) {
        const int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            _exit(1);
        const pid_t one = fork();
        if (one == 0) {
            (void)alarm(20);
            answer(fd);
            _exit(0);
        }
        (void)close(fd);
    }
}

static int start_server(void **state)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t len = sizeof at;
    const int listener = socket(AF_INET, SOCK_STREAM, 0);

    (void)state;
    (void)setenv("no_proxy", "*", 1);
    assert_true(inet_pton(AF_INET, "127.0.0.1", &at.sin_addr) == 1);
    assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(listener, 64), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &len), 0);
    (void)snprintf(base, sizeof base, "http://127.0.0.1:%d/log/", ntohs(at.sin_port));
    (void)fflush(NULL);
    server = fork();
    if (server == 0)
        serve(listener);
    (void)close(listener);
    return server > 0 ? 0 : -1;
}

static int stop_server(void **state)
{
    (void)state;
    (void)kill(server, SIGTERM);
    return waitpid(server, &stop, 0) == server ? 0 : -1;
}

struct reading {
    bool ok;
    bool found;
    struct bytes all;
    struct fault f;
};

static struct reading bring(struct arena *a, const char *path, size_t limit)
{
    struct source s = { 0 };
    struct reading r = { 0 };

    assert_true(source_http_open(base, &s, &r.f));
    r.ok = source_read(&s, path, limit, a, &r.all, &r.found, &r.f);
    assert_int_equal(r.ok, r.f.kind == FAULT_NONE);
    source_close(&s);
    return r;
}

static void files_come_and_absence_is_a_value(void **state)
{
    struct arena a = arena_with_budget(1 << 20);

    (void)state;
    struct reading r = bring(&a, "checkpoint", 5);
    assert_true(r.ok && r.found && bytes_equal_text(r.all, "hello"));
    r = bring(&a, "gzip", 13);
    assert_true(r.ok && r.found && bytes_equal_text(r.all, "entry bundle\n"));
    r = bring(&a, "moved", 5);
    assert_true(r.ok && r.found && bytes_equal_text(r.all, "hello"));
    r = bring(&a, "missing", 5);
    assert_true(r.ok && !r.found);
    r = bring(&a, "gone", 5);
    assert_true(r.ok && !r.found);
    arena_done(&a);
}

static void what_goes_wrong_is_told_with_the_url(void **state)
{
    static const struct {
        const char *path;
        size_t limit;
        enum fault_kind kind;
        const char *part;
    } cases[] = {
        { "checkpoint", 4, FAULT_LIMIT, "more than 4 bytes" },
        { "endless", 9, FAULT_LIMIT, "more than 9 bytes" },
        { "gzip", 12, FAULT_LIMIT, "more than 12 bytes" },
        { "headers", 9, FAULT_LIMIT, "bytes of headers" },
        { "short", 100, FAULT_IO, "/short: " },
        { "denied", 100, FAULT_DENIED, "403" },
        { "broken", 100, FAULT_IO, "500" },
        { "rubbish", 100, FAULT_IO, "/rubbish: " },
        { "loop", 100, FAULT_IO, "redirects" },
        { "file", 100, FAULT_IO, "/file: " },
        { "../secret", 100, FAULT_DENIED, "no path of a log" },
    };
    struct arena a = arena_with_budget(1 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct reading r = bring(&a, cases[i].path, cases[i].limit);
        if (r.f.kind != cases[i].kind || strstr(r.f.text, cases[i].part) == NULL)
            fail_msg("%s: %s: %s", cases[i].path, fault_kind_name(r.f.kind), r.f.text);
    }
    a.fail_after = 0;
    const struct reading r = bring(&a, "checkpoint", 5);
    assert_int_equal(r.f.kind, FAULT_LIMIT);
    arena_done(&a);
}

static struct fetch_answer ask(struct fetch *h, const struct fetch_request *r,
                               struct fetch_transfer **t, struct fault *f)
{
    struct fetch_answer out = { 0 };

    assert_true(fetch_start(h, r, t, f));
    if (!fetch_wait(h, *t, &out, f))
        assert_int_not_equal(f->kind, FAULT_NONE);
    return out;
}

static void a_post_is_answered_and_not_redirected(void **state)
{
    struct fetch_transfer *t = NULL;
    struct fetch *h = NULL;
    struct fault f = { 0 };
    char url[128];
    struct fetch_request r = {
        .url = url, .type = "text/plain", .body = bytes_of_text("body"), .limit = 100
    };

    (void)state;
    assert_true(fetch_open(&h, &f));
    (void)snprintf(url, sizeof url, "%spost", base);
    struct fetch_answer got = ask(h, &r, &t, &f);
    assert_int_equal(got.status, 200);
    assert_true(bytes_equal_text(got.body, "posted"));
    fetch_drop(&t);
    (void)snprintf(url, sizeof url, "%smoved", base);
    got = ask(h, &r, &t, &f);
    assert_int_equal(got.status, 307);
    fetch_drop(&t);
    fetch_drop(&t);
    fetch_close(&h);
    fetch_close(&h);
}

static void silence_ends_in_time_and_delays_no_other(void **state)
{
    struct fetch_transfer *silent = NULL;
    struct fetch_transfer *quick = NULL;
    struct fetch *h = NULL;
    struct fetch_answer got = { 0 };
    struct fault f = { 0 };
    char url[128];
    const struct fetch_request r = { .url = url, .limit = 100, .whole_ms = 1500 };

    (void)state;
    assert_true(fetch_open(&h, &f));
    (void)snprintf(url, sizeof url, "%ssilent", base);
    assert_true(fetch_start(h, &r, &silent, &f));
    (void)snprintf(url, sizeof url, "%scheckpoint", base);
    got = ask(h, &r, &quick, &f);
    assert_int_equal(got.status, 200);
    assert_false(fetch_is_done(silent));
    assert_false(fetch_result(silent, &got, &f));
    assert_false(fetch_wait(h, silent, &got, &f));
    assert_int_equal(f.kind, FAULT_IO);
    fetch_drop(&silent);
    fetch_drop(&quick);
    /* dropped on its way */
    (void)snprintf(url, sizeof url, "%ssilent", base);
    assert_true(fetch_start(h, &r, &silent, &f));
    assert_true(fetch_turn(h, 10, &f));
    fetch_drop(&silent);
    fetch_close(&h);
}

static void only_web_addresses_are_asked(void **state)
{
    static const char *const bad[] = { "",
                                       "checkpoint",
                                       "file:///etc/passwd",
                                       "ftp://h/",
                                       "http://",
                                       "http:///x",
                                       "https://h/a b",
                                       "http://h/\n",
                                       "http://h/caf\xc3\xa9",
                                       "HTTP://h/",
                                       "http://h/?x",
                                       "http://h/#x" };
    struct source s = { 0 };
    struct fault f = { 0 };
    char longest[FETCH_URL_MAX + 2];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        f = (struct fault){ 0 };
        assert_false(source_http_open(bad[i], &s, &f));
        assert_int_equal(f.kind, FAULT_FORMAT);
    }
    memset(longest, 'a', sizeof longest);
    memcpy(longest, "http://", 7);
    longest[FETCH_URL_MAX + 1] = '\0';
    assert_false(fetch_url_is_valid(longest));
    longest[FETCH_URL_MAX - 1] = '\0';
    assert_true(fetch_url_is_valid(longest));
}

static void nobody_there_is_told(void **state)
{
    struct arena a = arena_with_budget(1 << 20);
    struct source s = { 0 };
    struct bytes all = { 0 };
    struct fault f = { 0 };
    bool found = false;

    (void)state;
    /* a port that was free a moment ago */
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t len = sizeof at;
    char url[64];
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d", ntohs(at.sin_port));
    assert_true(source_http_open(url, &s, &f));
    assert_false(source_read(&s, "checkpoint", 100, &a, &all, &found, &f));
    assert_int_equal(f.kind, FAULT_IO);
    assert_non_null(strstr(f.text, url));
    source_close(&s);
    (void)close(fd);
    arena_done(&a);
}

static void announced_files_come_in_any_order(void **state)
{
    static const char *const paths[] = { "checkpoint", "missing",    "gzip",   "checkpoint", "gone",
                                         "broken",     "checkpoint", "silent", "moved" };
    struct arena a = arena_with_budget(1 << 20);
    struct source s = { 0 };
    struct bytes all = { 0 };
    struct fault f = { 0 };
    bool found = false;

    (void)state;
    assert_true(source_http_open(base, &s, &f));
    assert_true(source_prefetch(&s, paths, sizeof paths / sizeof paths[0], 100, &f));
    assert_true(source_read(&s, "checkpoint", 100, &a, &all, &found, &f) && found);
    assert_true(source_read(&s, "missing", 100, &a, &all, &found, &f) && !found);
    assert_true(source_read(&s, "gzip", 100, &a, &all, &found, &f) && found);
    assert_true(bytes_equal_text(all, "entry bundle\n"));
    /* one that was not announced, between */
    assert_true(source_read(&s, "gzip", 100, &a, &all, &found, &f) && found);
    assert_true(source_read(&s, "gone", 100, &a, &all, &found, &f) && !found);
    assert_false(source_read(&s, "broken", 100, &a, &all, &found, &f));
    assert_int_equal(f.kind, FAULT_IO);
    /* leaves out two, one of which would never come */
    assert_true(source_read(&s, "moved", 100, &a, &all, &found, &f) && found);
    assert_true(bytes_equal_text(all, "hello"));
    assert_true(source_read(&s, "checkpoint", 100, &a, &all, &found, &f) && found);
    assert_true(source_prefetch(&s, paths, 2, 100, &f));
    assert_true(source_prefetch(&s, NULL, 0, 100, &f));
    source_close(&s);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_come_and_absence_is_a_value),
        cmocka_unit_test(what_goes_wrong_is_told_with_the_url),
        cmocka_unit_test(a_post_is_answered_and_not_redirected),
        cmocka_unit_test(silence_ends_in_time_and_delays_no_other),
        cmocka_unit_test(only_web_addresses_are_asked),
        cmocka_unit_test(nobody_there_is_told),
        cmocka_unit_test(announced_files_come_in_any_order),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
