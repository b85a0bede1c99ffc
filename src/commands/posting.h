/* posting.h -- one record on its way into a register: signed, submitted, published, and the receipt
 * for it. The register is a folder here, or an address that takes submissions. */
#ifndef POSTING_H
#define POSTING_H

#include "cli/invocation.h"
#include "core/buf.h"

struct posting {
    const char *place; /* DIR or URL */
    const char
        *receipt; /* where the proof of inclusion goes, or NULL; the entry: `receipt`.entry */
    bool dry_run; /* print the entry and whether it would be refused, write nothing */
    bool sent;    /* told by posting_send, also on false: the entry is in the register, or may be */
};

/* From the first operand, --receipt, --dry-run. */
bool posting_read(const struct invocation *in, struct posting *out, struct fault *f) MUST_CHECK;

/* Sign the record's text with each --key and log it; its index is told on standard output, and with
 * a receipt its signed text is kept in a file beside it. *status is how the program ends, also on
 * false: FOUND where a rule of the register refused the entry, REFUSED where it could not be
 * brought there, else CLEAN, or INCOMPLETE where it is durable and not published (then there is no
 * receipt). */
bool posting_send(struct posting *p, const struct invocation *in, struct bytes text, int *status,
                  struct fault *f) MUST_CHECK;

#endif
