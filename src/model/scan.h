/* scan.h -- one scan: its own record, what it covered, and what it found; also what
 * `hallmark judge` reports, with one product that is only thought of. */
#ifndef SCAN_H
#define SCAN_H

#include "model/product.h"
#include "model/verdict.h"

/* Something that was not looked at because it was asked so, or as a matter of course. */
struct skipped {
    const char *path;
    const char *why;
};

/* Something that should have been read and was not, wholly. Makes the scan incomplete. */
struct not_read {
    const char *path;
    const char *why;  /* names the place and the rule broken */
    const char *kind; /* "format", "limit", "unsupported", "io", "denied", "crash", "interrupted" */
};

struct coverage {
    uint64_t files;   /* regular files seen */
    uint64_t by_name; /* judged by name alone */
    uint64_t read;    /* opened and read */
    uint64_t bytes;   /* of those, whole, though of a large program only parts are read */
    uint64_t folders;
    struct vec skipped;      /* struct skipped, by path */
    struct vec not_read;     /* struct not_read, by path then why */
    uint64_t unowned;        /* programs and libraries that no package owns */
    struct vec unidentified; /* const char *, by path: of those, the ones that nothing identifies */
};

/* What a root says of itself (os-release), for the purl's distro and the reader. */
struct system {
    const char *root;
    const char *id;         /* ID */
    const char *version_id; /* VERSION_ID or NULL */
    const char *name;       /* PRETTY_NAME or NAME or NULL */
};

/* The scan's own record: the only part of a report that may differ between two runs. */
struct scan_record {
    const char *time; /* RFC 3339, UTC */
    const char
        *host_id; /* from /etc/machine-id of the scanning host, hashed; NULL where there is none */
    double duration; /* seconds */
    unsigned workers;
    struct vec method; /* const char *: what was looked for and how, a sentence each */
    struct vec
        sandbox; /* const char *: "landlock: on", "seccomp: on", "landlock: the kernel has none" */
};

/* A proof file of a register that answers rest on. */
struct scan_proof {
    const char *key;
    const char *file;      /* where it was written, or NULL */
    const char *sha256;    /* of the file, "sha256:..." */
    const char *statement; /* as `hallmark verify` says it */
};

/* The register that was asked, in the state that was read. */
struct scan_registry {
    const char *place; /* as the user named it */
    const char *origin;
    uint64_t size;
    const char *time;     /* by its witnesses, RFC 3339; NULL: none has signed one */
    const char *trusted;  /* file of the trusted keys; NULL: the register's own */
    const char *known_at; /* as the user said it, or NULL */
    struct vec proofs;    /* struct scan_proof, by key */
};

struct scan_product {
    struct product product;
    struct verdict verdict;
};

struct scan {
    struct scan_record record;
    const char *target;             /* as the user named it; NULL for judge */
    struct vec systems;             /* struct system */
    const char *as_of;              /* YYYY-MM-DD */
    struct vec context;             /* struct context_line */
    struct vec policies;            /* const char *: FILE or DIR given with --policy */
    struct scan_registry *registry; /* NULL: none was asked */
    struct vec products;            /* struct scan_product, in the order of the report */
    struct coverage coverage;
    bool incomplete; /* something is under not_read, or it was interrupted */
    bool interrupted;
    struct vec warnings; /* const char *: rules and marks that can never match, ... */
};

/* One key of the context and its words, for the report. */
struct context_line {
    const char *key;
    struct vec words; /* const char * */
};

#endif
