#include "measure.h"

#include "core/sha256.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(clockid_t clock)
{
    struct timespec t;

    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double measure_wall(void)
{
    return seconds(CLOCK_MONOTONIC);
}

double measure_work(void)
{
    return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

struct measure measure_begin(void)
{
    const double wall = measure_wall();

    return (struct measure){ .wall = wall, .work = measure_work() };
}

struct measure measure_since(struct measure start)
{
    const struct measure now = measure_begin();

    return (struct measure){ .wall = now.wall - start.wall, .work = now.work - start.work };
}

void measure_add(struct measure *sum, struct measure m)
{
    sum->wall += m.wall;
    sum->work += m.work;
}

void measure_must(bool ok, const struct fault *f)
{
    if (ok)
        return;
    (void)fprintf(stderr, "bench: %s\n", f->text);
    exit(EXIT_FAILURE);
}

void measure_tell(const char *name, double value, const char *unit)
{
    (void)printf("%s %.3f %s\n", name, value, unit);
    (void)fflush(stdout);
}

void measure_tell_both(const char *name, struct measure m, double scale, const char *unit)
{
    char work[80];

    (void)snprintf(work, sizeof work, "%s-work", name);
    measure_tell(name, m.wall * scale, unit);
    measure_tell(work, m.work * scale, unit);
}

static int by_value(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;

    return (*x > *y) - (*x < *y);
}

double measure_median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_value);
    return count == 0 ? 0 : values[count / 2];
}

double measure_sha256(void)
{
    struct sha256 h = sha256_of((struct bytes){ 0 });
    const double start = measure_work();

    for (int n = 0; n < 1000000; n++) {
        uint8_t pair[2 * SHA256_LEN] = { 0 };
        memcpy(pair, h.at, SHA256_LEN);
        h = sha256_of((struct bytes){ .at = pair, .len = sizeof pair });
    }
    return measure_work() - start + (h.at[0] == 0 ? 1e-12 : 0); /* so that it is computed */
}
