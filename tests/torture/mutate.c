/* mutate.c -- good proof files, notes and policies, changed at random a great many times; what is
 * accepted all the same goes to standard output, for a second verifier to judge.
 *
 *     mutate FOLDER SEEDS COUNT SEED MAPFN
 *     mutate judge MAPFN
 *
 * FOLDER holds 0.tlog-proof, 0.policy, 1.tlog-proof and so on; MAPFN (64 hexadecimal digits) is
 * trusted besides our own map. A frame of output is u8 kind ('P' a proof, 'N' a note, 'Q' a
 * proof under another policy; a small letter: refused), then three texts, each with u32be of its
 * length: file, policy, what was stated. An accepted mutant is told once, of the refused one in
 * REFUSED. The second form judges files from standard input, each a file and a policy with u32be
 * of its length, and tells all.
 *
 * key_verify, a pure function of its bytes, is wrapped and remembered: each key, message and
 * signature is verified once, by the real one. */
#include "mutation.h"

#include "proof/proof.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEEDS_MAX = 256, BUDGET = 64 << 20, MEMO = 1 << 18, SEEN = 1 << 24, REFUSED = 200 };

bool __wrap_key_verify(const struct key *k, struct bytes message, const uint8_t *signature);
bool __real_key_verify(const struct key *k, struct bytes message, const uint8_t *signature);

struct memo {
    struct sha256 asked;
    bool known;
    bool answer;
};

struct torture {
    struct mutation_seed seeds[SEEDS_MAX];
    size_t count;
    struct mutation_dice dice;
    struct sha256 mapfn;
    struct arena arena; /* of the seeds */
    uint64_t *seen;     /* of accepted mutants: eight bytes of their hash; SEEN slots, 0 is free */
    uint64_t accepted;
    uint64_t told; /* of them */
    uint64_t refused;
    bool all; /* to be told */
};

static struct memo *memo_table(void)
{
    static struct memo table[MEMO]; /* the wrapper has no argument of ours to keep it in */

    return table;
}

bool __wrap_key_verify(const struct key *k, struct bytes message, const uint8_t *signature)
{
    struct sha256_run run = sha256_begin();

    sha256_feed(&run, (struct bytes){ .at = &k->type, .len = 1 });
    sha256_feed(&run, (struct bytes){ .at = k->public, .len = k->len });
    sha256_feed(&run, (struct bytes){ .at = signature, .len = KEY_SIGNATURE_LEN });
    sha256_feed(&run, message);
    const struct sha256 asked = sha256_end(&run);
    const size_t at = ((size_t)asked.at[0] << 16 | (size_t)asked.at[1] << 8 | asked.at[2]) % MEMO;
    struct memo *m = &memo_table()[at];
    if (!m->known || !sha256_equal(&m->asked, &asked))
        *m = (struct memo){ .asked = asked,
                            .known = true,
                            .answer = __real_key_verify(k, message, signature) };
    return m->answer;
}

/* Whether this accepted text is new; a full table takes all for new. */
static bool is_new(struct torture *t, struct bytes file, struct bytes policy)
{
    struct sha256_run run = sha256_begin();
    uint64_t mark = 0;

    t->accepted++;
    sha256_feed(&run, file);
    sha256_feed(&run, policy);
    const struct sha256 h = sha256_end(&run);
    for (size_t i = 0; i < 8; i++)
        mark = mark << 8 | h.at[i];
    mark |= 1;
    size_t at = (size_t)(mark >> 8) % SEEN;
    while (t->seen[at] != 0 && t->seen[at] != mark)
        at = (at + 1) % SEEN;
    const bool fresh = t->all || t->seen[at] == 0;
    if (t->told < SEEN / 2)
        t->seen[at] = mark;
    t->told += fresh;
    return fresh;
}

static void tell_part(struct bytes part)
{
    const uint8_t len[4] = { (uint8_t)(part.len >> 24), (uint8_t)(part.len >> 16),
                             (uint8_t)(part.len >> 8), (uint8_t)part.len };

    if (fwrite(len, 1, sizeof len, stdout) != sizeof len ||
        fwrite(part.at, 1, part.len, stdout) != part.len) {
        perror("mutate: standard output");
        exit(2);
    }
}

static void tell(char kind, struct bytes file, struct bytes policy, struct bytes said)
{
    if (putchar(kind) == EOF)
        exit(2);
    tell_part(file);
    tell_part(policy);
    tell_part(said);
}

