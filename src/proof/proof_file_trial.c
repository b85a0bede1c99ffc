#include "proof/proof_file_trial.h"

#include "record/mapfn.h"
#include "tlog/logproof.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { BUDGET = 64 << 20, ENTRIES_MAX = 64, KEYS_MAX = 1024, TEXT_MAX = 1 << 16 };

static const char log_key[] =
    "PRIVATE+KEY+log.example/trial+b2fa66d7+ARERERERERERERERERERERERERERERERERERERERERER";
static const char simulated_key[] = "PRIVATE+KEY+log.example/simulated-clock+018a404e+"
                                    "ARISEhISEhISEhISEhISEhISEhISEhISEhISEhISEhIS";
static const char party_key[] =
    "PRIVATE+KEY+party.example+990d7449+ATExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTEx";
static const char *const witness_keys[PROOF_FILE_TRIAL_WITNESSES] = {
    "PRIVATE+KEY+witness.example/w1+c86d6a3f+BCEhISEhISEhISEhISEhISEhISEhISEhISEhISEhISEh",
    "PRIVATE+KEY+witness.example/w2+b89abc6e+BCIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIi",
    "PRIVATE+KEY+witness.example/w3+527529a2+BCMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMj",
};

const char *const proof_file_trial_texts[] = {
    "hallmark/vendor/v1\nid northgate\nname Northgate Systems Ltd.\ndate 2017-01-03\n",
    "hallmark/list/v1\nid ncsc-directory\nname Certified products\ndate 2017-01-04\n",
    "hallmark/certificate/v1\nid cpa/1001\nscheme cpa\nvendor northgate\n"
    "vendor-name Northgate Systems Ltd.\nproduct Northgate Disk Vault\nversion 4.2\n"
    "from 2017-02-01\nuntil 2019-02-01\n",
    "hallmark/listing/v1\nlist ncsc-directory\naction add\ncertificate cpa/1001\n"
    "vendor northgate\nvendor-name Northgate Systems Ltd.\ndate 2017-02-02\n",
    "hallmark/suspension/v1\ncertificate cpa/1001\nreason Under review\ndate 2017-05-01\n",
    "hallmark/reinstatement/v1\ncertificate cpa/1001\ndate 2017-05-20\n",
    "hallmark/vendor/v1\nid caf\nname Caf\xc3\xa9 \\ S\xc3\xb6hne\ndate 2017-06-01\n",
    "hallmark/alias/v1\nvendor northgate\nname Nordtor\ndate 2017-06-02\n",
    NULL,
};

static struct key_signer *signer(const char *skey)
{
    struct key_signer *s = NULL;
    const bool ok = key_signer_read(bytes_of_text(skey), &s, /* f */ NULL);

    assert(ok);
    return s;
}

static void put_vkey(const char *skey, struct buf *out)
{
    struct key_signer *s = signer(skey);
    char vkey[KEY_VKEY_MAX];

    buf_print(out, "%s\n", key_write(key_of(s), vkey));
    key_signer_free(&s);
}

void proof_file_trial_policy(const char *quorum, struct buf *out)
{
    buf_add_text(out, "log ");
    put_vkey(log_key, out);
    buf_add_text(out, "log ");
    put_vkey(simulated_key, out);
    for (unsigned i = 0; i < PROOF_FILE_TRIAL_WITNESSES; i++) {
        buf_print(out, "witness w%u ", i + 1);
        put_vkey(witness_keys[i], out);
    }
    buf_add_text(out, quorum);
    assert(buf_ok(out));
}

static struct bytes keep(struct proof_file_trial *r, struct buf *b)
{
    const char *at = arena_copy(&r->arena, buf_bytes(b), /* f */ NULL);
    const struct bytes kept = { .at = (const uint8_t *)at, .len = b->len };

    assert(at != NULL && buf_ok(b));
    buf_done(b);
    return kept;
}

static void add_entry(struct proof_file_trial *r, struct bytes entry)
{
    struct bytes *slot = vec_push(&r->entries, /* f */ NULL);

    assert(slot != NULL);
    *slot = entry;
}

static void add_record(struct proof_file_trial *r, const char *text)
{
    struct buf b = buf_with_limit(TEXT_MAX);
    struct key_signer *s = signer(party_key);

    buf_add_text(&b, text);
    buf_add_byte(&b, '\n');
    const bool ok = note_sign(s, bytes_of_text(text), &b, /* f */ NULL);
    assert(ok);
    key_signer_free(&s);
    add_entry(r, keep(r, &b));
}

