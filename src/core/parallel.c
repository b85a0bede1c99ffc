#include "core/parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { THREADS_MAX = 16 };

struct crew {
    atomic_size_t next;
    size_t count;
    void (*work)(void *with, size_t i);
    void *with;
};

static void *labour(void *with)
{
    struct crew *c = with;

    for (size_t i = atomic_fetch_add(&c->next, 1); i < c->count; i = atomic_fetch_add(&c->next, 1))
        c->work(c->with, i);
    return NULL;
}

static size_t processors(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof set, &set) == 0 ? (size_t)CPU_COUNT(&set) : 1;
}

void parallel_each(size_t count, void (*work)(void *with, size_t i), void *with)
{
    struct crew crew = { .count = count, .work = work, .with = with };
    pthread_t helpers[THREADS_MAX];
    const size_t most = processors();
    size_t begun = 0;

    while (begun < THREADS_MAX && begun + 1 < most && begun + 1 < count &&
           pthread_create(&helpers[begun], /* attributes */ NULL, labour, &crew) == 0)
        begun++;
    (void)labour(&crew);
    for (size_t i = 0; i < begun; i++)
        (void)pthread_join(helpers[i], /* result */ NULL);
}
