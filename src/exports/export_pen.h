/* export_pen.h -- writing an export as JSON: codec/emit with texts made in an arena.
 *
 * A pen fails for good at the first allocation that fails: what is written after it is worth
 * nothing, and export_pen_ok says so once at the end. */
#ifndef EXPORT_PEN_H
#define EXPORT_PEN_H

#include "codec/emit.h"
#include "exports/export.h"

struct export_pen {
    struct emit emit; /* may be used outside */
    const struct export_question *question;
    struct arena *arena;
    struct fault *f;
    struct history_act first; /* the log's first entry, once it was asked for */
    bool has_first;
    bool failed;
};

struct export_pen export_pen_on(const struct export_question *q, struct arena *a, struct buf *out,
                                struct fault *f);
bool export_pen_ok(const struct export_pen *p) MUST_CHECK;

/* Texts in the arena; "" once the pen has failed. */
const char *export_pen_text(struct export_pen *p, struct bytes text);
const char *export_pen_print(struct export_pen *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
const char *export_pen_day(struct export_pen *p, int32_t day);    /* NULL for DATE_NONE */
const char *export_pen_moment(struct export_pen *p, int32_t day); /* its first second, RFC 3339 */
const char *export_pen_end(struct export_pen *p, int32_t day);    /* its last: of a last day */

/* Members: a text, left out where it is empty; a day, or null; a list of texts (struct bytes), left
 * out where it is empty. */
void export_pen_put(struct export_pen *p, const char *key, struct bytes text);
void export_pen_put_day(struct export_pen *p, const char *key, int32_t day);
void export_pen_put_list(struct export_pen *p, const char *key, const struct vec *texts);

/* An element of a list that is open: {"index","type","happened"} of an entry. */
void export_pen_put_act(struct export_pen *p, const struct history_act *act);

/* By the log's first entry: the day on which it was begun, and whose clock it keeps ("real",
 * "simulated"). What is exported of a register of a story says so. */
const char *export_pen_begun(struct export_pen *p);
struct bytes export_pen_clock(struct export_pen *p);

/* {"origin","clock","size"} of a map that is open. */
void export_pen_put_log(struct export_pen *p);

/* When the state was logged (RFC 3339): its newest entry's time, else the day asked. */
const char *export_pen_updated(struct export_pen *p);

#endif
