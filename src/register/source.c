#include "register/source.h"

#include "core/own.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_LIMIT = 256 }; /* the longest path of a tile has 40 bytes */

bool source_read(const struct source *s, const char *path, size_t limit, struct arena *a,
                 struct bytes *out, bool *found, struct fault *f)
{
    return s->read(s->with, path, limit, a, out, found, f);
}

bool source_prefetch(const struct source *s, const char *const *paths, size_t count, size_t limit,
                     struct fault *f)
{
    return s->prefetch == NULL || s->prefetch(s->with, paths, count, limit, f);
}

void source_close(struct source *s)
{
    if (s->close != NULL)
        s->close(s->with);
    *s = (struct source){ 0 };
}

bool source_path_is_valid(const char *path)
{
    bool starts = true; /* a component starts here */
    size_t len = 0;

    for (; path[len] != '\0' && len < PATH_LIMIT; len++) {
        const char c = path[len];
        if (c < 0x21 || c > 0x7e || (starts && (c == '.' || c == '/')))
            return false;
        starts = c == '/';
    }
    return len > 0 && len < PATH_LIMIT && !starts;
}

/* What openat says of a name that leads to no file of ours. */
static bool is_absence(int error)
{
    return error == ENOENT || error == ENOTDIR || error == ELOOP || error == ENXIO;
}

/* One component after the other, each without following a link: so nothing outside the folder can
 * be reached, whatever stands in it, on every kernel that we run on. -1 with errno. */
static int open_below(int folder, const char *path)
{
    enum { STEP = O_CLOEXEC | O_NOFOLLOW | O_RDONLY };
    OWNED(own_close) int at = -1;
    char name[PATH_LIMIT];

    for (;;) {
        const size_t len = strcspn(path, "/");
        const int from = at < 0 ? folder : at;
        memcpy(name, path, len);
        name[len] = '\0';
        if (path[len] == '\0')
            return openat(from, name, STEP | O_NONBLOCK); /* a pipe must not hold us */
        const int next = openat(from, name, STEP | O_DIRECTORY);
        if (next < 0)
            return -1;
        own_close(&at);
        at = next;
        path += len + 1;
    }
}

bool source_open_at(int folder, const char *path, int *fd, uint64_t *size, bool *found,
                    struct fault *f)
{
    struct stat st;

    if (!source_path_is_valid(path))
        return fault_set(f, FAULT_DENIED, "no path of a log: %s", path);
    OWNED(own_close) int file = open_below(folder, path);
    if (file < 0 && !is_absence(errno))
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%s: %s", path,
                         strerror(errno));
    *found = false;
    if (file < 0)
        return true;
    if (fstat(file, &st) != 0)
        return fault_set(f, FAULT_IO, "%s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return true;
    *found = true;
    *size = (uint64_t)st.st_size;
    *fd = own_take_fd(&file);
    return true;
}

struct folder {
    int fd;
    char *name;
};

static bool read_file(int fd, uint8_t *at, size_t len, struct fault *f)
{
    for (size_t done = 0; done < len;) {
        const ssize_t n = read(fd, at + done, len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fault_set(f, FAULT_IO, "%s", strerror(errno));
        if (n == 0)
            return fault_set(f, FAULT_IO, "it became shorter while it was read");
        done += (size_t)n;
    }
    return true;
}

static bool folder_bring(int folder, const char *path, size_t limit, struct arena *a,
                         struct bytes *out, bool *found, struct fault *f)
{
    OWNED(own_close) int fd = -1;
    uint64_t size = 0;
    bool there = false;

    if (!source_open_at(folder, path, &fd, &size, &there, f))
        return false;
    if (!there) {
        *found = false;
        return true;
    }
    if (size > limit)
        return fault_set(f, FAULT_LIMIT, "%s: %llu bytes, where at most %zu are taken", path,
                         (unsigned long long)size, limit);
    uint8_t *at = arena_alloc(a, (size_t)size, f);
    if (at == NULL)
        return false;
    if (!read_file(fd, at, (size_t)size, f))
        return fault_wrap(f, "%s", path);
    *out = (struct bytes){ .at = at, .len = (size_t)size };
    *found = true;
    return true;
}

static bool folder_read(void *with, const char *path, size_t limit, struct arena *a,
                        struct bytes *out, bool *found, struct fault *f)
{
    const struct folder *folder = with;

    if (folder_bring(folder->fd, path, limit, a, out, found, f))
        return true;
    return fault_wrap(f, "%s", folder->name);
}

static void folder_close(void *with)
{
    struct folder *folder = with;

    if (folder == NULL)
        return;
    own_close(&folder->fd);
    free(folder->name);
    free(folder);
}

bool source_folder_open(const char *dir, struct source *out, struct fault *f)
{
    OWNED(own_close) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%s: %s", dir,
                         strerror(errno));
    OWNED(own_free) char *name = strdup(dir);
    struct folder *folder = malloc(sizeof *folder);
    if (name == NULL || folder == NULL) {
        free(folder);
        return fault_set(f, FAULT_LIMIT, "%s: out of memory", dir);
    }
    *folder = (struct folder){ .fd = own_take_fd(&fd), .name = own_take(&name) };
    *out = (struct source){
        .with = folder, .read = folder_read, .close = folder_close, .name = folder->name
    };
    return true;
}
