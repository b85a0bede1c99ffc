/* mptproof_test.c -- the published vectors; every small tree with every proof that can be put
 * together from its parts; and trees that no honest operator builds. */
#include "proof/indexleaf.h"
#include "proof/proof_trial.h"
#include "tlog/tlog_trial.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { KEYS = 8, NODES = 2 * KEYS, BITS_MAX = 64 };

/* --- the vectors ------------------------------------------------------------------------- */

static struct sha256 hash_of(const json_t *value)
{
    struct sha256 h = { 0 };

    assert_true(sha256_read(bytes_of_text(json_string_value(value)), &h));
    return h;
}

static struct sha256 hash_at(const json_t *object, const char *key)
{
    return hash_of(json_object_get(object, key));
}

static struct buf hex_at(const json_t *object, const char *key)
{
    const char *hex = json_string_value(json_object_get(object, key));
    struct buf out = buf_with_limit(MPTPROOF_MAX);

    for (size_t i = 0; hex[i] != '\0'; i += 2) {
        const char pair[] = { hex[i], hex[i + 1], '\0' };
        buf_add_byte(&out, (uint8_t)strtoul(pair, /* end */ NULL, 16));
    }
    assert_true(buf_ok(&out));
    return out;
}

static json_t *vectors(void)
{
    char *path = tlog_trial_path("register/mpt/mpt_vectors.json");

    if (path == NULL)
        skip();
    json_t *all = json_load_file(path, 0, /* error */ NULL);
    assert_non_null(all);
    free(path);
    return all;
}

static void the_golden_trees_have_their_roots(void **state)
{
    json_t *all = vectors();
    const json_t *list = json_object_get(all, "golden");
    size_t i;
    json_t *one;

    (void)state;
    assert_int_equal(json_array_size(list), 6);
    json_array_foreach(list, i, one)
    {
        const json_t *kvs = json_object_get(one, "kvs");
        const size_t count = json_array_size(kvs);
        struct proof_trial_leaf *leaves = calloc(count + 1, sizeof *leaves);
        const struct sha256 root = hash_at(one, "root");

        assert_non_null(leaves);
        for (size_t k = 0; k < count; k++) {
            leaves[k].key = hash_of(json_array_get(json_array_get(kvs, k), 0));
            leaves[k].value = hash_of(json_array_get(json_array_get(kvs, k), 1));
        }
        struct proof_trial_tree t = proof_trial_build(leaves, count);
        const struct sha256 built = proof_trial_root(&t);
        assert_true(sha256_equal(&built, &root));
        proof_trial_free(&t);
        free(leaves);
    }
    json_decref(all);
}

static struct sha256 vendor_key(size_t i)
{
    char text[32];
    const int n = snprintf(text, sizeof text, "vendor:v%zu", i);

    return indexleaf_key(bytes_part(bytes_of_text(text), 0, (size_t)n));
}

static void check_lookup(const json_t *v, const struct sha256 *root, const char *value)
{
    struct buf proof = hex_at(v, "proof");
    const struct sha256 key = hash_at(v, "keyhash");
    const struct sha256 named =
        indexleaf_key(bytes_of_text(json_string_value(json_object_get(v, "key"))));
    struct sha256 val = { 0 };
    struct fault f = { 0 };

    if (value != NULL)
        val = hash_at(v, value);
    assert_true(sha256_equal(&named, &key));
    if (!mptproof_check(root, &key, value == NULL ? NULL : &val, buf_bytes(&proof), &f))
        fail_msg("%s", f.text);
    buf_done(&proof);
}

