#include "register/prove.h"

#include "core/instant.h"
#include "core/limits.h"
#include "record/mapfn.h"
#include "standing/standing.h"
#include "tlog/logproof.h"

enum { FIELDS = 4, INDEX_ENTRY_LIMIT = 65535 };

/* The parts of a key string between its colons; the last takes the rest. */
struct asked {
    struct bytes part[FIELDS];
    size_t count;
};

static struct asked take_apart(struct bytes key)
{
    struct asked out = { .count = 0 };

    while (out.count < FIELDS) {
        const size_t colon = bytes_index(key, ':');
        const bool last = out.count == FIELDS - 1 || colon == key.len;
        out.part[out.count] = last ? key : bytes_part(key, 0, colon);
        out.count++;
        if (last)
            break;
        key = bytes_part(key, colon + 1, key.len);
    }
    return out;
}

struct making {
    struct reader *reader;
    struct index *index;
    struct arena *arena;
    struct lookup_file file;
};

static bool look_up(struct making *m, struct bytes key, struct lookup *out, struct fault *f)
{
    return index_prove(m->index, reader_leaf(m->reader)->covers, key, m->arena, out, f);
}

/* A further lookup "KIND:VALUE" under the same root; *there tells whether it has postings. */
static bool look_further(struct making *m, const char *kind, struct bytes value, bool *there,
                         struct fault *f)
{
    const char *key =
        arena_print(m->arena, f, "%s:%.*s", kind, (int)value.len, (const char *)value.at);
    struct lookup *slot = key == NULL ? NULL : vec_push(&m->file.further, f);

    if (slot == NULL || !look_up(m, bytes_of_text(key), slot, f))
        return false;
    *there = slot->count > 0;
    return true;
}

/* As above, where the thing must exist for the question to mean anything. */
static bool must_exist(struct making *m, const char *kind, struct bytes value, struct fault *f)
{
    bool there = false;

    if (!look_further(m, kind, value, &there, f))
        return false;
    return there || fault_set(f, FAULT_FORMAT,
                              "the register has no %s '%.*s': absence from what does not exist "
                              "says nothing",
                              kind, (int)value.len, (const char *)value.at);
}

static bool has_key(struct making *m, const char *kind, struct bytes value, bool *there,
                    struct fault *f)
{
    const char *key =
        arena_print(m->arena, f, "%s:%.*s", kind, (int)value.len, (const char *)value.at);
    struct vec places = vec_of(m->arena, sizeof(uint64_t), LIMIT_RECORDS);
    const struct index_question q = { .key = key == NULL ? (struct bytes){ 0 } : bytes_of_text(key),
                                      .limit = reader_leaf(m->reader)->covers,
                                      .most = 1 };

    if (key == NULL || !index_find(m->index, &q, &places, f))
        return false;
    *there = places.count > 0;
    return true;
}

/* A step that the directive never had, or an organisation that nobody registered, is a typing
 * error.
 */
static bool check_report(struct making *m, const struct asked *k, struct fault *f)
{
    struct standing_directive directive;
    struct history h;
    bool known = false;

    if (!reader_history(m->reader, &h, f) ||
        !standing_directive(&h, k->part[1], INT32_MAX, m->arena, &directive, f))
        return false;
    const struct bytes step = k->part[k->count - 1];
    if (standing_directive_step(&directive, step) == NULL)
        return fault_set(f, FAULT_FORMAT, "the directive '%.*s' has no step '%.*s'",
                         (int)k->part[1].len, (const char *)k->part[1].at, (int)step.len,
                         (const char *)step.at);
    if (k->count != 4)
        return true;
    if (!has_key(m, "organisation", k->part[2], &known, f))
        return false;
    return known || fault_set(f, FAULT_FORMAT, "the register has no organisation '%.*s'",
                              (int)k->part[2].len, (const char *)k->part[2].at);
}

/* What a reader must be told beside the key itself (docs/register.md): that the list exists, under
 * which names the vendor is known, how much is sealed. */
static bool add_further(struct making *m, struct fault *f)
{
    const struct asked k = take_apart(m->file.asked.key);
    const struct bytes kind = k.part[0];
    bool there = false;
    bool ok = true;

    if (bytes_equal_text(kind, "listed"))
        ok = must_exist(m, "list", k.part[1], f);
    else if (bytes_equal_text(kind, "certified"))
        ok = must_exist(m, "scheme", k.part[1], f);
    else if (bytes_equal_text(kind, "listing"))
        ok = must_exist(m, "list", k.part[1], f);
    else if (bytes_equal_text(kind, "report") || bytes_equal_text(kind, "reports"))
        ok = must_exist(m, "directive", k.part[1], f) && check_report(m, &k, f);
    if (ok && k.count == 4 && bytes_equal_text(k.part[2], "token"))
        ok = look_further(m, "vendor-token", k.part[3], &there, f);
    if (ok && k.count == 4 && bytes_equal_text(k.part[2], "vendor"))
        ok = look_further(m, "vendor", k.part[3], &there, f);
    return ok && (bytes_equal_text(m->file.asked.key, "type:sealed") ||
                  look_further(m, "type", bytes_of_text("sealed"), &there, f));
}

