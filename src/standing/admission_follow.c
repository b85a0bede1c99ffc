/* admission_follow.c -- A11: when things happened. What may follow what is A10, in
 * admission_transition.c. */
#include "standing/admission_inside.h"

enum { DAY = 86400 };

/* Nothing happens more than a day after it is logged; the day is for clocks and zones. */
static bool check_clock(struct admission_case *c, struct fault *f)
{
    const int32_t happened = record_happened(c->r);
    char text[DATE_TEXT_MAX];

    if (c->now <= 0 || happened == DATE_NONE || happened <= c->now / DAY + 1)
        return true;
    return admission_refuse(f, "A11", "dated %s, which is still to come by the log's clock",
                            date_write(happened, text));
}

/* The lines by which an act names the objects that it acts on. */
static const char *const objects[] = { "scheme",      "application", "evaluation",
                                       "certificate", "list",        "directive" };

static bool check_after(struct admission_case *c, const char *type, struct fault *f)
{
    const struct bytes id = record_value(c->r, type);
    const struct history_act *object;
    char then[DATE_TEXT_MAX];
    char now[DATE_TEXT_MAX];

    if (id.len == 0)
        return true;
    if (!admission_known_find(c, type, id, &object, f))
        return false;
    const int32_t happened = record_happened(c->r);
    const int32_t began = object == NULL ? DATE_NONE : record_happened(&object->record);
    if (began == DATE_NONE || happened == DATE_NONE || happened >= began)
        return true;
    return admission_refuse(f, "A11", "dated %s, before its %s '%s' of %s",
                            date_write(happened, now), type, admission_shown(c, id),
                            date_write(began, then));
}

bool admission_follow_last(struct admission_case *c, int32_t last, struct fault *f)
{
    const int32_t happened = record_happened(c->r);
    char then[DATE_TEXT_MAX];
    char now[DATE_TEXT_MAX];

    if (last == DATE_NONE || happened == DATE_NONE || happened >= last)
        return true;
    return admission_refuse(f, "A11", "dated %s, before the act of %s that it follows",
                            date_write(happened, now), date_write(last, then));
}

bool admission_follow_check(struct admission_case *c, struct fault *f)
{
    if (!check_clock(c, f))
        return false;
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++)
        if (!check_after(c, objects[i], f))
            return false;
    return true;
}
