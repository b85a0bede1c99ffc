#include "proof/proof.h"

#include "codec/emit.h"
#include "core/date.h"
#include "core/instant.h"
#include "core/text.h"
#include "record/record.h"

#include <string.h>

/* All that the object says. `failed` remembers a text that found no memory. */
struct telling {
    const struct proof_finding *found;
    const struct proof_question *q;
    const struct proof_saying *how;
    struct arena *arena;
    struct emit emit;
    bool failed;
};

static void put_bytes(struct telling *t, const char *key, struct bytes text)
{
    const char *clean = text_from(t->arena, text, text.len, /* f */ NULL);

    t->failed = t->failed || clean == NULL;
    emit_text(&t->emit, key, clean);
}

static void put_lookup(struct telling *t, const struct lookup *l)
{
    put_bytes(t, "key", l->key);
    emit_bool(&t->emit, "present", l->count > 0);
    emit_list(&t->emit, "postings", EMIT_FLAT);
    for (size_t i = 0; i < l->count; i++)
        emit_count(&t->emit, /* key */ NULL, l->postings[i]);
    emit_list_end(&t->emit);
}

static void put_view(struct telling *t)
{
    const struct quorum_finding *c = &t->found->checkpoint;
    const bool none = strcmp(t->q->quorum->rule, "none") == 0;
    const int liars = quorum_liars_survived(t->q->quorum);
    char time[INSTANT_TEXT_MAX];

    put_bytes(t, "origin", c->checkpoint.origin);
    emit_count(&t->emit, "size", c->checkpoint.size);
    emit_text(&t->emit, "time", none ? NULL : instant_write(c->time, time));
    emit_bool(&t->emit, "time_to_come", !none && proof_is_to_come(t->found, t->how->now));
    emit_list(&t->emit, "witnesses", EMIT_FLAT);
    for (size_t i = 0; i < c->witnesses.count && !none; i++) {
        const struct quorum_signature *w = vec_at(&c->witnesses, i);
        if (w->time >= c->time)
            put_bytes(t, /* key */ NULL, bytes_of_text(w->witness->name));
    }
    emit_list_end(&t->emit);
    put_bytes(t, "quorum", bytes_of_text(t->q->quorum->rule));
    if (liars < 0)
        emit_null(&t->emit, "liars_survived");
    else
        emit_number(&t->emit, "liars_survived", liars);
    emit_bool(&t->emit, "simulated_clock", t->found->simulated_clock);
}

static void put_index(struct telling *t)
{
    char hex[SHA256_TEXT_MAX];
    char digest[SHA256_TEXT_MAX + 7] = "sha256:";

    memcpy(digest + 7, sha256_write(&t->found->leaf.mapfn, hex), SHA256_TEXT_MAX);
    if (t->found->map == 0)
        emit_null(&t->emit, "map");
    else
        emit_count(&t->emit, "map", t->found->map);
    emit_text(&t->emit, "map_digest", digest);
    emit_bool(&t->emit, "recomputed", t->how->recomputed);
}

static void put_sealed(struct telling *t)
{
    const struct lookup *sealed = bytes_equal_text(t->found->lookups.asked.key, "type:sealed")
                                      ? &t->found->lookups.asked
                                      : proof_further(t->found, "type:sealed");

    if (sealed == NULL)
        emit_null(&t->emit, "sealed");
    else
        emit_count(&t->emit, "sealed", sealed->count);
}

/* "list_proved" is null where the key is about no list; "object" tells the same of directives and
 * schemes too. */
static void put_object(struct telling *t)
{
    const char *word;
    const char *key;

    if (!proof_object(t->found, t->arena, &word, &key, /* f */ NULL)) {
        t->failed = true;
        return;
    }
    const struct lookup *l = key == NULL ? NULL : proof_further(t->found, key);
    const bool proved = l != NULL && l->count > 0;
    if (key == NULL || strcmp(word, "list") != 0)
        emit_null(&t->emit, "list_proved");
    else
        emit_bool(&t->emit, "list_proved", proved);
    emit_text(&t->emit, "object", key);
    if (key == NULL)
        emit_null(&t->emit, "object_proved");
    else
        emit_bool(&t->emit, "object_proved", proved);
}

