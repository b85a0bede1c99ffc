/* admission_writers.c -- A2 and A4: which keys may write which types. */
#include "standing/admission_inside.h"

#include <string.h>

/* A2 of the log's own types: by it alone. */
static bool check_log(struct admission_case *c, struct fault *f)
{
    const bool may = (c->r->type->writers & RECORD_BY_LOG) != 0;

    if (c->by_log && !may)
        return admission_refuse(f, "A2", "the log's key signs no %s entry", c->r->type->name);
    if (c->by_log && c->signers.count > 0)
        return admission_refuse(f, "A2", "the log's key signs alone");
    if (!c->by_log && c->r->type->writers == RECORD_BY_LOG)
        return admission_refuse(f, "A2", "%s entries are written by the log alone",
                                c->r->type->name);
    return true;
}

static bool check_kinds(struct admission_case *c, struct fault *f)
{
    for (size_t i = 0; i < c->signers.count; i++) {
        const struct party *p = *(const struct party *const *)vec_at(&c->signers, i);
        if ((p->writers & c->r->type->writers) == 0)
            return admission_refuse(f, "A4",
                                    "party '%s' is admitted as %s, which writes no %s "
                                    "entries",
                                    p->id, p->kind, c->r->type->name);
    }
    if (!c->by_log && c->signers.count == 0)
        return admission_refuse(f, "A3", "no admitted party signed");
    return true;
}

/* Once there, the register entry stays: it is looked for until it is found. */
static bool is_begun(struct admission_case *c, bool *begun, struct fault *f)
{
    struct vec places = vec_of(c->a, sizeof(uint64_t), HISTORY_PLACES_MAX);

    if (!c->in->begun && !history_places(c->in->h, bytes_of_text("type:register"), &places, f))
        return false;
    c->in->begun = c->in->begun || places.count > 0;
    *begun = c->in->begun;
    return true;
}

/* A2: the register's first entry speaks of this log, and comes once. */
static bool check_register(struct admission_case *c, struct fault *f)
{
    bool begun;

    if (!is_begun(c, &begun, f))
        return false;
    if (begun)
        return admission_refuse(f, "A2", "a register has one register entry");
    if (!bytes_equal_text(record_value(c->r, "origin"), c->log->name))
        return admission_refuse(f, "A2", "the origin is not the name of the log's key");
    return true;
}

/* A2: nor under another name: whoever holds it would be two parties. */
static bool check_unseen(struct admission_case *c, struct bytes vkey, const struct key *key,
                         struct fault *f)
{
    const uint64_t *place;

    if (c->log != NULL && key->len == c->log->len &&
        memcmp(key->public, c->log->public, key->len) == 0)
        return admission_refuse(f, "A2", "the key '%s' is the log's own key under another name",
                                admission_shown(c, bytes_of_text(key->name)));
    if (!admission_seen_find(c, ADMISSION_PARTY_KEYS, vkey, &place, f) ||
        (place == NULL && !admission_seen_find(c, ADMISSION_ADDED_KEYS, vkey, &place, f)))
        return false;
    if (place != NULL)
        return admission_refuse(f, "A2", "the key '%s' stands in entry %llu under another name",
                                admission_shown(c, bytes_of_text(key->name)),
                                (unsigned long long)*place);
    return true;
}

/* A2: one key is one party's for ever, so that two parties are two pairs of hands. */
static bool check_new_key(struct admission_case *c, struct bytes vkey, struct fault *f)
{
    struct party_hit hit;
    struct key key;

    if (!key_read(vkey, &key, f))
        return fault_wrap(f, "admission A1");
    const struct party_ask q = { .name = bytes_of_text(key.name), .id = key.id };
    if (c->log != NULL && strcmp(key.name, c->log->name) == 0)
        return admission_refuse(f, "A2", "the key '%s' has the log's own name",
                                admission_shown(c, q.name));
    if (!party_of_key(&c->in->parties, &q, &hit, f))
        return false;
    if (hit.party != NULL)
        return admission_refuse(f, "A2", "the key '%s' is that of party '%s' already",
                                admission_shown(c, q.name), hit.party->id);
    return check_unseen(c, vkey, &key, f);
}

/* A2: within one entry too. */
static bool check_apart(struct admission_case *c, const char *line, struct fault *f)
{
    struct bytes vkey;

    for (size_t i = 0; (vkey = record_value_at(c->r, line, i)).len > 0; i++) {
        struct bytes other;
        for (size_t k = 0; k < i && (other = record_value_at(c->r, line, k)).len > 0; k++)
            if (bytes_equal(admission_seen_key(vkey), admission_seen_key(other)))
                return admission_refuse(f, "A2", "one key stands twice, under two names");
    }
    return true;
}

/* A2: who was admitted as one thing does not admit others as everything. */
static bool check_party(struct admission_case *c, struct fault *f)
{
    struct bytes vkey;

    for (size_t i = 0; i < c->signers.count; i++) {
        const struct party *p = *(const struct party *const *)vec_at(&c->signers, i);
        if (strcmp(p->kind, "any") != 0 && bytes_equal_text(record_value(c->r, "kind"), "any"))
            return admission_refuse(f, "A2",
                                    "party '%s' is admitted as %s, and admits no party "
                                    "as any",
                                    p->id, p->kind);
    }
    for (size_t i = 0; (vkey = record_value_at(c->r, "key", i)).len > 0; i++)
        if (!check_new_key(c, vkey, f))
            return false;
    return check_apart(c, "key", f);
}

static bool check_rotation(struct admission_case *c, struct fault *f)
{
    struct bytes vkey;

    for (size_t i = 0; (vkey = record_value_at(c->r, "add", i)).len > 0; i++)
        if (!check_new_key(c, vkey, f))
            return false;
    return check_apart(c, "add", f);
}

bool admission_writers_check(struct admission_case *c, struct fault *f)
{
    bool begun;

    if (!check_log(c, f) || !check_kinds(c, f))
        return false;
    if (admission_type_is(c, "register"))
        return check_register(c, f);
    if (!is_begun(c, &begun, f))
        return false;
    if (!begun)
        return admission_refuse(f, "A2", "a register begins with its register entry");
    if (admission_type_is(c, "party"))
        return check_party(c, f);
    return !admission_type_is(c, "rotation") || check_rotation(c, f);
}
