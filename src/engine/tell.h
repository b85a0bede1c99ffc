/* tell.h -- a worker's side of the channel: messages out, tasks in. When the parent is gone, or the
 * memory is, there is nobody to tell: the worker ends. */
#ifndef TELL_H
#define TELL_H

#include "core/cursor.h"
#include "core/limits.h"
#include "engine/message.h"
#include "inventory/cataloger.h"

struct tell {
    int channel;
    struct buf out;
    struct buf in;
    size_t taken; /* of `in`, by tasks already handed out */
};

struct tell tell_over(int channel);

/* Send what has gathered; always, or when it is worth a call. */
void tell_flush(struct tell *t);
void tell_maybe_flush(struct tell *t);

/* Wait for the next task. The payload lives until the next call. False when the parent has closed.
 */
bool tell_task(struct tell *t, enum message_kind *kind, struct cursor *payload);

void tell_not_read(struct tell *t, const char *path, const char *kind, const char *why);
void tell_skipped(struct tell *t, const char *path, const char *why);
void tell_sighting(struct tell *t, uint32_t mark, const char *path);

/* The findings of a cataloger, as messages. */
struct tell_artefact {
    struct tell *tell;
    const char *path; /* clean */
    const char *root;
    bool loose;                 /* no database gave the root */
    size_t owns_at;             /* the OWNS message being built, and for whom; SIZE_MAX: none */
    char owner[LIMIT_NAME + 1]; /* a copy: the cataloger's text ends with its record */
    bool has_owner;
    uint32_t owned;
};

/* Findings that write into `a->tell`; call tell_artefact_end after the last, and before any other
 * message. */
struct findings tell_findings(struct tell_artefact *a);
void tell_artefact_end(struct tell_artefact *a);

#endif
