#include "writer/situation.h"

#include "core/instant.h"
#include "register/index.h"
#include "writer/journal.h"
#include "writer/published.h"
#include "writer/settings.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define POLICY_PATH "policy.txt"

enum { POLICY_MAX = 2 << 20, LONGEST = 4096 };

static bool read_policy(const struct folder *folder, struct arena *a, struct situation *s,
                        struct fault *f)
{
    struct quorum *q = arena_alloc(a, sizeof *q, f);
    struct bytes text = { 0 };
    bool found = false;

    if (q == NULL || !folder_read(folder, POLICY_PATH, POLICY_MAX, a, &text, &found, f))
        return false;
    if (!found)
        return fault_set(f, FAULT_IO, "%s: no register (no " POLICY_PATH ")", folder->name);
    if (!quorum_read(text, a, q, f))
        return fault_wrap(f, "%s/" POLICY_PATH, folder->name);
    if (q->logs.count != 1)
        return fault_set(f, FAULT_FORMAT, "%s/" POLICY_PATH ": not of one log", folder->name);
    const struct quorum_log *log = vec_at(&q->logs, 0);
    s->log = &log->key;
    s->quorum = q;
    s->origin = log->key.name;
    return true;
}

static bool read_checkpoint(const struct folder *folder, const char *path, struct arena *a,
                            const struct quorum *q, struct situation_checkpoint *out,
                            struct vec *witnesses, struct fault *f)
{
    struct published p = { 0 };
    bool found = false;

    if (!published_read(folder, path, q, a, &p, &found, f))
        return false;
    if (!found)
        return true;
    *out = (struct situation_checkpoint){ .size = p.checkpoint.size,
                                          .reached = p.reached,
                                          .time = p.time };
    if (witnesses != NULL)
        *witnesses = p.witnesses;
    return true;
}

static bool pass(void *with, uint64_t index, struct bytes entry, struct fault *f)
{
    (void)with;
    (void)index;
    (void)entry;
    (void)f;
    return true;
}

/* Only its keeper can look there; that others cannot is as it should be. */
static bool read_private(const struct folder *folder, struct arena *a, struct situation *s,
                         struct fault *f)
{
    struct settings settings = { 0 };
    bool found = false;

    s->is_keeper = faccessat(folder->fd, "private/settings", R_OK, AT_EACCESS) == 0;
    if (!s->is_keeper)
        return true;
    if (!settings_read(folder, a, &settings, &found, f) ||
        !journal_read(folder, pass, /* with */ NULL, &s->size, f) ||
        !read_checkpoint(folder, PUBLISHED_CANDIDATE, a, s->quorum, &s->candidate,
                         /* witnesses */ NULL, f))
        return false;
    s->clock = settings.clock;
    if (!instant_now(settings.clock, &s->now, /* fault */ NULL))
        s->now = 0;
    return true;
}

/* A cache: where it cannot be read, the writer makes it anew. */
static void read_index(const struct folder *folder, struct situation *s)
{
    char path[LONGEST];
    struct index *index = NULL;
    struct sha256 root;
    const int n = snprintf(path, sizeof path, "%s/index", folder->name);

    if (n < 0 || (size_t)n >= sizeof path ||
        !index_open(path, /* writable */ false, &index, /* fault */ NULL))
        return;
    s->covers = index_covers(index);
    s->has_index = index_version(index, s->covers, &root, &s->keys);
    index_close(&index);
}

bool situation_read(const struct folder *folder, struct arena *a, struct situation *out,
                    struct fault *f)
{
    struct situation s = { 0 };

    if (!read_policy(folder, a, &s, f) ||
        !read_checkpoint(folder, PUBLISHED_NEWEST, a, s.quorum, &s.published, &s.witnesses, f) ||
        !read_private(folder, a, &s, f))
        return false;
    read_index(folder, &s);
    *out = s;
    return true;
}
