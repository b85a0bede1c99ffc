/* verdict.h -- what policy concludes for one product in one context at one time: an answer per
 * effect, the steps that are due, one status for the reader, and the rules that were tried. */
#ifndef VERDICT_H
#define VERDICT_H

#include "core/date.h"
#include "core/vec.h"

enum effect {
    EFFECT_CLAIM,
    EFFECT_PROCURE,
    EFFECT_INSTALL,
    EFFECT_USE,
    EFFECT_UPDATE,
    EFFECT_OFFER,
    EFFECT_MAX
};

/* In order of strictness: the greatest wins. */
enum answer {
    ANSWER_NO_RULE,
    ANSWER_YES,
    ANSWER_RISK_DECISION,
    ANSWER_ADVISED_AGAINST,
    ANSWER_JUDGE,
    ANSWER_DUE,
    ANSWER_NO,
    ANSWER_MAX,
};

/* In the order of DESIGN.md: the first that applies. OVERDUE is `barred` with a removal date past.
 */
enum status {
    STATUS_OVERDUE,
    STATUS_BARRED,
    STATUS_DUE,
    STATUS_KEEP_ONLY,
    STATUS_DECIDE,
    STATUS_ADVISED_AGAINST,
    STATUS_UNKNOWN_MAKER,
    STATUS_UNREGULATED,
    STATUS_LISTED,
    STATUS_CERTIFIED,
    STATUS_MAX,
};

struct effect_answer {
    enum answer answer;
    const char *instrument; /* id, or NULL with no-rule */
    const char *clause;     /* the clause's name in the instrument */
    const char *why;        /* a sentence for the reader */
    int32_t from;           /* DATE_NONE where the text sets none */
    int32_t until;
    bool advice;  /* the instrument binds nobody */
    bool implied; /* follows from the text without being spelled out */
};

struct verdict_step {
    const char *step;  /* "identify", "plan", "begin-removal", "remove", "report", ... */
    const char *text;  /* what must be done, one line */
    int32_t by;        /* DATE_NONE where the text sets no date */
    const char *every; /* ISO 8601 duration where it repeats ("P30D"), or NULL */
    const char *instrument;
};

/* One instrument's clause that was looked at: for `explain`, and for the notes of a report. */
struct verdict_rule {
    const char *instrument;
    const char *clause; /* NULL: the whole instrument was set aside */
    bool applied;
    const char *why; /* "not in force before 2018-10-01", "binds federal-civilian only", ... */
};

struct verdict {
    struct effect_answer answers[EFFECT_MAX];
    enum status status;
    const char *certified_by; /* with CERTIFIED: "digest", "version" or "name" */
    const char *summary;      /* one line: what to do, by when */
    int32_t days_left;        /* to the next deadline; INT32_MIN where there is none */
    struct vec steps;         /* struct verdict_step, by date */
    struct vec rules; /* struct verdict_rule; all where tracing was asked for, else those that
                       * speak without answering (proposed, notices, would bind with context) */
};

const char *effect_name(enum effect e);
const char *answer_name(enum answer a);
const char *status_name(enum status s);
bool effect_read(struct bytes word, enum effect *e);
bool answer_read(struct bytes word, enum answer *a);
bool status_read(struct bytes word, enum status *s);

#endif
