#include "writer/mirror.h"

#include "core/own.h"
#include "writer/writer_open.h"

#include <string.h>

/* The remote log over what is here: files that never change are taken from here where they are, and
 * otherwise fetched and kept aside until all has been audited. */
struct mirror {
    const struct mirror_request *request;
    struct folder folder;
    struct folder_batch incoming;
    struct arena arena;
    struct bytes checkpoint; /* the remote one: read once, so that all is about one state */
    bool has_checkpoint;
};

#define SETTINGS "private/settings"

static bool is_lasting(const char *path)
{
    static const char first[] = ".first";
    const size_t len = strlen(path);

    return strncmp(path, "tile/", 5) == 0 ||
           (len >= sizeof first && strcmp(path + len - (sizeof first - 1), first) == 0);
}

static bool read_checkpoint(struct mirror *m, struct fault *f)
{
    return m->has_checkpoint || source_read(m->request->remote, "checkpoint", NOTE_MAX, &m->arena,
                                            &m->checkpoint, &m->has_checkpoint, f);
}

static bool read_file(void *with, const char *path, size_t limit, struct arena *a,
                      struct bytes *out, bool *found, struct fault *f)
{
    struct mirror *m = with;

    *found = false;
    if (strcmp(path, "checkpoint") == 0) {
        if (!read_checkpoint(m, f))
            return false;
        *out = m->checkpoint;
        *found = m->has_checkpoint;
        return true;
    }
    if (is_lasting(path) && !folder_read(&m->folder, path, limit, a, out, found, f))
        return false;
    if (*found)
        return true;
    if (!source_read(m->request->remote, path, limit, a, out, found, f))
        return false;
    return !*found || folder_batch_add(&m->incoming, path, *out, f);
}

static bool announce(void *with, const char *const *paths, size_t count, size_t limit,
                     struct fault *f)
{
    const struct mirror *m = with;

    return source_prefetch(m->request->remote, paths, count, limit, f);
}

static void close_nothing(void *with)
{
    (void)with;
}

/* Files that nobody needs to trust: which states are kept, and whom the log names. */
static bool take_hints(struct mirror *m, struct fault *f)
{
    static const char *const hints[] = { "checkpoints/sizes", "policy.txt" };
    enum { HINT_MAX = 64 << 20 };
    struct bytes file;
    bool found;

    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
        if (!source_read(m->request->remote, hints[i], HINT_MAX, &m->arena, &file, &found, f) ||
            (found && !folder_write(&m->folder, hints[i], file, f)))
            return false;
    }
    return true;
}

static bool take(struct mirror *m, const struct bytes *before, struct mirror_finding *out,
                 struct fault *f)
{
    const struct source overlay = { .with = m,
                                    .read = read_file,
                                    .prefetch =
                                        m->request->remote->prefetch == NULL ? NULL : announce,
                                    .close = close_nothing,
                                    .name = m->request->remote->name };
    struct audit_request q = { .source = &overlay, .log = m->request->log, .since = before };

    q.index = arena_print(&m->arena, f, "%s/index", m->request->folder);
    if (q.index == NULL || !audit_log(&q, &out->audit, f))
        return false;
    out->before = out->audit.since;
    out->newer = before == NULL || !bytes_equal(*before, m->checkpoint);
    if (!out->newer)
        return true;
    return folder_batch_commit(&m->incoming, f) && take_hints(m, f) &&
           folder_write(&m->folder, "checkpoint", m->checkpoint, f);
}

static bool follow(struct mirror *m, struct mirror_finding *out, struct fault *f)
{
    OWNED(own_close) int lock = writer_open_lock(&m->folder, /* wait */ false, f);
    struct bytes before = { 0 };
    bool found = false;

    if (lock < 0 || !folder_read(&m->folder, SETTINGS, NOTE_MAX, &m->arena, &before, &found, f))
        return false;
    if (found)
        return fault_set(f, FAULT_DENIED,
                         "%s: a register is written here (" SETTINGS "); a copy needs a folder of "
                         "its own",
                         m->request->folder);
    if (!folder_read(&m->folder, "checkpoint", NOTE_MAX, &m->arena, &before, &found, f))
        return false;
    return take(m, found ? &before : NULL, out, f) || fault_wrap(f, "the mirror stays as it was");
}

bool mirror_follow(const struct mirror_request *q, struct mirror_finding *out, struct fault *f)
{
    struct mirror m = { .request = q, .arena = arena_with_budget((size_t)512 << 20) };
    struct mirror_finding found = { 0 };

    if (!folder_make(q->folder, &m.folder, f))
        return false;
    m.incoming = folder_batch_begin(&m.folder);
    const bool ok = follow(&m, &found, f);
    folder_batch_done(&m.incoming);
    folder_close(&m.folder);
    arena_done(&m.arena);
    if (ok)
        *out = found;
    return ok;
}
