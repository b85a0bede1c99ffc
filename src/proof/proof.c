#include "proof/proof.h"

#include "core/instant.h"
#include "proof/mptproof.h"
#include "proof/shown.h"
#include "record/mapfn.h"

#include <string.h>

enum { CLOCKS_DIFFER_S = 300 };

static const char simulated[] = "simulated-clock";

bool proof_is_simulated(struct bytes origin)
{
    const size_t tail = sizeof simulated - 1;

    return bytes_has_suffix(origin, simulated) &&
           (origin.len == tail || origin.at[origin.len - tail - 1] == '/');
}

static bool includes(const struct proof_finding *found, uint64_t index, struct bytes entry,
                     const struct merkle_proof *proof)
{
    const struct sha256 leaf = merkle_leaf(entry);
    const struct checkpoint *c = &found->checkpoint.checkpoint;

    return merkle_check_inclusion(index, c->size, &leaf, proof, &c->root);
}

/* The index entry is the last leaf of the very checkpoint that the quorum signed: an older one
 * under a newer checkpoint would hide what was logged between them. */
static bool check_leaf(struct proof_finding *found, struct fault *f)
{
    const uint64_t size = found->checkpoint.checkpoint.size;

    if (!indexleaf_read(found->lookups.index_entry, &found->leaf, f))
        return false;
    if (size == 0 || found->file.index != size - 1)
        return fault_set(f, FAULT_FORMAT,
                         "the index entry is at index %llu, not the last of the %llu entries of "
                         "the checkpoint",
                         (unsigned long long)found->file.index, (unsigned long long)size);
    if (!includes(found, found->file.index, found->lookups.index_entry, &found->file.inclusion))
        return fault_set(f, FAULT_FORMAT,
                         "RFC 9162 2.1.3.2: the index entry is not included in the checkpoint");
    if (found->leaf.covers != found->file.index)
        return fault_set(
            f, FAULT_FORMAT, "the index entry covers %llu entries, but stands at index %llu",
            (unsigned long long)found->leaf.covers, (unsigned long long)found->file.index);
    return true;
}

static bool check_map(const struct proof_question *q, struct proof_finding *found, struct fault *f)
{
    const struct sha256 own = mapfn_digest();
    char hex[SHA256_TEXT_MAX];

    if (sha256_equal(&found->leaf.mapfn, &own)) {
        found->map = MAPFN_VERSION;
        return true;
    }
    for (size_t i = 0; i < q->mapfn_count; i++) {
        if (sha256_equal(&found->leaf.mapfn, &q->mapfns[i]))
            return true;
    }
    return fault_set(f, FAULT_UNSUPPORTED,
                     "the index is by a map function that is not known: sha256:%s",
                     sha256_write(&found->leaf.mapfn, hex));
}

/* The asked lookup is number 0, the further ones follow. */
static const struct lookup *lookup_at(const struct proof_finding *found, size_t i)
{
    return i == 0 ? &found->lookups.asked : vec_at(&found->lookups.further, i - 1);
}

static size_t lookup_count(const struct proof_finding *found)
{
    return 1 + found->lookups.further.count;
}

/* A fault that was only thought of on the way to true is nobody's. */
static bool is_key(struct bytes key, struct fault *f)
{
    struct fault why = { 0 };

    return mapfn_is_key(key, &why) || fault_set(f, why.kind, "%s", why.text);
}

static bool check_asked(const struct proof_question *q, struct bytes told, struct fault *f)
{
    char asked[SHOWN_MAX];
    char shown[SHOWN_MAX];

    if (q->key.len == 0)
        return true;
    if (!is_key(q->key, f))
        return fault_wrap(f, "the key that is asked for");
    if (bytes_equal(q->key, told))
        return true;
    return fault_set(f, FAULT_FORMAT, "the proof is about the key %s, not about %s",
                     shown_brief(told, shown), shown_brief(q->key, asked));
}

/* A key string is not authenticated by its hash alone: one that the map never emits is absent from
 * every honest index, and would prove a true and misleading "never". */
