#include "tlog/tlog_trial.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_ROOM = 4096, BUDGET = 64 << 20, TOLD_MAX = 64 << 20, FIXTURE_MAX = 64 << 20 };

char *tlog_trial_path(const char *path)
{
    const char *root = getenv("HALLMARK_FIXTURES");
    char *full = NULL;

    if (root == NULL || asprintf(&full, "%s/%s", root, path) < 0)
        full = NULL;
    if (full != NULL && access(full, R_OK) == 0)
        return full;
    (void)fprintf(stderr, "skipped: %s: shared/fixtures is absent\n", path);
    free(full);
    return NULL;
}

struct bytes tlog_trial_fixture(const char *path)
{
    struct buf all = buf_with_limit(FIXTURE_MAX);
    uint8_t piece[4096];
    char *full = tlog_trial_path(path);

    if (full == NULL)
        return (struct bytes){ 0 };
    FILE *in = fopen(full, "rb");
    free(full);
    assert(in != NULL);
    for (size_t n; (n = fread(piece, 1, sizeof piece, in)) > 0;)
        buf_add(&all, (struct bytes){ .at = piece, .len = n });
    (void)fclose(in);
    assert(buf_ok(&all));
    return buf_bytes(&all);
}

/* One reading with `allocations` allowed: what it told, and its fault. */
static struct buf read_once(const struct tlog_trial *t, struct bytes input, size_t allocations,
                            bool *ok)
{
    struct arena a = arena_with_budget(BUDGET);
    struct buf told = buf_with_limit(TOLD_MAX);
    struct fault f = { 0 };

    a.fail_after = allocations;
    *ok = t->read(t->with, input, &a, &told, &f);
    assert(*ok == (f.kind == FAULT_NONE));
    assert(*ok || f.text[0] != '\0');
    if (!*ok)
        buf_print(&told, "fault: %s: %s\n", fault_kind_name(f.kind), f.text);
    assert(buf_ok(&told));
    arena_done(&a);
    return told;
}

/* A copy of exact size, so that a sanitizer sees one byte too many; read twice. */
static void read_copy(const struct tlog_trial *t, struct bytes input)
{
    uint8_t *exact = malloc(input.len == 0 ? 1 : input.len);
    bool first;
    bool second;

    assert(exact != NULL);
    if (input.len > 0)
        memcpy(exact, input.at, input.len);
    const struct bytes copy = { .at = exact, .len = input.len };
    struct buf once = read_once(t, copy, SIZE_MAX, &first);
    struct buf twice = read_once(t, copy, SIZE_MAX, &second);
    assert(first == second && bytes_equal(buf_bytes(&once), buf_bytes(&twice)));
    buf_done(&once);
    buf_done(&twice);
    free(exact);
}

static void starve(const struct tlog_trial *t)
{
    for (size_t allowed = 0;; allowed++) {
        bool ok;
        struct buf told = read_once(t, t->good, allowed, &ok);
        buf_done(&told);
        if (ok)
            return;
    }
}

void tlog_trial_seed(const char *target, const char *name, struct bytes seed)
{
    const char *dir = getenv("HALLMARK_SEEDS");
    char path[PATH_ROOM];

    if (dir == NULL || target == NULL)
        return;
    (void)snprintf(path, sizeof path, "%s/%s", dir, target);
    (void)mkdir(path, 0777);
    (void)snprintf(path, sizeof path, "%s/%s/%s", dir, target, name);
    FILE *out = fopen(path, "wb");
    assert(out != NULL);
    assert(fwrite(seed.at, 1, seed.len, out) == seed.len);
    assert(fclose(out) == 0);
}

void tlog_trial_parser(const struct tlog_trial *t)
{
    const size_t step = t->step == 0 ? 1 : t->step;
    bool ok;
    struct buf told = read_once(t, t->good, SIZE_MAX, &ok);

    if (!ok)
        (void)fprintf(stderr, "%.*s", (int)told.len, (const char *)told.at);
    assert(ok);
    buf_done(&told);
    tlog_trial_seed(t->target, t->seed, t->good);
    if (getenv("HALLMARK_SEEDS_ONLY") != NULL)
        return;
    starve(t);
    for (size_t n = 0; n < t->good.len; n += step)
        read_copy(t, bytes_part(t->good, 0, n));

    uint8_t *flipped = malloc(t->good.len);
    assert(flipped != NULL);
    memcpy(flipped, t->good.at, t->good.len);
    for (size_t bit = 0; bit < t->good.len * 8; bit += step) {
        flipped[bit / 8] ^= (uint8_t)(1u << bit % 8);
        read_copy(t, (struct bytes){ .at = flipped, .len = t->good.len });
        flipped[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    free(flipped);
}