static struct proof_file_trial_key *key_of_text(const struct proof_file_trial *r, struct bytes text)
{
    for (size_t i = 0; i < r->keys.count; i++) {
        struct proof_file_trial_key *k = vec_at(&r->keys, i);
        if (bytes_equal(k->text, text))
            return k;
    }
    return NULL;
}

static void post(struct proof_file_trial *r, struct bytes text, uint64_t place)
{
    struct proof_file_trial_key *k = key_of_text(r, text);

    if (k == NULL) {
        k = vec_push(&r->keys, /* f */ NULL);
        assert(k != NULL);
        k->text = text;
        k->postings = vec_of(&r->arena, sizeof(uint64_t), ENTRIES_MAX);
    }
    uint64_t *slot = vec_push(&k->postings, /* f */ NULL);
    assert(slot != NULL);
    *slot = place;
}

static void map_entry(struct proof_file_trial *r, uint64_t place)
{
    const struct bytes *entry = vec_at(&r->entries, place);
    struct vec keys = vec_of(&r->arena, sizeof(struct bytes), MAPFN_KEYS_MAX);
    const bool ok = mapfn_keys(*entry, &r->arena, &keys, /* f */ NULL);

    assert(ok);
    for (size_t i = 0; i < keys.count; i++) {
        const struct bytes *key = vec_at(&keys, i);
        post(r, *key, place);
    }
}

static void build_tree(struct proof_file_trial *r)
{
    struct proof_trial_leaf *leaves = calloc(r->keys.count + 1, sizeof *leaves);
    size_t count = 0;

    assert(leaves != NULL);
    for (size_t i = 0; i < r->keys.count; i++) {
        const struct proof_file_trial_key *k = vec_at(&r->keys, i);
        if (r->lie.hide != NULL && bytes_equal_text(k->text, r->lie.hide))
            continue;
        leaves[count].key = indexleaf_key(k->text);
        leaves[count++].value = indexleaf_value(k->postings.items, k->postings.count);
    }
    r->tree = proof_trial_build(leaves, count);
    free(leaves);
}

static void add_leaf(struct proof_file_trial *r)
{
    struct buf text = buf_with_limit(INDEXLEAF_MAX);

    r->index = r->entries.count;
    r->leaf = (struct indexleaf){
        .covers = r->index - (r->lie.wrong_covers ? 1 : 0),
        .keys = r->keys.count,
        .root = proof_trial_root(&r->tree),
        .mapfn = r->lie.unknown_map ? (struct sha256){ { 7 } } : mapfn_digest(),
    };
    indexleaf_write(&r->leaf, &text);
    add_entry(r, keep(r, &text));
}

void proof_file_trial_init(struct proof_file_trial *r, const struct proof_file_trial_lie *lie)
{
    *r = (struct proof_file_trial){ .arena = arena_with_budget(BUDGET) };
    if (lie != NULL)
        r->lie = *lie;
    r->entries = vec_of(&r->arena, sizeof(struct bytes), ENTRIES_MAX);
    r->keys = vec_of(&r->arena, sizeof(struct proof_file_trial_key), KEYS_MAX);
    for (size_t i = 0; proof_file_trial_texts[i] != NULL; i++) {
        add_record(r, proof_file_trial_texts[i]);
        map_entry(r, i);
    }
    build_tree(r);
    add_leaf(r);
    for (size_t i = 0; i < r->lie.entries_behind; i++)
        add_record(r, proof_file_trial_texts[i]);
}

void proof_file_trial_done(struct proof_file_trial *r)
{
    proof_trial_free(&r->tree);
    arena_done(&r->arena);
}

const struct vec *proof_file_trial_postings(const struct proof_file_trial *r, struct bytes key)
{
    const struct proof_file_trial_key *k = key_of_text(r, key);

    return k == NULL ? NULL : &k->postings;
}

struct lookup proof_file_trial_lookup(struct proof_file_trial *r, const char *key)
{
    const struct sha256 at = indexleaf_key(bytes_of_text(key));
    struct buf proof = buf_with_limit(MPTPROOF_MAX);
    struct lookup l = { .key = bytes_of_text(key) };

    if (proof_trial_prove(&r->tree, &at, &proof)) {
        const struct vec *postings = proof_file_trial_postings(r, l.key);
        assert(postings != NULL);
        l.postings = postings->items;
        l.count = postings->count;
    }
    l.proof = keep(r, &proof);
    return l;
}

/* A reader of the tree over all entries, by its definition. */
static bool read_subtree(void *with, unsigned level, uint64_t index, struct sha256 *out,
                         struct fault *f)
{
    const struct proof_file_trial *r = with;
    struct sha256 left;
    struct sha256 right;