static bool check_keys(const struct proof_finding *found, struct fault *f)
{
    char shown[SHOWN_MAX];

    for (size_t i = 0; i < lookup_count(found); i++) {
        const struct bytes key = lookup_at(found, i)->key;
        if (!is_key(key, f))
            return fault_wrap(f, "the key %s", shown_brief(key, shown));
        for (size_t k = 0; k < i; k++) {
            if (bytes_equal(lookup_at(found, k)->key, key))
                return fault_set(f, FAULT_FORMAT, "the key %s is looked up twice",
                                 shown_brief(key, shown));
        }
    }
    return true;
}

static bool check_lookup(const struct indexleaf *leaf, const struct lookup *l, struct fault *f)
{
    const struct sha256 key = indexleaf_key(l->key);
    const struct sha256 value = indexleaf_value(l->postings, l->count);

    for (size_t i = 0; i < l->count; i++) {
        if (l->postings[i] >= leaf->covers || (i > 0 && l->postings[i] <= l->postings[i - 1]))
            return fault_set(f, FAULT_FORMAT,
                             "postings increase strictly, and stay below the index entry");
    }
    return mptproof_check(&leaf->root, &key, l->count == 0 ? NULL : &value, l->proof, f);
}

static bool check_lookups(const struct proof_finding *found, struct fault *f)
{
    char shown[SHOWN_MAX];

    for (size_t i = 0; i < lookup_count(found); i++) {
        const struct lookup *l = lookup_at(found, i);
        if (!check_lookup(&found->leaf, l, f))
            return fault_wrap(f, "the lookup of %s", shown_brief(l->key, shown));
    }
    return true;
}

static bool has_key(const struct vec *keys, struct bytes key)
{
    for (size_t i = 0; i < keys->count; i++) {
        const struct bytes *one = vec_at(keys, i);
        if (bytes_equal(*one, key))
            return true;
    }
    return false;
}

/* Where the entry's text is at hand and the map is our own, the index can be held to it: the entry
 * is among a key's postings exactly if it maps to the key. */
static bool check_mapping(const struct proof_finding *found, const struct lookup_posted *p,
                          struct arena *a, struct fault *f)
{
    const struct arena_mark mark = arena_mark(a);
    struct vec keys = vec_of(a, sizeof(struct bytes), MAPFN_KEYS_MAX);
    char shown[SHOWN_MAX];
    bool ok = mapfn_keys(p->entry, a, &keys, f);

    for (size_t i = 0; ok && i < lookup_count(found); i++) {
        const struct lookup *l = lookup_at(found, i);
        const bool maps = has_key(&keys, l->key);
        if (maps != lookup_has(l, p->index))
            ok = fault_set(f, FAULT_FORMAT, "the index is wrong: entry %llu %s %s",
                           (unsigned long long)p->index, maps ? "maps to" : "does not map to",
                           shown_brief(l->key, shown));
    }
    arena_release(a, mark);
    return ok;
}

static bool check_posted(const struct proof_finding *found, const struct lookup_posted *p,
                         struct arena *a, struct fault *f)
{
    struct merkle_proof proof = { .count = p->count };
    bool asked_for = false;

    if (p->count > MERKLE_PROOF_MAX)
        return fault_set(f, FAULT_FORMAT, "its inclusion proof has %zu hashes", p->count);
    if (p->count > 0)
        memcpy(proof.at, p->inclusion, p->count * sizeof proof.at[0]);
    if (!includes(found, p->index, p->entry, &proof))
        return fault_set(f, FAULT_FORMAT, "RFC 9162 2.1.3.2: it is not included in the checkpoint");
    for (size_t i = 0; i < lookup_count(found); i++)
        asked_for = asked_for || lookup_has(lookup_at(found, i), p->index);
    if (!asked_for)
        return fault_set(f, FAULT_FORMAT, "no key in the file has it among its postings");
    return found->map == 0 || check_mapping(found, p, a, f);
}

