/* writer_trial.h -- registers in folders of their own, for tests: test code, linked into the unit
 * tests alone. Whatever goes wrong ends the test. */
#ifndef WRITER_TRIAL_H
#define WRITER_TRIAL_H

#include "writer/folder.h"
#include "writer/writer.h"

enum { WRITER_TRIAL_PATH = 512 };

struct writer_trial {
    char home[64];                  /* below /tmp: keys, witnesses, clock, and the register */
    char folder[WRITER_TRIAL_PATH]; /* home/r */
    char log[WRITER_TRIAL_PATH];    /* the key files */
    char party[WRITER_TRIAL_PATH];
    char clock[WRITER_TRIAL_PATH];
    const char *origin;
    struct key_signer *signer; /* the party's */
    struct key_signer *witness[3];
};

/* Keys and an empty folder; the register is made by writer_trial_create. */
void writer_trial_init(struct writer_trial *t, const char *origin);
void writer_trial_done(struct writer_trial *t);

/* `quorum`: 0 none, else so many of the three witnesses. The party is admitted; nothing is
 * published. With `time` the clock is simulated and stands there. */
struct writer *writer_trial_create(struct writer_trial *t, int quorum, const char *time);
void writer_trial_set_clock(const struct writer_trial *t, const char *time);
struct writer *writer_trial_open(const struct writer_trial *t);

/* The fault with which opening ends. */
struct fault writer_trial_refused(const struct writer_trial *t);

/* Vendor number n, staged; its place. */
bool writer_trial_submit(const struct writer_trial *t, struct writer *w, unsigned n,
                         uint64_t *place, struct fault *f) MUST_CHECK;
void writer_trial_add(const struct writer_trial *t, struct writer *w, unsigned from, unsigned to);

/* That the entry at the place is vendor number n, by the writer's own history. */
void writer_trial_expect(struct writer *w, uint64_t place, unsigned n);

/* A file of the register as a whole: on the heap, or NULL where there is none. */
uint8_t *writer_trial_file(const struct writer_trial *t, const char *path, size_t *len);
void writer_trial_put(const struct writer_trial *t, const char *path, const void *at, size_t len);

/* All of the register copied to home/NAME, and the other way round, as after a crash then. */
void writer_trial_keep(const struct writer_trial *t, const char *name);
void writer_trial_bring_back(const struct writer_trial *t, const char *name);

/* A folder with all below it is gone. */
void writer_trial_sweep(const char *path);

#endif