    if (level == 0) {
        const struct bytes *entry = vec_at(&r->entries, index);
        *out = merkle_leaf(*entry);
        return true;
    }
    if (!read_subtree(with, level - 1, 2 * index, &left, f) ||
        !read_subtree(with, level - 1, 2 * index + 1, &right, f))
        return false;
    *out = merkle_node(&left, &right);
    return true;
}

static struct merkle_proof inclusion_of(struct proof_file_trial *r, uint64_t place)
{
    const struct merkle_reader reader = { .with = r, .read = read_subtree };
    struct merkle_proof proof = { .count = 0 };
    const bool ok = merkle_prove_inclusion(&reader, place, r->entries.count, &proof, /* f */ NULL);

    assert(ok);
    return proof;
}

struct lookup_posted proof_file_trial_posted(struct proof_file_trial *r, uint64_t place)
{
    const struct merkle_proof proof = inclusion_of(r, place);
    const struct bytes *entry = vec_at(&r->entries, place);
    struct sha256 *hashes = arena_array(&r->arena, proof.count, sizeof *hashes, /* f */ NULL);

    assert(hashes != NULL);
    memcpy(hashes, proof.at, proof.count * sizeof *hashes);
    return (struct lookup_posted){ place, *entry, hashes, proof.count };
}

struct lookup_file proof_file_trial_answer(struct proof_file_trial *r, const char *key,
                                           const char *const *further, bool entries)
{
    const struct bytes *index_entry = vec_at(&r->entries, r->index);
    struct lookup_file l = {
        .version = further != NULL || entries ? 2 : 1,
        .index_entry = *index_entry,
        .asked = proof_file_trial_lookup(r, key),
        .further = vec_of(&r->arena, sizeof(struct lookup), LOOKUP_FURTHER_MAX),
        .posted = vec_of(&r->arena, sizeof(struct lookup_posted), LOOKUP_POSTED_MAX),
    };

    for (size_t i = 0; further != NULL && further[i] != NULL; i++) {
        struct lookup *slot = vec_push(&l.further, /* f */ NULL);
        assert(slot != NULL);
        *slot = proof_file_trial_lookup(r, further[i]);
    }
    for (size_t i = 0; entries && i < l.asked.count; i++) {
        struct lookup_posted *slot = vec_push(&l.posted, /* f */ NULL);
        assert(slot != NULL);
        *slot = proof_file_trial_posted(r, l.asked.postings[i]);
    }
    return l;
}

static void put_checkpoint(struct proof_file_trial *r, unsigned witnesses, struct buf *out)
{
    const struct merkle_reader reader = { .with = r, .read = read_subtree };
    struct key_signer *s = signer(r->lie.simulated ? simulated_key : log_key);
    struct checkpoint c = { .origin = bytes_of_text(key_of(s)->name), .size = r->entries.count };
    struct buf text = buf_with_limit(TEXT_MAX);
    bool ok = merkle_root(&reader, c.size, &c.root, /* f */ NULL);

    checkpoint_write(&c, &text);
    buf_add(out, buf_bytes(&text));
    buf_add_byte(out, '\n');
    ok = ok && note_sign(s, buf_bytes(&text), out, /* f */ NULL);
    key_signer_free(&s);
    for (unsigned i = 0; i < PROOF_FILE_TRIAL_WITNESSES; i++) {
        if ((witnesses >> i & 1) == 0)
            continue;
        s = signer(witness_keys[i]);
        ok = ok && note_cosign(s, buf_bytes(&text), PROOF_FILE_TRIAL_NOON + 60 * (int64_t)i, out,
                               /* f */ NULL);
        key_signer_free(&s);
    }
    assert(ok && buf_ok(out));
    buf_done(&text);
}

void proof_file_trial_write(struct proof_file_trial *r, const struct lookup_file *answer,
                            uint64_t place, unsigned witnesses, struct buf *out)
{
    struct buf extra = buf_with_limit(LOGPROOF_MAX);
    struct buf note = buf_with_limit(NOTE_MAX);
    const uint64_t index = answer == NULL ? place : r->index;
    struct logproof p = { .has_extra = answer != NULL,
                          .index = index,
                          .inclusion = inclusion_of(r, index) };

    if (answer != NULL)
        lookup_write(answer, &extra);
    assert(buf_ok(&extra));
    p.extra = buf_bytes(&extra);
    put_checkpoint(r, witnesses, &note);
    p.checkpoint = buf_bytes(&note);
    logproof_write(&p, out);
    assert(buf_ok(out));
    buf_done(&extra);
    buf_done(&note);
}
