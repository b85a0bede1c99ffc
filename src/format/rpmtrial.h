/* rpmtrial.h -- what the tests of the rpm formats share: headers built from text, records as rows
 * to compare with rpm's own, and programs to run. Test code, linked into the unit tests alone. */
#ifndef RPMTRIAL_H
#define RPMTRIAL_H

#include "core/buf.h"
#include "format/format.h"

struct rpmtrial_package {
    const char *name;
    const char *version;
    const char *release;
    const char *epoch; /* decimal, or NULL for none, as all that follow */
    const char *arch;
    const char *vendor;
    const char *packager;
    const char *url;
    const char *sourcerpm;
    const char *files[8]; /* absolute paths */
};

/* A header being built entry by entry, for those that break a rule. */
struct rpmtrial_header {
    struct buf index;
    struct buf store;
};

struct rpmtrial_header rpmtrial_header(void);
void rpmtrial_add(struct rpmtrial_header *h, uint32_t tag, uint32_t type, uint32_t count,
                  struct bytes data);
void rpmtrial_add_text(struct rpmtrial_header *h, uint32_t tag, const char *text);
void rpmtrial_add_number(struct rpmtrial_header *h, uint32_t tag, uint32_t number);

/* The finished blob, and the builder freed. Caller frees the buf. */
struct buf rpmtrial_blob(struct rpmtrial_header *h);

/* The blob of a package, with an immutable region. Caller frees the buf. */
struct buf rpmtrial_package(const struct rpmtrial_package *p);

void rpmtrial_be32(struct buf *b, uint32_t number);
void rpmtrial_le32(struct buf *b, uint32_t number);

/* The packages of a reading, a sorted line each: name, epoch, version, release, arch, vendor,
 * sourcerpm, license, sigmd5, tab between, "(none)" where absent. Losses and faults come as lines
 * "lost: ...", "fault: ...". Caller frees. */
char *rpmtrial_rows(const struct format *format, const struct reading *in);

/* The same query for `rpm --queryformat`. */
#define RPMTRIAL_QUERY                                                                             \
    "%{NAME}\t%{EPOCH}\t%{VERSION}\t%{RELEASE}\t%{ARCH}\t%{VENDOR}\t%{SOURCERPM}\t%{LICENSE}\t"    \
    "%{SIGMD5}\n"

/* The lines of a text in byte order, without those that begin with '#'. Caller frees. */
char *rpmtrial_sorted(const char *text);

/* "NAME PATH" per owned path, sorted. Caller frees. */
char *rpmtrial_files(const struct format *format, const struct reading *in);

/* Run a program (NULL-ended arguments) with its output in `output`; its exit status, or -1 where
 * it cannot be run. */
int rpmtrial_run(const char *const argv[], const char *output);

/* A fresh folder, removed by rpmtrial_remove. Caller frees. */
char *rpmtrial_folder(void);
void rpmtrial_remove(char *folder);

/* "FOLDER/NAME". Caller frees. */
char *rpmtrial_path(const char *folder, const char *name);

#endif
