/* http_test.c -- the server by itself, with clients that behave and clients that do not. */
#include "server/listen.h"
#include "server/trial_http.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { KEPT_MAX = 64, LARGE = 8 << 20 };

/* In the server's process: requests that wait for the guest. */
struct desk {
    struct http_request *kept[KEPT_MAX];
    size_t count;
};

static struct desk *desk_new(void)
{
    static struct desk one;

    one = (struct desk){ 0 };
    return &one;
}

static void tell_path(void *with, struct http_request *r)
{
    (void)with;
    http_say(r, 200, "path %s", http_path(r));
}

static void echo(void *with, struct http_request *r)
{
    (void)with;
    http_answer(r, 200, "application/octet-stream", http_body(r));
}

static void send_large(void *with, struct http_request *r)
{
    const int fd = memfd_create("large", MFD_CLOEXEC);

    (void)with;
    if (fd < 0 || ftruncate(fd, LARGE) != 0)
        abort();
    http_answer_file(r, "application/octet-stream", fd, LARGE);
}

static void keep(void *with, struct http_request *r)
{
    struct desk *desk = with;

    desk->kept[desk->count++] = r;
}

static int desk_due(void *with)
{
    const struct desk *desk = with;

    return desk->count == 0 ? -1 : desk->count < 3 ? 50 : 0;
}

/* Three together are answered, the last first. */
static bool desk_turn(void *with, struct fault *f)
{
    struct desk *desk = with;

    (void)f;
    for (; desk->count > 0; desk->count--)
        http_say(desk->kept[desk->count - 1], 200, "number %zu", desk->count);
    return true;
}

static const struct http_route plain_routes[] = {
    { .method = "GET", .path = "/large", .answer = send_large },
    { .method = "POST", .path = "/echo", .body_max = 1000, .answer = echo },
    { .method = "GET", .path = "/echo", .answer = tell_path },
    { .method = "POST", .path = "/only-post", .body_max = 10, .answer = echo },
    { .method = "GET", .path = "/tree/*", .answer = tell_path },
};

static void start(struct http_limits limits, struct trial_http *t)
{
    const struct trial_http_plan plan = { .routes = plain_routes,
                                          .count = sizeof plain_routes / sizeof plain_routes[0],
                                          .limits = limits };

    trial_http_start(&plan, t);
}

static void expect(const struct trial_http *t, const char *method, const char *path,
                   const char *body, int status, const char *part)
{
    char *answer = trial_http_ask(t, method, path, body);

    if (trial_http_status(answer) != status || strstr(answer, part) == NULL)
        fail_msg("%s %s: %.300s", method, path, answer);
    free(answer);
}

static int64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void routes_answer_by_method_and_path(void **state)
{
    struct trial_http t;

    (void)state;
    start((struct http_limits){ 0 }, &t);
    expect(&t, "GET", "/echo", NULL, 200, "path /echo");
    expect(&t, "GET", "/echo?page=1", NULL, 200, "path /echo\n");
    expect(&t, "POST", "/echo", "hello", 200, "hello");
    expect(&t, "GET", "/tree/a/b", NULL, 200, "path /tree/a/b");
    expect(&t, "GET", "/trees", NULL, 404, "not found");
    expect(&t, "GET", "/", NULL, 404, "not found");
    expect(&t, "GET", "/only-post", NULL, 405, "Allow: POST");
    expect(&t, "DELETE", "/tree/a", NULL, 405, "Allow: GET, HEAD");
    expect(&t, "POST", "/nowhere", "body of no use", 404, "not found");
    char *head = trial_http_ask(&t, "HEAD", "/tree/a", NULL);
    assert_int_equal(trial_http_status(head), 200);
    assert_string_equal(trial_http_body(head), "");
    assert_non_null(strstr(head, "Content-Length: 13"));
    assert_non_null(strstr(head, "nosniff"));
    free(head);
    trial_http_stop(&t);
}

static void paths_come_as_they_were_sent(void **state)
{
    static const char *const paths[] = { "/tree/../a", "/tree/%2e%2e/a", "/tree//a", "/tree/a%00b",
                                         "/tree/%2F" };
    struct trial_http t;
    char part[64];

    (void)state;
    start((struct http_limits){ 0 }, &t);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        (void)snprintf(part, sizeof part, "path %s\n", paths[i]);
        expect(&t, "GET", paths[i], NULL, 200, part);
    }
    trial_http_stop(&t);
}

