/* admission_transition.c -- A10: what may follow what. Each object's acts are dated in the order in
 * which they are logged (A11), so that its state on a day is a prefix of its history. */
#include "standing/admission_inside.h"
#include "standing/standing_lab.h"
#include "standing/standing_thing.h"

#include <string.h>

static bool refuse(struct admission_case *c, const char *object, struct bytes id, const char *state,
                   struct fault *f)
{
    return admission_refuse(f, "A10", "%s '%s' is %s: no %s now", object, admission_shown(c, id),
                            state, c->r->type->name);
}

static bool is_over(enum standing_state s)
{
    return s == STANDING_WITHDRAWN || s == STANDING_SUPERSEDED;
}

static bool read_certificate(struct admission_case *c, struct bytes id,
                             struct standing_certificate *s, struct fault *f)
{
    return standing_certificate(c->in->h, id, record_happened(c->r), c->a, s, f);
}

/* Whether an act may follow this state. `acted` is the state by acts: a suspension of what has
 * expired is refused, its reinstatement is not needed. */
static bool may_follow(struct admission_case *c, const struct standing_certificate *s)
{
    if (is_over(s->acted))
        return false;
    if (admission_type_is(c, "maintenance") || admission_type_is(c, "suspension"))
        return s->state == STANDING_IN_FORCE;
    if (admission_type_is(c, "reinstatement"))
        return s->acted == STANDING_SUSPENDED || s->acted == STANDING_LAPSED;
    if (admission_type_is(c, "lapse"))
        return s->acted != STANDING_LAPSED ||
               !bytes_equal_text(record_value(c->r, "kind"), s->word);
    return true; /* renewal, withdrawal, supersession */
}

static bool check_certificate(struct admission_case *c, struct fault *f)
{
    const struct bytes id = record_value(c->r, "certificate");
    struct standing_certificate s;

    if (!read_certificate(c, id, &s, f) || !admission_follow_last(c, s.last, f))
        return false;
    return may_follow(c, &s) || refuse(c, "certificate", id, s.word, f);
}

/* A renewal gives a later end: what is to end sooner lapses, or is withdrawn. */
static bool check_renewal(struct admission_case *c, struct fault *f)
{
    const struct bytes id = record_value(c->r, "certificate");
    const int32_t end = date_earlier(record_day(c->r, "until"), record_day(c->r, "renew-by"));
    struct standing_certificate s;
    char then[DATE_TEXT_MAX];
    char now[DATE_TEXT_MAX];

    if (!check_certificate(c, f) || !read_certificate(c, id, &s, f))
        return false;
    if (end < record_happened(c->r))
        return admission_refuse(f, "A10", "renewed until %s, which is before the renewal of %s",
                                date_write(end, now), date_write(record_happened(c->r), then));
    if (s.ends != DATE_NONE && end <= s.ends)
        return admission_refuse(
            f, "A10", "certificate '%s' ends on %s: a renewal until %s is no later end",
            admission_shown(c, id), date_write(s.ends, then), date_write(end, now));
    return true;
}

static bool check_supersession(struct admission_case *c, struct fault *f)
{
    const struct bytes id = record_value(c->r, "successor");
    struct standing_certificate s;

    if (!check_certificate(c, f) || !read_certificate(c, id, &s, f))
        return false;
    return !is_over(s.acted) || refuse(c, "certificate", id, s.word, f);
}

/* The way of an application: forward, save that comments lead back to the review. */
static const char *const way[] = { "applied",   "accepted", "in-test",   "reported",
                                   "in-review", "comments", "finalising" };

static size_t step_of(const char *state)
{
    for (size_t i = 0; i < sizeof way / sizeof *way; i++)
        if (strcmp(way[i], state) == 0)
            return i;
    return sizeof way / sizeof *way;
}

static bool is_decided(const char *state)
{
    return strcmp(state, "closed") == 0 || strcmp(state, "refused") == 0 ||
           strcmp(state, "certified") == 0;
}

