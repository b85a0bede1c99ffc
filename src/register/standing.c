#include "register/standing.h"

const char *standing_state_name(enum standing_state s)
{
    switch (s) {
    case STANDING_NONE:
        return "none";
    case STANDING_IN_FORCE:
        return "in-force";
    case STANDING_SUSPENDED:
        return "suspended";
    case STANDING_LAPSED:
        return "lapsed";
    case STANDING_WITHDRAWN:
        return "withdrawn";
    case STANDING_SUPERSEDED:
        return "superseded";
    }
    return "none";
}

const char *standing_answer_name(enum standing_answer a)
{
    switch (a) {
    case STANDING_SILENT:
        return "none";
    case STANDING_YES:
        return "yes";
    case STANDING_NO:
        return "no";
    case STANDING_RISK_DECISION:
        return "risk-decision";
    }
    return "none";
}
