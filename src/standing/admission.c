#include "standing/admission.h"

#include "core/text.h"
#include "record/record_kind.h"
#include "standing/admission_inside.h"
#include "tlog/tile.h"

#include <stdlib.h>
#include <string.h>

enum {
    KNOWN_MEMORY = 256 << 20,
    KNOWN_ENOUGH = 64 << 20,   /* forgotten from here on: found again when asked for */
    PARTIES_ENOUGH = 48 << 20, /* of PARTY_MEMORY */
    SIGNERS_MAX = 2 * NOTE_SIGNATURES_MAX,
};

static void begin_known(struct admission *ad)
{
    arena_done(&ad->arena);
    ad->arena = arena_with_budget(KNOWN_MEMORY);
    ad->known = map_in(&ad->arena);
}

static void begin_parties(struct admission *ad)
{
    party_forget(&ad->parties);
    ad->stale = false;
}

static bool never_logged(void *with, uint64_t place, int64_t *time, struct fault *f)
{
    (void)with;
    (void)place;
    (void)f;
    *time = 0;
    return true;
}

bool admission_new(const struct history *h, struct admission **out, struct fault *f)
{
    struct admission *ad = calloc(1, sizeof *ad);

    if (ad == NULL)
        return fault_set(f, FAULT_LIMIT, "out of memory");
    ad->view = *h;
    ad->view.logged = never_logged;
    ad->h = &ad->view;
    party_init(&ad->parties, ad->h);
    begin_known(ad);
    admission_seen_forget(ad);
    *out = ad;
    return true;
}

void admission_free(struct admission **a)
{
    if (*a == NULL)
        return;
    party_done(&(*a)->parties);
    arena_done(&(*a)->arena);
    for (size_t i = 0; i < ADMISSION_SIGHTS; i++)
        arena_done(&(*a)->seen[i].arena);
    free(*a);
    *a = NULL;
}

void admission_forget(struct admission *ad)
{
    begin_parties(ad);
    begin_known(ad);
    admission_seen_forget(ad);
    ad->begun = false;
}

/* Before an entry: pointers into what is kept are taken while one is judged. */
static void refresh(struct admission *ad)
{
    if (ad->stale || ad->parties.arena.used > PARTIES_ENOUGH)
        begin_parties(ad);
    if (ad->arena.used > KNOWN_ENOUGH)
        begin_known(ad);
}

/* A name with a blank that is none, or with a letter that nobody sees, would stand under another
 * token than the one that everybody asks for: listed, and proved absent. */
static bool is_undisguised(const struct record *r, struct fault *f)
{
    for (size_t i = 0; i < r->lines.count; i++) {
        const struct record_line *line = vec_at(&r->lines, i);
        if (text_is_disguised(line->value))
            return admission_refuse(f, "A1",
                                    "line %zu, %.*s: it holds a character that cannot be seen, or "
                                    "white space other than the space",
                                    i + 2, (int)line->key.len, (const char *)line->key.at);
    }
    return true;
}

/* Both count machines: those on which it was found are among those that were looked at. A table of
 * lines compares no counts, so that this is said here. */
static bool is_countable(const struct record *r, struct fault *f)
{
    const struct bytes hosts = record_value(r, "hosts");
    const struct bytes found = record_value(r, "found");

    if (strcmp(r->type->name, "report") != 0 || hosts.len == 0 || found.len == 0 ||
        record_kind_count(found) <= record_kind_count(hosts))
        return true;
    return admission_refuse(f, "A1", "found on %.*s machines, where %.*s were looked at",
                            (int)found.len, (const char *)found.at, (int)hosts.len,
                            (const char *)hosts.at);
}

/* A1 beyond what the record's table says. */
static bool is_sensible(const struct record *r, struct fault *f)
{
    return is_undisguised(r, f) && is_countable(r, f);
}

/* A1, and that part of A2 which must come before reading: the index entry is not in the table. */
static bool read_entry(const struct admission_entry *e, struct arena *a, struct record *out,
                       struct fault *f)
{
    if (bytes_has_prefix(e->entry, "hallmark/index/"))
        return admission_refuse(f, "A2", "index entries are written by the log alone");
    if (e->entry.len > TILE_ENTRY_MAX)
        return admission_refuse(f, "A1", "an entry of %zu bytes; %d are allowed", e->entry.len,
                                TILE_ENTRY_MAX);
    return (record_read(e->entry, a, out, f) || fault_wrap(f, "admission A1")) &&
           is_sensible(out, f);
}

static bool judge(struct admission_case *c, struct fault *f)
{
    return admission_writers_check(c, f) && admission_refer_check(c, f) &&
           admission_once_check(c, f) && admission_owner_check(c, f) &&
           admission_hands_check(c, f) && admission_rotation_check(c, f) &&
           admission_seal_check(c, f) && admission_follow_check(c, f) &&
           admission_transition_check(c, f);
}

