#include "writer/times.h"

#include "core/own.h"
#include "writer/published.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

enum { MEMORY = 1 << 30 };

static int by_size(const void *a, const void *b)
{
    const struct times_state *one = a;
    const struct times_state *other = b;

    return (one->size > other->size) - (one->size < other->size);
}

bool times_add(struct times *t, uint64_t size, struct fault *f)
{
    struct times_state *s = vec_push(&t->states, f);

    if (s == NULL)
        return false;
    *s = (struct times_state){ .size = size };
    return true;
}

static bool list(struct times *t, DIR *dir, struct fault *f)
{
    uint64_t size = 0;

    for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        if (checkpoint_number(bytes_of_text(e->d_name), &size) && !times_add(t, size, f))
            return false;
    }
    vec_sort(&t->states, by_size);
    return true;
}

bool times_open(const struct folder *folder, const struct quorum *quorum, struct times *out,
                struct fault *f)
{
    OWNED(own_close)
    int fd = openat(folder->fd, "checkpoints", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);

    if (dir == NULL)
        return fault_set(f, FAULT_IO, "%s/checkpoints: %s", folder->name, strerror(errno));
    (void)own_take_fd(&fd); /* the stream's now */
    *out = (struct times){ .folder = folder, .quorum = quorum, .arena = arena_with_budget(MEMORY) };
    out->states = vec_of(&out->arena, sizeof(struct times_state), TIMES_MAX);
    const bool ok = list(out, dir, f);
    (void)closedir(dir);
    if (!ok)
        times_close(out);
    return ok;
}

void times_close(struct times *t)
{
    arena_done(&t->arena);
    *t = (struct times){ 0 };
}

/* The first state that is larger than the place, or NULL. */
static struct times_state *covering(struct times *t, uint64_t place)
{
    size_t low = 0;
    size_t high = t->states.count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct times_state *s = vec_at(&t->states, middle);
        if (s->size > place)
            high = middle;
        else
            low = middle + 1;
    }
    return low < t->states.count ? vec_at(&t->states, low) : NULL;
}

static bool learn(const struct times *t, struct times_state *s, struct fault *f)
{
    struct arena a = arena_with_budget(8 << 20);
    struct published p = { 0 };
    char path[PUBLISHED_PATH_MAX];
    bool found = false;
    bool ok = published_read(t->folder, published_path(s->size, /* first */ true, path), t->quorum,
                             &a, &p, &found, f);

    if (ok && !found)
        ok = published_read(t->folder, published_path(s->size, /* first */ false, path), t->quorum,
                            &a, &p, &found, f);
    if (ok)
        *s = (struct times_state){ .size = s->size, .known = true, .time = found ? p.time : 0 };
    arena_done(&a);
    return ok;
}

bool times_of(struct times *t, uint64_t place, int64_t *time, struct fault *f)
{
    struct times_state *s = covering(t, place);

    if (s != NULL && !s->known && !learn(t, s, f))
        return false;
    *time = s == NULL ? 0 : s->time;
    return true;
}
