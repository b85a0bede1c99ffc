#include "writer/folder.h"

#include "core/map.h"
#include "core/own.h"
#include "register/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PATHS_MEMORY = 1 << 30,
    WAITING_MAX = 64,
    MANY = 16, /* files from which on one flush for all is cheaper */
};

#define WAITING "private/new"

struct folder_file {
    const char *path;
    char waiting[WAITING_MAX]; /* where it stands until it is committed */
    bool moved;
};

static bool failed(const struct folder *folder, const char *path, struct fault *f)
{
    const int error = errno;

    return fault_set(f, error == EACCES || error == EPERM ? FAULT_DENIED : FAULT_IO, "%s/%s: %s",
                     folder->name, path, strerror(error));
}

bool folder_open(const char *name, struct folder *out, struct fault *f)
{
    const int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%s: %s", name,
                         strerror(errno));
    *out = (struct folder){ .fd = fd, .name = name };
    return true;
}

void folder_close(struct folder *folder)
{
    if (folder->name != NULL)
        own_close(&folder->fd);
    *folder = (struct folder){ .fd = -1 };
}

static bool make(const struct folder *folder, const char *path, mode_t mode, struct fault *f)
{
    return mkdirat(folder->fd, path, mode) == 0 || errno == EEXIST || failed(folder, path, f);
}

