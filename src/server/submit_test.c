/* submit_test.c -- entries over HTTP: taken in groups, refused one by one. */
#include "server/submit.h"
#include "server/trial_http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { GROUP = 3, FIRST_INDEX = 41 };

/* A log, as far as the server sees it. */
struct desk {
    struct submit_ticket *waiting[16];
    size_t count;
    uint64_t next;
};

static void offer(void *with, struct bytes entry, struct submit_ticket *t)
{
    struct desk *desk = with;

    if (bytes_equal_text(entry, "stranger"))
        submit_refuse(t, SUBMIT_UNKNOWN_KEY, "admission: no such key");
    else if (bytes_equal_text(entry, "wrong"))
        submit_refuse(t, SUBMIT_BAD_ENTRY, "record: a line is missing");
    else if (bytes_equal_text(entry, "many"))
        submit_refuse(t, SUBMIT_BUSY, "too many entries are waiting");
    else if (bytes_equal_text(entry, "full"))
        submit_refuse(t, SUBMIT_UNABLE, "no space left on device");
    else if (entry.len == SUBMIT_ENTRY_MAX || bytes_equal_text(entry, "now"))
        submit_take(t, 0);
    else
        desk->waiting[desk->count++] = t;
}

static int due(void *with)
{
    const struct desk *desk = with;

    return desk->count >= GROUP ? 0 : -1;
}

static bool commit(void *with, struct fault *f)
{
    struct desk *desk = with;

    (void)f;
    for (size_t i = 0; i < desk->count; i++)
        submit_take(desk->waiting[i], desk->next++);
    desk->count = 0;
    return true;
}

static void expect(const struct trial_http *t, const char *entry, int status, const char *body)
{
    char *answer = trial_http_ask(t, "POST", "/entries", entry);

    if (trial_http_status(answer) != status || strstr(answer, body) == NULL)
        fail_msg("%.30s: %.300s", entry, answer);
    free(answer);
}

static void start(struct trial_http *t)
{
    static struct desk desk;
    static struct submit submit = { .with = &desk, .offer = offer };
    static struct loop_guest guest = { .with = &desk, .fd = -1, .due = due, .turn = commit };
    const struct http_route route = submit_route(&submit);

    desk = (struct desk){ .next = FIRST_INDEX };
    trial_http_start(&(struct trial_http_plan){ .routes = &route, .count = 1, .guest = &guest }, t);
}

static void every_outcome_has_its_status(void **state)
{
    static char large[SUBMIT_ENTRY_MAX + 2];
    struct trial_http t;

    (void)state;
    start(&t);
    expect(&t, "now", 200, "{\"index\":0}");
    expect(&t, "now", 200, "Content-Type: application/json");
    expect(&t, "stranger", 403, "no such key");
    expect(&t, "wrong", 400, "a line is missing");
    expect(&t, "", 400, "a signed note");
    expect(&t, "many", 503, "Retry-After: 1");
    expect(&t, "full", 503, "no space left");
    memset(large, 'x', sizeof large - 1);
    expect(&t, large, 413, "65535");
    large[SUBMIT_ENTRY_MAX] = '\0';
    expect(&t, large, 200, "{\"index\":0}");
    char *answer = trial_http_ask(&t, "GET", "/entries", NULL);
    assert_int_equal(trial_http_status(answer), 405);
    free(answer);
    trial_http_stop(&t);
}

static void a_group_is_acknowledged_together(void **state)
{
    struct trial_http t;
    int fds[GROUP];
    bool seen[GROUP] = { false };

    (void)state;
    start(&t);
    for (size_t i = 0; i < GROUP; i++) {
        fds[i] = trial_http_connect(&t, NULL);
        trial_http_send(fds[i], "POST /entries HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                                "Content-Length: 5\r\n\r\nentry");
    }
    for (size_t i = 0; i < GROUP; i++) {
        char *answer = trial_http_drain(fds[i]);
        const char *body = trial_http_body(answer);
        assert_int_equal(strncmp(body, "{\"index\":", 9), 0);
        const long index = strtol(body + 9, NULL, 10) - FIRST_INDEX;
        assert_in_range(index, 0, GROUP - 1);
        assert_false(seen[index]);
        seen[index] = true;
        free(answer);
    }
    trial_http_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_outcome_has_its_status),
        cmocka_unit_test(a_group_is_acknowledged_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
