/* format.h -- what a reader of a file format must offer, and how one is found.
 *
 * A format turns bytes into records of facts: "package: name=bash version=5.2". It judges nothing,
 * prints nothing, opens nothing, and keeps nothing beyond the call. Each is one `const struct
 * format` and one line in formats.def; that line also builds its fuzz target, its row in
 * `hallmark formats` and the manual page. */
#ifndef FORMAT_H
#define FORMAT_H

#include "core/arena.h"
#include "core/bytes.h"
#include "format/sink.h"

struct trust; /* root certificates to check chains against (format/trust.h) */

/* What a reader is given. */
struct reading {
    struct bytes all;          /* the whole artefact (mapped or in memory) */
    struct bytes beside;       /* the companion named by `beside`, or empty */
    const struct trust *trust; /* NULL: no root was given */
    struct arena *arena;       /* scratch for this artefact; emptied by the caller */
};

struct format {
    const char *name;  /* a word: "elf" */
    const char *title; /* for the manual: "ELF executables and libraries" */
    const char *cites; /* the specification: "System V ABI, chapter 4" */

    /* Must. How many bits of evidence were checked and held; 0 means not ours. Sees only `head`. */
    int (*bid)(struct bytes head);

    /* Must. States the facts found. A record that breaks the format is reported with sink_fault
     * and lost alone, where the format lets the reader find the next one. On false the records
     * already stated stand, and `f` says why the rest is missing. */
    bool (*read)(const struct reading *in, struct sink *out, struct fault *f);
};

#define FORMAT(name) extern const struct format name##_format;
#include "format/formats.def"
#undef FORMAT

/* Every registered format, ended by NULL. */
extern const struct format *const format_all[];

/* The highest bidder for these first bytes, or NULL. */
const struct format *format_find(struct bytes head);

/* By name, or NULL. */
const struct format *format_named(const char *name);

#endif
