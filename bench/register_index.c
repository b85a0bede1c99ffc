/* register_index.c -- what the index of a register costs, each figure beside the SHA-256 of the
 * same run: keys arrive in the order of the log, unsorted.
 *
 *     register_index [KEYS [NEW]]
 *
 * Builds an index of KEYS keys in memory and in a folder, publishes NEW more into the folder,
 * proves and finds, and appends to one long list. One line a figure: "name value unit". */
#include "measure.h"
#include "register/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { KEYS = 1000000, NEW = 30000, PROOFS = 20000, LONG = 1000000, A_KEY = 40, AN_ENTRY = 4 };

static struct bytes key_of(uint64_t n, char text[A_KEY])
{
    const int len = snprintf(text, A_KEY, "listed:directory:token:%llu", (unsigned long long)n);

    return (struct bytes){ .at = (const uint8_t *)text, .len = (size_t)len };
}

/* So many keys an entry, as a listing has them; `from` and `to` are multiples of that. */
static void add(struct index *i, uint64_t from, uint64_t to)
{
    struct bytes keys[AN_ENTRY];
    char text[AN_ENTRY][A_KEY];
    struct fault f = { 0 };

    for (uint64_t at = from / AN_ENTRY; at < to / AN_ENTRY; at++) {
        for (size_t n = 0; n < AN_ENTRY; n++)
            keys[n] = key_of(at * AN_ENTRY + n, text[n]);
        measure_must(index_add_entry(i, at, keys, AN_ENTRY, &f), &f);
    }
}

struct built {
    struct index *index;
    double add;
    double root;
    double commit;
    double work; /* of the processor, for all three */
};

static struct built build(struct index *i, uint64_t from, uint64_t to)
{
    struct built b = { .index = i };
    struct fault f = { 0 };
    struct sha256 root;
    uint64_t keys = 0;
    const double before = measure_work();
    const double start = measure_wall();

    add(i, from, to);
    const double added = measure_wall();
    measure_must(index_root(i, &root, &keys, &f), &f);
    const double hashed = measure_wall();
    measure_must(index_commit(i, to / AN_ENTRY, &f), &f);
    b.add = added - start;
    b.root = hashed - added;
    b.commit = measure_wall() - hashed;
    b.work = measure_work() - before;
    return b;
}

static void tell_built(const char *name, const struct built *b, double hash)
{
    const double all = b->add + b->root + b->commit;
    char line[80];

    (void)snprintf(line, sizeof line, "%s-add", name);
    measure_tell(line, b->add, "s");
    (void)snprintf(line, sizeof line, "%s-root", name);
    measure_tell(line, b->root, "s");
    (void)snprintf(line, sizeof line, "%s-commit", name);
    measure_tell(line, b->commit, "s");
    (void)snprintf(line, sizeof line, "%s", name);
    measure_tell(line, all, "s");
    (void)snprintf(line, sizeof line, "%s-work", name);
    measure_tell(line, b->work, "s");
    (void)snprintf(line, sizeof line, "%s-hashes", name);
    measure_tell(line, b->work / hash * 1e6, "hashes");
}

/* Half of the keys are there, half are not. */
static void prove(struct index *i, uint64_t keys, double hash)
{
    const uint64_t covers = index_covers(i);
    struct arena a = arena_with_budget((size_t)64 << 20);
    double worst = 0;
    double all = 0;
    size_t bytes = 0;
    struct fault f = { 0 };
    char text[A_KEY];

    for (uint64_t n = 0; n < PROOFS; n++) {
        const struct arena_mark m = arena_mark(&a);
        const uint64_t which = n * 2654435761U % (2 * keys);
        struct lookup l;
        const double start = measure_wall();
        measure_must(index_prove(i, covers, key_of(which, text), &a, &l, &f), &f);
        const double took = measure_wall() - start;
        all += took;
        worst = took > worst ? took : worst;
        bytes += l.proof.len;
        arena_release(&a, m);
    }
    arena_done(&a);
    measure_tell("proof", all / PROOFS * 1e6, "us");
    measure_tell("proof-worst", worst * 1e6, "us");
    measure_tell("proof-hashes", all / PROOFS / hash * 1e6, "hashes");
    measure_tell("proof-bytes", (double)bytes / PROOFS, "bytes");
}