static bool check_all_posted(const struct proof_finding *found, struct arena *a, struct fault *f)
{
    for (size_t i = 0; i < found->lookups.posted.count; i++) {
        const struct lookup_posted *p = vec_at(&found->lookups.posted, i);
        if (!check_posted(found, p, a, f))
            return fault_wrap(f, "the entry %llu in the file", (unsigned long long)p->index);
    }
    return true;
}

static bool check_plain(const struct proof_question *q, const struct proof_finding *found,
                        struct fault *f)
{
    if (q->key.len > 0)
        return fault_set(f, FAULT_FORMAT, "a plain proof of one entry: it is about no key");
    if (found->file.index >= found->checkpoint.checkpoint.size)
        return fault_set(f, FAULT_FORMAT, "the index %llu is outside the checkpoint",
                         (unsigned long long)found->file.index);
    return true;
}

bool proof_check(struct bytes file, const struct proof_question *q, struct arena *a,
                 struct proof_finding *out, struct fault *f)
{
    struct proof_finding found = { .kind = PROOF_ENTRY };

    if (!logproof_read(file, a, &found.file, f) ||
        !quorum_weigh(q->quorum, found.file.checkpoint, a, &found.checkpoint, f))
        return false;
    found.simulated_clock = proof_is_simulated(found.checkpoint.checkpoint.origin);
    if (!found.file.has_extra) {
        if (!check_plain(q, &found, f))
            return false;
        *out = found;
        return true;
    }
    found.kind = PROOF_LOOKUP;
    if (!lookup_read(found.file.extra, a, &found.lookups, f) || !check_leaf(&found, f) ||
        !check_map(q, &found, f) || !check_asked(q, found.lookups.asked.key, f) ||
        !check_keys(&found, f) || !check_lookups(&found, f) || !check_all_posted(&found, a, f))
        return false;
    *out = found;
    return true;
}

bool proof_check_entry(const struct proof_finding *found, struct bytes entry, uint64_t *index,
                       struct fault *f)
{
    if (found->kind == PROOF_ENTRY) {
        if (!includes(found, found->file.index, entry, &found->file.inclusion))
            return fault_set(f, FAULT_FORMAT,
                             "RFC 9162 2.1.3.2: the entry is not the one at index %llu",
                             (unsigned long long)found->file.index);
        *index = found->file.index;
        return true;
    }
    for (size_t i = 0; i < found->lookups.posted.count; i++) {
        const struct lookup_posted *p = vec_at(&found->lookups.posted, i);
        if (bytes_equal(p->entry, entry)) {
            *index = p->index;
            return true;
        }
    }
    return fault_set(f, FAULT_FORMAT, "the entry is none of the %zu that the file proves",
                     found->lookups.posted.count);
}

const struct lookup *proof_further(const struct proof_finding *found, const char *key)
{
    for (size_t i = 1; found->kind == PROOF_LOOKUP && i < lookup_count(found); i++) {
        const struct lookup *l = lookup_at(found, i);
        if (bytes_equal_text(l->key, key))
            return l;
    }
    return NULL;
}

bool proof_is_to_come(const struct proof_finding *found, int64_t now)
{
    return now != INSTANT_NONE && found->checkpoint.time > now + CLOCKS_DIFFER_S;
}

bool proof_object(const struct proof_finding *found, struct arena *a, const char **word,
                  const char **key, struct fault *f)
{
    static const char *const objects[][2] = {
        { "listed:", "list" },       { "listing:", "list" },     { "report:", "directive" },
        { "reports:", "directive" }, { "certified:", "scheme" },
    };
    const struct bytes asked = found->lookups.asked.key;

    *word = NULL;
    *key = NULL;
    for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++) {
        if (!bytes_has_prefix(asked, objects[i][0]))
            continue;
        const struct bytes rest = bytes_part(asked, strlen(objects[i][0]), asked.len);
        const struct bytes id = bytes_part(rest, 0, bytes_index(rest, ':'));
        *word = objects[i][1];
        *key = arena_print(a, f, "%s:%.*s", *word, (int)id.len, (const char *)id.at);
        return *key != NULL;
    }
    return true;
}
