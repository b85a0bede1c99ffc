#include "standing/standing_scheme.h"

#include <string.h>

enum { LINES_MAX = 1 << 16 };

/* What a state means where the scheme's table is silent, as strict as the strictest schemes that
 * exist (CMVP's historical and revoked), save that a suspension does not end the validity (Reg.
 * (EU) 2024/482 Art. 9 and 30). */
static const struct standing_effects defaults[] = {
    [STANDING_NONE] = { STANDING_NO, STANDING_SILENT, STANDING_SILENT },
    [STANDING_IN_FORCE] = { STANDING_YES, STANDING_YES, STANDING_YES },
    [STANDING_SUSPENDED] = { STANDING_NO, STANDING_RISK_DECISION, STANDING_YES },
    [STANDING_LAPSED] = { STANDING_NO, STANDING_NO, STANDING_RISK_DECISION },
    [STANDING_WITHDRAWN] = { STANDING_NO, STANDING_NO, STANDING_NO },
    [STANDING_SUPERSEDED] = { STANDING_NO, STANDING_NO, STANDING_RISK_DECISION },
};

static bool apply(struct standing_scheme *s, const struct record *r, struct fault *f)
{
    const struct bytes authority = record_value(r, "authority");
    const struct bytes until = record_value(r, "until");

    if (authority.len > 0)
        s->authority = authority;
    if (until.len > 0 && !date_read(until, &s->until))
        return fault_set(f, FAULT_FORMAT, "until: no day (YYYY-MM-DD)");
    if (record_value(r, "body").len > 0)
        s->bodies.count = 0;
    return record_values(r, "body", &s->bodies, f) && record_values(r, "state", &s->states, f);
}

bool standing_scheme(const struct history *h, struct bytes id, int32_t day, struct arena *a,
                     struct standing_scheme *out, struct fault *f)
{
    struct standing_scheme s = {
        .bodies = vec_of(a, sizeof(struct bytes), LINES_MAX),
        .states = vec_of(a, sizeof(struct bytes), LINES_MAX),
        .until = DATE_NONE,
        .acts = history_none(a),
    };

    static const char *const types[] = { "scheme", "scheme-change", NULL };
    if (!history_acts_of(h, a, types, &s.acts, f, "scheme:%.*s", (int)id.len, (const char *)id.at))
        return false;
    for (size_t i = 0; i < s.acts.count; i++) {
        const struct history_act *act = vec_at(&s.acts, i);
        const struct record *r = &act->record;
        if (!bytes_equal(record_id(r), id) || record_happened(r) > day)
            continue;
        if (s.scheme == NULL && history_is(act, "scheme")) {
            s.scheme = act;
            s.confidential = bytes_equal_text(record_value(r, "confidential"), "yes");
            if (!apply(&s, r, f))
                return false;
        }
        if (s.scheme != NULL && history_is(act, "scheme-change") && !apply(&s, r, f))
            return false;
    }
    *out = s;
    return true;
}

static enum standing_answer answer_of(struct bytes word)
{
    if (bytes_equal_text(word, "yes"))
        return STANDING_YES;
    if (bytes_equal_text(word, "no"))
        return STANDING_NO;
    return bytes_equal_text(word, "risk-decision") ? STANDING_RISK_DECISION : STANDING_SILENT;
}

/* "archived claim=no procure=none use=none"; the record was checked when it was read. */
static struct standing_effects read_effects(struct bytes line)
{
    struct standing_effects out = { STANDING_SILENT, STANDING_SILENT, STANDING_SILENT };
    struct bytes word;

    while (bytes_next(&line, ' ', &word)) {
        const size_t sign = bytes_index(word, '=');
        const struct bytes effect = bytes_part(word, 0, sign);
        const enum standing_answer answer = answer_of(bytes_part(word, sign + 1, word.len));
        if (bytes_equal_text(effect, "claim"))
            out.claim = answer;
        if (bytes_equal_text(effect, "procure"))
            out.procure = answer;
        if (bytes_equal_text(effect, "use"))
            out.use = answer;
    }
    return out;
}

static const struct bytes *newest_line(const struct standing_scheme *s, const char *word)
{
    for (size_t i = s->states.count; i-- > 0;) {
        const struct bytes *line = vec_at(&s->states, i);
        if (bytes_equal_text(bytes_part(*line, 0, bytes_index(*line, ' ')), word))
            return line;
    }
    return NULL;
}

struct standing_effects standing_scheme_effects(const struct standing_scheme *s, const char *word,
                                                enum standing_state state)
{
    const struct bytes *line = newest_line(s, word);

    if (line == NULL)
        line = newest_line(s, standing_state_name(state));
    return line == NULL ? defaults[state] : read_effects(*line);
}