/* What nobody needs to seal, or what would hide who may write. */
static bool may_be_sealed(const struct record_type *type)
{
    static const char *const never[] = { "register", "party",  "rotation",
                                         "bundle",   "sealed", "opened" };

    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (strcmp(type->name, never[i]) == 0)
            return false;
    return true;
}

/* The record that was sealed, as if its opener posted it now. */
static bool judge_opened(struct admission_case *c, struct fault *f)
{
    struct admission_case within = *c;
    struct record inner;

    if (!history_open(c->r, c->a, &inner, f))
        return fault_wrap(f, "admission A13");
    if (!may_be_sealed(inner.type))
        return admission_refuse(f, "A13", "a %s entry is not sealed", inner.type->name);
    if (!admission_seal_opens(c, &inner, f))
        return false;
    within.r = &inner;
    within.opening = true;
    return (is_sensible(&inner, f) && judge(&within, f)) ||
           fault_wrap(f, "the record that is opened");
}

bool admission_check(struct admission *ad, const struct admission_entry *e, struct arena *a,
                     struct record *record, struct fault *f)
{
    struct record r;

    refresh(ad);
    if (!read_entry(e, a, &r, f))
        return false;

    struct admission_case c = {
        .in = ad,
        .a = a,
        .r = &r,
        .log = e->log,
        .now = e->now,
        .signers = vec_of(a, sizeof(const struct party *), SIGNERS_MAX),
        .old_keys = vec_of(a, sizeof(const struct party_key *), SIGNERS_MAX),
    };
    if (!admission_signatures_check(&c, e->signed_here, f) || !judge(&c, f))
        return false;
    if (admission_type_is(&c, "opened") && !judge_opened(&c, f))
        return false;
    /* What the entry says of parties is true once it is logged: read it back then. */
    ad->stale = admission_type_is(&c, "party") || admission_type_is(&c, "rotation");
    *record = r;
    return true;
}

bool admission_key(struct admission *ad, const struct note_signature *s, const struct key *log,
                   const struct key **out, struct fault *f)
{
    const struct party_ask q = { .name = s->name, .id = s->id };
    struct party_hit hit;

    *out = NULL;
    refresh(ad);
    if (note_names_key(s, log)) {
        *out = log;
        return true;
    }
    if (!party_of_key(&ad->parties, &q, &hit, f))
        return false;
    if (hit.party != NULL && !hit.key->removed)
        *out = &hit.key->key;
    return true;
}

/* The log's own entries are signed by a key whose name is the origin that its first entry states.
 */
static bool signed_by_log(struct admission *ad, struct bytes name, struct arena *a, bool *yes,
                          struct fault *f)
{
    struct vec acts = history_none(a);
    const struct sha256 digest = sha256_of(name);
    char hex[SHA256_TEXT_MAX];

    if (!history_acts(ad->h, a, &acts, f, "register:%s", sha256_write(&digest, hex)))
        return false;
    *yes = acts.count > 0;
    return true;
}

/* id stays NULL where the key is nobody's that we know. */
static bool read_signer(struct admission *ad, const struct note_signature *s, struct arena *a,
                        struct admission_party *out, struct fault *f)
{
    const struct party_ask q = { .name = s->name, .id = s->id };
    struct party_hit hit;
    bool log = false;

    if (!party_of_key(&ad->parties, &q, &hit, f) ||
        (hit.party == NULL && !signed_by_log(ad, s->name, a, &log, f)))
        return false;
    *out = (struct admission_party){ .name = arena_copy(a, s->name, f) };
    if (out->name == NULL)
        return false;
    if (log) {
        out->id = out->name;
        out->kind = "log";
    }
    if (hit.party == NULL)
        return true;
    out->id = arena_copy_text(a, hit.party->id, f);
    out->kind = arena_copy_text(a, hit.party->kind, f);
    return out->id != NULL && out->kind != NULL;
}

static bool is_among(const struct vec *signers, const struct admission_party *p)
{
    for (size_t i = 0; i < signers->count; i++) {
        const struct admission_party *other = vec_at(signers, i);
        if (other->id != NULL && strcmp(other->id, p->id) == 0)
            return true;
    }
    return false;
}

bool admission_signers(struct admission *ad, const struct record *r, struct arena *a,
                       struct vec *out, struct fault *f)
{
    struct admission_party stranger = { 0 };

    refresh(ad);
    for (size_t i = 0; i < r->note.signatures.count; i++) {
        struct admission_party p;
        if (!read_signer(ad, vec_at(&r->note.signatures, i), a, &p, f))
            return false;
        if (i == 0)
            stranger = p;
        if (p.id == NULL || is_among(out, &p))
            continue;
        struct admission_party *kept = vec_push(out, f);
        if (kept == NULL)
            return false;
        *kept = p;
    }
    if (out->count > 0)
        return true;
    struct admission_party *kept = vec_push(out, f);
    if (kept != NULL)
        *kept = stranger;
    return kept != NULL;
}
