#include "register/proved.h"

#include "core/limits.h"
#include "core/map.h"
#include "proof/proof.h"
#include "register/prove.h"
#include "tlog/logproof.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { KEY_TEXT_MAX = 1300, ASKED_MAX = 1 << 20, KEYS_MAX = 1 << 24, PLACE_LEN = 8 };

struct proved {
    struct reader *reader;
    const struct quorum *trusted;
    struct arena *arena;
    struct map keys;    /* key string -> struct proved_key */
    struct map entries; /* place, 8 bytes -> struct bytes */
    struct vec asked;   /* struct proved_key * */
    int64_t time;
};

bool proved_open(struct reader *r, const struct quorum *trusted, struct arena *a,
                 struct proved **out, struct fault *f)
{
    struct proved *p = arena_alloc(a, sizeof *p, f);
    struct quorum_finding found;
    struct bytes note = reader_note(r);

    if (p == NULL || !quorum_weigh(trusted, note, a, &found, f))
        return false;
    *p = (struct proved){
        .reader = r,
        .trusted = trusted,
        .arena = a,
        .keys = map_in(a),
        .entries = map_in(a),
        .asked = vec_of(a, sizeof(struct proved_key *), ASKED_MAX),
        .time = found.time,
    };
    *out = p;
    return true;
}

const struct checkpoint *proved_checkpoint(const struct proved *p)
{
    return reader_checkpoint(p->reader);
}

int64_t proved_time(const struct proved *p)
{
    return p->time;
}

struct vec *proved_asked(struct proved *p)
{
    return &p->asked;
}

static struct bytes place_key(uint64_t place, uint8_t out[PLACE_LEN])
{
    for (int i = 0; i < PLACE_LEN; i++)
        out[i] = (uint8_t)(place >> (8 * i));
    return (struct bytes){ .at = out, .len = PLACE_LEN };
}

static bool copy(struct proved *p, struct bytes from, struct bytes *out, struct fault *f)
{
    char *kept = arena_copy(p->arena, from, f);

    if (kept == NULL)
        return false;
    *out = (struct bytes){ .at = (const uint8_t *)kept, .len = from.len };
    return true;
}

static bool keep_entries(struct proved *p, const struct lookup_file *l, struct fault *f)
{
    uint8_t room[PLACE_LEN];

    for (size_t i = 0; i < l->posted.count; i++) {
        const struct lookup_posted *posted = vec_at(&l->posted, i);
        struct bytes key = place_key(posted->index, room);
        if (map_find(&p->entries, key) != NULL)
            continue;
        struct bytes *entry = arena_alloc(p->arena, sizeof *entry, f);
        if (entry == NULL || !copy(p, posted->entry, entry, f) || !copy(p, key, &key, f) ||
            !map_put(&p->entries, key, entry, f))
            return false;
    }
    return true;
}

/* What verify says first: the clock, where it is simulated, and the answer. */
static bool keep_statement(struct proved *p, const struct proof_finding *found,
                           const struct proof_question *q, struct proved_key *out, struct fault *f)
{
    const struct proof_saying how = { .recomputed = false };
    struct buf said = buf_with_limit(LIMIT_REPORT);
    bool ok = proof_say(found, q, &how, p->arena, &said, f);
    struct bytes rest = buf_bytes(&said);
    struct bytes clock = { 0 };
    struct bytes line;

    if (ok && found->simulated_clock)
        (void)bytes_next(&rest, '\n', &clock);
    ok = ok && bytes_next(&rest, '\n', &line);
    if (ok) {
        out->statement =
            arena_print(p->arena, f, "%.*s%s%.*s", (int)clock.len, (const char *)clock.at,
                        clock.len == 0 ? "" : " ", (int)line.len, (const char *)line.at);
        ok = out->statement != NULL;
    }
    buf_done(&said);
    return ok;
}

/* The file must be about the very state that the reader has open: else one report would rest on
 * two. */
static bool keep(struct proved *p, const struct proof_finding *found, struct bytes file,
                 struct proved_key *out, struct fault *f)
{
    const struct checkpoint *here = reader_checkpoint(p->reader);
    const struct lookup *asked = &found->lookups.asked;
    const struct lookup *sealed = proof_further(found, "type:sealed");

    if (found->checkpoint.checkpoint.size != here->size ||
        !sha256_equal(&found->checkpoint.checkpoint.root, &here->root))
        return fault_set(f, FAULT_FORMAT, "a proof of another state than the one that is read");
    uint64_t *postings = NULL;
    if (asked->count > 0) {
        postings = arena_array(p->arena, asked->count, sizeof *postings, f);
        if (postings == NULL)
            return false;
        for (size_t i = 0; i < asked->count; i++)
            postings[i] = asked->postings[i];
    }
    out->postings = postings;
    out->count = asked->count;
    out->sealed = sealed == NULL ? UINT64_MAX : sealed->count;
    return keep_entries(p, &found->lookups, f) && copy(p, file, &out->file, f);
}