/* What a finding about a note says, one fact a line. */
static void say_note(const struct quorum_finding *found, const struct quorum *q, struct buf *out)
{
    char root[SHA256_TEXT_MAX];

    buf_add(out, found->checkpoint.origin);
    buf_print(out, "\n%" PRIu64 "\n%s\n%" PRId64 "\n%d\n", found->checkpoint.size,
              sha256_write(&found->checkpoint.root, root), found->time, quorum_liars_survived(q));
    for (size_t i = 0; i < found->witnesses.count; i++) {
        const struct quorum_signature *s = vec_at(&found->witnesses, i);
        buf_print(out, "%" PRId64 " %s\n", s->time, s->witness->name);
    }
}

/* Whether to tell what was refused. */
static bool is_sample(struct torture *t)
{
    return t->refused++ % REFUSED == 0 || t->all;
}

static void try_note(struct torture *t, struct bytes note, struct bytes policy)
{
    struct arena a = arena_with_budget(BUDGET);
    struct buf said = buf_with_limit(MUTATION_MAX);
    struct quorum_finding found;
    struct quorum q;
    struct fault f = { 0 };

    if (!quorum_read(policy, &a, &q, &f) || !quorum_weigh(&q, note, &a, &found, &f)) {
        if (is_sample(t))
            tell('n', note, policy, bytes_of_text(f.text));
    } else if (is_new(t, note, policy)) {
        say_note(&found, &q, &said);
        tell('N', note, policy, buf_bytes(&said));
    }
    buf_done(&said);
    arena_done(&a);
}

/* A plain proof says nothing without its entry: it is neither accepted nor refused. */
static void try_proof(struct torture *t, char kind, struct bytes file, struct bytes policy)
{
    struct arena a = arena_with_budget(BUDGET);
    struct buf said = buf_with_limit(MUTATION_MAX);
    const struct proof_saying how = { 0 };
    struct quorum q;
    struct proof_finding found;
    struct fault f = { 0 };
    const struct proof_question asked = { .quorum = &q, .mapfns = &t->mapfn, .mapfn_count = 1 };

    if (!quorum_read(policy, &a, &q, &f) || !proof_check(file, &asked, &a, &found, &f)) {
        if (is_sample(t))
            tell((char)(kind - 'A' + 'a'), file, policy, bytes_of_text(f.text));
    } else if (found.kind == PROOF_LOOKUP && is_new(t, file, policy)) {
        const bool ok = proof_json(&found, &asked, &how, &a, &said, &f) && buf_ok(&said);
        assert(ok);
        tell(kind, file, policy, buf_bytes(&said));
    }
    buf_done(&said);
    arena_done(&a);
}

static const struct mutation_seed *draw_seed(struct torture *t)
{
    return &t->seeds[mutation_draw(&t->dice, t->count)];
}

/* One change mostly, now and then a few. */
static size_t draw_changes(struct torture *t)
{
    static const size_t changes[] = { 1, 1, 1, 1, 1, 1, 2, 2, 3, 6 };

    return changes[mutation_draw(&t->dice, sizeof changes / sizeof changes[0])];
}

/* False: nothing was changed after all, which is no trial. */
static bool try_one(struct torture *t)
{
    const struct mutation_seed *s = draw_seed(t);
    const struct mutation_seed *other = draw_seed(t);
    const uint64_t way = mutation_draw(&t->dice, 16);
    const struct bytes good = way < 3 ? s->note : way < 5 ? s->policy : s->file;
    const struct bytes from = way < 3 ? other->note : way < 5 ? other->policy : other->file;
    struct arena a = arena_with_budget(BUDGET);
    struct buf text = buf_with_limit(MUTATION_MAX);

    buf_add(&text, good);
    for (size_t changes = draw_changes(t); changes > 0; changes--) {
        if (way >= 5 && mutation_draw(&t->dice, 3) == 0)
            mutation_extra(&t->dice, s, other, &a, &text);
        else
            mutation_text(&t->dice, &text, from);
    }
    const bool changed = !bytes_equal(buf_bytes(&text), good);
    if (changed && way < 3)
        try_note(t, buf_bytes(&text), s->policy);
    else if (changed && way < 5)
        try_proof(t, 'Q', s->file, buf_bytes(&text));
    else if (changed)
        try_proof(t, 'P', buf_bytes(&text), s->policy);
    buf_done(&text);
    arena_done(&a);
    return changed;
}