static bool may_move(const char *from, struct bytes word)
{
    if (bytes_equal_text(word, "closed"))
        return true;
    if (strcmp(from, "hold") == 0)
        return bytes_equal_text(word, "resumed");
    if (bytes_equal_text(word, "hold"))
        return true;
    if (strcmp(from, "comments") == 0 && bytes_equal_text(word, "in-review"))
        return true;
    for (size_t i = step_of(from) + 1; i < sizeof way / sizeof *way; i++)
        if (bytes_equal_text(word, way[i]))
            return true;
    return false;
}

/* A progress, a refusal, or the certificate: one decision, and nothing after it. */
static bool check_application(struct admission_case *c, struct fault *f)
{
    const struct bytes id = record_value(c->r, "application");
    const struct bytes word = record_value(c->r, "state");
    struct standing_application s;

    if (id.len == 0)
        return true;
    if (!standing_application(c->in->h, id, INT32_MAX, c->a, &s, f) ||
        !admission_follow_last(c, s.last, f))
        return false;
    if (s.state == NULL)
        return true; /* sealed, and allowed to be (A5) */
    if (is_decided(s.state))
        return refuse(c, "application", id, s.state, f);
    if (admission_type_is(c, "certificate") && strcmp(s.state, "hold") == 0)
        return refuse(c, "application", id, s.state, f);
    if (!admission_type_is(c, "progress") || may_move(s.state, word))
        return true;
    return admission_refuse(f, "A10", "application '%s' is %s: it does not go to %s",
                            admission_shown(c, id), s.state, admission_shown(c, word));
}

/* What was closed or refused is not tested any more; of what was certified the certificate is, and
 * an evaluation that was sealed may come to light after all of them. */
static bool check_evaluation(struct admission_case *c, struct fault *f)
{
    const struct bytes id = record_value(c->r, "application");
    struct standing_application s;

    if (id.len == 0 || c->opening)
        return true;
    if (!standing_application(c->in->h, id, record_happened(c->r), c->a, &s, f))
        return false;
    if (s.state == NULL || (strcmp(s.state, "closed") != 0 && strcmp(s.state, "refused") != 0))
        return true;
    return refuse(c, "application", id, s.state, f);
}

/* Nothing ends before it begins. */
static bool check_last_day(struct admission_case *c, struct fault *f)
{
    const int32_t until = record_day(c->r, "until");
    const int32_t happened = record_happened(c->r);
    char end[DATE_TEXT_MAX];
    char begin[DATE_TEXT_MAX];

    if (until == DATE_NONE || happened == DATE_NONE || until >= happened)
        return true;
    return admission_refuse(f, "A11", "until %s, before its own %s", date_write(until, end),
                            date_write(happened, begin));
}

/* What begins in a scheme begins while there is one: what began before goes on. */
static bool check_scheme(struct admission_case *c, struct fault *f)
{
    const struct bytes id = record_value(c->r, "scheme");
    const int32_t happened = record_happened(c->r);
    struct standing_scheme s;
    char end[DATE_TEXT_MAX];

    if (happened == DATE_NONE)
        return true;
    if (!standing_scheme(c->in->h, id, happened, c->a, &s, f))
        return false;
    return s.until == DATE_NONE || happened <= s.until ||
           admission_refuse(f, "A10", "scheme '%s' ended on %s: no %s behind it",
                            admission_shown(c, id), date_write(s.until, end), c->r->type->name);
}

/* A decision on an application that came in time comes when it comes. */
static bool check_issue(struct admission_case *c, struct fault *f)
{
    if (record_value(c->r, "application").len == 0 && !check_scheme(c, f))
        return false;
    return check_application(c, f);
}

static bool check_accreditation(struct admission_case *c, struct fault *f)
{
    const struct bytes action = record_value(c->r, "action");
    const struct standing_lab_question q = { .lab = record_value(c->r, "lab"),
                                             .scheme = record_value(c->r, "scheme"),
                                             .day = INT32_MAX };
    struct standing_lab s;

    if (!standing_lab_read(c->in->h, &q, c->a, &s, f) || !admission_follow_last(c, s.last, f))
        return false;
    const char *state = s.acted == NULL ? "not accredited" : s.acted;
    const bool accredited = strcmp(state, "accredited") == 0;
    const bool suspended = strcmp(state, "suspended") == 0;
    const bool may = bytes_equal_text(action, "grant")       ? !suspended
                     : bytes_equal_text(action, "suspend")   ? accredited
                     : bytes_equal_text(action, "reinstate") ? suspended
                                                             : accredited || suspended;
    if (may)
        return check_last_day(c, f) && (!bytes_equal_text(action, "grant") || check_scheme(c, f));
    return admission_refuse(f, "A10", "laboratory '%s' is %s for scheme '%s': it cannot %s",
                            admission_shown(c, q.lab), state, admission_shown(c, q.scheme),
                            admission_shown(c, action));
}