static void the_random_trees_prove_what_is_there_and_what_is_not(void **state)
{
    json_t *all = vectors();
    size_t i;
    size_t k;
    json_t *one;
    json_t *v;

    (void)state;
    json_array_foreach(json_object_get(all, "random"), i, one)
    {
        const struct sha256 root = hash_at(one, "root");
        const size_t count = (size_t)json_integer_value(json_object_get(one, "n"));
        struct proof_trial_leaf *leaves = calloc(count, sizeof *leaves);

        assert_non_null(leaves);
        for (uint64_t at = 0; at < count; at++)
            leaves[at] = (struct proof_trial_leaf){ vendor_key(at), indexleaf_value(&at, 1) };
        struct proof_trial_tree t = proof_trial_build(leaves, count);
        const struct sha256 built = proof_trial_root(&t);
        assert_true(sha256_equal(&built, &root));
        proof_trial_free(&t);
        free(leaves);
        json_array_foreach(json_object_get(one, "present"), k, v) check_lookup(v, &root, "val");
        json_array_foreach(json_object_get(one, "absent"), k, v)
            check_lookup(v, &root, /* value */ NULL);
    }
    json_decref(all);
}

static struct sha256 root_of_size(const json_t *all, json_int_t n)
{
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(all, "random"), i, one)
    {
        if (json_integer_value(json_object_get(one, "n")) == n)
            return hash_at(one, "root");
    }
    fail_msg("no tree of %d keys", (int)n);
    return (struct sha256){ 0 };
}

static void the_forged_proofs_are_refused(void **state)
{
    json_t *all = vectors();
    const json_t *list = json_object_get(all, "negative");
    size_t i;
    json_t *v;

    (void)state;
    assert_int_equal(json_array_size(list), 103);
    json_array_foreach(list, i, v)
    {
        const struct sha256 root = root_of_size(all, json_integer_value(json_object_get(v, "n")));
        const struct sha256 key = hash_at(v, "keyhash");
        const json_t *val = json_object_get(v, "val");
        const struct sha256 value = json_is_null(val) ? (struct sha256){ 0 } : hash_of(val);
        struct buf proof = hex_at(v, "proof");
        struct fault f = { 0 };

        if (mptproof_check(&root, &key, json_is_null(val) ? NULL : &value, buf_bytes(&proof), &f))
            fail_msg("%s", json_string_value(json_object_get(v, "why")));
        assert_int_equal(f.kind, FAULT_FORMAT);
        buf_done(&proof);
    }
    json_decref(all);
}

/* --- every small tree -------------------------------------------------------------------- */

/* Keys whose first bits make trees deep and flat, one pair that parts at the very last bit. */
static struct proof_trial_leaf leaf_number(size_t i)
{
    static const uint8_t first[KEYS] = { 0x00, 0x01, 0x03, 0x40, 0x80, 0xc0, 0xff, 0xff };
    const uint64_t posting = i;
    struct proof_trial_leaf l = { .value = indexleaf_value(&posting, 1) };

    l.key.at[0] = first[i];
    l.key.at[SHA256_LEN - 1] = i == KEYS - 1 ? 1 : 0;
    return l;
}

static struct proof_trial_tree tree_of(unsigned subset)
{
    struct proof_trial_leaf leaves[KEYS];
    size_t count = 0;

    for (size_t i = 0; i < KEYS; i++) {
        if ((subset >> i & 1) != 0)
            leaves[count++] = leaf_number(i);
    }
    return proof_trial_build(leaves, count);
}

static bool accepts(const struct sha256 *root, const struct proof_trial_leaf *asked, bool present,
                    struct bytes proof)
{
    return mptproof_check(root, &asked->key, present ? &asked->value : NULL, proof,
                          /* f */ NULL);
}

static void every_key_of_every_small_tree_has_its_one_answer(void **state)
{
    (void)state;
    for (unsigned subset = 0; subset < 1u << KEYS; subset++) {
        struct proof_trial_tree t = tree_of(subset);
        const struct sha256 root = proof_trial_root(&t);
        for (size_t i = 0; i < KEYS; i++) {
            const struct proof_trial_leaf asked = leaf_number(i);
            struct buf proof = buf_with_limit(MPTPROOF_MAX);
            const bool there = proof_trial_prove(&t, &asked.key, &proof);
            assert_int_equal(there, subset >> i & 1);
            assert_true(accepts(&root, &asked, there, buf_bytes(&proof)));
            assert_false(accepts(&root, &asked, !there, buf_bytes(&proof)));
            buf_done(&proof);
        }
        proof_trial_free(&t);
    }
}

/* One question put to one tree. Whatever is accepted must be true, and be the honest proof itself:
 * under one root there is no second. */
