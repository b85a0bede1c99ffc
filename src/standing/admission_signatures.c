/* admission_signatures.c -- A3: every signature line is by a key that the register knows at this
 * place, and verifies. A line by a stranger is no ornament: it would stand in the log for ever as
 * if it meant something. */
#include "standing/admission_inside.h"

#include <string.h>

static size_t lines_by(const struct note *n, const struct key *k)
{
    size_t count = 0;

    for (size_t i = 0; i < n->signatures.count; i++)
        count += note_names_key(vec_at(&n->signatures, i), k);
    return count;
}

/* Whether another line by the same key stands before this one: then it is verified already. */
static bool is_again(const struct note *n, size_t at)
{
    const struct note_signature *s = vec_at(&n->signatures, at);

    for (size_t i = 0; i < at; i++) {
        const struct note_signature *other = vec_at(&n->signatures, i);
        if (bytes_equal(s->name, other->name) && memcmp(s->id, other->id, KEY_ID_LEN) == 0)
            return true;
    }
    return false;
}

/* One line, made by this process under its own key, is known to be good; a second line under that
 * key may be anybody's. */
static bool verify(struct admission_case *c, const struct key *k, const struct key *signed_here,
                   struct fault *f)
{
    if (signed_here != NULL && key_same(k, signed_here) && lines_by(&c->r->note, k) == 1)
        return true;
    if (note_check(&c->r->note, k, NULL) == NOTE_GOOD)
        return true;
    return admission_refuse(f, "A3", "the signature by '%s' does not verify",
                            admission_shown(c, bytes_of_text(k->name)));
}

static bool add_signer(struct admission_case *c, const struct party_hit *hit, struct fault *f)
{
    const struct party_key **key = vec_push(&c->old_keys, f);

    if (key == NULL)
        return false;
    *key = hit->key;
    for (size_t i = 0; i < c->signers.count; i++)
        if (*(const struct party *const *)vec_at(&c->signers, i) == hit->party)
            return true;
    const struct party **signer = vec_push(&c->signers, f);
    if (signer == NULL)
        return false;
    *signer = hit->party;
    return true;
}

/* A key that a rotation adds signs the rotation: it proves that somebody has it. */
static bool added_key(struct admission_case *c, const struct note_signature *s, struct key *out)
{
    struct bytes vkey;

    if (!admission_type_is(c, "rotation"))
        return false;
    for (size_t i = 0; (vkey = record_value_at(c->r, "add", i)).len > 0; i++)
        if (key_read(vkey, out, NULL) && note_names_key(s, out))
            return true;
    return false;
}

static bool stranger(struct admission_case *c, const struct note_signature *s,
                     const struct key *signed_here, struct fault *f)
{
    struct key added;

    if (!added_key(c, s, &added))
        return admission_refuse(f, "A3",
                                "the key '%s' is not known here: no party with it was "
                                "admitted",
                                admission_shown(c, s->name));
    c->new_keys++;
    return verify(c, &added, signed_here, f);
}

static bool check_line(struct admission_case *c, const struct note_signature *s,
                       const struct key *signed_here, struct fault *f)
{
    const struct party_ask q = { .name = s->name, .id = s->id };
    struct party_hit hit;

    if (note_names_key(s, c->log)) {
        c->by_log = true;
        return verify(c, c->log, signed_here, f);
    }
    if (!party_of_key(&c->in->parties, &q, &hit, f))
        return false;
    if (hit.party == NULL)
        return stranger(c, s, signed_here, f);
    if (hit.key->removed)
        return admission_refuse(f, "A3", "the key '%s' was removed by a rotation of party '%s'",
                                admission_shown(c, s->name), hit.party->id);
    return verify(c, &hit.key->key, signed_here, f) && add_signer(c, &hit, f);
}

bool admission_signatures_check(struct admission_case *c, const struct key *signed_here,
                                struct fault *f)
{
    const struct note *n = &c->r->note;

    if (n->signatures.count == 0)
        return admission_refuse(f, "A3", "the entry is not signed");
    for (size_t i = 0; i < n->signatures.count; i++)
        if (!is_again(n, i) && !check_line(c, vec_at(&n->signatures, i), signed_here, f))
            return false;
    return true;
}
