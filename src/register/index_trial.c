#include "register/index_trial.h"

#include "proof/indexleaf.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { COMMON = 37, RANDOM = 200 };

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
    x = (x ^ x >> 27) * 0x94d049bb133111ebU;
    return x ^ x >> 31;
}

struct index_trial_keys index_trial_keys(uint64_t at)
{
    struct index_trial_keys k;
    const unsigned long long random = mix(at + 1) % RANDOM;

    (void)snprintf(k.text[0], INDEX_TRIAL_TEXT, "type:trial");
    (void)snprintf(k.text[1], INDEX_TRIAL_TEXT, "vendor:%llu", (unsigned long long)at % COMMON);
    (void)snprintf(k.text[2], INDEX_TRIAL_TEXT, "token:%llu", random);
    (void)snprintf(k.text[3], INDEX_TRIAL_TEXT, "product:%llu", (unsigned long long)at);
    return k;
}

struct pair {
    char text[INDEX_TRIAL_TEXT];
    uint64_t at;
};

static int by_text_and_place(const void *a, const void *b)
{
    const struct pair *x = a;
    const struct pair *y = b;
    const int order = strcmp(x->text, y->text);

    if (order != 0)
        return order;
    return (x->at > y->at) - (x->at < y->at);
}

static struct pair *all_pairs(uint64_t covers, size_t *count)
{
    struct pair *pairs = calloc(covers * INDEX_TRIAL_KEYS + 1, sizeof *pairs);

    assert_non_null(pairs);
    *count = 0;
    for (uint64_t at = 0; at < covers; at++) {
        const struct index_trial_keys k = index_trial_keys(at);
        for (size_t n = 0; n < INDEX_TRIAL_KEYS; n++) {
            memcpy(pairs[*count].text, k.text[n], INDEX_TRIAL_TEXT);
            pairs[(*count)++].at = at;
        }
    }
    qsort(pairs, *count, sizeof *pairs, by_text_and_place);
    return pairs;
}

struct proof_trial_tree index_trial_tree(uint64_t covers)
{
    size_t count = 0;
    struct pair *pairs = all_pairs(covers, &count);
    struct proof_trial_leaf *leaves = calloc(count + 1, sizeof *leaves);
    uint64_t *postings = calloc(covers + 1, sizeof *postings);
    size_t keys = 0;

    assert_non_null(leaves);
    assert_non_null(postings);
    for (size_t i = 0; i < count;) {
        size_t n = 0;
        const char *text = pairs[i].text;
        for (; i < count && strcmp(pairs[i].text, text) == 0; i++)
            postings[n++] = pairs[i].at;
        leaves[keys].key = indexleaf_key(bytes_of_text(text));
        leaves[keys++].value = indexleaf_value(postings, n);
    }
    const struct proof_trial_tree tree = proof_trial_build(leaves, keys);
    free(postings);
    free(leaves);
    free(pairs);
    return tree;
}

size_t index_trial_postings(uint64_t covers, const char *key, uint64_t *out)
{
    size_t count = 0;

    for (uint64_t at = 0; at < covers; at++) {
        const struct index_trial_keys k = index_trial_keys(at);
        for (size_t n = 0; n < INDEX_TRIAL_KEYS; n++)
            if (strcmp(k.text[n], key) == 0)
                out[count++] = at;
    }
    return count;
}

bool index_trial_add(struct index *i, uint64_t from, uint64_t to, struct fault *f)
{
    struct bytes keys[INDEX_TRIAL_KEYS];

    for (uint64_t at = from; at < to; at++) {
        const struct index_trial_keys k = index_trial_keys(at);
        for (size_t n = 0; n < INDEX_TRIAL_KEYS; n++)
            keys[n] = bytes_of_text(k.text[n]);
        if (!index_add(i, at, keys[0], f) ||
            !index_add_entry(i, at, keys + 1, INDEX_TRIAL_KEYS - 1, f))
            return false;
    }
    return true;
}

bool index_trial_agrees(const struct index *i, uint64_t covers, const struct proof_trial_tree *tree)
{
    const struct sha256 expected = proof_trial_root(tree);
    struct sha256 root;
    uint64_t keys = 0;

    if (!index_version(i, covers, &root, &keys))
        return false;
    assert_memory_equal(root.at, expected.at, SHA256_LEN);
    assert_int_equal(keys, tree->count == 0 ? 0 : (tree->count + 1) / 2);
    return true;
}

bool index_trial_proves(struct index *i, uint64_t covers, const struct proof_trial_tree *tree,
                        const char *key, struct fault *f)
{
    const struct sha256 place = indexleaf_key(bytes_of_text(key));
    struct arena a = arena_with_budget((size_t)1 << 20);
    uint64_t *expected = calloc(covers + 1, sizeof *expected);
    struct buf proof = buf_with_limit(MPTPROOF_MAX);
    struct lookup l = { 0 };

    assert_non_null(expected);
    const bool ok = index_prove(i, covers, bytes_of_text(key), &a, &l, f);
    if (ok) {
        (void)proof_trial_prove(tree, &place, &proof);
        assert_true(bytes_equal_text(l.key, key));
        assert_int_equal(l.count, index_trial_postings(covers, key, expected));
        assert_memory_equal(l.postings, expected, l.count * sizeof *expected);
        assert_true(bytes_equal(l.proof, buf_bytes(&proof)));
    }
    buf_done(&proof);
    free(expected);
    arena_done(&a);
    return ok;
}

const char *index_trial_folder(void)
{
    static char path[] = "/tmp/hallmark-index-XXXXXX";

    memcpy(path + sizeof path - 7, "XXXXXX", 6);
    assert_non_null(mkdtemp(path));
    return path;
}

void index_trial_sweep(const char *folder)
{
    DIR *dir = opendir(folder);
    char path[512];

    assert_non_null(dir);
    for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (e->d_name[0] != '.')
            assert_int_equal(unlink(path), 0);
    }
    (void)closedir(dir);
    assert_int_equal(rmdir(folder), 0);
}
