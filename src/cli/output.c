#include "cli/output.h"

#include "core/arena.h"
#include "core/buf.h"
#include "core/limits.h"
#include "core/own.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MODE = 0666 }; /* the umask has the last word */

static bool is_standard(const char *path)
{
    return path == NULL || strcmp(path, "-") == 0;
}

static bool io_fault(struct fault *f, const char *path)
{
    const enum fault_kind kind = errno == EACCES || errno == EPERM ? FAULT_DENIED : FAULT_IO;

    return fault_set(f, kind, "writing %s: %s", path, strerror(errno));
}

char *output_below(const char *folder, const char *name, struct arena *a, struct fault *f)
{
    size_t len = strlen(folder);

    while (len > 0 && folder[len - 1] == '/')
        len--;
    return arena_print(a, f, "%.*s/%s", (int)len, folder, name);
}

/* True for what is there and is no regular file: a device, a pipe. */
static bool is_special(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

/* The folder of `path`, "." where it names none. */
static const char *folder_of(struct arena *a, const char *path, struct fault *f)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return arena_copy_text(a, ".", f);
    const struct bytes folder = { (const uint8_t *)path, (size_t)(slash - path) };
    return folder.len == 0 ? arena_copy_text(a, "/", f) : arena_copy(a, folder, f);
}

bool output_check(const char *path, struct fault *f)
{
    struct arena a = arena_with_budget(4 * LIMIT_PATH);
    struct stat st;
    bool ok = true;

    if (is_standard(path))
        return true;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return fault_set(f, FAULT_IO, "writing %s: it is a folder", path);
    if (is_special(path)) {
        ok = access(path, W_OK) == 0 || io_fault(f, path);
    } else {
        const char *folder = folder_of(&a, path, f);
        ok = folder != NULL && (access(folder, W_OK | X_OK) == 0 || io_fault(f, path));
    }
    arena_done(&a);
    return ok;
}

static bool write_all(int fd, struct bytes text)
{
    while (text.len > 0) {
        const ssize_t n = write(fd, text.at, text.len);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            text = bytes_part(text, (size_t)n, text.len);
    }
    return true;
}

static bool write_standard(struct bytes text, struct fault *f)
{
    /* a closed pipe is told by write, not by a signal that ends the program with 141 */
    (void)signal(SIGPIPE, SIG_IGN);
    return write_all(STDOUT_FILENO, text) || errno == EPIPE || io_fault(f, "standard output");
}

bool output_entrust(struct bytes text, struct fault *f)
{
    (void)signal(SIGPIPE, SIG_IGN);
    return write_all(STDOUT_FILENO, text) || io_fault(f, "standard output");
}

static bool write_special(const char *path, struct bytes text, struct fault *f)
{
    OWNED(own_close) int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

    return fd >= 0 && write_all(fd, text) ? true : io_fault(f, path);
}

/* `name` does not exist yet; it is gone again unless all was written and renamed. */
static bool write_beside(const char *name, const char *path, struct bytes text, struct fault *f)
{
    OWNED(own_close) int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, MODE);

    if (fd < 0)
        return io_fault(f, path);
    const bool written = write_all(fd, text) && close(own_take_fd(&fd)) == 0;
    if (written && rename(name, path) == 0)
        return true;
    const bool told = io_fault(f, path);
    (void)unlink(name);
    return told;
}

static bool write_file(struct arena *a, const char *path, struct bytes text, struct fault *f)
{
    OWNED(own_free) char *real = realpath(path, NULL);
    const char *place = real == NULL ? path : real; /* a link stays a link */
    const char *name = arena_print(a, f, "%s.%ld.part", place, (long)getpid());

    return name != NULL && write_beside(name, place, text, f);
}

bool output_write(const char *path, struct bytes text, struct fault *f)
{
    struct arena a = arena_with_budget(4 * LIMIT_PATH);

    if (is_standard(path))
        return write_standard(text, f);
    if (is_special(path))
        return write_special(path, text, f);
    const bool ok = write_file(&a, path, text, f);
    arena_done(&a);
    return ok;
}

bool output_announce(const char *line, const char *ready, struct fault *f)
{
    struct buf text = buf_with_limit(LIMIT_PATH);

    buf_print(&text, "%s\n", line);
    bool ok = buf_ok(&text) || fault_set(f, FAULT_LIMIT, "the address is too long");
    ok = ok && (ready == NULL || output_write(ready, buf_bytes(&text), f));
    if (ok && (fwrite(text.at, 1, text.len, stdout) != text.len || fflush(stdout) != 0))
        ok = fault_set(f, FAULT_IO, "standard output: %s", strerror(errno));
    buf_done(&text);
    return ok;
}