/* A step that nobody could have kept is a typing error. */
static bool check_steps(struct admission_case *c, struct fault *f)
{
    const int32_t issued = record_happened(c->r);
    char by[DATE_TEXT_MAX];
    char then[DATE_TEXT_MAX];
    struct bytes value;

    for (size_t i = 0; (value = record_value_at(c->r, "step", i)).len > 0; i++) {
        const struct standing_step step = standing_step_read(value);
        if (step.by < issued)
            return admission_refuse(f, "A11", "step '%s' is due %s, before this entry's own %s",
                                    admission_shown(c, step.step), date_write(step.by, by),
                                    date_write(issued, then));
    }
    return true;
}

/* Nor does it bind before it was issued. */
static bool check_effective(struct admission_case *c, int32_t issued, struct fault *f)
{
    const int32_t effective = record_day(c->r, "effective");
    char from[DATE_TEXT_MAX];
    char then[DATE_TEXT_MAX];

    if (effective == DATE_NONE || effective >= issued)
        return true;
    return admission_refuse(f, "A11", "it binds from %s, before it was issued on %s",
                            date_write(effective, from), date_write(issued, then));
}

static bool check_directive(struct admission_case *c, struct fault *f)
{
    return check_effective(c, record_happened(c->r), f) && check_steps(c, f);
}

/* What replaces a directive stands. */
static bool check_replacement(struct admission_case *c, struct fault *f)
{
    const struct bytes id = record_value(c->r, "successor");
    struct standing_directive s;

    if (id.len == 0)
        return true;
    if (!bytes_equal_text(record_value(c->r, "action"), "supersede"))
        return admission_refuse(f, "A10", "it names the successor '%s', and does not supersede",
                                admission_shown(c, id));
    if (!standing_directive(c->in->h, id, INT32_MAX, c->a, &s, f))
        return false;
    return s.state == NULL || !standing_directive_over(&s) ||
           refuse(c, "directive", id, s.state, f);
}

/* A report is of a directive that binds on its day, or bound until it was ended. */
static bool check_report(struct admission_case *c, struct fault *f)
{
    const struct bytes id = record_value(c->r, "directive");
    const int32_t day = record_happened(c->r);
    struct standing_directive s;
    char from[DATE_TEXT_MAX];

    if (!standing_directive(c->in->h, id, day, c->a, &s, f))
        return false;
    if (s.state != NULL && strcmp(s.state, "proposed") == 0)
        return refuse(c, "directive", id, s.state, f);
    if (s.binds != DATE_NONE && day < s.binds)
        return admission_refuse(f, "A10", "directive '%s' binds from %s: no report before",
                                admission_shown(c, id), date_write(s.binds, from));
    return standing_directive_step(&s, record_value(c->r, "step")) != NULL ||
           admission_refuse(f, "A10", "directive '%s' had no step '%s' yet on %s",
                            admission_shown(c, id), admission_shown(c, record_value(c->r, "step")),
                            date_write(day, from));
}

static bool check_amendment(struct admission_case *c, struct fault *f)
{
    const struct bytes id = record_value(c->r, "directive");
    struct standing_directive s;

    if (!standing_directive(c->in->h, id, INT32_MAX, c->a, &s, f) ||
        !admission_follow_last(c, s.last, f))
        return false;
    const bool proposed = s.state != NULL && strcmp(s.state, "proposed") == 0;
    const bool in_force = s.state != NULL && strcmp(s.state, "in-force") == 0;
    if (!proposed && !in_force)
        return refuse(c, "directive", id, s.state == NULL ? "unknown" : s.state, f);
    if (in_force && bytes_equal_text(record_value(c->r, "stage"), "proposed"))
        return admission_refuse(f, "A10", "directive '%s' is in-force: it is not proposed again",
                                admission_shown(c, id));
    return check_replacement(c, f) && check_effective(c, s.issued, f) && check_steps(c, f);
}