static struct bytes load(struct torture *t, const char *folder, size_t number, const char *kind)
{
    struct buf all = buf_with_limit(MUTATION_MAX);
    char path[4096];

    (void)snprintf(path, sizeof path, "%s/%zu.%s", folder, number, kind);
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        fprintf(stderr, "mutate: %s: %s\n", path, strerror(errno));
        exit(2);
    }
    for (int c = fgetc(f); c != EOF; c = fgetc(f))
        buf_add_byte(&all, (uint8_t)c);
    fclose(f);
    char *copy = arena_copy(&t->arena, buf_bytes(&all), /* f */ NULL);
    assert(buf_ok(&all) && copy != NULL);
    const struct bytes file = { .at = (const uint8_t *)copy, .len = all.len };
    buf_done(&all);
    return file;
}

/* A seed that is no good file would only waste the time. */
static void load_seed(struct torture *t, const char *folder, size_t number)
{
    struct mutation_seed *s = &t->seeds[number];
    struct quorum q;
    struct proof_finding found;
    struct fault f = { 0 };
    const struct proof_question asked = { .quorum = &q, .mapfns = &t->mapfn, .mapfn_count = 1 };

    s->file = load(t, folder, number, "tlog-proof");
    s->policy = load(t, folder, number, "policy");
    if (!quorum_read(s->policy, &t->arena, &q, &f) ||
        !proof_check(s->file, &asked, &t->arena, &found, &f)) {
        fprintf(stderr, "mutate: seed %zu: %s\n", number, f.text);
        exit(2);
    }
    s->note = found.file.checkpoint;
    if (found.kind == PROOF_LOOKUP)
        s->lookup = found.lookups;
}

/* u32be and so many bytes from standard input; false at its end. */
static bool take_part(struct buf *out)
{
    uint8_t head[4];

    out->len = 0;
    if (fread(head, 1, sizeof head, stdin) != sizeof head)
        return false;
    const size_t len =
        (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    uint8_t *room = buf_extend(out, len);
    return room != NULL && fread(room, 1, len, stdin) == len;
}

static void judge(struct torture *t)
{
    struct buf file = buf_with_limit(MUTATION_MAX);
    struct buf policy = buf_with_limit(MUTATION_MAX);

    t->all = true;
    while (take_part(&file) && take_part(&policy)) {
        try_proof(t, 'P', buf_bytes(&file), buf_bytes(&policy));
        (void)fflush(stdout);
    }
    buf_done(&file);
    buf_done(&policy);
}

static void mutate(struct torture *t, char **words)
{
    const uint64_t rounds = strtoull(words[2], NULL, 10);

    t->count = (size_t)strtoul(words[1], NULL, 10);
    t->dice.state = strtoull(words[3], NULL, 10);
    if (t->count == 0 || t->count > SEEDS_MAX) {
        fprintf(stderr, "mutate: 1 to %d seeds\n", SEEDS_MAX);
        exit(2);
    }
    for (size_t i = 0; i < t->count; i++)
        load_seed(t, words[0], i);
    for (uint64_t tried = 0; tried < rounds;)
        tried += try_one(t);
    fprintf(stderr, "%" PRIu64 " tried, %" PRIu64 " accepted, %" PRIu64 " told, seed %s\n", rounds,
            t->accepted, t->told, words[3]);
}

int main(int argc, char **argv)
{
    struct torture t = { .arena = arena_with_budget((size_t)1 << 30) };
    const bool judging = argc == 3 && strcmp(argv[1], "judge") == 0;

    if ((argc != 6 && !judging) || !sha256_read(bytes_of_text(argv[argc - 1]), &t.mapfn)) {
        fprintf(stderr, "usage: mutate FOLDER SEEDS COUNT SEED MAPFN | mutate judge MAPFN\n");
        return 2;
    }
    t.seen = calloc(SEEN, sizeof *t.seen);
    if (t.seen == NULL) {
        fprintf(stderr, "mutate: no memory for what was seen\n");
        return 2;
    }
    if (judging)
        judge(&t);
    else
        mutate(&t, argv + 1);
    free(t.seen);
    arena_done(&t.arena);
    return fflush(stdout) == 0 ? 0 : 2;
}
