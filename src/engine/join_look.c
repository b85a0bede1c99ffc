#include "engine/join_look.h"

#include "standing/standing_thing.h"

#include <string.h>

enum { ACTS_MAX = 1 << 20, LINES_MAX = 1 << 16, NAMED = 3 };

/* Better than what was found so far: a standing that counts before it; of two certificates the one
 * that covers more exactly, then the one that stands. */
static bool is_better(const struct join_look *l, enum listing_standing standing,
                      enum join_cover cover, enum standing_state state)
{
    if (standing != l->standing)
        return standing > l->standing;
    if (standing != LISTING_CERTIFICATE)
        return cover > l->cover;
    return cover != l->cover ? cover > l->cover : state < l->state;
}

static void later(struct join_look *l, int32_t day)
{
    if (day != DATE_NONE && (l->later == DATE_NONE || day < l->later))
        l->later = day;
}

/* "4.2, 4.3 and 2 more" */
static const char *list_texts(const struct vec *texts, struct arena *a, struct fault *f)
{
    const char *said = "";

    for (size_t i = 0; i < texts->count && i < NAMED && said != NULL; i++) {
        const struct bytes *one = vec_at(texts, i);
        said = arena_print(a, f, "%s%s%.*s", said, i == 0 ? "" : ", ", (int)one->len,
                           (const char *)one->at);
    }
    if (texts->count > NAMED && said != NULL)
        said = arena_print(a, f, "%s and %zu more", said, texts->count - NAMED);
    return said;
}

/* Entered for this maker, and not for this product or version. */
static bool note_other(struct join_look *l, const char *where, const struct join_thing *thing,
                       enum join_cover cover, struct fault *f)
{
    const char *versions;

    if (!is_better(l, LISTING_OTHERS, cover, STANDING_NONE))
        return true;
    versions = list_texts(&thing->versions, l->arena, f);
    if (versions == NULL)
        return false;
    if (cover == JOIN_COVER_VERSION_NOT)
        l->what = arena_print(l->arena, f, "%s has it in %s%s, not %s", where,
                              versions[0] == '\0' ? "another build" : "version ", versions,
                              versions[0] == '\0' ? "this one" : l->q->product->version);
    else
        l->what = arena_print(l->arena, f,
                              "%s is about '%.*s'; whether that is this product is "
                              "not known",
                              where, (int)thing->product.len, (const char *)thing->product.at);
    l->standing = LISTING_OTHERS;
    l->cover = cover;
    return l->what != NULL;
}

/* A name that contains the maker's and may be another's. */
static bool note_perhaps(struct join_look *l, const char *where, const struct record *r,
                         struct fault *f)
{
    struct bytes name = record_value(r, "vendor-name");

    if (name.len == 0)
        name = record_value(r, "product");
    if (!is_better(l, LISTING_OTHERS, JOIN_COVER_NOT, STANDING_NONE))
        return true;
    l->standing = LISTING_OTHERS;
    l->what = arena_print(l->arena, f, "%s names '%.*s', which may be this maker", where,
                          (int)name.len, (const char *)name.at);
    return l->what != NULL;
}

static bool note_certificate(struct join_look *l, const char *scheme, struct bytes id,
                             const struct standing_certificate *c, enum join_cover cover,
                             struct fault *f)
{
    char date[DATE_TEXT_MAX];

    if (!is_better(l, LISTING_CERTIFICATE, cover, c->state))
        return true;
    l->standing = LISTING_CERTIFICATE;
    l->cover = cover;
    l->state = c->state;
    l->word = c->word;
    l->since = c->since;
    l->until = c->until;
    l->effects = c->effects;
    l->what = arena_print(
        l->arena, f, "certificate %.*s of the scheme %s covers it by %s: %s since %s", (int)id.len,
        (const char *)id.at, scheme, join_cover_name(cover), c->word, date_write(c->since, date));
    if (l->what != NULL && cover == JOIN_COVER_NAME)
        l->what = arena_print(l->arena, f, "%s; its versions: %s", l->what,
                              list_texts(&c->versions, l->arena, f));
    return l->what != NULL;
}