static void find(struct index *i, uint64_t keys)
{
    struct arena a = arena_with_budget((size_t)1 << 20);
    struct vec found = vec_of(&a, sizeof(uint64_t), 100);
    struct fault f = { 0 };
    char text[A_KEY];
    const double start = measure_wall();

    for (uint64_t n = 0; n < PROOFS; n++) {
        const struct index_question q = { .key = key_of(n * 2654435761U % (2 * keys), text),
                                          .limit = UINT64_MAX };
        found.count = 0;
        measure_must(index_find(i, &q, &found, &f), &f);
    }
    measure_tell("find", (measure_wall() - start) / PROOFS * 1e6, "us");
    arena_done(&a);
}

/* One list of a million, in commits of a thousand: what an append costs at the end. */
static void append(void)
{
    struct index *i = NULL;
    struct fault f = { 0 };
    double last = 0;

    measure_must(index_new(&i, &f), &f);
    const double start = measure_wall();
    for (uint64_t n = 0; n < LONG; n++) {
        last = n == LONG - LONG / 10 ? measure_wall() : last;
        measure_must(index_add(i, n, bytes_of_text("type:listing"), &f), &f);
        if (n % 1000 == 999)
            measure_must(index_commit(i, n + 1, &f), &f);
    }
    const double end = measure_wall();
    measure_tell("append", (end - start) / LONG * 1e6, "us");
    measure_tell("append-last-tenth", (end - last) / (LONG / 10) * 1e6, "us");
    index_close(&i);
}

static struct index *open_index(const char *folder, bool writable)
{
    struct index *i = NULL;
    struct fault f = { 0 };

    measure_must(index_open(folder, writable, &i, &f), &f);
    return i;
}

static double peak_bytes(void)
{
    struct rusage used;

    return getrusage(RUSAGE_SELF, &used) == 0 ? (double)used.ru_maxrss * 1024 : 0;
}

static void in_memory(uint64_t keys, double hash)
{
    const double before = peak_bytes();
    struct index *i = NULL;
    struct fault f = { 0 };

    measure_must(index_new(&i, &f), &f);
    const struct built b = build(i, 0, keys);
    tell_built("rebuild-memory", &b, hash);
    const struct index_size size = index_measure(i);
    measure_tell("bytes-a-key", (double)size.bytes / (double)size.keys, "bytes");
    measure_tell("resident-a-key", (peak_bytes() - before) / (double)size.keys, "bytes");
    index_close(&i);
}

static void in_folder(const char *folder, uint64_t keys, uint64_t more, double hash)
{
    struct index *i = open_index(folder, /* writable */ true);
    const struct built b = build(i, 0, keys);
    const double before = (double)index_measure(i).bytes;

    tell_built("rebuild-folder", &b, hash);
    const struct built n = build(i, keys, keys + more);
    tell_built("publish", &n, hash);
    measure_tell("publish-bytes-a-key", ((double)index_measure(i).bytes - before) / (double)more,
                 "bytes");
    index_close(&i);
    const double start = measure_wall();
    i = open_index(folder, /* writable */ true);
    measure_tell("open", (measure_wall() - start) * 1e6, "us");
    const struct built again = build(i, keys + more, keys + 2 * more);
    tell_built("publish-after-opening", &again, hash);
    index_close(&i);
    i = open_index(folder, /* writable */ false);
    prove(i, keys, hash);
    find(i, keys);
    index_close(&i);
}

int main(int argc, char **argv)
{
    char folder[] = "register-index-XXXXXX";
    struct fault f = { 0 };
    const uint64_t keys = argc > 1 ? strtoull(argv[1], NULL, 10) / AN_ENTRY * AN_ENTRY : KEYS;
    const uint64_t more = argc > 2 ? strtoull(argv[2], NULL, 10) / AN_ENTRY * AN_ENTRY : NEW;
    const double hash = measure_sha256();

    measure_tell("sha256", 64 / hash, "MB/s in pieces of 64 bytes");
    in_memory(keys, hash);
    if (mkdtemp(folder) == NULL)
        return EXIT_FAILURE;
    in_folder(folder, keys, more, hash);
    append();
    measure_must(index_discard(folder, &f), &f);
    return rmdir(folder) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