struct forgery {
    const struct proof_trial_tree *tree;
    struct sha256 root;
    struct proof_trial_leaf asked; /* with the value that is claimed */
    bool present;                  /* what is claimed */
    bool true_claim;
    struct buf honest;
    uint8_t bits[BITS_MAX]; /* worth trying in a level */
    size_t bit_count;
    size_t tried;
    size_t accepted;
};

static void try_proof(struct forgery *g, struct bytes proof)
{
    g->tried++;
    if (!accepts(&g->root, &g->asked, g->present, proof))
        return;
    g->accepted++;
    assert_true(g->true_claim);
    assert_true(bytes_equal(proof, buf_bytes(&g->honest)));
}

/* A proof that is being put together: a head (an absence's other leaf) and levels. */
struct draft {
    uint8_t at[MPTPROOF_MAX];
    size_t head;
    size_t levels;
};

static uint8_t *level(struct draft *d, size_t i)
{
    return d->at + d->head + MPTPROOF_LEVEL * i;
}

static void try_draft(struct forgery *g, const struct draft *d)
{
    try_proof(g, (struct bytes){ .at = d->at, .len = d->head + MPTPROOF_LEVEL * d->levels });
}

/* Another bit, and another sibling, at one level. */
static void try_level(struct forgery *g, const struct draft *base, size_t i)
{
    struct draft d = *base;
    const uint8_t bit = level(&d, i)[0];

    for (size_t b = 0; b < g->bit_count; b++) {
        level(&d, i)[0] = g->bits[b];
        try_draft(g, &d);
    }
    level(&d, i)[0] = bit;
    for (size_t n = 0; n < g->tree->count; n++) {
        memcpy(level(&d, i) + 1, g->tree->nodes[n].hash.at, SHA256_LEN);
        try_draft(g, &d);
    }
}

static void try_without(struct forgery *g, const struct draft *base, size_t i)
{
    struct draft d = *base;

    memmove(level(&d, i), level(&d, i + 1), MPTPROOF_LEVEL * (d.levels - i - 1));
    d.levels--;
    try_draft(g, &d);
}

static void try_twice(struct forgery *g, const struct draft *base, size_t i)
{
    struct draft d = *base;

    memmove(level(&d, i + 1), level(&d, i), MPTPROOF_LEVEL * (d.levels - i));
    d.levels++;
    try_draft(g, &d);
}

static void try_swapped(struct forgery *g, const struct draft *base, size_t i, size_t k, size_t n)
{
    struct draft d = *base;

    memcpy(level(&d, i), base->at + base->head + MPTPROOF_LEVEL * k, n);
    memcpy(level(&d, k), base->at + base->head + MPTPROOF_LEVEL * i, n);
    try_draft(g, &d);
}

/* One more level, anywhere, with every node and the bits worth trying. */
static void try_inserted(struct forgery *g, const struct draft *base)
{
    for (size_t i = 0; i <= base->levels; i++) {
        struct draft d = *base;
        memmove(level(&d, i + 1), level(&d, i), MPTPROOF_LEVEL * (d.levels - i));
        d.levels++;
        for (size_t n = 0; n < g->tree->count; n++) {
            memcpy(level(&d, i) + 1, g->tree->nodes[n].hash.at, SHA256_LEN);
            for (size_t b = 0; b < g->bit_count; b += 3) {
                level(&d, i)[0] = g->bits[b];
                try_draft(g, &d);
            }
        }
    }
}

static void try_all_of(struct forgery *g, const struct draft *base)
{
    try_draft(g, base);
    for (size_t i = 0; i < base->levels; i++) {
        try_level(g, base, i);
        try_without(g, base, i);
        try_twice(g, base, i);
        for (size_t k = 0; k < i; k++) {
            try_swapped(g, base, i, k, MPTPROOF_LEVEL);
            try_swapped(g, base, i, k, 1);
        }
    }
    try_inserted(g, base);
}

/* The path of one leaf under each head that could be said: for an absence any leaf of the universe,
 * there or not. (A head where none belongs, or none where one does, fails by its length: tried too,
 * once a path.) */
