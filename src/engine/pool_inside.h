/* pool_inside.h -- the pool's own parts: for pool.c, intake.c and death.c alone. */
#ifndef POOL_INSIDE_H
#define POOL_INSIDE_H

#include "engine/pool.h"
#include "engine/progress.h"
#include "engine/visit.h"

#include <sys/types.h>
#include <time.h>

/* A batch of programs of one folder. */
struct batch {
    struct bytes folder; /* borrowed from the gather */
    struct bytes *names; /* borrowed from the gather; PROGRAMS_PER_TASK at most */
    size_t count;
    size_t done;
};

struct seat {
    pid_t pid;
    int channel;
    bool said_goodbye;
    struct buf in;       /* from the worker: committed frames are taken off the front */
    size_t scanned;      /* of `in`, frames already looked at, not yet committed */
    struct visits stack; /* the worker's own stack of folders, mirrored */
    struct batch batch;
    uint64_t turn; /* of the artefact that the clock below is about */
    struct timespec turn_cpu;
    bool overtime; /* we ended it ourselves */
};

struct pool {
    struct pool_plan plan;
    struct gather *gather;
    struct worker_page *page;
    size_t page_size;
    struct seat *seats;
    struct visits queue;   /* folders that nobody has */
    struct batch *batches; /* programs that nobody has */
    size_t batch_count;
    size_t batch_next;
    struct vec struck;  /* struct bytes: artefacts that cost a worker its life */
    struct map strikes; /* path -> struct strike */
    struct progress progress;
};

struct strike {
    unsigned deaths;
};

/* intake.c: take over all that is whole in the seat's buffer. False with FAULT_FORMAT: the worker
 * is not to be believed; with another kind the run is over. */
bool intake_frames(struct pool *p, struct seat *s, struct fault *f) MUST_CHECK;

/* death.c: the worker of this seat is dead, by `status` (waitpid). Names what it had in hand, and
 * gives back to the pool what it had not committed. */
bool death_settle(struct pool *p, unsigned seat, int status, struct fault *f) MUST_CHECK;

#endif
