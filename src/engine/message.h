/* message.h -- what a worker and the parent say to each other: frames of a 32-bit length and a
 * payload, whose first byte is the kind.
 *
 * The worker reads hostile bytes, so the parent believes nothing: every frame is read through a
 * cursor, every text must be clean and within its limit, every number within its range. A frame
 * that breaks a rule is the end of that worker, as if it had died. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "core/limits.h"
#include "core/wire.h"
#include "model/product.h"
#include "model/scan.h"

enum message_kind {
    /* parent to worker */
    MESSAGE_FOLDER = 1, /* walk this folder and all below; not these paths */
    MESSAGE_PROGRAMS,   /* read these programs */

    /* worker to parent */
    MESSAGE_PRODUCT, /* a product; `loose` where no package database gave it a root */
    MESSAGE_OWNS,    /* hashes of paths that a package owns */
    MESSAGE_SYSTEM,
    MESSAGE_NOTE,         /* a claim about the maker of a package */
    MESSAGE_SIGHTING,     /* a mark of the knowledge base was borne out by this path */
    MESSAGE_UNIDENTIFIED, /* a program that nothing identifies */
    MESSAGE_SKIPPED,
    MESSAGE_NOT_READ,
    MESSAGE_CANDIDATES,   /* programs of this folder, to be read where no package owns them */
    MESSAGE_FOLDER_DONE,  /* commits all since the last commit; names the folders below */
    MESSAGE_GIVE,         /* the oldest folders of the worker's stack are for others */
    MESSAGE_PROGRAM_DONE, /* commits the findings of one program */
    MESSAGE_REFUSED,      /* the worker could not raise its walls */
    MESSAGE_KIND_MAX,
};

/* The longest text in a message: LIMIT_TEXT bytes of input, all of them escaped. */
enum { MESSAGE_TEXT_MAX = 8 * LIMIT_TEXT + 64 };

/* What a worker counted since its last commit. */
struct message_counts {
    uint64_t files;
    uint64_t by_name;
    uint64_t read;
    uint64_t bytes;
};

/* Begin a frame in `b`; end it, which writes the length. One at a time. */
size_t message_begin(struct buf *b, enum message_kind kind);
void message_end(struct buf *b, size_t begun);

/* The next whole frame's payload off the front of `stream`: true and the cursor behind the kind.
 * False where more bytes are needed; `bad` is set where the length breaks the limit or the kind is
 * none. */
bool message_next(struct bytes *stream, enum message_kind *kind, struct cursor *payload, bool *bad);

void message_put_counts(struct buf *b, const struct message_counts *counts);
struct message_counts message_counts(struct cursor *c);

void message_put_claim(struct buf *b, const struct claim *claim);
void message_put_product(struct buf *b, const struct product *p, bool loose);

/* False where the payload breaks a rule. Texts are copied into `a`. */
bool message_claim(struct cursor *c, struct arena *a, struct claim *out) MUST_CHECK;
bool message_product(struct cursor *c, struct arena *a, struct product *out,
                     bool *loose) MUST_CHECK;

#endif
