/* writer_inside.h -- the fields of a writer, for its own files alone. */
#ifndef WRITER_INSIDE_H
#define WRITER_INSIDE_H

#include "register/index.h"
#include "standing/admission.h"
#include "writer/backlog.h"
#include "writer/journal.h"
#include "writer/keeper.h"
#include "writer/published.h"
#include "writer/settings.h"
#include "writer/times.h"
#include "writer/writer.h"

#include <sys/types.h>

enum { WRITER_BUNDLES = 4 };

/* A bundle of published entries, kept because admission comes back to the same few. */
struct writer_bundle {
    struct arena arena;
    uint64_t n;
    unsigned width;
    struct bytes content; /* empty: none is kept */
    struct bytes hashes;  /* of its entries, as tile/0 has them */
    uint64_t used;
};

struct writer_round_child {
    pid_t process; /* 0: none */
    int pipe;
    uint64_t size; /* what it publishes */
    struct sha256 root;
};

struct writer {
    char *name;
    struct folder folder;
    int lock;
    struct arena arena;   /* of the writer's life */
    struct arena scratch; /* of one call */
    struct settings settings;
    struct keeper *keeper;
    struct quorum quorum;
    struct journal journal;
    struct backlog backlog;     /* from the published size on */
    struct merkle_edge edge;    /* of all entries, staged included */
    struct merkle_edge durable; /* of those in the journal */
    struct index *index;
    struct admission *admission;
    struct history history;
    struct times times;
    bool has_times;
    uint64_t published;
    struct sha256 root; /* of the published checkpoint */
    int64_t time;       /* and its time by the quorum */
    bool commit_due;    /* the last entry is an index leaf whose version the index does not have */
    bool broken;        /* memory and disk may disagree: only closing is left */
    struct writer_bundle bundles[WRITER_BUNDLES];
    uint64_t uses;
    struct writer_round_child child;
};

/* A checkpoint on its way: what is signed, and where. */
struct writer_plan {
    uint64_t size;
    struct sha256 root;
    struct bytes note; /* text and the log's signature; in w->scratch */
};

#endif
