#include "engine/host.h"

#include "core/digest.h"
#include "core/own.h"

#include <sched.h>
#include <stdio.h>
#include <time.h>

bool host_id(struct arena *a, const char **id, struct fault *f)
{
    /* a key of our own: machine-id(5) asks that the id itself be kept */
    static const char key[] = "hallmark host id 1\n";
    char text[sizeof key + 64];
    char hex[DIGEST_TEXT_MAX];
    struct digest d;
    OWNED(own_fclose) FILE *in = fopen("/etc/machine-id", "re");

    *id = NULL;
    if (in == NULL)
        return true;
    const int head = snprintf(text, sizeof text, "%s", key);
    const size_t n = fread(text + head, 1, 64, in);
    if (n < 32)
        return true;
    const struct bytes all = { .at = (const uint8_t *)text, .len = (size_t)head + 32 };
    if (!digest_of(DIGEST_SHA256, all, &d, f))
        return false;
    d.len = 16;
    *id = arena_copy_text(a, digest_write(&d, hex), f);
    return *id != NULL;
}

bool host_time(struct arena *a, const char **out, struct fault *f)
{
    const time_t now = time(NULL);
    struct tm parts;
    char text[32];

    if (gmtime_r(&now, &parts) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        return fault_set(f, FAULT_IO, "this machine's clock cannot be told");
    *out = arena_copy_text(a, text, f);
    return *out != NULL;
}

double host_seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

unsigned host_processors(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    const int n = CPU_COUNT(&set);
    return n < 1 ? 1 : (unsigned)n;
}
