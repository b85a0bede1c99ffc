/* worker.h -- one worker process: it walks folders and reads artefacts of the target, behind walls,
 * and tells the parent what it finds. It shares nothing but a page on which it writes what it has
 * in hand, so that the parent can name that when the worker dies. */
#ifndef WORKER_H
#define WORKER_H

#include "core/limits.h"
#include "engine/dispatch.h"

#include <stdatomic.h>

/* A worker writes, the parent reads and believes nothing. */
struct worker_slot {
    _Atomic uint64_t turn;  /* counts artefacts taken up: odd while one is in hand */
    _Atomic uint64_t files; /* seen, for the progress line */
    _Atomic uint64_t bytes; /* read */
    char path[LIMIT_PATH];  /* of the artefact in hand, or the folder; raw bytes and a NUL */
};

struct worker_page {
    _Atomic unsigned hungry; /* the parent has a worker without work */
    struct worker_slot slots[];
};

struct worker_setup {
    int channel;       /* a socket to the parent */
    int target;        /* the folder of the target, open for reading */
    struct bytes only; /* the target is one file: its name in that folder; else empty */
    bool cross_file_systems;
    const struct vec *excludes; /* const char * */
    const struct dispatch *dispatch;
    const struct trust *trust;
    struct worker_page *page;
    unsigned seat; /* which slot of the page is ours */
};

/* Raise the walls and work until the parent closes the channel. Never returns. */
_Noreturn void worker_run(const struct worker_setup *s);

#endif