static bool add_posted(struct making *m, uint64_t place, struct fault *f)
{
    struct lookup_posted *slot = vec_push(&m->file.posted, f);
    struct lookup_posted posted = { .index = place };
    struct merkle_proof proof;

    if (slot == NULL || !reader_entry(m->reader, place, m->arena, &posted.entry, f) ||
        !reader_inclusion(m->reader, place, &proof, f))
        return false;
    struct sha256 *hashes = arena_array(m->arena, proof.count, sizeof *hashes, f);
    if (hashes == NULL)
        return false;
    for (size_t i = 0; i < proof.count; i++)
        hashes[i] = proof.at[i];
    posted.inclusion = hashes;
    posted.count = proof.count;
    *slot = posted;
    return true;
}

static bool write_file(struct making *m, uint64_t place, struct buf *extra, struct buf *out,
                       struct fault *f)
{
    struct logproof file = { .has_extra = extra != NULL,
                             .index = place,
                             .checkpoint = reader_note(m->reader) };

    if (!reader_inclusion(m->reader, place, &file.inclusion, f))
        return false;
    if (extra != NULL)
        file.extra = buf_bytes(extra);
    logproof_write(&file, out);
    return buf_ok(out) || fault_set(f, FAULT_LIMIT, "a proof file past %d bytes", LOGPROOF_MAX);
}

static bool make(struct making *m, const struct prove_request *q, struct fault *f)
{
    const uint64_t last = reader_checkpoint(m->reader)->size - 1;

    m->file.version = q->plain ? 1 : 2;
    if (!reader_entry(m->reader, last, m->arena, &m->file.index_entry, f) ||
        !look_up(m, q->key, &m->file.asked, f))
        return false;
    m->file.asked.key = q->key;
    if (!add_further(m, f))
        return false;
    if (q->plain)
        m->file.further.count = 0; /* they were looked up for what they refuse */
    if (q->entries && m->file.asked.count > LOOKUP_POSTED_MAX)
        return fault_set(f, FAULT_LIMIT,
                         "%zu entries map to the key, and a proof file carries the text of %d at "
                         "most: ask without --entries",
                         m->file.asked.count, LOOKUP_POSTED_MAX);
    for (size_t i = 0; q->entries && i < m->file.asked.count; i++) {
        if (!add_posted(m, m->file.asked.postings[i], f))
            return false;
    }
    return true;
}

bool prove_key(struct reader *r, const struct prove_request *q, struct arena *a, struct buf *out,
               struct fault *f)
{
    struct making m = { .reader = r, .arena = a };
    struct buf extra = buf_with_limit(LOGPROOF_MAX);

    if (q->plain && q->entries)
        return fault_set(f, FAULT_FORMAT, "a plain proof has no room for entries");
    if (!mapfn_is_key(q->key, f))
        return false;
    m.file.further = vec_of(a, sizeof(struct lookup), LOOKUP_FURTHER_MAX);
    m.file.posted = vec_of(a, sizeof(struct lookup_posted), LOOKUP_POSTED_MAX);
    m.index = reader_index(r, f);
    if (m.index == NULL || !make(&m, q, f))
        return false;
    lookup_write(&m.file, &extra);
    const bool ok =
        (buf_ok(&extra) || fault_set(f, FAULT_LIMIT, "a proof file past %d bytes", LOGPROOF_MAX)) &&
        write_file(&m, reader_checkpoint(r)->size - 1, &extra, out, f);
    buf_done(&extra);
    return ok;
}

bool prove_entry(struct reader *r, uint64_t place, struct buf *out, struct fault *f)
{
    struct making m = { .reader = r };

    return write_file(&m, place, /* extra */ NULL, out, f);
}

/* The first entry under the key below this state's index leaf; UINT64_MAX: none. */
static bool first_entry(struct reader *r, struct bytes key, uint64_t *first, struct fault *f)
{
    struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct vec places = vec_of(&a, sizeof(uint64_t), HISTORY_PLACES_MAX);
    struct index *index = reader_index(r, f);
    bool ok = index != NULL;

    if (ok) {
        const struct index_question q = { .key = key, .limit = reader_leaf(r)->covers };
        ok = index_find(index, &q, &places, f);
    }
    if (ok)
        *first = places.count == 0 ? UINT64_MAX : *(const uint64_t *)vec_at(&places, 0);
    arena_done(&a);
    return ok;
}

/* What is absent from a state of the past is looked for in the newest one. */
static bool first_since(struct reader *r, struct bytes key, uint64_t *first, struct fault *f)
{
    struct reader *newest = NULL;
    const bool ok =
        reader_newest(r, &newest, f) && (newest == NULL || first_entry(newest, key, first, f));

    reader_close(&newest);
    return ok;
}

bool prove_span(struct reader *r, struct bytes key, struct prove_span *out, struct fault *f)
{
    struct prove_span span = { .absent_until = INSTANT_NONE, .present_from = INSTANT_NONE };
    struct reader_state before = { 0 };
    struct reader_state after = { 0 };
    uint64_t first;

    if (!first_entry(r, key, &first, f))
        return false;
    span.present = first != UINT64_MAX;
    if (!span.present && !first_since(r, key, &first, f))
        return false;
    /* a state covers one entry less than its size */
    const uint64_t size = first == UINT64_MAX ? first : first + 1;
    if (reader_time(r) != INSTANT_NONE && !reader_states_around(r, size, &before, &after, f))
        return false;
    if (before.size > 0)
        span.absent_until = before.last;
    if (after.size > 0)
        span.present_from = after.first;
    *out = span;
    return true;
}
