/* policy_trial.h -- what the tests of policy share: the shipped pack or one of the test's own, and
 * questions asked in one line. */
#ifndef POLICY_TRIAL_H
#define POLICY_TRIAL_H

#include "policy/policy.h"

struct policy_trial {
    struct arena arena;
    struct words words;
    struct knowledge *knowledge;
    struct policy *policy;
    char folder[64]; /* of the test's own files; removed at the end */
};

/* One question. What is NULL or zero is not asked. */
struct policy_ask {
    const char *date;
    const char *context; /* NULL: none at all */
    const char *vendor;
    const char *category;
    const char *name;
    const char *title;
    const char *version;
    const char *digest;
    enum presence presence;
    bool trace;
    const struct listing_source *listings;
};

/* The shipped knowledge with the shipped policies, or with those of an empty folder of the test's
 * own. Fails the test where they do not load. */
void policy_trial_init(struct policy_trial *t, bool shipped);
void policy_trial_done(struct policy_trial *t);

/* The path of a file of the checkout, in the arena. */
const char *policy_trial_path(struct policy_trial *t, const char *below);

/* Write a file into the test's folder and return its path. */
const char *policy_trial_write(struct policy_trial *t, const char *name, const char *text);

/* Write an instrument and add it to the pack. */
void policy_trial_add(struct policy_trial *t, const char *name, const char *text);

struct verdict policy_trial_ask(struct policy_trial *t, const struct policy_ask *ask);

/* A row of a table of expectations. */
struct policy_row {
    enum effect effect;
    enum answer answer;
    struct policy_ask ask;
    int line;
};

#define POLICY_ROW(effect_, answer_, date_, context_, vendor_)                                     \
    {                                                                                              \
        .effect = (effect_), .answer = (answer_), .line = __LINE__, .ask = {                       \
            .date = (date_),                                                                       \
            .context = (context_),                                                                 \
            .vendor = (vendor_)                                                                    \
        }                                                                                          \
    }

/* As POLICY_ROW, with more fields of the question: .category = "vpn". */
#define POLICY_ROW_WITH(effect_, answer_, date_, context_, vendor_, ...)                           \
    {                                                                                              \
        .effect = (effect_), .answer = (answer_), .line = __LINE__, .ask = {                       \
            .date = (date_),                                                                       \
            .context = (context_),                                                                 \
            .vendor = (vendor_),                                                                   \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

void policy_trial_rows(struct policy_trial *t, const struct policy_row *rows, size_t count);

#endif