static struct join_thing thing_of(const struct standing_certificate *c)
{
    return (struct join_thing){
        .product = record_value(&c->certificate->record, "product"),
        .product_id = record_value(&c->certificate->record, "product-id"),
        .versions = c->versions,
        .artefacts = c->artefacts,
    };
}

/* One certificate of the scheme, of this maker or for this file. */
static bool look_certificate(struct join_look *l, const char *scheme, struct bytes id,
                             struct fault *f)
{
    const struct history h = proved_history(l->proved);
    struct standing_certificate c;
    enum join_cover cover;

    if (!standing_certificate(&h, id, l->q->as_of, l->arena, &c, f))
        return false;
    if (c.certificate == NULL) {
        const struct history_act *first = c.acts.count == 0 ? NULL : vec_at(&c.acts, 0);
        later(l, first == NULL ? DATE_NONE : record_happened(&first->record));
        return true;
    }
    if (!bytes_equal_text(record_value(&c.certificate->record, "scheme"), scheme))
        return true;
    const struct join_thing thing = thing_of(&c);
    if (!join_cover_of(l->q, &l->maker, &thing, l->arena, &cover, f))
        return false;
    if (join_cover_name(cover) != NULL)
        return note_certificate(l, scheme, id, &c, cover, f);
    const char *where = arena_print(l->arena, f, "certificate %.*s of the scheme %s", (int)id.len,
                                    (const char *)id.at, scheme);
    return where != NULL && note_other(l, where, &thing, cover, f);
}

/* Entries that cover the very file, whoever they say made it. */
static bool add_by_digest(struct join_look *l, struct vec *acts, struct fault *f,
                          const char *prefix)
{
    struct proved_key *k;

    if (l->q->product->digest == NULL)
        return true;
    if (!proved_askf(l->proved, /* whole */ true, &k, f, "%sartefact:%s", prefix,
                     l->q->product->digest))
        return false;
    for (size_t i = 0; i < k->count; i++) {
        if (!join_maker_add(l->proved, &l->maker, k->postings[i], l->arena, acts, f))
            return false;
    }
    return true;
}

static bool is_certifying(const struct history_act *act)
{
    return history_is(act, "certificate") || history_is(act, "maintenance");
}

bool join_look_scheme(struct join_look *l, const char *scheme, struct fault *f)
{
    struct vec acts = vec_of(l->arena, sizeof(struct join_act), ACTS_MAX);
    struct vec seen = vec_of(l->arena, sizeof(struct bytes), ACTS_MAX);
    const char *prefix = arena_print(l->arena, f, "certified:%s", scheme);
    const char *where = arena_print(l->arena, f, "the scheme %s", scheme);

    if (prefix == NULL || where == NULL ||
        !join_maker_find(l->proved, &l->maker, prefix, l->arena, &acts, f))
        return false;
    const size_t of_maker = acts.count;
    if (!add_by_digest(l, &acts, f, ""))
        return false;
    for (size_t i = 0; i < acts.count; i++) {
        const struct join_act *one = vec_at(&acts, i);
        const struct bytes id = record_id(&one->act.record);
        if (!is_certifying(&one->act) || join_maker_has(&seen, id))
            continue;
        if (i < of_maker && one->is == JOIN_IS_NOT)
            continue;
        if (i < of_maker && one->is == JOIN_IS_PERHAPS) {
            if (!note_perhaps(l, where, &one->act.record, f))
                return false;
            continue;
        }
        struct bytes *slot = vec_push(&seen, f);
        if (slot == NULL || !look_certificate(l, scheme, id, f))
            return false;
        *slot = id;
    }
    return true;
}

/* One thing on a list, as its acts by the day have left it. */
struct listed {
    struct bytes key;
    const struct join_act *last;
    bool stands;
    int32_t since;
};

static bool apply(struct join_look *l, struct vec *things, const struct join_act *act,
                  struct fault *f)
{
    const struct record *r = &act->act.record;
    const int32_t when = record_happened(r);
    struct listed *thing = NULL;
    struct bytes key;

