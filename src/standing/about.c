#include "standing/about.h"

#include "core/own.h"
#include "core/text.h"
#include "record/mapfn.h"
#include "standing/about_parts.h"
#include "standing/admission.h"
#include "standing/standing_lab.h"
#include "standing/standing_thing.h"

#include <string.h>

enum { SHOWN = 256, STEPS_MAX = 1 << 16 };

struct asking {
    const struct history *h;
    struct admission *signers;
    struct arena *a;
    struct bytes kind; /* of the key, before its colon */
    struct bytes id;   /* and behind it */
    struct about *out;
};

/* The kinds of object that an id may be of, as a reader would guess them. */
static const char *const kinds[] = { "certificate",  "application", "evaluation", "scheme",
                                     "list",         "directive",   "vendor",     "product",
                                     "organisation", "authority",   "party",      "exception",
                                     "bundle",       "lab" };

static bool has_object(const struct history *h, const char *kind, struct bytes id, struct arena *a,
                       bool *yes, struct fault *f)
{
    struct history_act act;
    struct vec acts = history_none(a);
    static const char *const types[] = { "accreditation", NULL };

    if (strcmp(kind, "lab") != 0)
        return history_definition(h, kind, id, a, &act, yes, f);
    if (!history_acts_of(h, a, types, &acts, f, "lab:%.*s", (int)id.len, (const char *)id.at))
        return false;
    *yes = acts.count > 0;
    return true;
}

static bool is_id(struct bytes id)
{
    if (id.len == 0 || id.len > 128)
        return false;
    for (size_t i = 0; i < id.len; i++)
        if (id.at[i] <= ' ' || id.at[i] > '~')
            return false;
    return true;
}

/* The one key of the object with this id. */
static bool find_key(struct asking *q, struct bytes id, const char **key, struct fault *f)
{
    const char *found = NULL;

    if (!is_id(id))
        return fault_set(f, FAULT_FORMAT, "that is neither an id nor a key of the index");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        bool yes;
        if (!has_object(q->h, kinds[i], id, q->a, &yes, f))
            return false;
        if (!yes)
            continue;
        const char *one =
            arena_print(q->a, f, "%s:%.*s", kinds[i], (int)id.len, (const char *)id.at);
        if (one == NULL)
            return false;
        if (found != NULL)
            return fault_set(f, FAULT_FORMAT, "'%.*s' is several objects: say %s or %s",
                             (int)id.len, (const char *)id.at, found, one);
        found = one;
    }
    if (found == NULL)
        return fault_set(f, FAULT_FORMAT, "nothing in this register has the id '%.*s'", (int)id.len,
                         (const char *)id.at);
    *key = found;
    return true;
}

static bool choose_key(struct asking *q, struct bytes what, struct fault *f)
{
    if (bytes_index(what, ':') == what.len) {
        if (!find_key(q, what, &q->out->key, f))
            return false;
    } else {
        if (!mapfn_is_key(what, f))
            return false;
        q->out->key = arena_copy(q->a, what, f);
        if (q->out->key == NULL)
            return false;
    }
    const struct bytes key = bytes_of_text(q->out->key);
    const size_t colon = bytes_index(key, ':');
    q->kind = bytes_part(key, 0, colon);
    q->id = bytes_part(key, colon + 1, key.len);
    return true;
}

static bool is_kind(const struct asking *q, const char *kind)
{
    return bytes_equal_text(q->kind, kind);
}

/* What stands under other keys and belongs to the object's story: the entries of a list, the
 * reports on a directive. */
static bool gather(struct asking *q, struct vec *acts, struct fault *f)
{
    const int len = (int)q->id.len;
    const char *id = (const char *)q->id.at;

    if (!history_acts(q->h, q->a, acts, f, "%s", q->out->key))
        return false;
    if (is_kind(q, "list"))
        return history_acts(q->h, q->a, acts, f, "listing:%.*s", len, id);
    for (size_t i = 0; i < q->out->steps.count; i++) {
        const struct about_step *s = vec_at(&q->out->steps, i);
        if (!history_acts(q->h, q->a, acts, f, "reports:%.*s:%.*s", len, id, (int)s->step.step.len,
                          (const char *)s->step.step.at))
            return false;
    }
    return true;
}

