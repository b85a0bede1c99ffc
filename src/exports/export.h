/* export.h -- what a register holds, in the formats of others: certificates for those who check
 * artefacts, directives and reports for those who track compliance, feeds for those who follow.
 *
 * An export states what was logged and what follows from it on a day, and decides nothing. It is no
 * proof: each names the log, its size and the entries behind it, so that a proof can be asked for.
 * The same register, question and day give the same bytes. What a format cannot say is left out and
 * told. */
#ifndef EXPORT_H
#define EXPORT_H

#include "core/buf.h"
#include "standing/history.h"

struct export_question {
    const struct history *history;
    const char *origin;
    uint64_t size;         /* entries of the state that is exported */
    int32_t day;           /* as of when: acts dated after it do not count */
    const char *id;        /* a certificate, or a source of rows; NULL: all, or the format's own */
    const char *directive; /* or NULL */
};

/* What came of it. */
struct export_told {
    size_t written;
    size_t left_out;
    const char *why; /* of what was left out; NULL: nothing was */
};

struct export_form {
    const char *name;  /* the word of --to */
    const char *title; /* one line: which format, of what */
    bool takes_id;
    bool takes_directive;

    /* Must. Writes the whole document. A fault where the register does not hold what was asked, or
     * where the format cannot say it at all. Scratch goes to the arena. */
    bool (*write)(const struct export_question *q, struct arena *a, struct buf *out,
                  struct export_told *told, struct fault *f) MUST_CHECK;
};

#define EXPORT(name) extern const struct export_form export_##name##_form;
#include "exports/exports.def"
#undef EXPORT

/* Every form, ended by NULL. */
extern const struct export_form *const export_all[];

const struct export_form *export_named(const char *name); /* NULL: there is none */

/* Refuses a question that the form does not take. */
bool export_write(const struct export_form *form, const struct export_question *q, struct arena *a,
                  struct buf *out, struct export_told *told, struct fault *f) MUST_CHECK;

#endif
