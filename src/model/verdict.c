#include "model/verdict.h"

static const char *const effects[EFFECT_MAX] = {
    [EFFECT_CLAIM] = "claim", [EFFECT_PROCURE] = "procure", [EFFECT_INSTALL] = "install",
    [EFFECT_USE] = "use",     [EFFECT_UPDATE] = "update",   [EFFECT_OFFER] = "offer",
};

static const char *const answers[ANSWER_MAX] = {
    [ANSWER_NO_RULE] = "no-rule",
    [ANSWER_YES] = "yes",
    [ANSWER_RISK_DECISION] = "risk-decision",
    [ANSWER_ADVISED_AGAINST] = "advised-against",
    [ANSWER_JUDGE] = "judge",
    [ANSWER_DUE] = "due",
    [ANSWER_NO] = "no",
};

static const char *const statuses[STATUS_MAX] = {
    [STATUS_OVERDUE] = "overdue",
    [STATUS_BARRED] = "barred",
    [STATUS_DUE] = "due",
    [STATUS_KEEP_ONLY] = "keep-only",
    [STATUS_DECIDE] = "decide",
    [STATUS_ADVISED_AGAINST] = "advised-against",
    [STATUS_UNKNOWN_MAKER] = "unknown-maker",
    [STATUS_UNREGULATED] = "unregulated",
    [STATUS_LISTED] = "listed",
    [STATUS_CERTIFIED] = "certified",
};

const char *effect_name(enum effect e)
{
    return effects[e];
}

const char *answer_name(enum answer a)
{
    return answers[a];
}

const char *status_name(enum status s)
{
    return statuses[s];
}

bool effect_read(struct bytes word, enum effect *e)
{
    for (int i = 0; i < EFFECT_MAX; i++) {
        if (bytes_equal_text(word, effects[i])) {
            *e = (enum effect)i;
            return true;
        }
    }
    return false;
}

bool answer_read(struct bytes word, enum answer *a)
{
    for (int i = 0; i < ANSWER_MAX; i++) {
        if (bytes_equal_text(word, answers[i])) {
            *a = (enum answer)i;
            return true;
        }
    }
    return false;
}

bool status_read(struct bytes word, enum status *s)
{
    for (int i = 0; i < STATUS_MAX; i++) {
        if (bytes_equal_text(word, statuses[i])) {
            *s = (enum status)i;
            return true;
        }
    }
    return false;
}
