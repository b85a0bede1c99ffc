#include "server/patience.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

struct patience {
    int64_t client_ms;
    int64_t answer_ms;
    size_t count; /* lines taken: those at [0, count) of `taken` */
    size_t room;
    struct patience_line **taken;
    struct patience_line **spare; /* those at [0, room - count) */
    struct patience_line *lines;
};

int64_t patience_now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool patience_new(size_t lines, unsigned client_ms, unsigned answer_ms, struct patience **out,
                  struct fault *f)
{
    struct patience *p = calloc(1, sizeof *p);

    if (p == NULL)
        return fault_set(f, FAULT_LIMIT, "out of memory");
    *p = (struct patience){ .client_ms = client_ms, .answer_ms = answer_ms, .room = lines };
    p->taken = calloc(lines, sizeof(struct patience_line *));
    p->spare = calloc(lines, sizeof(struct patience_line *));
    p->lines = calloc(lines, sizeof *p->lines);
    if (p->taken == NULL || p->spare == NULL || p->lines == NULL) {
        patience_free(&p);
        return fault_set(f, FAULT_LIMIT, "out of memory");
    }
    for (size_t i = 0; i < lines; i++)
        p->spare[i] = &p->lines[i];
    *out = p;
    return true;
}

void patience_free(struct patience **p)
{
    if (*p == NULL)
        return;
    free((*p)->taken);
    free((*p)->spare);
    free((*p)->lines);
    free(*p);
    *p = NULL;
}

static void cut_off(struct patience_line *line)
{
    (void)shutdown(line->fd, SHUT_RDWR);
    line->phase = PATIENCE_OURS; /* once is enough; the server drops it when it sees the end */
}

/* Who keeps us waiting; if nobody does, who is slow to take his answer. */
static void cut_off_slowest(struct patience *p)
{
    struct patience_line *slowest = NULL;

    for (size_t i = 0; i < p->count; i++) {
        struct patience_line *line = p->taken[i];
        if (line->phase != PATIENCE_CLIENT && line->phase != PATIENCE_ANSWER)
            continue;
        if (slowest == NULL || line->phase < slowest->phase ||
            (line->phase == slowest->phase && line->until < slowest->until))
            slowest = line;
    }
    if (slowest != NULL)
        cut_off(slowest);
}

struct patience_line *patience_add(struct patience *p, int fd)
{
    if (p->count == p->room)
        return NULL;
    if (p->count + 1 + p->room / 16 >= p->room)
        cut_off_slowest(p);
    struct patience_line *line = p->spare[p->room - p->count - 1];
    *line = (struct patience_line){ .fd = fd, .place = p->count };
    p->taken[p->count++] = line;
    patience_set(p, line, PATIENCE_CLIENT);
    return line;
}

void patience_drop(struct patience *p, struct patience_line *line)
{
    struct patience_line *last = p->taken[p->count - 1];

    p->taken[line->place] = last;
    last->place = line->place;
    p->count--;
    p->spare[p->room - p->count - 1] = line;
    line->phase = PATIENCE_FREE;
}

void patience_set(struct patience *p, struct patience_line *line, enum patience_phase phase)
{
    line->phase = phase;
    line->until = patience_now() + (phase == PATIENCE_ANSWER ? p->answer_ms : p->client_ms);
}

int patience_sweep(struct patience *p)
{
    const int64_t now = patience_now();
    int64_t next = -1;

    for (size_t i = 0; i < p->count; i++) {
        struct patience_line *line = p->taken[i];
        if (line->phase != PATIENCE_CLIENT && line->phase != PATIENCE_ANSWER)
            continue;
        if (line->until <= now)
            cut_off(line);
        else if (next < 0 || line->until - now < next)
            next = line->until - now;
    }
    return next > INT32_MAX ? INT32_MAX : (int)next;
}
