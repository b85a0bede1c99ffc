#include "server/trial_http.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_MAX = 64 << 20 };

static _Noreturn void serve(const struct trial_http_plan *plan, int told)
{
    struct http *h = NULL;
    struct fault f = { 0 };
    int stop = -1;

    (void)prctl(PR_SET_PDEATHSIG, SIGTERM); /* no server outlives its test */
    if (!loop_signals(&stop, &f) ||
        !http_open("127.0.0.1:0", plan->routes, plan->count, &plan->limits, &h, &f)) {
        (void)fprintf(stderr, "%s\n", f.text);
        _exit(1);
    }
    if (write(told, http_url(h), strlen(http_url(h))) < 0)
        _exit(1);
    (void)close(told);
    const bool ok = loop_run(h, stop, plan->guest, plan->guest == NULL ? 0 : 1, &f);
    http_close(&h);
    _exit(ok ? 0 : 1);
}

void trial_http_start(const struct trial_http_plan *plan, struct trial_http *out)
{
    int told[2];

    assert(pipe(told) == 0);
    (void)fflush(NULL);
    const pid_t pid = fork();
    assert(pid >= 0);
    if (pid == 0) {
        (void)close(told[0]);
        serve(plan, told[1]);
    }
    (void)close(told[1]);
    *out = (struct trial_http){ .pid = pid };
    const ssize_t n = read(told[0], out->url, sizeof out->url - 1);
    assert(n > 0);
    (void)close(told[0]);
    const long port = strtol(strrchr(out->url, ':') + 1, NULL, 10);
    out->port = (int)port;
}

void trial_http_stop(struct trial_http *t)
{
    int status = -1;

    (void)kill(t->pid, SIGTERM);
    const pid_t ended = waitpid(t->pid, &status, /* options */ 0);
    assert(ended == t->pid);
    assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    *t = (struct trial_http){ 0 };
}

int trial_http_connect(const struct trial_http *t, const char *address)
{
    const struct timeval patience = { .tv_sec = 5 };
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = { .sin_family = AF_INET };

    assert(fd >= 0);
    assert(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0);
    assert(inet_pton(AF_INET, address == NULL ? "127.0.0.1" : address, &at.sin_addr) == 1);
    assert(bind(fd, (const struct sockaddr *)&at, sizeof at) == 0);
    assert(inet_pton(AF_INET, "127.0.0.1", &at.sin_addr) == 1);
    at.sin_port = htons((uint16_t)t->port);
    assert(connect(fd, (const struct sockaddr *)&at, sizeof at) == 0);
    return fd;
}

void trial_http_send(int fd, const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        const ssize_t n = send(fd, text, left, MSG_NOSIGNAL);
        if (n <= 0)
            return; /* cut off: the answer, or its absence, tells */
        text += n;
        left -= (size_t)n;
    }
}

char *trial_http_drain(int fd)
{
    struct buf all = buf_with_limit(ANSWER_MAX);

    for (;;) {
        uint8_t piece[16384];
        const ssize_t n = read(fd, piece, sizeof piece);
        assert(n >= 0 || errno == ECONNRESET);
        if (n <= 0)
            break;
        buf_add(&all, (struct bytes){ .at = piece, .len = (size_t)n });
    }
    buf_add_byte(&all, '\0');
    assert(buf_ok(&all));
    (void)close(fd);
    return (char *)all.at;
}

char *trial_http_ask(const struct trial_http *t, const char *method, const char *path,
                     const char *body)
{
    const int fd = trial_http_connect(t, /* address */ NULL);
    char *text = NULL;
    const int len =
        asprintf(&text,
                 "%s %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                 "Content-Length: %zu\r\n\r\n%s",
                 method, path, body == NULL ? 0 : strlen(body), body == NULL ? "" : body);

    assert(len > 0);
    trial_http_send(fd, text);
    free(text);
    return trial_http_drain(fd);
}

int trial_http_status(const char *answer)
{
    if (strncmp(answer, "HTTP/1.1 ", 9) != 0)
        return 0;
    return (int)strtol(answer + 9, NULL, 10);
}

const char *trial_http_body(const char *answer)
{
    const char *end = strstr(answer, "\r\n\r\n");

    return end == NULL ? "" : end + 4;
}