static int by_place(const void *a, const void *b)
{
    const uint64_t one = ((const struct history_act *)a)->place;
    const uint64_t other = ((const struct history_act *)b)->place;

    return one < other ? -1 : one > other;
}

static bool is_one_of(const struct history_act *act, const char *const *types)
{
    for (; *types != NULL; types++)
        if (history_is(act, *types))
            return true;
    return false;
}

static bool moves_certificate(const struct history_act *act)
{
    static const char *const types[] = { "certificate", "maintenance",   "renewal",
                                         "suspension",  "reinstatement", "lapse",
                                         "withdrawal",  "supersession",  NULL };

    return is_one_of(act, types);
}

static bool moves_application(const struct history_act *act)
{
    static const char *const types[] = { "application", "progress", "refusal", "certificate",
                                         NULL };

    return is_one_of(act, types);
}

static bool moves_directive(const struct history_act *act)
{
    static const char *const types[] = { "directive", "amendment", NULL };

    return is_one_of(act, types);
}

/* The state of the object as the log stood behind this entry, on the entry's own day. */
static bool state_after(struct asking *q, const struct history_act *act, const char **state,
                        struct fault *f)
{
    struct history_cut cut = { .of = q->h, .limit = act->place + 1 };
    const struct history then = history_until(&cut);
    const int32_t happened = record_happened(&act->record);
    const int32_t day = happened == DATE_NONE ? INT32_MAX : happened;
    struct standing_certificate c = { 0 };
    struct standing_application p = { 0 };
    struct standing_directive d = { 0 };
    struct standing_lab l = { 0 };

    *state = NULL;
    if (is_kind(q, "certificate") && moves_certificate(act)) {
        if (!standing_certificate(&then, q->id, day, q->a, &c, f))
            return false;
        /* A decision without a date has not begun by any day that is asked, only by now. */
        *state = happened == DATE_NONE ? standing_state_name(c.acted) : c.word;
    }
    if (is_kind(q, "application") && moves_application(act)) {
        if (!standing_application(&then, q->id, day, q->a, &p, f))
            return false;
        *state = p.state;
    }
    if (is_kind(q, "directive") && moves_directive(act)) {
        if (!standing_directive(&then, q->id, day, q->a, &d, f))
            return false;
        *state = d.state;
    }
    if (history_is(act, "listing"))
        *state = standing_thing_adds(&act->record) ? "listed" : "not listed";
    if (is_kind(q, "lab") && history_is(act, "accreditation")) {
        const struct standing_lab_question lab = { .lab = q->id,
                                                   .scheme = record_value(&act->record, "scheme"),
                                                   .day = day };
        if (!standing_lab_read(&then, &lab, q->a, &l, f))
            return false;
        *state = l.word;
    }
    return true;
}

static bool tell_signers(struct asking *q, struct about_act *told, struct fault *f)
{
    struct vec found = vec_of(q->a, sizeof(struct admission_party), NOTE_SIGNATURES_MAX);

    told->signers = vec_of(q->a, sizeof(struct about_signer), NOTE_SIGNATURES_MAX);
    if (!admission_signers(q->signers, &told->act.record, q->a, &found, f))
        return false;
    for (size_t i = 0; i < found.count; i++) {
        const struct admission_party *p = vec_at(&found, i);
        struct about_signer *kept = vec_push(&told->signers, f);
        if (kept == NULL)
            return false;
        const char *name = p->id != NULL ? p->id : p->name != NULL ? p->name : "";
        *kept = (struct about_signer){ .name = text_from(q->a, bytes_of_text(name), SHOWN, f),
                                       .kind = p->kind };
        if (kept->name == NULL)
            return false;
    }
    return true;
}

static bool tell_act(struct asking *q, const struct history_act *act, struct fault *f)
{
    struct about_act *told = vec_push(&q->out->acts, f);

    if (told == NULL)
        return false;
    told->act = *act;
    told->id = text_from(q->a, record_id(&act->record), SHOWN, f);
    if (told->id == NULL || !tell_signers(q, told, f) ||
        !q->h->logged(q->h->with, act->place, &told->logged, f))
        return false;
    return state_after(q, act, &told->state, f);
}