/* A program may want the very bytes, to hash them: JSON can say line ends. */
static void put_entry_text(struct telling *t, struct bytes entry)
{
    struct bytes rest = entry;
    struct bytes line;
    bool clean = true;

    while (clean && bytes_next(&rest, '\n', &line))
        clean = text_is_clean(line);
    if (!clean) {
        put_bytes(t, "text", entry);
        return;
    }
    const char *exact = arena_copy(t->arena, entry, /* f */ NULL);
    t->failed = t->failed || exact == NULL;
    emit_text(&t->emit, "text", exact);
}

static void put_entry(struct telling *t, const struct lookup_posted *p)
{
    struct record r;
    char day[DATE_TEXT_MAX];

    emit_map(&t->emit, /* key */ NULL, EMIT_TALL);
    emit_count(&t->emit, "index", p->index);
    if (record_read(p->entry, t->arena, &r, /* f */ NULL)) {
        const int32_t happened = record_happened(&r);
        emit_text(&t->emit, "type", r.type->name);
        put_bytes(t, "id", record_id(&r));
        emit_text(&t->emit, "happened", happened == DATE_NONE ? NULL : date_write(happened, day));
    } else {
        emit_null(&t->emit, "type");
    }
    put_entry_text(t, p->entry);
    emit_map_end(&t->emit);
}

static void put_lookups(struct telling *t)
{
    const struct lookup_file *l = &t->found->lookups;

    put_index(t);
    put_sealed(t);
    put_object(t);
    emit_list(&t->emit, "further", EMIT_TALL);
    for (size_t i = 0; i < l->further.count; i++) {
        emit_map(&t->emit, /* key */ NULL, EMIT_FLAT);
        put_lookup(t, vec_at(&l->further, i));
        emit_map_end(&t->emit);
    }
    emit_list_end(&t->emit);
    emit_list(&t->emit, "entries", EMIT_TALL);
    for (size_t i = 0; i < l->posted.count; i++)
        put_entry(t, vec_at(&l->posted, i));
    emit_list_end(&t->emit);
}

/* "standing" is there where a day was asked about. */
static void put_standing(struct telling *t, const struct proof_standing *s)
{
    char day[DATE_TEXT_MAX];

    if (s == NULL)
        return;
    emit_map(&t->emit, "standing", EMIT_TALL);
    emit_text(&t->emit, "as_of", date_write(s->day, day));
    emit_text(&t->emit, "state", s->state);
    emit_text(&t->emit, "since", s->since == DATE_NONE ? NULL : date_write(s->since, day));
    emit_text(&t->emit, "until", s->until == DATE_NONE ? NULL : date_write(s->until, day));
    emit_text(&t->emit, "decide_by",
              s->decide_by == DATE_NONE ? NULL : date_write(s->decide_by, day));
    if (s->decide_by != DATE_NONE && s->decide_by < s->day)
        emit_bool(&t->emit, "overdue", true);
    emit_list(&t->emit, "versions", EMIT_FLAT);
    for (size_t i = 0; i < s->versions.count; i++)
        put_bytes(t, /* key */ NULL, *(const struct bytes *)vec_at(&s->versions, i));
    emit_list_end(&t->emit);
    emit_map_end(&t->emit);
}

bool proof_json(const struct proof_finding *found, const struct proof_question *q,
                const struct proof_saying *how, struct arena *a, struct buf *out, struct fault *f)
{
    const bool lookup = found->kind == PROOF_LOOKUP;
    struct telling t = { found, q, how, a, emit_to(out), false };

    if (!lookup && !how->has_entry)
        return fault_set(f, FAULT_FORMAT,
                         "--entry FILE is needed: a plain proof says nothing "
                         "without the entry");
    emit_map(&t.emit, /* key */ NULL, EMIT_TALL);
    emit_bool(&t.emit, "proved", true);
    emit_text(&t.emit, "kind", lookup ? "lookup" : "entry");
    if (lookup)
        put_lookup(&t, &found->lookups.asked);
    if (how->has_entry)
        emit_count(&t.emit, "index", how->index);
    put_view(&t);
    if (lookup)
        put_lookups(&t);
    put_standing(&t, how->standing);
    emit_map_end(&t.emit);
    if (t.failed || !buf_ok(out))
        return fault_set(f, FAULT_LIMIT, "memory: no room for the statement");
    return true;
}