static void bodies_over_the_limit_are_refused(void **state)
{
    struct trial_http t;
    char body[200001];

    (void)state;
    start((struct http_limits){ 0 }, &t);
    memset(body, 'x', sizeof body);
    body[1000] = '\0';
    expect(&t, "POST", "/echo", body, 200, body);
    body[1000] = 'x';
    body[1001] = '\0';
    expect(&t, "POST", "/echo", body, 413, "at most 1000 bytes");
    body[1001] = 'x';
    body[200000] = '\0';
    expect(&t, "POST", "/echo", body, 413, "at most 1000 bytes");
    expect(&t, "GET", "/echo", "a body", 413, "at most 0 bytes");

    int fd = trial_http_connect(&t, NULL);
    trial_http_send(fd, "POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n30d40\r\n");
    trial_http_send(fd, body);
    trial_http_send(fd, "\r\n0\r\n\r\n");
    char *answer = trial_http_drain(fd);
    assert_int_equal(trial_http_status(answer), 413);
    free(answer);

    /* without end: cut off */
    fd = trial_http_connect(&t, NULL);
    trial_http_send(fd, "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 50; i++) {
        trial_http_send(fd, "30d40\r\n");
        trial_http_send(fd, body);
        trial_http_send(fd, "\r\n");
    }
    answer = trial_http_drain(fd);
    assert_int_equal(trial_http_status(answer), 0);
    free(answer);
    expect(&t, "GET", "/echo", NULL, 200, "path");
    trial_http_stop(&t);
}

/* Whoever asks before he sends, or announces more than would be read, is answered first. */
static void what_the_head_dooms_is_answered_without_the_body(void **state)
{
    static const char *const heads[] = {
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 999999999999\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2000\r\nExpect: 100-continue\r\n\r\n",
    };
    struct trial_http t;

    (void)state;
    start((struct http_limits){ 0 }, &t);
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        const int64_t began = now_ms();
        const int fd = trial_http_connect(&t, /* address */ NULL);
        trial_http_send(fd, heads[i]);
        char *answer = trial_http_drain(fd);
        assert_int_equal(trial_http_status(answer), 413);
        assert_in_range(now_ms() - began, 0, 2000);
        free(answer);
    }
    trial_http_stop(&t);
}

static void headers_over_the_limit_are_refused(void **state)
{
    struct trial_http t;
    char line[HTTP_HEADER_MAX * 2];

    (void)state;
    start((struct http_limits){ 0 }, &t);
    memset(line, 'a', sizeof line);
    line[sizeof line - 1] = '\0';
    const int fd = trial_http_connect(&t, NULL);
    trial_http_send(fd, "GET /echo HTTP/1.1\r\nHost: h\r\nX: ");
    trial_http_send(fd, line);
    trial_http_send(fd, "\r\n\r\n");
    char *answer = trial_http_drain(fd);
    const int status = trial_http_status(answer);
    assert_true(status == 431 || status == 413 || status == 0);
    free(answer);
    expect(&t, "GET", "/echo", NULL, 200, "path");
    trial_http_stop(&t);
}