static bool prove(struct proved *p, bool whole, struct proved_key *out, struct fault *f)
{
    const struct prove_request request = { .key = out->key, .entries = whole };
    const struct proof_question q = { .quorum = p->trusted, .key = out->key };
    struct arena scratch = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct buf file = buf_with_limit(LOGPROOF_MAX);
    struct proof_finding found;
    const bool ok = prove_key(p->reader, &request, &scratch, &file, f) &&
                    (proof_check(buf_bytes(&file), &q, &scratch, &found, f) ||
                     fault_wrap(f, "the register's own proof")) &&
                    keep(p, &found, buf_bytes(&file), out, f) &&
                    keep_statement(p, &found, &q, out, f);

    out->whole = whole || out->count == 0;
    buf_done(&file);
    arena_done(&scratch);
    return ok;
}

bool proved_ask(struct proved *p, struct bytes key, bool whole, struct proved_key **out,
                struct fault *f)
{
    struct proved_key *k = map_find(&p->keys, key);
    const bool is_new = k == NULL;

    if (is_new) {
        k = arena_alloc(p->arena, sizeof *k, f);
        if (k == NULL)
            return false;
        *k = (struct proved_key){ .whole = false };
        if (!copy(p, key, &k->key, f))
            return false;
    }
    if ((is_new || (whole && !k->whole)) && !prove(p, whole, k, f))
        return false;
    if (is_new && !map_put(&p->keys, k->key, k, f))
        return false;
    struct proved_key **slot = vec_push(&p->asked, f);
    if (slot == NULL)
        return false;
    *slot = k;
    *out = k;
    return true;
}

bool proved_askf(struct proved *p, bool whole, struct proved_key **out, struct fault *f,
                 const char *fmt, ...)
{
    char key[KEY_TEXT_MAX];
    va_list args;

    va_start(args, fmt);
    const int len = vsnprintf(key, sizeof key, fmt, args);
    va_end(args);
    if (len < 0 || (size_t)len >= sizeof key)
        return fault_set(f, FAULT_LIMIT, "a key string past %d bytes", KEY_TEXT_MAX);
    return proved_ask(p, bytes_of_text(key), whole, out, f);
}

/* The proved entry at a place among the postings of a key that was asked whole. */
static bool entry_at(const struct proved *p, uint64_t place, struct bytes *out, struct fault *f)
{
    uint8_t room[PLACE_LEN];
    const struct bytes *entry = map_find(&p->entries, place_key(place, room));

    if (entry == NULL)
        return fault_set(f, FAULT_FORMAT, "entry %llu was not proved", (unsigned long long)place);
    *out = *entry;
    return true;
}

static bool history_find(void *with, struct bytes key, struct vec *places, struct fault *f)
{
    struct proved_key *k;

    if (!proved_ask(with, key, /* whole */ true, &k, f))
        return false;
    for (size_t i = 0; i < k->count; i++) {
        uint64_t *slot = vec_push(places, f);
        if (slot == NULL)
            return false;
        *slot = k->postings[i];
    }
    return true;
}

static bool history_entry(void *with, uint64_t place, struct arena *a, struct bytes *out,
                          struct fault *f)
{
    struct bytes entry;

    if (!entry_at(with, place, &entry, f))
        return false;
    char *copied = arena_copy(a, entry, f);
    if (copied == NULL)
        return false;
    *out = (struct bytes){ .at = (const uint8_t *)copied, .len = entry.len };
    return true;
}

static bool history_logged(void *with, uint64_t place, int64_t *time, struct fault *f)
{
    struct proved *p = with;
    struct history h;

    return reader_history(p->reader, &h, f) && h.logged(h.with, place, time, f);
}

struct history proved_history(struct proved *p)
{
    return (struct history){
        .with = p, .find = history_find, .entry = history_entry, .logged = history_logged
    };
}

static int by_key(const void *a, const void *b)
{
    const struct proved_key *const *x = a;
    const struct proved_key *const *y = b;
    const size_t least = (*x)->key.len < (*y)->key.len ? (*x)->key.len : (*y)->key.len;
    const int order = memcmp((*x)->key.at, (*y)->key.at, least);

    return order != 0 ? order : ((*x)->key.len > (*y)->key.len) - ((*x)->key.len < (*y)->key.len);
}

bool proved_rest(const struct proved *p, struct vec *out, struct fault *f)
{
    struct bytes key;
    void *value;

    for (size_t at = 0; map_next(&p->keys, &at, &key, &value);) {
        struct proved_key *k = value;
        struct proved_key **slot = k->rests ? vec_push(out, f) : NULL;
        if (k->rests && slot == NULL)
            return false;
        if (slot != NULL)
            *slot = k;
    }
    vec_sort(out, by_key);
    return true;
}
