/* register_proofs.c -- what a reader of a register pays: the log that register_log built is
 * opened, asked, rebuilt and audited, and its proofs are verified.
 *
 *     register_proofs HOME
 *
 * One line a figure: "name value unit". */
#include "core/libcrypto.h"
#include "measure.h"
#include "proof/proof.h"
#include "register/audit.h"
#include "register/prove.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROOFS = 1000, MANY = 30, PATH_ROOM = 600, POLICY_MAX = 1 << 16 };

struct bench {
    struct arena arena;
    char folder[PATH_ROOM];
    char index[PATH_ROOM];
    struct source source;
    struct quorum quorum;
    uint64_t vendors; /* v0 and so on */
};

static struct reader *open_reader(const struct bench *b, bool kept)
{
    const struct reader_question q = { .source = &b->source,
                                       .quorum = &b->quorum,
                                       .known_at = INT64_MAX,
                                       .index = kept ? b->index : NULL };
    struct reader *r = NULL;
    struct fault f = { 0 };

    measure_must(reader_open(&q, &r, &f), &f);
    return r;
}

/* Every other is about what is not there. */
static struct bytes question_of(const struct bench *b, const char *form, uint64_t n, char text[64])
{
    const uint64_t which = n * 2654435761U % (2 * b->vendors);
    char id[32];

    (void)snprintf(id, sizeof id, "v%llu", (unsigned long long)which);
    (void)snprintf(text, 64, "%s%s", form, id);
    return bytes_of_text(text);
}

/* The worst is told by the processor's time: by the clock's it is another program's turn. */
struct asked {
    double make[PROOFS];
    double make_work[PROOFS];
    double check[PROOFS];
    double check_work[PROOFS];
    double bytes;
    double worst_bytes;
};

static void make_proof(struct reader *r, const struct prove_request *q, struct buf *out)
{
    struct arena a = arena_with_budget((size_t)64 << 20);
    struct fault f = { 0 };

    measure_must(prove_key(r, q, &a, out, &f), &f);
    arena_done(&a);
}

static void check_proof(const struct bench *b, struct bytes key, struct bytes file)
{
    const struct proof_question q = { .quorum = &b->quorum, .key = key };
    const struct proof_saying how = { .recomputed = false };
    struct arena a = arena_with_budget((size_t)64 << 20);
    struct buf said = buf_with_limit(1 << 20);
    struct proof_finding found;
    struct fault f = { 0 };

    measure_must(proof_check(file, &q, &a, &found, &f), &f);
    measure_must(proof_say(&found, &q, &how, &a, &said, &f), &f);
    buf_done(&said);
    arena_done(&a);
}

static void ask(const struct bench *b, struct reader *r, const char *form, bool plain,
                struct asked *out)
{
    char text[64];

    *out = (struct asked){ .bytes = 0 };
    for (uint64_t n = 0; n < PROOFS; n++) {
        const struct prove_request q = { .key = question_of(b, form, n, text), .plain = plain };
        struct buf file = buf_with_limit(1 << 20);
        struct measure start = measure_begin();
        make_proof(r, &q, &file);
        struct measure took = measure_since(start);
        out->make[n] = took.wall;
        out->make_work[n] = took.work;
        start = measure_begin();
        check_proof(b, q.key, buf_bytes(&file));
        took = measure_since(start);
        out->check[n] = took.wall;
        out->check_work[n] = took.work;
        out->bytes += (double)file.len / PROOFS;
        out->worst_bytes =
            (double)file.len > out->worst_bytes ? (double)file.len : out->worst_bytes;
        buf_done(&file);
    }
}

static void tell_part(const char *name, const char *part, double value, const char *unit)
{
    char line[80];

    (void)snprintf(line, sizeof line, "%s%s", name, part);
    measure_tell(line, value, unit);
}

static void tell_asked(const char *name, struct asked *a)
{
    tell_part(name, "", measure_median(a->make, PROOFS) * 1e6, "us");
    tell_part(name, "-work", measure_median(a->make_work, PROOFS) * 1e6, "us");
    tell_part(name, "-worst-work", a->make_work[PROOFS - 1] * 1e6, "us");
    tell_part(name, "-bytes", a->bytes, "bytes");
    tell_part(name, "-bytes-worst", a->worst_bytes, "bytes");
    tell_part(name, "-verified", measure_median(a->check, PROOFS) * 1e6, "us");
    tell_part(name, "-verified-work", measure_median(a->check_work, PROOFS) * 1e6, "us");
    tell_part(name, "-verified-worst-work", a->check_work[PROOFS - 1] * 1e6, "us");
}