static void a_dribbling_client_delays_nobody_and_is_cut_off(void **state)
{
    const struct timespec pause = { .tv_nsec = 20000000 };
    struct trial_http t;
    const char *dribble = "GET /echo HTTP/1.1\r\nHost: h\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    (void)state;
    start((struct http_limits){ .patience_ms = 1000 }, &t);
    const int slow = trial_http_connect(&t, NULL);
    const int silent = trial_http_connect(&t, NULL);
    const int half = trial_http_connect(&t, NULL);
    const int64_t began = now_ms();
    int64_t longest = 0;

    trial_http_send(half, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\nabc");
    for (size_t i = 0; i < strlen(dribble) && now_ms() - began < 8000; i++) {
        char one[2] = { dribble[i], '\0' };
        if (send(slow, one, 1, MSG_NOSIGNAL) != 1)
            break;
        (void)nanosleep(&pause, NULL);
        const int64_t asked = now_ms();
        expect(&t, "GET", "/echo", NULL, 200, "path");
        if (now_ms() - asked > longest)
            longest = now_ms() - asked;
    }
    assert_in_range(now_ms() - began, 950, 7500);
    assert_in_range(longest, 0, 900);
    char *answer = trial_http_drain(slow);
    assert_int_equal(trial_http_status(answer), 0);
    free(answer);
    free(trial_http_drain(silent));
    free(trial_http_drain(half));
    assert_in_range(now_ms() - began, 950, 9000);
    trial_http_stop(&t);
}

static void a_client_that_does_not_read_is_cut_off(void **state)
{
    const struct timespec pause = { .tv_sec = 2 };
    struct trial_http t;

    (void)state;
    start((struct http_limits){ .answer_ms = 300 }, &t);
    const int slow = trial_http_connect(&t, NULL);
    trial_http_send(slow, "GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
    expect(&t, "GET", "/echo", NULL, 200, "path");
    (void)nanosleep(&pause, NULL);
    size_t got = 0;
    char piece[65536];
    for (ssize_t n = 1; n > 0; got += n > 0 ? (size_t)n : 0)
        n = read(slow, piece, sizeof piece);
    assert_in_range(got, 1, LARGE - 1);
    (void)close(slow);
    trial_http_stop(&t);
}

/* Neither its neighbour at the same address nor anybody else waits for a silent client. */
static void one_address_gets_so_many_connections_and_the_newest_are_served(void **state)
{
    struct trial_http t;
    int fds[40];

    (void)state;
    start((struct http_limits){ .connections_of_one = 3 }, &t);
    const int other = trial_http_connect(&t, "127.0.0.8");
    for (size_t i = 0; i < 40; i++) {
        fds[i] = trial_http_connect(&t, /* address */ NULL);
        trial_http_send(fds[i], "GET /echo HTTP/1.1\r\nX: ");
    }
    const int64_t began = now_ms();
    for (size_t i = 0; i < 5; i++)
        expect(&t, "GET", "/echo", NULL, 200, "path");
    char *answer = trial_http_drain(fds[0]);
    assert_string_equal(answer, "");
    free(answer);
    assert_in_range(now_ms() - began, 0, 2000);
    trial_http_send(other, "GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    answer = trial_http_drain(other);
    assert_int_equal(trial_http_status(answer), 200);
    free(answer);
    for (size_t i = 1; i < 40; i++)
        (void)close(fds[i]);
    trial_http_stop(&t);
}

static void in_a_full_house_the_slowest_makes_room(void **state)
{
    struct trial_http t;
    char address[16];
    int fds[30];

    (void)state;
    start((struct http_limits){ .connections = 16 }, &t);
    for (size_t i = 0; i < 30; i++) {
        (void)snprintf(address, sizeof address, "127.0.1.%zu", i + 1);
        fds[i] = trial_http_connect(&t, address);
        expect(&t, "GET", "/echo", NULL, 200, "path");
    }
    for (size_t i = 0; i < 30; i++)
        (void)close(fds[i]);
    trial_http_stop(&t);
}

/* More at once than there is room for: the server is full before it can make room for any. */
static void a_flood_of_silent_clients_is_drained(void **state)
{
    struct trial_http t;
    char address[16];
    int fds[100];

    (void)state;
    start((struct http_limits){ .connections = 16 }, &t);
    for (size_t i = 0; i < 100; i++) {
        (void)snprintf(address, sizeof address, "127.0.2.%zu", i + 1);
        fds[i] = trial_http_connect(&t, address);
    }
    expect(&t, "GET", "/echo", NULL, 200, "path");
    for (size_t i = 0; i < 100; i++)
        (void)close(fds[i]);
    trial_http_stop(&t);
}

static void posts_are_limited_by_address(void **state)
{
    struct trial_http t;

    (void)state;
    start((struct http_limits){ .posts_a_second = 1, .posts_at_once = 3 }, &t);
    for (int i = 0; i < 3; i++)
        expect(&t, "POST", "/echo", "hello", 200, "hello");
    expect(&t, "POST", "/echo", "hello", 429, "Retry-After: 1");
    expect(&t, "GET", "/echo", NULL, 200, "path");
    const int fd = trial_http_connect(&t, "127.0.0.9");
    trial_http_send(fd, "POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                        "Content-Length: 2\r\n\r\nyo");
    char *answer = trial_http_drain(fd);
    assert_int_equal(trial_http_status(answer), 200);
    free(answer);
    trial_http_stop(&t);
}

static const char KEEP_ONE[] = "POST /keep HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                               "Content-Length: 3\r\n\r\nabc";

static void kept_requests_are_answered_later(void **state)
{
    struct desk *desk = desk_new();
    const struct http_route route = {
        .method = "POST", .path = "/keep", .body_max = 10, .with = desk, .answer = keep
    };
    const struct loop_guest guest = { .with = desk, .fd = -1, .due = desk_due, .turn = desk_turn };
    const struct trial_http_plan plan = { .routes = &route, .count = 1, .guest = &guest };
    struct trial_http t;
    int fds[3];

    (void)state;
    trial_http_start(&plan, &t);
    for (size_t i = 0; i < 3; i++) {
        fds[i] = trial_http_connect(&t, NULL);
        trial_http_send(fds[i], KEEP_ONE);
    }
    for (size_t i = 0; i < 3; i++) {
        char *answer = trial_http_drain(fds[i]);
        assert_non_null(strstr(answer, "number "));
        free(answer);
    }
    trial_http_stop(&t);
}

static void kept_requests_hear_of_the_end(void **state)
{
    struct desk *desk = desk_new();
    const struct http_route routes[] = {
        { .method = "POST", .path = "/keep", .body_max = 10, .with = desk, .answer = keep },
        { .method = "GET", .path = "/echo", .answer = tell_path },
    };
    const struct trial_http_plan plan = { .routes = routes,
                                          .count = 2,
                                          .limits = { .patience_ms = 100 } };
    const struct timespec pause = { .tv_nsec = 300000000 };
    struct trial_http t;

    (void)state;
    trial_http_start(&plan, &t);
    const int fd = trial_http_connect(&t, NULL);
    trial_http_send(fd, KEEP_ONE);
    (void)nanosleep(&pause, NULL); /* who waits for us is not cut off */
    expect(&t, "GET", "/echo", NULL, 200, "path");
    trial_http_stop(&t);
    char *answer = trial_http_drain(fd);
    assert_int_equal(trial_http_status(answer), 503);
    free(answer);
}

static void addresses_to_listen_at_are_checked(void **state)
{
    static const char *const bad[] = { "",           "8080",         "127.0.0.1",      ":8080",
                                       "127.0.0.1:", "127.0.0.1:x",  "::1:80",         "[::1]",
                                       "[]:80",      "127.0.0.1:-1", "127.0.0.1:70000" };
    struct http *h = NULL;
    struct fault f = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(http_open(bad[i], plain_routes, 1, NULL, &h, &f));
        assert_int_equal(f.kind, FAULT_FORMAT);
    }
    assert_true(http_open("127.0.0.1:0", plain_routes, 1, NULL, &h, &f));
    struct http *second = NULL;
    assert_false(http_open(http_url(h) + strlen("http://"), plain_routes, 1, NULL, &second, &f));
    assert_non_null(strstr(f.text, "in use"));
    http_close(&h);
    http_close(&h);
}

static void there_are_descriptors_for_every_connection(void **state)
{
    struct rlimit before;
    struct rlimit few;
    struct rlimit after;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = (struct rlimit){ .rlim_cur = 100, .rlim_max = before.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    const unsigned room = listen_room(400);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &after), 0);
    assert_true(room == 400 || before.rlim_max < 864);
    assert_true(after.rlim_cur >= 2 * room + 64);
    assert_int_equal(listen_room(10), 10);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    if (before.rlim_max < RLIM_INFINITY)
        assert_in_range(listen_room(UINT32_MAX / 4), 4, UINT32_MAX / 4);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routes_answer_by_method_and_path),
        cmocka_unit_test(paths_come_as_they_were_sent),
        cmocka_unit_test(bodies_over_the_limit_are_refused),
        cmocka_unit_test(what_the_head_dooms_is_answered_without_the_body),
        cmocka_unit_test(headers_over_the_limit_are_refused),
        cmocka_unit_test(a_dribbling_client_delays_nobody_and_is_cut_off),
        cmocka_unit_test(a_client_that_does_not_read_is_cut_off),
        cmocka_unit_test(one_address_gets_so_many_connections_and_the_newest_are_served),
        cmocka_unit_test(in_a_full_house_the_slowest_makes_room),
        cmocka_unit_test(a_flood_of_silent_clients_is_drained),
        cmocka_unit_test(posts_are_limited_by_address),
        cmocka_unit_test(kept_requests_are_answered_later),
        cmocka_unit_test(kept_requests_hear_of_the_end),
        cmocka_unit_test(addresses_to_listen_at_are_checked),
        cmocka_unit_test(there_are_descriptors_for_every_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
