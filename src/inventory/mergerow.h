/* mergerow.h -- one product as merge holds it until the end: less than half of a `struct product`,
 * its texts interned, its lists of exact length. For inventory/merge alone. */
#ifndef MERGEROW_H
#define MERGEROW_H

#include "core/intern.h"
#include "model/product.h"

struct mergerow_texts {
    const char **items;
    uint16_t count;
};

struct mergerow {
    struct mergerow *next;
    const char *type;
    const char *family; /* "program" for the types that make up one loose product, else the type */
    const char *root;
    const char *name;
    const char *version;
    const char *epoch;
    const char *arch;
    const char *makers; /* loose: what its makers are said to be, as one text to compare; NULL */
    const char *source;
    const char *source_version;
    const char *homepage;
    const char *digest;
    const char *vendor;
    const char *title;
    struct mergerow_texts paths;
    struct mergerow_texts conflicts;
    struct mergerow_texts categories;
    struct claim *claims;
    struct evidence *evidence;
    size_t more_paths;
    size_t more_evidence;
    uint16_t claim_count;
    uint16_t evidence_count;
    enum presence presence;
    bool loose; /* no package database lists it: program, library, driver, signature, engine */
};

/* Where things go: rows, and the lists of loose ones, which are many and seldom stand alone, to
 * `rows`, which is dropped at the end; the lists of packages to `kept`, where products borrow them.
 */
struct mergerow_store {
    struct intern texts;
    struct arena *rows;
    struct arena *kept;
};

/* The interned copy of a text in place of it; NULL stays NULL. */
bool mergerow_keep(struct mergerow_store *s, const char **text, struct fault *f) MUST_CHECK;
bool mergerow_keep_claim(struct mergerow_store *s, struct claim *claim, struct fault *f) MUST_CHECK;

/* A row in `s->rows` with everything copied. */
bool mergerow_new(struct mergerow_store *s, const struct product *p, struct mergerow **out,
                  struct fault *f) MUST_CHECK;

/* By what makes two rows one product; 0 says that they are. A loose product's architecture and
 * which of its files are programs or libraries does not part it; its makers do. */
int mergerow_compare(const struct mergerow *a, const struct mergerow *b);

#endif
