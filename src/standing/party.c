#include "standing/party.h"

#include "core/sha256.h"

#include <string.h>

enum {
    PARTY_KEYS_MAX = 1024,    /* of one party, over all time */
    PARTY_MEMORY = 64 << 20,  /* of the book: 10^4 parties */
    PARTY_SCRATCH = 64 << 20, /* one party's entries, while they are folded */
};

void party_init(struct party_book *b, const struct history *h)
{
    *b = (struct party_book){ .h = h, .arena = arena_with_budget(PARTY_MEMORY) };
    b->by_id = map_in(&b->arena);
    b->by_key = map_in(&b->arena);
}

void party_done(struct party_book *b)
{
    arena_done(&b->arena);
    *b = (struct party_book){ 0 };
}

void party_forget(struct party_book *b)
{
    const struct history *h = b->h;

    party_done(b);
    party_init(b, h);
}

static struct party_key *key_with_id(const struct party *p, struct bytes name, const uint8_t *id)
{
    for (size_t i = 0; i < p->keys.count; i++) {
        struct party_key *k = vec_at(&p->keys, i);
        if (bytes_equal_text(name, k->key.name) && memcmp(id, k->key.id, KEY_ID_LEN) == 0)
            return k;
    }
    return NULL;
}

static bool add_keys(struct party *p, const struct record *r, const char *line, struct fault *f)
{
    struct bytes vkey;

    for (size_t i = 0; (vkey = record_value_at(r, line, i)).len > 0; i++) {
        struct key key;
        if (!key_read(vkey, &key, f))
            return false;
        struct party_key *k = key_with_id(p, bytes_of_text(key.name), key.id);
        if (k == NULL)
            k = vec_push(&p->keys, f);
        if (k == NULL)
            return false;
        *k = (struct party_key){ .key = key };
    }
    return true;
}

static bool remove_keys(struct party *p, const struct record *r, struct fault *f)
{
    struct bytes vkey;

    for (size_t i = 0; (vkey = record_value_at(r, "remove", i)).len > 0; i++) {
        struct key key;
        if (!key_read(vkey, &key, f))
            return false;
        struct party_key *k = key_with_id(p, bytes_of_text(key.name), key.id);
        if (k != NULL)
            k->removed = true;
    }
    return true;
}

static uint64_t count_of(struct bytes digits, uint64_t absent)
{
    uint64_t n = 0;

    if (digits.len == 0)
        return absent;
    for (size_t i = 0; i < digits.len; i++)
        n = n * 10 + (uint64_t)(digits.at[i] - '0');
    return n;
}

static bool begin(struct party_book *b, const struct record *r, struct party **out, struct fault *f)
{
    struct party *p = arena_alloc(&b->arena, sizeof *p, f);
    const struct bytes kind = record_value(r, "kind");

    if (p == NULL)
        return false;
    p->id = arena_copy(&b->arena, record_value(r, "id"), f);
    p->kind = arena_copy(&b->arena, kind, f);
    p->writers =
        bytes_equal_text(kind, "any") ? ~(unsigned)RECORD_BY_LOG : record_writer_named(kind);
    p->threshold = count_of(record_value(r, "threshold"), 1);
    p->keys = vec_of(&b->arena, sizeof(struct party_key), PARTY_KEYS_MAX);
    if (p->id == NULL || p->kind == NULL || !add_keys(p, r, "key", f))
        return false;
    *out = p;
    return true;
}

static bool fold(struct party_book *b, struct bytes id, struct arena *scratch, struct party **out,
                 struct fault *f)
{
    struct vec acts = history_none(scratch);
    struct party *p = NULL;

    if (!history_acts(b->h, scratch, &acts, f, "party:%.*s", (int)id.len, (const char *)id.at))
        return false;
    for (size_t i = 0; i < acts.count; i++) {
        const struct history_act *act = vec_at(&acts, i);
        const struct record *r = &act->record;
        if (act->opened || !bytes_equal(record_id(r), id))
            continue;
        if (p == NULL && history_is(act, "party") && !begin(b, r, &p, f))
            return false;
        if (p == NULL || !history_is(act, "rotation"))
            continue;
        if (!remove_keys(p, r, f) || !add_keys(p, r, "add", f))
            return false;
        p->threshold = count_of(record_value(r, "threshold"), p->threshold);
    }
    *out = p;
    return true;
}

