#include "server/patience.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

struct patience {
    struct patience_limits limits;
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

bool patience_new(const struct patience_limits *limits, struct patience **out, struct fault *f)
{
    const size_t lines = limits->lines;
    struct patience *p = calloc(1, sizeof *p);

    if (p == NULL)
        return fault_set(f, FAULT_LIMIT, "out of memory");
    *p = (struct patience){ .limits = *limits, .room = lines };
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
    line->phase = PATIENCE_OVER;
}

/* Who keeps us waiting; if nobody does, who is slow to take his answer. Of all, or of one client
 * alone. False where nobody is slow. */
static bool cut_off_slowest(struct patience *p, const uint64_t *whose)
{
    struct patience_line *slowest = NULL;

    for (size_t i = 0; i < p->count; i++) {
        struct patience_line *line = p->taken[i];
        if (whose != NULL && line->whose != *whose)
            continue;
        if (line->phase != PATIENCE_CLIENT && line->phase != PATIENCE_ANSWER)
            continue;
        if (slowest == NULL || line->phase < slowest->phase ||
            (line->phase == slowest->phase && line->until < slowest->until))
            slowest = line;
    }
    if (slowest != NULL)
        cut_off(slowest);
    return slowest != NULL;
}

static size_t count_of(const struct patience *p, uint64_t whose)
{
    size_t count = 0;

    for (size_t i = 0; i < p->count; i++)
        count += p->taken[i]->whose == whose && p->taken[i]->phase != PATIENCE_OVER;
    return count;
}

struct patience_line *patience_add(struct patience *p, int fd, uint64_t whose)
{
    if (p->count == p->room)
        return NULL;
    if (count_of(p, whose) >= p->limits.of_one && !cut_off_slowest(p, &whose))
        return NULL;
    if (p->count + 1 + p->room / 16 >= p->room)
        (void)cut_off_slowest(p, /* whose */ NULL);
    struct patience_line *line = p->spare[p->room - p->count - 1];
    *line = (struct patience_line){ .fd = fd, .whose = whose, .place = p->count };
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
    const struct patience_limits *l = &p->limits;

    if (line->phase == PATIENCE_OVER)
        return;
    line->phase = phase;
    line->until = patience_now() + (phase == PATIENCE_ANSWER ? l->answer_ms : l->client_ms);
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
