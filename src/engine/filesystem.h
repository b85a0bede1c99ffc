/* filesystem.h -- what kind of file system a folder lies on. */
#ifndef FILESYSTEM_H
#define FILESYSTEM_H

#include <stdbool.h>

struct filesystem {
    const char *name; /* "ext4", "proc"; "unknown" for one that is not in the table */
    bool local;       /* its files are this machine's own: no network, no kernel's view of itself */
};

struct filesystem filesystem_of(int fd);

#endif
