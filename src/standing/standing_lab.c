#include "standing/standing_lab.h"

#include <string.h>

static bool read_until(const struct record *r, int32_t *until, struct fault *f)
{
    const struct bytes text = record_value(r, "until");

    if (text.len > 0 && !date_read(text, until))
        return fault_set(f, FAULT_FORMAT, "until: no day (YYYY-MM-DD)");
    return true;
}

/* A suspension ends by an act, never by its date: silence does not accredit. */
static bool apply(struct standing_lab *l, const struct record *r, struct fault *f)
{
    const struct bytes action = record_value(r, "action");

    l->since = record_happened(r);
    if (bytes_equal_text(action, "suspend")) {
        l->acted = "suspended";
        return true;
    }
    if (bytes_equal_text(action, "withdraw")) {
        l->acted = "withdrawn";
        return true;
    }
    if (bytes_equal_text(action, "grant"))
        l->until = DATE_NONE;
    l->acted = "accredited";
    return read_until(r, &l->until, f);
}

bool standing_lab_read(const struct history *h, const struct standing_lab_question *q,
                       struct arena *a, struct standing_lab *out, struct fault *f)
{
    struct standing_lab l = {
        .since = DATE_NONE, .until = DATE_NONE, .last = DATE_NONE, .acts = history_none(a)
    };
    struct vec acts = history_none(a);

    static const char *const types[] = { "accreditation", NULL };
    if (!history_acts_of(h, a, types, &acts, f, "lab:%.*s", (int)q->lab.len,
                         (const char *)q->lab.at))
        return false;
    for (size_t i = 0; i < acts.count; i++) {
        const struct history_act *act = vec_at(&acts, i);
        if (!bytes_equal(record_value(&act->record, "scheme"), q->scheme))
            continue;
        struct history_act *kept = vec_push(&l.acts, f);
        if (kept == NULL)
            return false;
        *kept = *act;
        l.last = record_happened(&act->record);
        if (l.last <= q->day && !apply(&l, &act->record, f))
            return false;
    }
    l.word = l.acted;
    if (l.acted != NULL && strcmp(l.acted, "accredited") == 0 && l.until != DATE_NONE &&
        q->day > l.until && q->day != INT32_MAX) {
        l.word = "expired";
        l.since = l.until + 1;
    }
    *out = l;
    return true;
}

bool standing_lab(const struct history *h, struct bytes lab, struct bytes scheme, int32_t day,
                  struct arena *a, bool *accredited, struct fault *f)
{
    const struct standing_lab_question q = { .lab = lab, .scheme = scheme, .day = day };
    struct standing_lab l;

    if (!standing_lab_read(h, &q, a, &l, f))
        return false;
    *accredited = l.word != NULL && strcmp(l.word, "accredited") == 0;
    return true;
}
