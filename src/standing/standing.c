#include "standing/standing.h"

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

const char *standing_report_name(enum standing_report r)
{
    switch (r) {
    case STANDING_REPORTED:
        return "reported";
    case STANDING_LATE:
        return "late";
    case STANDING_MISSING:
        return "missing";
    case STANDING_NOT_YET_DUE:
        return "not-yet-due";
    case STANDING_EXCEPTED:
        return "excepted";
    }
    return "missing";
}
