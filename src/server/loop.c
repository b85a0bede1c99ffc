#include "server/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

bool loop_signals(int *stop, struct fault *f)
{
    sigset_t ends;

    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigaddset(&ends, SIGINT);
    const int fd = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0 || sigprocmask(SIG_BLOCK, &ends, /* old */ NULL) != 0)
        return fault_set(f, FAULT_IO, "signals: %s", strerror(errno));
    *stop = fd;
    return true;
}

static int sooner(int a, int b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int time_to_wait(struct http *h, const struct loop_guest *guests, size_t count)
{
    int wait = http_due(h);

    for (size_t i = 0; i < count; i++) {
        if (guests[i].due != NULL)
            wait = sooner(wait, guests[i].due(guests[i].with));
    }
    return wait;
}

static bool guest_turn(const struct loop_guest *g, bool is_ready, struct fault *f)
{
    if (is_ready || (g->due != NULL && g->due(g->with) == 0))
        return g->turn(g->with, f);
    return true;
}

bool loop_run(struct http *h, int stop, const struct loop_guest *guests, size_t count,
              struct fault *f)
{
    enum { SERVER, STOP, GUESTS };
    struct pollfd at[GUESTS + LOOP_GUESTS_MAX] = { { 0 } };

    if (count > LOOP_GUESTS_MAX)
        return fault_set(f, FAULT_LIMIT, "%zu guests in one loop", count);
    at[SERVER] = (struct pollfd){ .fd = http_descriptor(h), .events = POLLIN };
    at[STOP] = (struct pollfd){ .fd = stop, .events = POLLIN };
    for (size_t i = 0; i < count; i++)
        at[GUESTS + i] = (struct pollfd){ .fd = guests[i].fd, .events = POLLIN };
    for (;;) {
        const int n = poll(at, GUESTS + count, time_to_wait(h, guests, count));
        if (n < 0 && errno != EINTR)
            return fault_set(f, FAULT_IO, "poll: %s", strerror(errno));
        if (n > 0 && at[STOP].revents != 0)
            return true;
        if (!http_turn(h, f))
            return false;
        for (size_t i = 0; i < count; i++) {
            if (!guest_turn(&guests[i], n > 0 && at[GUESTS + i].revents != 0, f))
                return false;
        }
    }
}