static void tell_proofs(const struct bench *b)
{
    struct measure start = measure_begin();
    struct reader *r = open_reader(b, /* kept */ true);
    struct asked *a = calloc(1, sizeof *a);
    struct fault f = { 0 };

    measure_tell_both("reader-open", measure_since(start), 1e6, "us");
    start = measure_begin();
    measure_must(reader_index(r, &f) != NULL && a != NULL, &f);
    measure_tell_both("index-open", measure_since(start), 1e6, "us");
    ask(b, r, "vendor:", /* plain */ true, a);
    tell_asked("proof-plain", a);
    ask(b, r, "vendor:", /* plain */ false, a);
    tell_asked("proof", a);
    ask(b, r, "listed:list:token:", /* plain */ false, a);
    tell_asked("proof-listed", a);
    free(a);
    reader_close(&r);
}

/* Sizes of the answers with 1 to 30 postings. */
static void tell_sizes(const struct bench *b, const char *name, bool plain)
{
    struct reader *r = open_reader(b, /* kept */ true);
    double bytes[MANY + 1] = { 0 };
    double most = 0;
    char key[64];

    for (int n = 1; n <= MANY; n++) {
        struct buf file = buf_with_limit(1 << 20);
        (void)snprintf(key, sizeof key, "vendor:many%d", n);
        make_proof(r, &(struct prove_request){ .key = bytes_of_text(key), .plain = plain }, &file);
        bytes[n] = (double)file.len;
        most = bytes[n] > most ? bytes[n] : most;
        buf_done(&file);
    }
    tell_part(name, "-one-posting", bytes[1], "bytes");
    tell_part(name, "-most", most, "bytes, of those with 1 to 30 postings");
    /* depths differ by key, by 44 bytes of text a level: the ends are averages of five */
    double low = 0;
    double high = 0;
    for (int n = 1; n <= 5; n++) {
        low += bytes[n] / 5;
        high += bytes[MANY - 5 + n] / 5;
    }
    tell_part(name, "-a-posting", (high - low) / (MANY - 5), "bytes");
    reader_close(&r);
}

/* From the entries alone, as a reader of static files does it. */
static void tell_rebuild(const struct bench *b)
{
    struct reader *r = open_reader(b, /* kept */ false);
    const struct measure start = measure_begin();
    struct fault f = { 0 };

    measure_must(reader_build(r, &f), &f);
    const struct measure took = measure_since(start);
    const double keys = (double)reader_leaf(r)->keys;
    measure_tell("entries", (double)reader_checkpoint(r)->size, "entries");
    measure_tell("keys", keys, "keys");
    measure_tell_both("rebuild", took, 1, "s");
    measure_tell_both("rebuild-entry", took, 1e6 / (double)reader_checkpoint(r)->size, "us");
    reader_close(&r);
}

static void tell_audit(const struct bench *b)
{
    const struct quorum_log *log = vec_at(&b->quorum.logs, 0);
    const struct audit_request q = { .source = &b->source, .log = &log->key };
    const struct measure start = measure_begin();
    struct audit_finding found;
    struct fault f = { 0 };

    measure_must(audit_log(&q, &found, &f), &f);
    measure_tell_both("audit-entry", measure_since(start), 1e6 / (double)found.size, "us");
}

static void tell_signature(const struct bench *b)
{
    const struct quorum_log *log = vec_at(&b->quorum.logs, 0);
    struct reader *r = open_reader(b, /* kept */ true);
    struct arena a = arena_with_budget(1 << 20);
    struct note note;
    struct fault f = { 0 };

    measure_must(note_read(reader_note(r), &a, &note, &f), &f);
    const double start = measure_work();
    for (int n = 0; n < PROOFS; n++)
        measure_must(note_check(&note, &log->key, /* time */ NULL) == NOTE_GOOD, &f);
    measure_tell("signature", (measure_work() - start) / PROOFS * 1e6, "us");
    arena_done(&a);
    reader_close(&r);
}

int main(int argc, char **argv)
{
    struct bench b = { .arena = arena_with_budget((size_t)64 << 20) };
    struct bytes policy = { 0 };
    bool found = false;
    struct fault f = { 0 };

    (void)snprintf(b.folder, sizeof b.folder, "%s/log", argc > 1 ? argv[1] : ".");
    (void)snprintf(b.index, sizeof b.index, "%s/log/index", argc > 1 ? argv[1] : ".");
    measure_must(
        libcrypto_start(&f) && source_folder_open(b.folder, &b.source, &f) &&
            source_read(&b.source, "policy.txt", POLICY_MAX, &b.arena, &policy, &found, &f) &&
            quorum_read(policy, &b.arena, &b.quorum, &f),
        &f);
    struct reader *r = open_reader(&b, /* kept */ true);
    b.vendors = reader_checkpoint(r)->size / 4;
    reader_close(&r);
    measure_tell("sha256", 64 / measure_sha256(), "MB/s in pieces of 64 bytes");
    tell_signature(&b);
    tell_proofs(&b);
    tell_sizes(&b, "size-plain", /* plain */ true);
    tell_sizes(&b, "size", /* plain */ false);
    tell_rebuild(&b);
    tell_audit(&b);
    source_close(&b.source);
    arena_done(&b.arena);
    return EXIT_SUCCESS;
}