static bool tell_acts(struct asking *q, struct fault *f)
{
    struct vec acts = history_none(q->a);
    uint64_t last = UINT64_MAX;

    if (!gather(q, &acts, f))
        return false;
    if (acts.count == 0)
        return fault_set(f, FAULT_FORMAT, "nothing in this register stands under '%s'",
                         q->out->key);
    vec_sort(&acts, by_place);
    for (size_t i = 0; i < acts.count; i++) {
        const struct history_act *act = vec_at(&acts, i);
        if (act->place != last && !tell_act(q, act, f))
            return false;
        last = act->place;
    }
    return true;
}

static bool tell_certificate(struct asking *q, struct fault *f)
{
    struct standing_certificate s;
    struct about *o = q->out;

    if (!standing_certificate(q->h, q->id, o->day, q->a, &s, f))
        return false;
    o->state = s.word;
    o->since = s.since;
    o->until = s.until;
    o->decide_by = s.decide_by;
    o->has_effects = s.state != STANDING_NONE;
    o->effects = s.effects;
    o->versions = s.versions;
    o->artefacts = s.artefacts;
    return true;
}

static bool tell_directive(struct asking *q, struct fault *f)
{
    struct standing_directive d;

    if (!standing_directive(q->h, q->id, q->out->day, q->a, &d, f))
        return false;
    q->out->state = d.state;
    q->out->since = d.since;
    for (size_t i = 0; i < d.steps.count; i++) {
        const struct standing_step *step = vec_at(&d.steps, i);
        struct about_step *told = vec_push(&q->out->steps, f);
        if (told == NULL)
            return false;
        told->step = *step;
        if (!standing_reports(q->h, q->id, step->step, q->out->day, q->a, &told->reports, f))
            return false;
    }
    return true;
}

static bool tell_state(struct asking *q, struct fault *f)
{
    struct standing_application p;

    if (is_kind(q, "certificate"))
        return tell_certificate(q, f);
    if (is_kind(q, "directive"))
        return tell_directive(q, f);
    if (!is_kind(q, "application"))
        return true;
    if (!standing_application(q->h, q->id, q->out->day, q->a, &p, f))
        return false;
    q->out->state = p.state;
    q->out->since = p.since;
    return true;
}

/* What a reader calls it: by the entry whose type is the key's kind. */
static bool tell_title(struct asking *q, struct fault *f)
{
    static const char *const lines[] = { "name", "product", "title" };

    for (size_t i = 0; i < q->out->acts.count; i++) {
        const struct about_act *told = vec_at(&q->out->acts, i);
        if (!bytes_equal_text(q->kind, told->act.record.type->name) ||
            !bytes_equal(record_id(&told->act.record), q->id))
            continue;
        for (size_t k = 0; k < sizeof lines / sizeof *lines; k++) {
            const struct bytes value = record_value(&told->act.record, lines[k]);
            if (value.len == 0)
                continue;
            q->out->title = text_from(q->a, value, SHOWN, f);
            return q->out->title != NULL;
        }
        return true;
    }
    return true;
}

bool about_is_overdue(const struct about *about)
{
    return about->decide_by != DATE_NONE && about->decide_by < about->day;
}

bool about_read(const struct history *h, const struct about_question *question, struct arena *a,
                struct about *out, struct fault *f)
{
    OWNED(admission_free) struct admission *signers = NULL;
    struct about told = {
        .day = question->day,
        .since = DATE_NONE,
        .until = DATE_NONE,
        .decide_by = DATE_NONE,
        .versions = vec_of(a, sizeof(struct bytes), 0),
        .artefacts = vec_of(a, sizeof(struct bytes), 0),
        .steps = vec_of(a, sizeof(struct about_step), STEPS_MAX),
        .parts = vec_of(a, sizeof(struct about_part *), HISTORY_ACTS_MAX),
        .acts = vec_of(a, sizeof(struct about_act), HISTORY_ACTS_MAX),
    };

    if (!admission_new(h, &signers, f))
        return false;
    struct asking q = { .h = h, .signers = signers, .a = a, .out = &told };
    const struct about_parts_question parts = { .h = h, .a = a, .day = question->day };
    if (!choose_key(&q, question->what, f) || !tell_state(&q, f) || !tell_acts(&q, f) ||
        !tell_title(&q, f) || !about_parts_read(&parts, &told, f))
        return false;
    *out = told;
    return true;
}
