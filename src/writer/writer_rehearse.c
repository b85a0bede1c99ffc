/* writer_rehearse.c -- what a register would say to its first parties, while it is not there yet.
 */
#include "core/instant.h"
#include "core/own.h"
#include "record/mapfn.h"
#include "standing/admission.h"
#include "writer/writer_open.h"

enum { MEMORY = 64 << 20 };

/* So few entries need no index: each is mapped anew when something is looked for. */
struct rehearsal {
    const struct key_signer *log;
    int64_t now;
    struct arena arena;
    struct vec entries; /* struct bytes */
};

static bool has_key(struct rehearsal *r, struct bytes entry, struct bytes key, bool *has,
                    struct fault *f)
{
    const struct arena_mark mark = arena_mark(&r->arena);
    struct vec keys = vec_of(&r->arena, sizeof(struct bytes), MAPFN_KEYS_MAX);
    const bool ok = mapfn_keys(entry, &r->arena, &keys, f);

    *has = false;
    for (size_t i = 0; ok && i < keys.count && !*has; i++)
        *has = bytes_equal(*(const struct bytes *)vec_at(&keys, i), key);
    arena_release(&r->arena, mark);
    return ok;
}

static bool find(void *with, struct bytes key, struct vec *places, struct fault *f)
{
    struct rehearsal *r = with;
    bool has = false;

    for (size_t i = 0; i < r->entries.count; i++) {
        if (!has_key(r, *(const struct bytes *)vec_at(&r->entries, i), key, &has, f))
            return false;
        uint64_t *place = has ? vec_push(places, f) : NULL;
        if (has && place == NULL)
            return false;
        if (has)
            *place = i;
    }
    return true;
}

static bool entry_at(void *with, uint64_t place, struct arena *a, struct bytes *out,
                     struct fault *f)
{
    const struct rehearsal *r = with;
    const struct bytes *entry = vec_at(&r->entries, (size_t)place);
    const char *copy = arena_copy(a, *entry, f);

    if (copy != NULL)
        *out = (struct bytes){ .at = (const uint8_t *)copy, .len = entry->len };
    return copy != NULL;
}

static bool logged(void *with, uint64_t place, int64_t *time, struct fault *f)
{
    (void)with;
    (void)place;
    (void)f;
    *time = 0;
    return true;
}

static bool keep(struct rehearsal *r, struct bytes entry, struct bytes *out, struct fault *f)
{
    const char *copy = arena_copy(&r->arena, entry, f);

    if (copy != NULL)
        *out = (struct bytes){ .at = (const uint8_t *)copy, .len = entry.len };
    return copy != NULL;
}

/* The record as the log would sign it, admitted and kept. */
static bool play(struct rehearsal *r, struct admission *admission, struct bytes text,
                 struct fault *f)
{
    struct buf note = buf_with_limit(NOTE_MAX);
    struct admission_entry e = { .log = key_of(r->log),
                                 .signed_here = key_of(r->log),
                                 .now = r->now };
    struct record record;

    buf_add(&note, text);
    buf_add_byte(&note, '\n');
    bool ok = note_sign(r->log, text, &note, f) && keep(r, buf_bytes(&note), &e.entry, f);
    buf_done(&note);
    ok = ok && admission_check(admission, &e, &r->arena, &record, f);
    struct bytes *kept = ok ? vec_push(&r->entries, f) : NULL;
    if (kept != NULL)
        *kept = e.entry;
    return kept != NULL;
}

static bool play_first(struct rehearsal *r, struct admission *admission,
                       const struct writer_settings *s, struct fault *f)
{
    struct buf text = buf_with_limit(NOTE_MAX);

    writer_open_first(s->origin, s->simulated_clock != NULL, r->now, &text);
    const bool ok = play(r, admission, buf_bytes(&text), f);
    buf_done(&text);
    return ok;
}

static bool rehearse(struct rehearsal *r, const struct writer_settings *s,
                     const struct vec *records, size_t *place, struct fault *f)
{
    const struct history history = { .with = r, .find = find, .entry = entry_at, .logged = logged };
    struct admission *admission = NULL;
    size_t i = 0;
    const bool ok = admission_new(&history, &admission, f) && play_first(r, admission, s, f);

    while (ok && i < records->count &&
           play(r, admission, *(const struct bytes *)vec_at(records, i), f))
        i++;
    admission_free(&admission);
    if (ok)
        *place = i;
    return ok;
}

bool writer_rehearse(const struct writer_settings *s, const struct vec *records, size_t *place,
                     struct fault *f)
{
    OWNED(key_signer_free) struct key_signer *log = NULL;
    struct rehearsal r = { .arena = arena_with_budget(MEMORY) };

    if (!key_signer_load(s->key, &log, f) || !instant_now(s->simulated_clock, &r.now, f))
        return false;
    r.log = log;
    r.entries = vec_of(&r.arena, sizeof(struct bytes), WRITER_RECORDS_MAX);
    const bool ok = rehearse(&r, s, records, place, f);
    arena_done(&r.arena);
    return ok;
}
