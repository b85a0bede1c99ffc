#include "cli/importing.h"

#include "cli/keeping.h"
#include "core/limits.h"
#include "observation/observation.h"
#include "standing/history.h"

bool importing_recall(struct writer *w, const char *source, struct observation_past *past,
                      struct fault *f)
{
    struct vec acts = history_none(past->arena);

    if (!history_acts(writer_history(w), past->arena, &acts, f, "observation:%s", source))
        return false;
    for (size_t i = 0; i < acts.count; i++) {
        const struct history_act *act = vec_at(&acts, i);
        if (!observation_past_add(past, &act->record, source, f))
            return false;
    }
    return true;
}

bool importing_log(struct writer *w, const struct key_signer *signer, const struct import_list *l,
                   const struct import_comparison *c, int32_t date, bool *refused, struct fault *f)
{
    const struct observation_snapshot snapshot = import_snapshot(l, date);
    struct buf text = buf_with_limit(LIMIT_TEXT);
    bool ok = true;

    *refused = false;
    for (size_t i = 0; ok && i < c->observations.count; i++) {
        const struct observation *o = vec_at(&c->observations, i);
        uint64_t index = 0;
        text.len = 0;
        ok = observation_text(o, &snapshot, l->arena, &text, f) &&
             (buf_ok(&text) || fault_set(f, FAULT_LIMIT, "row %.80s: out of memory", o->row));
        if (ok && !keeping_submit(w, signer, buf_bytes(&text), &index, f)) {
            *refused = true;
            ok = fault_wrap(f, "row %.80s", o->row);
        }
    }
    buf_done(&text);
    return ok && writer_sync(w, f); /* what is staged and not synchronized was never written */
}
