#include "core/own.h"

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