/* An exception is from what is ordered still. */
static bool check_exception(struct admission_case *c, struct fault *f)
{
    const struct bytes id = record_value(c->r, "directive");
    struct standing_directive s;

    if (!standing_directive(c->in->h, id, record_happened(c->r), c->a, &s, f))
        return false;
    return !standing_directive_over(&s) || refuse(c, "directive", id, s.state, f);
}

/* Whether the list was closed, and the date of its newest change. */
static bool read_list(struct admission_case *c, bool *closed, int32_t *last, struct fault *f)
{
    const struct bytes id = record_value(c->r, "list");
    struct vec acts = history_none(c->a);

    *closed = false;
    *last = DATE_NONE;
    static const char *const types[] = { "list-change", NULL };
    if (!history_acts_of(c->in->h, c->a, types, &acts, f, "list:%.*s", (int)id.len,
                         (const char *)id.at))
        return false;
    for (size_t i = 0; i < acts.count; i++) {
        const struct history_act *act = vec_at(&acts, i);
        *last = record_happened(&act->record);
        *closed = *closed || bytes_equal_text(record_value(&act->record, "closed"), "yes");
    }
    return true;
}

static bool check_list_change(struct admission_case *c, struct fault *f)
{
    bool closed;
    int32_t last;

    if (!read_list(c, &closed, &last, f) || !admission_follow_last(c, last, f))
        return false;
    return !closed || refuse(c, "list", record_value(c->r, "list"), "closed", f);
}

static bool check_thing(struct admission_case *c, struct fault *f)
{
    const struct bytes action = record_value(c->r, "action");
    struct standing_thing_state s;

    if (!standing_thing_read(c->in->h, c->r, c->a, &s, f) || !admission_follow_last(c, s.last, f))
        return false;
    if (bytes_equal_text(action, "add") && s.listed)
        return admission_refuse(f, "A10", "it is listed already, by entry %llu",
                                (unsigned long long)s.place);
    if (bytes_equal_text(action, "remove") && !s.listed)
        return admission_refuse(f, "A10",
                                s.ever ? "it was removed already"
                                       : "nothing with these lines is listed: a removal "
                                         "repeats the lines of what it removes");
    if (bytes_equal_text(action, "relist") && (s.listed || !s.ever))
        return admission_refuse(f, "A10",
                                s.listed ? "it is listed: nothing to put back"
                                         : "nothing with these lines was removed: a "
                                           "relisting repeats the lines of what it puts "
                                           "back");
    return true;
}

static bool check_listing(struct admission_case *c, struct fault *f)
{
    bool closed;
    int32_t last;

    if (!read_list(c, &closed, &last, f) || !check_thing(c, f))
        return false;
    return !closed || !standing_thing_adds(c->r) ||
           refuse(c, "list", record_value(c->r, "list"), "closed", f);
}

static const struct transition {
    const char *type;
    bool (*check)(struct admission_case *c, struct fault *f);
} transitions[] = {
    { "accreditation", check_accreditation },
    { "progress", check_application },
    { "evaluation", check_evaluation },
    { "refusal", check_application },
    { "scheme", check_last_day },
    { "application", check_scheme },
    { "certificate", check_issue },
    { "maintenance", check_certificate },
    { "renewal", check_renewal },
    { "suspension", check_certificate },
    { "reinstatement", check_certificate },
    { "lapse", check_certificate },
    { "withdrawal", check_certificate },
    { "supersession", check_supersession },
    { "list-change", check_list_change },
    { "listing", check_listing },
    { "directive", check_directive },
    { "amendment", check_amendment },
    { "report", check_report },
    { "exception", check_exception },
};

bool admission_transition_check(struct admission_case *c, struct fault *f)
{
    for (size_t i = 0; i < sizeof transitions / sizeof *transitions; i++)
        if (admission_type_is(c, transitions[i].type))
            return transitions[i].check(c, f);
    return true;
}