static void try_path(struct forgery *g, const struct sha256 *to)
{
    struct buf levels = buf_with_limit(MPTPROOF_MAX);
    struct draft d = { .head = 0 };

    const struct proof_trial_leaf *end = proof_trial_walk(g->tree, to, &levels);
    if (end != NULL && !sha256_equal(&end->key, to)) { /* the same path as that leaf's */
        buf_done(&levels);
        return;
    }
    d.levels = levels.len / MPTPROOF_LEVEL;
    if (levels.len > 0)
        memcpy(d.at, levels.at, levels.len);
    if (g->present)
        try_all_of(g, &d);
    else
        try_draft(g, &d);
    d.head = 2 * SHA256_LEN;
    if (levels.len > 0)
        memcpy(d.at + d.head, levels.at, levels.len);
    for (size_t i = 0; i < KEYS; i++) {
        const struct proof_trial_leaf other = leaf_number(i);
        memcpy(d.at, other.key.at, SHA256_LEN);
        memcpy(d.at + SHA256_LEN, other.value.at, SHA256_LEN);
        if (g->present)
            try_draft(g, &d);
        else
            try_all_of(g, &d);
    }
    buf_done(&levels);
}

static void note_bit(struct forgery *g, unsigned bit)
{
    for (size_t i = 0; i < g->bit_count; i++) {
        if (g->bits[i] == bit)
            return;
    }
    g->bits[g->bit_count++] = (uint8_t)bit;
}

static void note_bits(struct forgery *g)
{
    note_bit(g, 0);
    note_bit(g, 255);
    for (size_t i = 0; i < g->tree->count; i++) {
        if (g->tree->nodes[i].inner) {
            note_bit(g, g->tree->nodes[i].bit);
            note_bit(g, (g->tree->nodes[i].bit + 1u) % 256);
        }
    }
}

static void forge(struct forgery *g, size_t key, bool present, size_t value)
{
    bool there;

    g->asked = leaf_number(key);
    g->asked.value = leaf_number(value).value;
    g->present = present;
    g->honest = buf_with_limit(MPTPROOF_MAX);
    there = proof_trial_prove(g->tree, &g->asked.key, &g->honest);
    g->true_claim = there == present && (!present || key == value);
    g->accepted = 0;
    for (size_t i = 0; i < KEYS; i++) {
        const struct sha256 to = leaf_number(i).key;
        try_path(g, &to);
    }
    try_proof(g, (struct bytes){ 0 });
    assert_int_equal(g->true_claim, g->accepted > 0);
    buf_done(&g->honest);
}

static void no_proof_made_of_a_trees_parts_says_anything_false(void **state)
{
    size_t tried = 0;

    (void)state;
    for (unsigned subset = 0; subset < 1u << KEYS; subset++) {
        struct proof_trial_tree t = tree_of(subset);
        struct forgery g = { .tree = &t, .root = proof_trial_root(&t) };
        note_bits(&g);
        for (size_t key = 0; key < KEYS; key++) {
            forge(&g, key, /* present */ false, key);
            forge(&g, key, /* present */ true, key);
            forge(&g, key, /* present */ true, (key + 1) % KEYS);
        }
        tried += g.tried;
        proof_trial_free(&t);
    }
    print_message("# %zu forged proofs tried\n", tried);
}

/* --- trees that nobody should build ------------------------------------------------------ */

