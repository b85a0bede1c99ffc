/* history_trial.h -- a small register in memory for tests: real records, real signatures, the real
 * map, and a table instead of the index. Test code, linked into the unit tests alone. */
#ifndef HISTORY_TRIAL_H
#define HISTORY_TRIAL_H

#include "core/map.h"
#include "standing/admission.h"

enum { HISTORY_TRIAL_HANDS = 32 };

struct history_trial_hand {
    const char *name;
    struct key_signer *key;
};

struct history_trial {
    struct arena arena;
    struct vec entries; /* struct bytes */
    struct vec times;   /* int64_t: when each was published */
    struct map places;  /* key string -> struct vec of uint64_t */
    struct history history;
    struct admission *admission;
    struct history_trial_hand hands[HISTORY_TRIAL_HANDS];
    size_t hand_count;
    int64_t now;   /* for admission, and as the time of publication; 0: unknown */
    size_t finds;  /* calls of find so far */
    bool rewalked; /* admission forgets before each entry */
};

/* With the log's own key ("log") and its register entry. The trial must not move. */
void history_trial_init(struct history_trial *t);
void history_trial_done(struct history_trial *t);

/* The key of this name, made where it is new. */
const struct key *history_trial_key(struct history_trial *t, const char *name);

/* The entry with this type and these lines ("id cpa|name CPA|date 2017-01-02"), signed by these
 * names (blank between): as bytes, or judged and, where admitted, put into the register. */
struct bytes history_trial_entry(struct history_trial *t, const char *hands, const char *type,
                                 const char *lines);
bool history_trial_post(struct history_trial *t, const char *hands, const char *type,
                        const char *lines, struct fault *f) MUST_CHECK;
bool history_trial_submit(struct history_trial *t, const struct admission_entry *e,
                          struct fault *f) MUST_CHECK;

/* Asserts that it is admitted; that it is not, by that rule, and that the register is as it was. */
void history_trial_good(struct history_trial *t, const char *hands, const char *type,
                        const char *lines);
void history_trial_bad(struct history_trial *t, const char *rule, const char *hands,
                       const char *type, const char *lines);

/* A party entry by the log: the party NAME with the one key NAME. */
void history_trial_admit(struct history_trial *t, const char *name, const char *kind);

/* The vkey of a name, for party and rotation lines; in the trial's arena. */
const char *history_trial_vkey(struct history_trial *t, const char *name);

#endif