    if (!history_is(&act->act, "listing"))
        return true;
    if (when > l->q->as_of) {
        later(l, when);
        return true;
    }
    if (!standing_thing(r, l->arena, &key, f))
        return false;
    for (size_t i = 0; i < things->count && thing == NULL; i++) {
        struct listed *one = vec_at(things, i);
        thing = bytes_equal(one->key, key) ? one : NULL;
    }
    if (thing == NULL)
        thing = vec_push(things, f);
    if (thing == NULL)
        return false;
    *thing =
        (struct listed){ .key = key, .last = act, .stands = standing_thing_adds(r), .since = when };
    return true;
}

/* What a listing is about: its own lines; where it names a certificate and no product, the
 * certificate's. */
static bool thing_listed(struct join_look *l, const struct record *r, struct join_thing *out,
                         struct fault *f)
{
    const struct history h = proved_history(l->proved);
    const struct bytes id = record_value(r, "certificate");
    struct standing_certificate c;

    *out = (struct join_thing){
        .product = record_value(r, "product"),
        .product_id = record_value(r, "product-id"),
        .versions = vec_of(l->arena, sizeof(struct bytes), LINES_MAX),
        .artefacts = vec_of(l->arena, sizeof(struct bytes), LINES_MAX),
    };
    if (id.len == 0 || out->product.len > 0)
        return record_values(r, "version", &out->versions, f) &&
               record_values(r, "artefact", &out->artefacts, f);
    if (!standing_certificate(&h, id, l->q->as_of, l->arena, &c, f))
        return false;
    if (c.certificate != NULL)
        *out = thing_of(&c);
    return true;
}

static bool look_thing(struct join_look *l, const char *list, const struct listed *thing,
                       struct fault *f)
{
    const struct record *r = &thing->last->act.record;
    const char *where = arena_print(l->arena, f, "the list %s", list);
    char date[DATE_TEXT_MAX];
    struct join_thing about;
    enum join_cover cover;

    if (where == NULL || !thing_listed(l, r, &about, f) ||
        !join_cover_of(l->q, &l->maker, &about, l->arena, &cover, f))
        return false;
    if (thing->last->is == JOIN_IS_NOT && cover != JOIN_COVER_DIGEST)
        return true;
    if (thing->last->is == JOIN_IS_PERHAPS && cover != JOIN_COVER_DIGEST)
        return note_perhaps(l, where, r, f);
    if (join_cover_name(cover) == NULL)
        return note_other(l, where, &about, cover, f);
    const enum listing_standing standing = thing->stands ? LISTING_ON_LIST : LISTING_REMOVED;
    if (!is_better(l, standing, cover, STANDING_NONE))
        return true;
    l->standing = standing;
    l->cover = cover;
    l->since = thing->since;
    l->until = DATE_NONE;
    l->what =
        arena_print(l->arena, f, "%s the list %s since %s (by %s)%s%.*s",
                    thing->stands ? "on" : "removed from", list, date_write(thing->since, date),
                    join_cover_name(cover), record_value(r, "reason").len == 0 ? "" : ": ",
                    (int)record_value(r, "reason").len, (const char *)record_value(r, "reason").at);
    return l->what != NULL;
}

bool join_look_list(struct join_look *l, const char *list, struct fault *f)
{
    struct vec acts = vec_of(l->arena, sizeof(struct join_act), ACTS_MAX);
    struct vec things = vec_of(l->arena, sizeof(struct listed), ACTS_MAX);
    const char *prefix = arena_print(l->arena, f, "listed:%s", list);
    const char *digests = arena_print(l->arena, f, "listed:%s:", list);

    if (prefix == NULL || digests == NULL ||
        !join_maker_find(l->proved, &l->maker, prefix, l->arena, &acts, f) ||
        !add_by_digest(l, &acts, f, digests))
        return false;
    for (size_t i = 0; i < acts.count; i++) {
        if (!apply(l, &things, vec_at(&acts, i), f))
            return false;
    }
    for (size_t i = 0; i < things.count; i++) {
        const struct listed *thing = vec_at(&things, i);
        if (!look_thing(l, list, thing, f))
            return false;
    }
    return true;
}
