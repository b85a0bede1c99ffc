/* progress.h -- one line on the terminal that says how far the scan is; nothing where standard
 * error is no terminal. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct progress {
    bool on;
    bool shown;
    struct timespec begun;
    struct timespec last;
    unsigned columns;
};

/* `wanted` false, or no terminal: a progress that shows nothing. */
struct progress progress_on(bool wanted);

/* At most ten times a second. `path` is raw bytes of input. */
void progress_show(struct progress *p, uint64_t files, uint64_t bytes, const char *path);

/* Take the line away. */
void progress_done(struct progress *p);

#endif
