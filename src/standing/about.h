/* about.h -- the readable history of one object: every entry under its key, by whom, when it
 * happened and when it was logged, and the state after it; and where it stands on a day. */
#ifndef ABOUT_H
#define ABOUT_H

#include "standing/standing.h"

struct emit;
struct buf;

struct about_signer {
    const char *name; /* the party's id, else the name of the key; "" for none */
    const char *kind; /* as which the party was admitted; NULL: nobody we know */
};

struct about_act {
    struct history_act act;
    const char *id;     /* of the object that it is about */
    struct vec signers; /* struct about_signer: one at least */
    int64_t logged;     /* 0: not known */
    const char *state;  /* of the object after it, on its own day; NULL: it changes none */
};

struct about_step { /* of a directive */
    struct standing_step step;
    struct standing_reports reports;
};

/* What belongs to the object and has a state of its own: a thing on a list, a certificate of a
 * vendor, a scheme for which a laboratory is accredited, an exception. */
struct about_part {
    const char *what; /* "listing", "certificate", "accreditation", "exception", "state" */
    const char *name;
    const char *state; /* on the day */
    int32_t since;     /* DATE_NONE: not told */
    int32_t until;
};

struct about {
    const char *key;   /* "certificate:cpa/1001" */
    const char *title; /* name of the object by its definition, or NULL */
    int32_t day;       /* of the state below */
    const char *state; /* NULL: such an object has none */
    int32_t since;
    int32_t until;     /* of a certificate in force */
    int32_t decide_by; /* of a suspended one */
    bool has_effects;
    struct standing_effects effects;
    struct vec versions; /* struct bytes: of a certificate, on the day */
    struct vec artefacts;
    struct vec steps; /* struct about_step */
    struct vec parts; /* struct about_part * */
    size_t sealed;    /* entries in the register that are sealed and not opened: what they hold may
                       * be about this object */
    struct vec acts;  /* struct about_act, in order */
};

struct about_question {
    struct bytes what; /* a key of the index, or an object's id */
    int32_t day;
};

/* A fault where there is nothing under it, or where the id is that of several objects: it names
 * their keys. */
bool about_read(const struct history *h, const struct about_question *q, struct arena *a,
                struct about *out, struct fault *f) MUST_CHECK;

/* It is suspended, and the day by which that was to be decided has passed. */
bool about_is_overdue(const struct about *about);

void about_text(const struct about *about, struct buf *out);
void about_json(const struct about *about, struct emit *e);

#endif
