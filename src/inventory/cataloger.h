/* cataloger.h -- facts to products: what a cataloger offers, what it wants to read, and where its
 * findings go.
 *
 * A cataloger says which files it wants, by name, and which format reads them; it turns the records
 * of that format into products, owned paths, systems and notes about makers. It runs in a worker,
 * one artefact at a time, keeps nothing from one artefact to the next, and judges nothing. Each is
 * one `const struct cataloger` and one line in catalogers.def. */
#ifndef CATALOGER_H
#define CATALOGER_H

#include "format/format.h"
#include "model/product.h"
#include "model/scan.h"

enum wanted_kind {
    WANTED_END,
    WANTED_NAME,      /* the file's whole name: "os-release" */
    WANTED_EXTENSION, /* without the dot, lower case; compared without case: "exe" */
    WANTED_TAIL,      /* the path's last parts: "var/lib/dpkg/status"; a '*' stands for one part. Of
                         a cataloger's patterns that fit one file the longest counts */
    WANTED_FOLDER,  /* any file directly in a folder with this path tail: "var/lib/dpkg/status.d" */
    WANTED_PROGRAM, /* any file with an execute bit, or named like a shared library (.so, .so.N) */
};

struct wanted {
    enum wanted_kind kind;
    const char *pattern;
    /* TAIL and FOLDER: the pattern is the place of a package database below its root; what stands
     * before it is the root of the products found ("" means the target's own root "/"). */
    bool database;
    const char *name_suffix; /* FOLDER: only names with this ending (".list"), or NULL for all */
};

/* Where findings go; the engine sends them over the pipe. All texts are copied; all return false
 * only when nothing more can be taken (memory, or the pipe is gone). */
struct findings {
    bool (*product)(void *ctx, const struct product *p, struct fault *f);
    /* A package owns this path (absolute below `root`, "/usr/bin/ls"). `package` names it for
     * evidence; may be NULL. */
    bool (*owns)(void *ctx, struct bytes path, const char *package, struct fault *f);
    bool (*system)(void *ctx, const struct system *s, struct fault *f);
    /* A claim about the maker of a package found elsewhere (a copyright file): type, package name.
     */
    bool (*note)(void *ctx, const char *type, const char *package, const struct claim *claim,
                 struct fault *f);
    /* The artefact is a program that this cataloger could not name: it goes to `unidentified`. */
    bool (*unidentified)(void *ctx, struct fault *f);
    void *ctx;
};

struct cataloging {
    const char *path;      /* of the artefact below the target, "/" first, clean text */
    struct bytes raw_path; /* the same, raw bytes */
    const char *root;      /* "/" or the nested root */
    struct arena *arena;   /* for this record; emptied by the caller after each */
    const struct findings *out;
    void *state; /* the cataloger's own, for this artefact: `state_size` zeroed bytes */
};

struct cataloger {
    const char *name;      /* a word: "dpkg-status" */
    const char *looks_for; /* for the manual and the report's method: "packages installed by dpkg
                              (var/lib/dpkg/status)" */
    const struct wanted *wanted;         /* ended by WANTED_END */
    const struct format *const *formats; /* must: those that may read it, NULL-ended; with more than
                                          * one, the highest bidder among them; with none bidding,
                                          * the file is no artefact of ours and is left alone */
    bool must_bid;      /* true: a file that its format does not recognise is passed over in silence
                         * (an .exe that is no PE); false: it is read anyway, its faults reported */
    const char *beside; /* suffix of a companion file read with it ("-wal"), or NULL */
    uint64_t size_max;  /* from core/limits.h */
    size_t state_size;
    /* True: programs; read only where no package owns the path. False: read whenever wanted. */
    bool only_unowned;

    /* Must. One record of the format. */
    bool (*record)(struct cataloging *c, const struct record *r, struct fault *f);
    /* May. After the last record, also when the reading failed midway. */
    bool (*finish)(struct cataloging *c, struct fault *f);
};

#define CATALOGER(name) extern const struct cataloger name##_cataloger;
#include "inventory/catalogers.def"
#undef CATALOGER

extern const struct cataloger *const cataloger_all[];

#endif