static void scratch_done(struct arena *a)
{
    arena_done(a);
}

bool party_named(struct party_book *b, struct bytes id, const struct party **out, struct fault *f)
{
    *out = map_find(&b->by_id, id);
    if (*out != NULL)
        return true;

    __attribute__((cleanup(scratch_done))) struct arena scratch = arena_with_budget(PARTY_SCRATCH);
    struct party *p = NULL;
    if (!fold(b, id, &scratch, &p, f))
        return false;
    if (p != NULL && !map_put(&b->by_id, bytes_of_text(p->id), p, f))
        return false;
    *out = p;
    return true;
}

/* The entries that speak of a key of this name lead to parties; a party's keys decide. */
static bool search(struct party_book *b, const struct party_ask *q, struct party_hit *out,
                   struct fault *f)
{
    __attribute__((cleanup(scratch_done))) struct arena scratch = arena_with_budget(PARTY_SCRATCH);
    struct vec acts = history_none(&scratch);
    char hex[SHA256_TEXT_MAX];
    const struct sha256 name = sha256_of(q->name);

    *out = (struct party_hit){ 0 };
    if (!history_acts(b->h, &scratch, &acts, f, "key:%s", sha256_write(&name, hex)))
        return false;
    for (size_t i = 0; i < acts.count && out->party == NULL; i++) {
        const struct history_act *act = vec_at(&acts, i);
        const struct party *p;
        if (!party_named(b, record_id(&act->record), &p, f))
            return false;
        out->key = p == NULL ? NULL : key_with_id(p, q->name, q->id);
        out->party = out->key == NULL ? NULL : p;
    }
    return true;
}

static bool keep(struct party_book *b, struct bytes key, const struct party_hit *hit,
                 struct fault *f)
{
    struct party_hit *kept = arena_alloc(&b->arena, sizeof *kept, f);
    const char *at = arena_copy(&b->arena, key, f);

    if (kept == NULL || at == NULL)
        return false;
    *kept = *hit;
    return map_put(&b->by_key, (struct bytes){ .at = (const uint8_t *)at, .len = key.len }, kept,
                   f);
}

/* Kept under name || key id: the id's length is fixed, so that two of them never meet. Strangers
 * are not kept: there is no end of them. */
bool party_of_key(struct party_book *b, const struct party_ask *q, struct party_hit *out,
                  struct fault *f)
{
    uint8_t at[KEY_NAME_MAX + KEY_ID_LEN];
    const struct bytes key = { .at = at, .len = q->name.len + KEY_ID_LEN };
    struct party_hit hit = { 0 };

    if (q->name.len == 0 || q->name.len > KEY_NAME_MAX) {
        *out = hit;
        return true;
    }
    memcpy(at, q->name.at, q->name.len);
    memcpy(at + q->name.len, q->id, KEY_ID_LEN);
    const struct party_hit *kept = map_find(&b->by_key, key);
    if (kept != NULL) {
        *out = *kept;
        return true;
    }
    if (!search(b, q, &hit, f) || (hit.party != NULL && !keep(b, key, &hit, f)))
        return false;
    *out = hit;
    return true;
}

bool party_signed(struct party_book *b, const struct party *p, const struct record *r, bool *yes,
                  struct fault *f)
{
    *yes = false;
    for (size_t i = 0; i < r->note.signatures.count && !*yes; i++) {
        const struct note_signature *s = vec_at(&r->note.signatures, i);
        const struct party_ask q = { .name = s->name, .id = s->id };
        struct party_hit hit;
        if (!party_of_key(b, &q, &hit, f))
            return false;
        *yes = hit.party == p;
    }
    return true;
}

size_t party_active_keys(const struct party *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->keys.count; i++)
        n += !((const struct party_key *)vec_at(&p->keys, i))->removed;
    return n;
}
