#include "engine/progress.h"

#include "core/text.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS_USUAL = 80, PATH_ROOM = 512 };

struct progress progress_on(bool wanted)
{
    struct progress p = { .on = wanted && isatty(STDERR_FILENO) == 1, .columns = COLUMNS_USUAL };
    struct winsize size;

    if (p.on && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        p.columns = size.ws_col;
    (void)clock_gettime(CLOCK_MONOTONIC, &p.begun);
    return p;
}

static double seconds_between(const struct timespec *a, const struct timespec *b)
{
    return (double)(b->tv_sec - a->tv_sec) + (double)(b->tv_nsec - a->tv_nsec) / 1e9;
}

/* As much of the path as has room, cut at whole characters. */
static void print_path(const char *path, size_t room)
{
    struct bytes rest = bytes_of_text(path);

    if (!text_is_clean(rest))
        return;
    const struct bytes all = rest;
    size_t shown = 0;
    while (rest.len > 0 && shown < room) {
        (void)text_next(&rest);
        shown++;
    }
    (void)fprintf(stderr, "%.*s", (int)(all.len - rest.len), path);
}

void progress_show(struct progress *p, uint64_t files, uint64_t bytes, const char *path)
{
    struct timespec now;
    char head[128];

    if (!p->on)
        return;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    if (p->shown && seconds_between(&p->last, &now) < 0.1)
        return;
    p->last = now;
    p->shown = true;
    const double took = seconds_between(&p->begun, &now);
    const int n = snprintf(head, sizeof head, "%llu files, %llu MB read, %.0f files/s  ",
                           (unsigned long long)files, (unsigned long long)(bytes >> 20),
                           took > 0.01 ? (double)files / took : 0.0);
    if (n < 0)
        return;
    (void)fprintf(stderr, "\r\033[K%s", head);
    if ((unsigned)n + 1 < p->columns)
        print_path(path, p->columns - (unsigned)n - 1);
    (void)fflush(stderr);
}

void progress_done(struct progress *p)
{
    if (p->on && p->shown)
        (void)fputs("\r\033[K", stderr);
    p->on = false;
}
