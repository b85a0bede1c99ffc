#include "commands/importing.h"

#include "commands/keeping.h"
#include "confine/confined.h"
#include "core/limits.h"
#include "imports/import_wire.h"
#include "observation/observation.h"
#include "standing/history.h"

/* What is asked of the process behind the walls. */
struct request {
    const struct import *format;
    const struct import_ask *ask;
};

static bool read_confined(void *ctx, struct buf *answer, struct fault *f)
{
    const struct request *request = ctx;
    struct arena a = arena_with_budget(LIMIT_LIST_MEMORY);
    struct import_list l;

    const bool ok = import_read(request->format, request->ask, &a, &l, f);
    if (ok)
        import_wire_write(&l, answer);
    arena_done(&a);
    return ok;
}

bool importing_read(const struct import *format, const struct import_ask *ask, struct arena *a,
                    struct import_list *out, struct fault *f)
{
    struct request request = { .format = format, .ask = ask };
    const struct confined parsing = { .work = read_confined,
                                      .ctx = &request,
                                      .what = "reading the list",
                                      .seconds = LIMIT_ARTEFACT_SECONDS };
    struct buf answer = buf_with_limit(LIMIT_LIST_MEMORY);

    const bool ok = import_prepare(format, f) && confined_run(&parsing, &answer, f) &&
                    import_wire_read(format, buf_bytes(&answer), a, out, f);
    buf_done(&answer);
    if (ok) {
        out->meant = ask->meant;
        out->digest = sha256_of(ask->all);
    }
    return ok;
}

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
