#include "exports/export_rows.h"

#include "core/date.h"

bool export_rows_read(const struct export_question *q, const char *source, struct arena *a,
                      struct export_rows *out, struct fault *f)
{
    struct export_rows rows = { .past = observation_past_in(a), .seen = DATE_NONE };
    struct vec acts = history_none(a);

    if (!history_acts(q->history, a, &acts, f, "observation:%s", source))
        return false;
    for (size_t i = 0; i < acts.count; i++) {
        const struct history_act *act = vec_at(&acts, i);
        const int32_t seen = record_happened(&act->record);
        if (seen > q->day)
            continue;
        if (!observation_past_add(&rows.past, &act->record, source, f))
            return false;
        rows.seen = seen > rows.seen ? seen : rows.seen;
    }
    for (size_t i = 0; i < rows.past.rows.count; i++)
        rows.present += ((const struct observation_row *)vec_at(&rows.past.rows, i))->present;
    *out = rows;
    return rows.past.rows.count > 0 ||
           fault_set(f, FAULT_FORMAT, "nothing was observed of a source '%.100s'", source);
}