static uint64_t dice(uint64_t *seed)
{
    *seed ^= *seed << 13; /* xorshift64 */
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* Random bits in any order, leaves anywhere, keys twice with different values, nodes shared. */
static struct proof_trial_tree wild_tree(uint64_t *seed)
{
    struct proof_trial_tree t = { .nodes = calloc(NODES, sizeof *t.nodes) };
    const size_t leaves = 1 + dice(seed) % KEYS;
    const size_t count = leaves + dice(seed) % (NODES - leaves);

    assert_non_null(t.nodes);
    for (size_t i = 0; i < count; i++) {
        struct proof_trial_node *n = &t.nodes[i];
        n->inner = i >= leaves;
        if (n->inner) {
            n->bit = (uint8_t)(dice(seed) % 9); /* beyond 7 the keys but one pair agree */
            n->left = dice(seed) % i;
            n->right = dice(seed) % i;
            n->hash = mptproof_inner(&t.nodes[n->left].hash, &t.nodes[n->right].hash, n->bit);
        } else {
            n->leaf = leaf_number(dice(seed) % KEYS);
            n->leaf.value = leaf_number(dice(seed) % 3).value;
            n->hash = mptproof_leaf(&n->leaf.key, &n->leaf.value);
        }
        t.root = i;
    }
    t.count = count;
    return t;
}

/* What was accepted about one key, over all paths of a tree. */
struct answers {
    const struct proof_trial_tree *tree;
    struct sha256 root;
    struct sha256 asked;
    bool absent;
    bool values[3];
};

static void ask_leaf(struct answers *a, const struct proof_trial_leaf *leaf, struct bytes levels)
{
    struct buf absence = buf_with_limit(2 * MPTPROOF_MAX);

    for (size_t v = 0; v < 3; v++) {
        const struct sha256 value = leaf_number(v).value;
        a->values[v] |= mptproof_check(&a->root, &a->asked, &value, levels, /* f */ NULL);
    }
    buf_add(&absence, (struct bytes){ .at = leaf->key.at, .len = SHA256_LEN });
    buf_add(&absence, (struct bytes){ .at = leaf->value.at, .len = SHA256_LEN });
    buf_add(&absence, levels);
    a->absent |= mptproof_check(&a->root, &a->asked, NULL, buf_bytes(&absence), /* f */ NULL);
    buf_done(&absence);
}

/* Down every path, by no key's bits; `above` holds the levels so far, root first. */
static void ask_below(struct answers *a, size_t at, struct buf *above)
{
    const struct proof_trial_node *n = &a->tree->nodes[at];
    struct buf up = buf_with_limit(MPTPROOF_MAX);

    if (!n->inner) {
        for (size_t i = above->len; i > 0; i -= MPTPROOF_LEVEL)
            buf_add(&up, bytes_part(buf_bytes(above), i - MPTPROOF_LEVEL, MPTPROOF_LEVEL));
        ask_leaf(a, &n->leaf, buf_bytes(&up));
        buf_done(&up);
        return;
    }
    for (int side = 0; side < 2; side++) {
        const struct sha256 *sibling = &a->tree->nodes[side == 0 ? n->right : n->left].hash;
        buf_add_byte(above, n->bit);
        buf_add(above, (struct bytes){ .at = sibling->at, .len = SHA256_LEN });
        ask_below(a, side == 0 ? n->left : n->right, above);
        above->len -= MPTPROOF_LEVEL;
    }
}

static void ill_formed_trees_never_give_two_answers(void **state)
{
    uint64_t seed = 20170719;
    size_t answered = 0;

    (void)state;
    for (unsigned round = 0; round < 1500; round++) {
        struct proof_trial_tree t = wild_tree(&seed);
        for (size_t i = 0; i < KEYS; i++) {
            struct answers a = { .tree = &t, .root = proof_trial_root(&t) };
            struct buf above = buf_with_limit(MPTPROOF_MAX);
            a.asked = leaf_number(i).key;
            ask_below(&a, t.root, &above);
            const int count = a.absent + a.values[0] + a.values[1] + a.values[2];
            assert_true(count <= 1);
            answered += (size_t)count;
            buf_done(&above);
        }
        proof_trial_free(&t);
    }
    assert_true(answered > 1000); /* wild, yet many of them answer */
}

/* --- the edges of the form --------------------------------------------------------------- */

/* The zero key and every key with one bit: the zero key lies 256 levels deep. */
static void the_deepest_tree_is_proved(void **state)
{
    static struct proof_trial_leaf leaves[MPTPROOF_LEVELS_MAX + 1];
    const struct sha256 zero = { 0 };
    struct buf proof = buf_with_limit(MPTPROOF_MAX);

    (void)state;
    for (size_t i = 0; i < MPTPROOF_LEVELS_MAX; i++) {
        leaves[i + 1] = (struct proof_trial_leaf){ 0 };
        leaves[i + 1].key.at[i / 8] = (uint8_t)(0x80 >> i % 8);
    }
    struct proof_trial_tree t = proof_trial_build(leaves, MPTPROOF_LEVELS_MAX + 1);
    const struct sha256 root = proof_trial_root(&t);
    assert_true(proof_trial_prove(&t, &zero, &proof));
    assert_int_equal(proof.len, MPTPROOF_LEVEL * MPTPROOF_LEVELS_MAX);
    assert_true(mptproof_check(&root, &zero, &zero, buf_bytes(&proof), /* f */ NULL));
    buf_add(&proof, (struct bytes){ .at = proof.at, .len = MPTPROOF_LEVEL });
    assert_false(mptproof_check(&root, &zero, &zero, buf_bytes(&proof), /* f */ NULL));
    proof_trial_free(&t);
    buf_done(&proof);
}

static void assert_rule(const char *rule, const struct sha256 *root,
                        const struct proof_trial_leaf *asked, bool present, struct bytes proof)
{
    struct fault f = { 0 };

    assert_false(mptproof_check(root, &asked->key, present ? &asked->value : NULL, proof, &f));
    assert_non_null(strstr(f.text, rule));
}

static void the_broken_rule_is_named(void **state)
{
    struct proof_trial_tree t = tree_of(0xff);
    const struct sha256 root = proof_trial_root(&t);
    const struct proof_trial_leaf asked = leaf_number(3);
    struct buf proof = buf_with_limit(MPTPROOF_MAX);
    uint8_t absence[2 * SHA256_LEN] = { 0 };

    (void)state;
    (void)proof_trial_prove(&t, &asked.key, &proof);
    const struct bytes good = buf_bytes(&proof);
    for (size_t n = 0; n < good.len; n++)
        assert_rule(n % MPTPROOF_LEVEL == 0 ? "rule 7" : "rule 1", &root, &asked, true,
                    bytes_part(good, 0, n));
    assert_rule("rule 2", &root, &asked, false, (struct bytes){ 0 });
    memcpy(absence, asked.key.at, SHA256_LEN);
    assert_rule("rule 3", &root, &asked, false,
                (struct bytes){ .at = absence, .len = sizeof absence });
    proof.at[0] = 0;
    assert_rule("rule 4", &root, &asked, true, good);
    for (size_t n = 1; n < sizeof absence; n++)
        assert_rule("rule 1", &root, &asked, false, (struct bytes){ .at = absence, .len = n });
    proof_trial_free(&t);
    buf_done(&proof);
}

static void the_side_is_the_keys_own(void **state)
{
    struct proof_trial_tree t = tree_of(0xff);
    const struct sha256 root = proof_trial_root(&t);
    const struct proof_trial_leaf asked = leaf_number(3);
    const struct proof_trial_leaf other = leaf_number(0);
    struct buf proof = buf_with_limit(MPTPROOF_MAX);

    (void)state;
    /* akin to the classic forgery: the true path of another leaf, shown for a key that is there */
    buf_add(&proof, (struct bytes){ .at = other.key.at, .len = SHA256_LEN });
    buf_add(&proof, (struct bytes){ .at = other.value.at, .len = SHA256_LEN });
    (void)proof_trial_walk(&t, &other.key, &proof);
    assert_rule("rule 5", &root, &asked, false, buf_bytes(&proof));
    proof_trial_free(&t);
    buf_done(&proof);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_golden_trees_have_their_roots),
        cmocka_unit_test(the_random_trees_prove_what_is_there_and_what_is_not),
        cmocka_unit_test(the_forged_proofs_are_refused),
        cmocka_unit_test(every_key_of_every_small_tree_has_its_one_answer),
        cmocka_unit_test(no_proof_made_of_a_trees_parts_says_anything_false),
        cmocka_unit_test(ill_formed_trees_never_give_two_answers),
        cmocka_unit_test(the_deepest_tree_is_proved),
        cmocka_unit_test(the_broken_rule_is_named),
        cmocka_unit_test(the_side_is_the_keys_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
