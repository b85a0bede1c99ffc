#include "core/file.h"

#include "core/own.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OWNER_ALONE = 0600 };

bool file_read(const char *path, struct buf *out, struct fault *f)
{
    OWNED(own_fclose) FILE *in = fopen(path, "rbe");
    uint8_t piece[16384];

    if (in == NULL)
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%s: %s", path,
                         strerror(errno));
    for (size_t n = 1; n > 0 && buf_ok(out);) {
        n = fread(piece, 1, sizeof piece, in);
        buf_add(out, (struct bytes){ .at = piece, .len = n });
    }
    if (ferror(in) != 0)
        return fault_set(f, FAULT_IO, "%s: %s", path, strerror(errno));
    return buf_ok(out) || fault_set(f, FAULT_LIMIT, "%s: larger than %zu bytes", path, out->limit);
}

bool file_load(const char *path, size_t limit, struct arena *a, struct bytes *out, struct fault *f)
{
    struct buf all = buf_with_limit(limit);
    const char *copy = file_read(path, &all, f) ? arena_copy(a, buf_bytes(&all), f) : NULL;

    if (copy != NULL)
        *out = (struct bytes){ .at = (const uint8_t *)copy, .len = all.len };
    buf_done(&all);
    return copy != NULL;
}

static bool write_all(int fd, struct bytes text)
{
    while (text.len > 0) {
        const ssize_t n = write(fd, text.at, text.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        text = bytes_part(text, (size_t)n, text.len);
    }
    return true;
}

/* The folder's entry for the file must reach the disk too. */
static bool sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    OWNED(own_free)
    char *folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);

    if (folder == NULL)
        return false;
    OWNED(own_close) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 && fsync(fd) == 0;
}

bool file_create(const char *path, struct bytes text, struct fault *f)
{
    OWNED(own_close)
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, OWNER_ALONE);

    if (fd < 0 && errno == EEXIST)
        return fault_set(f, FAULT_DENIED, "%s: it is there already, and never overwritten", path);
    if (fd < 0)
        return fault_set(f, FAULT_IO, "%s: %s", path, strerror(errno));
    if (fchmod(fd, OWNER_ALONE) == 0 && write_all(fd, text) && fsync(fd) == 0 && sync_folder(path))
        return true;
    const int why = errno;
    (void)unlink(path);
    return fault_set(f, FAULT_IO, "%s: %s", path, strerror(why));
}
