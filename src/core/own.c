#include "core/own.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void own_free(void *pointer_to_pointer)
{
    free(own_take(pointer_to_pointer));
}

void own_close(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

void own_fclose(FILE **f)
{
    if (*f != NULL)
        (void)fclose(*f);
    *f = NULL;
}

/* Up to `last`, which may be UINT_MAX. */
static void close_run(unsigned first, unsigned last)
{
    if (first > last || close_range(first, last, 0) == 0)
        return;
    /* a kernel before 5.9 */
    const long most = sysconf(_SC_OPEN_MAX);
    for (long fd = first; fd <= (long)last && fd < most; fd++)
        (void)close((int)fd);
}

static void silence_streams(void)
{
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    for (int fd = STDIN_FILENO; fd <= STDOUT_FILENO; fd++) {
        if (null < 0 || dup2(null, fd) < 0)
            (void)close(fd);
    }
    if (null > STDERR_FILENO)
        (void)close(null);
}

void own_close_inherited(const int *kept, size_t count)
{
    unsigned from = STDERR_FILENO + 1;

    while (from != 0) {
        unsigned next = UINT_MAX; /* the nearest that is kept */
        for (size_t i = 0; i < count; i++) {
            if (kept[i] >= (int)from && (unsigned)kept[i] < next)
                next = (unsigned)kept[i];
        }
        close_run(from, next == UINT_MAX ? next : next - 1);
        from = next == UINT_MAX ? 0 : next + 1;
    }
    silence_streams();
}

int own_take_fd(int *fd)
{
    const int taken = *fd;

    *fd = -1;
    return taken;
}

void *own_take(void *pointer_to_pointer)
{
    void *taken = NULL;

    /* by copy: the caller's pointer may be of any object type */
    memcpy(&taken, pointer_to_pointer, sizeof taken);
    memset(pointer_to_pointer, 0, sizeof taken);
    return taken;
}
