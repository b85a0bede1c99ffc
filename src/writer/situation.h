/* situation.h -- how a register stands, told by its folder without taking its lock: beside a writer
 * that appends, what is told is of the moment. */
#ifndef SITUATION_H
#define SITUATION_H

#include "tlog/quorum.h"
#include "writer/folder.h"

struct situation_checkpoint {
    uint64_t size; /* 0: none */
    bool reached;  /* the quorum has signed */
    int64_t time;  /* by the quorum; 0: it has none */
};

struct situation {
    const char *origin;
    const struct key *log;
    const struct quorum *quorum;
    struct situation_checkpoint published;
    struct vec witnesses; /* struct quorum_signature, of the published checkpoint */
    bool is_keeper;       /* DIR/private could be read; without it, nothing below is known */
    uint64_t size;        /* durable entries */
    struct situation_checkpoint candidate; /* on its way to the witnesses */
    const char *clock;                     /* the file of the simulated clock, or NULL */
    int64_t now;                           /* by the log's clock; 0: it cannot be read */
    bool has_index;
    uint64_t covers; /* entries that the kept index covers */
    uint64_t keys;
};

/* All in the arena; the folder is borrowed. */
bool situation_read(const struct folder *folder, struct arena *a, struct situation *out,
                    struct fault *f) MUST_CHECK;

#endif
