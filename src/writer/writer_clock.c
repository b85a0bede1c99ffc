#include "writer/writer_clock.h"

#include "core/instant.h"

/* How far a host's clock may be set back, or stand behind a witness's, without a word. */
enum { TOLERANCE = 60 };

bool writer_clock_check(struct writer *w, struct fault *f)
{
    const int64_t own = keeper_last(w->keeper).time;
    const int64_t last = own > w->time ? own : w->time;
    char is[INSTANT_TEXT_MAX];
    char was[INSTANT_TEXT_MAX];
    int64_t now = 0;

    if (!instant_now(w->settings.clock, &now, f))
        return false;
    if (now >= last - (w->settings.clock == NULL ? TOLERANCE : 0))
        return true;
    return fault_set(f, FAULT_DENIED,
                     "%s: the clock stands at %s, before %s, when the last checkpoint was signed "
                     "(a log's clock does not run backwards)",
                     w->settings.clock == NULL ? w->folder.name : w->settings.clock,
                     instant_write(now, is), instant_write(last, was));
}
