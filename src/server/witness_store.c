#include "server/witness_store.h"

#include "core/own.h"
#include "core/sha256.h"
#include "register/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEW_NAME "new" /* one at a time is written */

struct witness_store {
    struct source files;
    int folder;
    int lock;
};

static bool refuse(struct fault *f, const char *path)
{
    const int why = errno;

    return fault_set(f, why == EACCES || why == EPERM ? FAULT_DENIED : FAULT_IO, "%.160s: %s", path,
                     strerror(why));
}

/* A folder that a crash could take away again would take the witness's memory with it. */
static bool make_folder(const char *dir, int *folder, struct fault *f)
{
    const bool made = mkdir(dir, 0700) == 0;

    if (!made && errno != EEXIST)
        return refuse(f, dir);
    OWNED(own_close) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return refuse(f, dir);
    OWNED(own_close) int above = -1;
    if (made) {
        above = openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (above < 0 || fsync(above) != 0)
            return refuse(f, dir);
    }
    *folder = own_take_fd(&fd);
    return true;
}

bool witness_store_open(const char *dir, struct witness_store **out, struct fault *f)
{
    OWNED(witness_store_close) struct witness_store *s = calloc(1, sizeof *s);

    if (s == NULL)
        return fault_set(f, FAULT_LIMIT, "%.160s: out of memory", dir);
    s->folder = s->lock = -1;
    if (!make_folder(dir, &s->folder, f))
        return false;
    s->lock = openat(s->folder, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (s->lock < 0)
        return refuse(f, dir);
    if (flock(s->lock, LOCK_EX | LOCK_NB) != 0)
        return fault_set(f, FAULT_DENIED, "%.160s: another process has this folder", dir);
    if (!source_folder_open(dir, &s->files, f))
        return false;
    *out = own_take(&s);
    return true;
}

void witness_store_close(struct witness_store **s)
{
    if (*s == NULL)
        return;
    source_close(&(*s)->files);
    own_close(&(*s)->folder);
    own_close(&(*s)->lock);
    free(*s);
    *s = NULL;
}

bool witness_store_read(const struct witness_store *s, struct bytes origin, struct arena *a,
                        struct bytes *note, bool *found, struct fault *f)
{
    const struct sha256 h = sha256_of(origin);
    char name[SHA256_TEXT_MAX];

    return source_read(&s->files, sha256_write(&h, name), WITNESS_STORE_NOTE_MAX, a, note, found,
                       f);
}

static bool write_all(int fd, struct bytes b)
{
    while (b.len > 0) {
        const ssize_t n = write(fd, b.at, b.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        b = bytes_part(b, (size_t)n, b.len);
    }
    return true;
}

bool witness_store_write(struct witness_store *s, struct bytes origin, struct bytes note,
                         struct fault *f)
{
    const struct sha256 h = sha256_of(origin);
    char name[SHA256_TEXT_MAX];
    OWNED(own_close)
    int fd =
        openat(s->folder, NEW_NAME, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

    (void)sha256_write(&h, name);
    if (note.len > WITNESS_STORE_NOTE_MAX)
        return fault_set(f, FAULT_LIMIT, "%.80s/%s: a checkpoint of %zu bytes", s->files.name, name,
                         note.len);
    if (fd < 0 || !write_all(fd, note) || fsync(fd) != 0 ||
        renameat(s->folder, NEW_NAME, s->folder, name) != 0 || fsync(s->folder) != 0) {
        (void)refuse(f, name);
        return fault_wrap(f, "%.80s", s->files.name);
    }
    return true;
}
