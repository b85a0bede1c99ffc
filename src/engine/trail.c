#include "engine/trail.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct trail trail_from(int target)
{
    return (struct trail){ .fds = { target }, .path = buf_with_limit(LIMIT_PATH * 16) };
}

static void shorten(struct trail *t, size_t depth)
{
    while (t->depth > depth)
        (void)close(t->fds[t->depth--]);
    t->path.len = t->ends[depth];
}

void trail_done(struct trail *t)
{
    shorten(t, 0);
    buf_done(&t->path);
}

/* How many parts of the open path `path` begins with. */
static size_t shared_depth(const struct trail *t, struct bytes path)
{
    size_t depth = 0;

    while (depth < t->depth) {
        const size_t end = t->ends[depth + 1];
        if (path.len < end || (path.len > end && path.at[end] != '/') ||
            memcmp(path.at, t->path.at, end) != 0)
            break;
        depth++;
    }
    return depth;
}

static bool descend(struct trail *t, struct bytes part, bool *gone, struct fault *f)
{
    char name[LIMIT_PATH];

    if (t->depth == LIMIT_DEPTH)
        return fault_set(f, FAULT_LIMIT, "more than %d folders deep", LIMIT_DEPTH);
    if (part.len >= sizeof name)
        return fault_set(f, FAULT_LIMIT, "a name of %zu bytes", part.len);
    memcpy(name, part.at, part.len);
    name[part.len] = '\0';
    const int fd = openat(t->fds[t->depth], name,
                          O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        *gone = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
        return fault_set(f, errno == EACCES || errno == EPERM ? FAULT_DENIED : FAULT_IO, "%s",
                         strerror(errno));
    }
    buf_add_byte(&t->path, '/');
    buf_add(&t->path, part);
    t->depth++;
    t->fds[t->depth] = fd;
    t->ends[t->depth] = t->path.len;
    return buf_ok(&t->path) || fault_set(f, FAULT_LIMIT, "a path of %zu bytes", t->path.len);
}

bool trail_open(struct trail *t, struct bytes path, int *fd, bool *gone, struct fault *f)
{
    const size_t depth = shared_depth(t, path);
    struct bytes part;

    *gone = false;
    shorten(t, depth);
    struct bytes rest = bytes_part(path, t->ends[depth], path.len);
    while (bytes_next(&rest, '/', &part)) {
        if (part.len > 0 && !descend(t, part, gone, f))
            return false;
    }
    *fd = t->fds[t->depth];
    return true;
}

/* Cut the last part off the path, but never above the root. */
static void go_up(struct buf *path, size_t root_len)
{
    while (path->len > root_len && path->at[path->len - 1] != '/')
        path->len--;
    if (path->len > root_len)
        path->len--;
}

/* Take one step of a resolution: `part` below the path so far. A link puts its text in front of
 * what is left to do. */
static bool step(struct trail *t, size_t root_len, struct bytes part, struct buf *at,
                 struct buf *todo)
{
    char name[LIMIT_PATH];
    char target[LIMIT_PATH];
    struct buf rest = buf_with_limit(LIMIT_PATH * 4);
    int fd = -1;
    bool gone = false;

    if (part.len >= sizeof name || !trail_open(t, buf_bytes(at), &fd, &gone, /* fault */ NULL))
        return false;
    memcpy(name, part.at, part.len);
    name[part.len] = '\0';
    const ssize_t n = readlinkat(fd, name, target, sizeof target);
    if (n < 0) { /* no link, or not there: the caller's open will tell */
        buf_add_byte(at, '/');
        buf_add(at, part);
        return errno == EINVAL && buf_ok(at);
    }
    if ((size_t)n == sizeof target)
        return false;
    if (n > 0 && target[0] == '/')
        at->len = root_len;
    buf_add(&rest, (struct bytes){ .at = (const uint8_t *)target, .len = (size_t)n });
    buf_add_byte(&rest, '/');
    buf_add(&rest, buf_bytes(todo));
    const bool ok = buf_ok(&rest);
    buf_done(todo);
    *todo = rest;
    return ok;
}

bool trail_resolve(struct trail *t, struct bytes root, struct bytes folder, struct bytes name,
                   struct buf *out)
{
    struct buf todo = buf_with_limit(LIMIT_PATH * 4);
    bool ok = true;

    out->len = 0;
    buf_add(out, folder);
    buf_add(&todo, name);
    for (unsigned turns = 0; ok && todo.len > 0; turns++) {
        struct bytes rest = buf_bytes(&todo);
        struct bytes part = { 0 };
        (void)bytes_next(&rest, '/', &part);
        char copy[LIMIT_PATH];
        ok = turns < LIMIT_LINKS * 16 && part.len < sizeof copy;
        if (!ok)
            break;
        if (part.len > 0)
            memcpy(copy, part.at, part.len);
        const struct bytes taken = { .at = (const uint8_t *)copy, .len = part.len };
        if (rest.len > 0)
            memmove(todo.at, rest.at, rest.len);
        todo.len = rest.len;
        if (taken.len == 0 || bytes_equal_text(taken, "."))
            continue;
        if (bytes_equal_text(taken, ".."))
            go_up(out, root.len);
        else
            ok = step(t, root.len, taken, out, &todo);
    }
    buf_done(&todo);
    return ok && buf_ok(out);
}
