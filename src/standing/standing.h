/* standing.h -- the state of every object at a day, as a fold over what was logged about it:
 * certificate, application, listing, accreditation, directive, reports. State is not effect: the
 * effects come from the scheme's own logged table. Nothing is stored; everything is asked anew of
 * the history, which decides what was known (known-at), while `as_of` decides what had happened. */
#ifndef STANDING_H
#define STANDING_H

#include "core/date.h"
#include "standing/history.h"

enum standing_state {
    STANDING_NONE, /* no such object, or not yet by that day */
    STANDING_IN_FORCE,
    STANDING_SUSPENDED,
    STANDING_LAPSED, /* expired by its own date, archived, historical */
    STANDING_WITHDRAWN,
    STANDING_SUPERSEDED,
};
const char *standing_state_name(enum standing_state s); /* "in-force", ...; "none" */

/* Answers of a scheme's table, or the defaults of docs/register-standing.md where it has none. */
enum standing_answer { STANDING_SILENT, STANDING_YES, STANDING_NO, STANDING_RISK_DECISION };

const char *standing_answer_name(enum standing_answer a); /* "yes", ...; "none" for SILENT */

struct standing_effects {
    enum standing_answer claim;
    enum standing_answer procure;
    enum standing_answer use;
};

struct standing_certificate {
    enum standing_state state;
    const char *word;  /* "expired", "archived", "historical", ... of a lapse; else the state's */
    int32_t since;     /* of this state */
    int32_t until;     /* IN_FORCE: its last day; DATE_NONE: open */
    int32_t decide_by; /* SUSPENDED: the day by which somebody must act; it ends nothing */
    struct standing_effects effects;
    enum standing_state acted; /* by acts alone: without the lapse that its own dates bring */
    int32_t ends;              /* the earlier of its own dates, as renewed; DATE_NONE: open */
    int32_t last;              /* date of the newest act, of whatever day; DATE_NONE: none */
    struct bytes successor;    /* with SUPERSEDED */
    const struct history_act *certificate; /* the decision; NULL with NONE */
    struct vec acts;      /* struct history_act: the decision and every later act, in order */
    struct vec versions;  /* struct bytes: covered on that day, maintenance included */
    struct vec artefacts; /* struct bytes "sha256:<hex>" */
};

/* `day` for as_of. Acts dated after the day do not count; those logged are all shown in acts. A
 * decision without a date counts from the day on which it was published. A certificate lapses by
 * itself ("expired") behind its `until` or `renew-by`, the earlier; a suspension ends by an act
 * alone, never by its own date: silence does not reinstate. */
bool standing_certificate(const struct history *h, struct bytes id, int32_t day, struct arena *a,
                          struct standing_certificate *out, struct fault *f) MUST_CHECK;

struct standing_application {
    const char *state; /* "applied", "accepted", "in-test", ..., "hold", "closed", "certified",
                        * "refused"; NULL: none */
    const char *held;  /* with "hold": the state it will resume */
    int32_t since;
    int32_t last; /* date of the newest act, of whatever day; DATE_NONE: none */
    struct vec acts;
};
bool standing_application(const struct history *h, struct bytes id, int32_t day, struct arena *a,
                          struct standing_application *out, struct fault *f) MUST_CHECK;

/* What a list says of a vendor, a token or an artefact: the last act by that day for each thing
 * listed (standing_thing.h). `listed` is true while at least one add or relist stands. */
struct standing_listing {
    bool listed;
    bool ever;     /* some act exists, by that day */
    int32_t since; /* listed: of the oldest add that stands; else of the last removal */
    struct vec acts;
};
enum standing_by { STANDING_BY_VENDOR, STANDING_BY_TOKEN, STANDING_BY_ARTEFACT };
struct standing_question {
    struct bytes list;
    enum standing_by by;
    struct bytes value;
    int32_t day;
};
bool standing_listing(const struct history *h, const struct standing_question *q, struct arena *a,
                      struct standing_listing *out, struct fault *f) MUST_CHECK;

/* Whether the lab is accredited for the scheme on that day. */
bool standing_lab(const struct history *h, struct bytes lab, struct bytes scheme, int32_t day,
                  struct arena *a, bool *accredited, struct fault *f) MUST_CHECK;

struct standing_step {
    struct bytes step;
    int32_t by;         /* DATE_NONE: no date */
    int32_t every_days; /* 0: once */
};
struct standing_directive {
    const char *state; /* "proposed", "in-force", "closed", "revoked", "superseded"; NULL: none */
    int32_t since;
    int32_t issued;
    int32_t binds; /* its newest `effective`, else since when it is in force; DATE_NONE: neither */
    int32_t last;  /* date of the newest amendment, of whatever day; DATE_NONE: none */
    struct vec steps;   /* struct standing_step, as amended */
    struct vec tokens;  /* struct bytes */
    struct vec vendors; /* struct bytes: ids of subjects */
    struct vec scopes;  /* struct bytes */
    struct vec acts;
};
struct standing_step standing_step_read(struct bytes line);       /* of a valid record */
bool standing_directive_over(const struct standing_directive *d); /* closed, revoked, superseded */
bool standing_directive(const struct history *h, struct bytes id, int32_t day, struct arena *a,
                        struct standing_directive *out, struct fault *f) MUST_CHECK;

/* The step of that name, or NULL. */
const struct standing_step *standing_directive_step(const struct standing_directive *d,
                                                    struct bytes name);

/* Who had to report a step, and did or did not, as of a day: every organisation in the directive's
 * scope (scope org-class:CLASS against the organisation's class lines; no such scope: every
 * organisation) and every one that reported all the same. Derived, never entered.
 *
 * A step that repeats is asked for its newest due date that has come (before the first: that one).
 * It is met by a report since the due date before, or by an earlier one that ended the matter
 * (none-found, complete). EXCEPTED: no report, and an exception that stands on the day, or on the
 * due date where that has passed. A directive that is only proposed asks nobody for anything, one
 * that has ended for nothing that was due behind its end. */
enum standing_report {
    STANDING_REPORTED,
    STANDING_LATE,
    STANDING_MISSING,
    STANDING_NOT_YET_DUE,
    STANDING_EXCEPTED
};
/* "reported", "late", "missing", "not-yet-due", "excepted" */
const char *standing_report_name(enum standing_report r);

struct standing_exception {
    struct bytes id;
    int32_t happened;
    int32_t until;
    uint64_t place;
};

struct standing_reporter {
    struct bytes organisation;
    enum standing_report report;
    int32_t happened;                    /* of the first report; DATE_NONE */
    uint64_t place;                      /* of that entry; UINT64_MAX: none */
    struct standing_exception exception; /* EXCEPTED: the one that lasts longest */
};
struct standing_reports {
    bool asked;    /* on that day the directive has the step, and it was due before its end */
    int32_t due;   /* of the step */
    int32_t ended; /* the directive: closed, revoked, superseded on that day; DATE_NONE */
    struct vec reporters; /* struct standing_reporter, by organisation */
};
bool standing_reports(const struct history *h, struct bytes directive, struct bytes step,
                      int32_t day, struct arena *a, struct standing_reports *out,
                      struct fault *f) MUST_CHECK;

#endif
