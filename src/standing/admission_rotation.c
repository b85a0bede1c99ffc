/* admission_rotation.c -- A12: keys change by the will of as many old keys as the threshold says,
 * and no party leaves itself unable to change them again (the root rule of TUF). A stolen key is
 * also taken away by others: by who admitted the party, or by several authorities; they add none.
 */
#include "standing/admission_inside.h"

#include <string.h>

static uint64_t new_threshold(const struct record *r, const struct party *p)
{
    const struct bytes digits = record_value(r, "threshold");
    uint64_t n = 0;

    for (size_t i = 0; i < digits.len; i++)
        n = n * 10 + (uint64_t)(digits.at[i] - '0');
    return digits.len == 0 ? p->threshold : n;
}

static bool has_active(const struct party *p, const struct key *key)
{
    for (size_t i = 0; i < p->keys.count; i++) {
        const struct party_key *k = vec_at(&p->keys, i);
        if (!k->removed && key_same(&k->key, key))
            return true;
    }
    return false;
}

static bool check_signers(struct admission_case *c, struct fault *f)
{
    const struct bytes id = record_value(c->r, "party");

    for (size_t i = 0; i < c->signers.count; i++) {
        const struct party *p = *(const struct party *const *)vec_at(&c->signers, i);
        if (!bytes_equal_text(id, p->id))
            return admission_refuse(f, "A12", "party '%s' rotates no keys of party '%s'", p->id,
                                    admission_shown(c, id));
    }
    return true;
}

static bool check_removed(struct admission_case *c, const struct party *p, size_t *count,
                          struct fault *f)
{
    struct bytes vkey;

    *count = 0;
    for (; (vkey = record_value_at(c->r, "remove", *count)).len > 0; ++*count) {
        struct key key;
        if (!key_read(vkey, &key, f))
            return fault_wrap(f, "admission A1");
        if (!has_active(p, &key))
            return admission_refuse(f, "A12",
                                    "the key '%s' that is removed is no key of party "
                                    "'%s'",
                                    admission_shown(c, bytes_of_text(key.name)), p->id);
    }
    return true;
}

static size_t lines(const struct record *r, const char *line)
{
    size_t n = 0;

    while (record_value_at(r, line, n).len > 0)
        n++;
    return n;
}

static bool check_counts(struct admission_case *c, const struct party *p, struct fault *f)
{
    const size_t added = lines(c->r, "add");
    const uint64_t threshold = new_threshold(c->r, p);
    size_t removed;

    if (!check_removed(c, p, &removed, f))
        return false;
    if (c->old_keys.count < p->threshold)
        return admission_refuse(f, "A12", "%zu of the old keys signed; the threshold is %llu",
                                c->old_keys.count, (unsigned long long)p->threshold);
    if (c->new_keys < added)
        return admission_refuse(f, "A12", "%zu keys are added, and %zu of them signed", added,
                                c->new_keys);
    if (party_active_keys(p) - removed + added < threshold)
        return admission_refuse(f, "A12", "%zu keys would be left; the threshold is %llu",
                                party_active_keys(p) - removed + added,
                                (unsigned long long)threshold);
    return true;
}

static bool is_signer(const struct admission_case *c, const struct party *p)
{
    for (size_t i = 0; i < c->signers.count; i++)
        if (*(const struct party *const *)vec_at(&c->signers, i) == p)
            return true;
    return false;
}

/* Whether it only takes keys away. */
static bool only_removes(const struct record *r)
{
    return lines(r, "add") == 0 && lines(r, "threshold") == 0;
}

static bool are_authorities(struct admission_case *c, struct fault *f)
{
    for (size_t i = 0; i < c->signers.count; i++) {
        const struct party *p = *(const struct party *const *)vec_at(&c->signers, i);
        if (strcmp(p->kind, "authority") != 0 && strcmp(p->kind, "any") != 0)
            return admission_refuse(f, "A12",
                                    "party '%s' is admitted as %s, and takes no key from another",
                                    p->id, p->kind);
    }
    return true;
}

/* The party that admitted p signed alone, with as many keys as its own threshold says. */
static bool is_admitter(struct admission_case *c, const struct party *p, bool *yes, struct fault *f)
{
    const struct party *signer = *(const struct party *const *)vec_at(&c->signers, 0);
    const struct history_act *admitted;

    *yes = false;
    if (c->signers.count != 1 || c->old_keys.count < signer->threshold)
        return true;
    return admission_known_find(c, "party", bytes_of_text(p->id), &admitted, f) &&
           (admitted == NULL || party_signed(&c->in->parties, signer, &admitted->record, yes, f));
}

/* Keys are taken from p by others. */
static bool check_revocation(struct admission_case *c, const struct party *p, struct fault *f)
{
    const uint64_t enough = p->threshold < 2 ? 2 : p->threshold;
    size_t removed;
    bool admitter;

    if (!are_authorities(c, f) || !check_removed(c, p, &removed, f))
        return false;
    if (record_value(c->r, "reason").len == 0)
        return admission_refuse(f, "A12", "who takes a key from another party says the reason");
    if (c->signers.count >= enough)
        return true;
    if (!is_admitter(c, p, &admitter, f))
        return false;
    if (admitter)
        return true;
    return admission_refuse(f, "A12",
                            "keys of party '%s' are taken away by itself, by the party that "
                            "admitted it, or by %llu others that are authorities",
                            p->id, (unsigned long long)enough);
}

bool admission_rotation_check(struct admission_case *c, struct fault *f)
{
    const struct party *p;

    if (!admission_type_is(c, "rotation"))
        return true;
    if (!party_named(&c->in->parties, record_value(c->r, "party"), &p, f))
        return false;
    if (p == NULL)
        return admission_refuse(f, "A5", "no such party");
    if (only_removes(c->r) && !is_signer(c, p))
        return check_revocation(c, p, f);
    return check_signers(c, f) && check_counts(c, p, f);
}