/* One that stood there may be a link to elsewhere, or open to others. */
static bool close_private(const struct folder *folder, struct fault *f)
{
    OWNED(own_close)
    int fd = openat(folder->fd, "private", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

    return (fd >= 0 && fchmod(fd, 0700) == 0) || failed(folder, "private", f);
}

bool folder_make(const char *name, struct folder *out, struct fault *f)
{
    struct folder folder = { .fd = -1 };

    if (mkdir(name, 0755) != 0 && errno != EEXIST)
        return fault_set(f, FAULT_IO, "%s: %s", name, strerror(errno));
    if (!folder_open(name, &folder, f))
        return false;
    if (!make(&folder, "private", 0700, f) || !close_private(&folder, f) ||
        !make(&folder, WAITING, 0700, f) || !make(&folder, "checkpoints", 0755, f) ||
        !folder_sync(&folder, "private", f) || !folder_sync(&folder, ".", f)) {
        folder_close(&folder);
        return false;
    }
    *out = folder;
    return true;
}

static bool read_whole(int fd, uint64_t size, size_t limit, struct arena *a, struct bytes *out,
                       struct fault *f)
{
    if (size > limit)
        return fault_set(f, FAULT_LIMIT, "%llu bytes, where at most %zu are taken",
                         (unsigned long long)size, limit);
    uint8_t *at = arena_alloc(a, (size_t)size, f);
    if (at == NULL)
        return false;
    for (size_t done = 0; done < size;) {
        const ssize_t n = read(fd, at + done, (size_t)size - done);
        if (n < 0 && errno != EINTR)
            return fault_set(f, FAULT_IO, "%s", strerror(errno));
        if (n == 0)
            return fault_set(f, FAULT_IO, "it became shorter while it was read");
        done += n < 0 ? 0 : (size_t)n;
    }
    *out = (struct bytes){ .at = at, .len = (size_t)size };
    return true;
}

bool folder_read(const struct folder *folder, const char *path, size_t limit, struct arena *a,
                 struct bytes *out, bool *found, struct fault *f)
{
    OWNED(own_close) int fd = -1;
    uint64_t size = 0;

    if (!source_open_at(folder->fd, path, &fd, &size, found, f))
        return fault_wrap(f, "%s", folder->name);
    return !*found || read_whole(fd, size, limit, a, out, f) ||
           fault_wrap(f, "%s/%s", folder->name, path);
}

bool folder_read_any(const char *path, size_t limit, struct arena *a, struct bytes *out,
                     struct fault *f)
{
    OWNED(own_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) != 0)
        return fault_set(f, FAULT_IO, "%s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return fault_set(f, FAULT_IO, "%s: no regular file", path);
    return read_whole(fd, (uint64_t)st.st_size, limit, a, out, f) || fault_wrap(f, "%s", path);
}

int folder_descriptor(const struct folder *folder, const char *path, int flags, struct fault *f)
{
    /* O_NONBLOCK: a pipe in a file's place must not hold us up */
    const int fd =
        openat(folder->fd, path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);

    if (fd < 0)
        (void)failed(folder, path, f);
    return fd;
}

bool folder_put(int fd, struct bytes content, struct fault *f)
{
    for (size_t done = 0; done < content.len;) {
        const ssize_t n = write(fd, content.at + done, content.len - done);
        if (n < 0 && errno != EINTR)
            return fault_set(f, FAULT_IO, "%s", strerror(errno));
        done += n < 0 ? 0 : (size_t)n;
    }
    return true;
}

bool folder_sync(const struct folder *folder, const char *path, struct fault *f)
{
    OWNED(own_close) int fd = openat(folder->fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return (fd >= 0 && fsync(fd) == 0) || failed(folder, path, f);
}

struct folder_batch folder_batch_begin(const struct folder *folder)
{
    return (struct folder_batch){ .folder = folder, .arena = arena_with_budget(PATHS_MEMORY) };
}

/* What is served may be read by all, what is private by its owner alone. */
static mode_t mode_of(const char *path)
{
    return strncmp(path, "private/", 8) == 0 ? 0600 : 0644;
}

bool folder_batch_add(struct folder_batch *b, const char *path, struct bytes content,
                      struct fault *f)
{
    if (b->files.size == 0)
        b->files = vec_of(&b->arena, sizeof(struct folder_file), FOLDER_BATCH_MAX);
    struct folder_file *file = vec_push(&b->files, f);
    if (file == NULL)
        return false;
    file->path = arena_copy_text(&b->arena, path, f);
    if (file->path == NULL)
        return false;
    (void)snprintf(file->waiting, sizeof file->waiting, WAITING "/%ld-%zu", (long)getpid(),
                   b->files.count);
    OWNED(own_close)
    int fd = folder_descriptor(b->folder, file->waiting, O_WRONLY | O_CREAT | O_TRUNC, f);
    if (fd < 0)
        return false;
    if (!folder_put(fd, content, f))
        return fault_wrap(f, "%s/%s", b->folder->name, path);
    return fchmod(fd, mode_of(path)) == 0 || failed(b->folder, path, f);
}

bool folder_batch_add_once(struct folder_batch *b, const char *path, struct bytes content,
                           struct fault *f)
{
    struct arena scratch = arena_with_budget(content.len + (1 << 16));
    struct bytes there = { 0 };
    bool found = false;
    const bool ok = folder_read(b->folder, path, content.len, &scratch, &there, &found, f);
    const bool same = ok && found && bytes_equal(there, content);
    const bool longer = !ok && f->kind == FAULT_LIMIT;

    arena_done(&scratch);
    if (same)
        return true;
    if (!ok && !longer)
        return false;
    if (found)
        return fault_set(f, FAULT_DENIED,
                         "%s/%s: other bytes stand there than the entries make; tiles never "
                         "change (tlog-tiles)",
                         b->folder->name, path);
    return folder_batch_add(b, path, content, f);
}

static bool parent_of(const char *path, char out[FOLDER_PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    const int n = slash == NULL ? snprintf(out, FOLDER_PATH_MAX, ".")
                                : snprintf(out, FOLDER_PATH_MAX, "%.*s", (int)(slash - path), path);

    return n > 0 && n < FOLDER_PATH_MAX;
}

/* Every folder on the way to `path`; a new one is entered in the one above it, durably. */
static bool make_way(const struct folder *folder, const char *path, struct fault *f)
{
    char part[FOLDER_PATH_MAX];
    char above[FOLDER_PATH_MAX];

    for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        const int n = snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        if (n < 0 || (size_t)n >= sizeof part || !parent_of(part, above))
            return fault_set(f, FAULT_LIMIT, "%s: too long a path", path);
        if (mkdirat(folder->fd, part, 0755) == 0) {
            if (!folder_sync(folder, above, f))
                return false;
        } else if (errno != EEXIST) {
            return failed(folder, part, f);
        }
    }
    return true;
}

/* After syncfs a file's bytes are on the disk unless its own writeback failed, which older kernels
 * tell of the file alone: it is asked without one more flush of the device. */
static bool ask_file(int fd, bool *asked)
{
    const unsigned all =
        SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    const bool ok = sync_file_range(fd, /* from */ 0, /* to the end */ 0, all) == 0;

    *asked = ok || (errno != ENOSYS && errno != EINVAL && errno != ESPIPE);
    return ok;
}

static bool sync_file(const struct folder *folder, const struct folder_file *file, bool synced,
                      struct fault *f)
{
    OWNED(own_close) int fd = folder_descriptor(folder, file->waiting, O_RDONLY, f);
    bool asked = false;

    if (fd < 0)
        return false;
    bool ok = synced && ask_file(fd, &asked);
    if (!asked)
        ok = fsync(fd) == 0;
    return ok || failed(folder, file->path, f);
}

/* An fsync is a flush of the device, and a publication has hundreds of tiles: many files are made
 * durable with one flush of the file system. Its own fault may be about anybody's file, so then
 * each of ours is asked. */
static bool sync_files(const struct folder_batch *b, struct fault *f)
{
    const bool synced = b->files.count >= MANY && syncfs(b->folder->fd) == 0;

    for (size_t i = 0; i < b->files.count; i++) {
        if (!sync_file(b->folder, vec_at(&b->files, i), synced, f))
            return false;
    }
    return true;
}

/* Each folder of the batch once. */
static bool sync_folders(struct folder_batch *b, struct fault *f)
{
    struct map seen = map_in(&b->arena);
    char folder[FOLDER_PATH_MAX];

    for (size_t i = 0; i < b->files.count; i++) {
        struct folder_file *file = vec_at(&b->files, i);
        if (!parent_of(file->path, folder))
            return fault_set(f, FAULT_LIMIT, "%s: too long a path", file->path);
        if (map_find(&seen, bytes_of_text(folder)) != NULL)
            continue;
        const char *key = arena_copy_text(&b->arena, folder, f);
        if (key == NULL || !map_put(&seen, bytes_of_text(key), file, f) ||
            !folder_sync(b->folder, folder, f))
            return false;
    }
    return true;
}

bool folder_batch_commit(struct folder_batch *b, struct fault *f)
{
    if (!sync_files(b, f))
        return false;
    for (size_t i = 0; i < b->files.count; i++) {
        struct folder_file *file = vec_at(&b->files, i);
        if (!make_way(b->folder, file->path, f))
            return false;
        if (renameat(b->folder->fd, file->waiting, b->folder->fd, file->path) != 0)
            return failed(b->folder, file->path, f);
        file->moved = true;
    }
    return sync_folders(b, f);
}

void folder_batch_done(struct folder_batch *b)
{
    for (size_t i = 0; i < b->files.count; i++) {
        const struct folder_file *file = vec_at(&b->files, i);
        if (!file->moved)
            (void)unlinkat(b->folder->fd, file->waiting, 0);
    }
    arena_done(&b->arena);
    *b = (struct folder_batch){ .folder = b->folder };
}

bool folder_write(const struct folder *folder, const char *path, struct bytes content,
                  struct fault *f)
{
    struct folder_batch b = folder_batch_begin(folder);
    const bool ok = folder_batch_add(&b, path, content, f) && folder_batch_commit(&b, f);

    folder_batch_done(&b);
    return ok;
}

bool folder_remove(const struct folder *folder, const char *path, struct fault *f)
{
    char above[FOLDER_PATH_MAX];

    if (unlinkat(folder->fd, path, 0) != 0)
        return errno == ENOENT || failed(folder, path, f);
    return parent_of(path, above) && folder_sync(folder, above, f);
}

/* NULL, with errno, where it cannot be listed. */
static DIR *list(const struct folder *folder, const char *path)
{
    OWNED(own_close)
    int fd = openat(folder->fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);

    if (dir != NULL)
        (void)own_take_fd(&fd); /* the stream's now */
    return dir;
}

bool folder_has_files(const struct folder *folder, const char *path, bool *some, struct fault *f)
{
    DIR *dir = list(folder, path);
    bool found = false;

    if (dir == NULL && errno != ENOENT)
        return failed(folder, path, f);
    for (const struct dirent *e = dir == NULL ? NULL : readdir(dir); e != NULL && !found;
         e = readdir(dir))
        found = e->d_name[0] != '.';
    if (dir != NULL)
        (void)closedir(dir);
    *some = found;
    return true;
}

static void empty(const struct folder *folder, const char *path)
{
    DIR *dir = list(folder, path);

    if (dir == NULL)
        return;
    for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        if (e->d_name[0] != '.')
            (void)unlinkat(dirfd(dir), e->d_name, 0);
    }
    (void)closedir(dir);
}

void folder_remove_all(const struct folder *folder, const char *path)
{
    empty(folder, path);
    (void)unlinkat(folder->fd, path, AT_REMOVEDIR);
}

void folder_sweep(const struct folder *folder)
{
    empty(folder, WAITING);
}
