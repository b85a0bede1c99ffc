/* register_log.c -- what a growing register costs, through the library as the commands use it:
 * entries signed, admitted, made durable in batches, and published with three witnesses.
 *
 *     register_log HOME [ENTRIES]
 *
 * Builds the log HOME/log, which must not be there; register_proofs reads it. Entries come in
 * fours: a vendor, two products of its own, a listing: nine keys that are new and a dozen that are
 * not. The vendors many1 ... many30 have that many entries. One line a figure: "name value unit".
 */
#include "core/libcrypto.h"
#include "measure.h"
#include "tlog/note.h"
#include "writer/writer.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    ENTRIES = 1000000,
    BATCH = 256,     /* entries that are made durable at once */
    PUBLISH = 13336, /* entries with 30,000 new keys */
    RANGE = 10000,   /* over which the cost of an entry is taken */
    MANY = 30,       /* the longest list of postings */
    SIGNATURES = 1000,
    WITNESSES = 3,
    SYNCS = 300,
    PATH_ROOM = 600,
    PUBLICATIONS = 4096,
};

#define ORIGIN "bench.example/log"

struct bench {
    const char *home;
    struct key_signer *party;
    struct key_signer *witness[WITNESSES];
    struct writer *writer;
    uint64_t entries; /* to be */
    uint64_t many;    /* entries that went to the vendors of many */
    double published[PUBLICATIONS];
    size_t publications;
};

static const char *path_in(const struct bench *b, const char *name, char out[PATH_ROOM])
{
    (void)snprintf(out, PATH_ROOM, "%s/%s", b->home, name);
    return out;
}

static struct key_signer *key_for(const struct bench *b, const char *name, enum key_type type)
{
    struct key_signer *s = NULL;
    struct fault f = { 0 };
    char path[PATH_ROOM];
    char file[64];

    (void)snprintf(file, sizeof file, "%.*s.key", (int)strcspn(name, "."), name);
    measure_must(key_new(bytes_of_text(name), type, &s, &f), &f);
    measure_must(key_signer_save(s, path_in(b, file, path), &f), &f);
    return s;
}

static void make_keys(struct bench *b)
{
    char name[32];

    b->party = key_for(b, "party.example", KEY_ED25519);
    for (int i = 0; i < WITNESSES; i++) {
        (void)snprintf(name, sizeof name, "w%d.example", i + 1);
        b->witness[i] = key_for(b, name, KEY_COSIGNATURE);
    }
}

static bool cosign(void *with, const struct quorum *q, struct buf *note,
                   const struct writer_round_proof *prove, struct fault *f)
{
    const struct bench *b = with;
    const size_t end = bytes_index(buf_bytes(note), 0xe2); /* where the log's line begins */
    struct buf text = buf_with_limit(NOTE_MAX);
    bool ok = true;

    (void)q;
    (void)prove;
    buf_add(&text, bytes_part(buf_bytes(note), 0, end - 1));
    for (int i = 0; ok && i < WITNESSES; i++)
        ok = note_cosign(b->witness[i], buf_bytes(&text), (int64_t)time(NULL), note, f);
    buf_done(&text);
    return ok;
}

static void write_witnesses(const struct bench *b, char path[PATH_ROOM])
{
    FILE *file = fopen(path_in(b, "witnesses", path), "we");
    char vkey[KEY_VKEY_MAX];

    for (int i = 0; file != NULL && i < WITNESSES; i++)
        (void)fprintf(file, "witness w%d %s\n", i + 1, key_write(key_of(b->witness[i]), vkey));
    if (file == NULL || fputs("group g all w1 w2 w3\nquorum g\n", file) < 0 || fclose(file) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
}

static void submit(struct bench *b, struct buf *text, const struct key *here)
{
    struct buf entry = buf_with_limit(NOTE_MAX);
    uint64_t place = 0;
    struct fault f = { 0 };

    buf_add(&entry, buf_bytes(text));
    buf_add_byte(&entry, '\n');
    measure_must(note_sign(b->party, buf_bytes(text), &entry, &f), &f);
    measure_must(writer_submit(b->writer, buf_bytes(&entry), here, &place, &f), &f);
    buf_done(&entry);
}

static void create(struct bench *b)
{
    char folder[PATH_ROOM];
    char key[PATH_ROOM];
    char witnesses[PATH_ROOM];
    char vkey[KEY_VKEY_MAX];
    struct key_signer *log = key_for(b, ORIGIN, KEY_ED25519);
    const struct writer_settings s = { .folder = path_in(b, "log", folder),
                                       .origin = ORIGIN,
                                       .key = path_in(b, "bench.key", key),
                                       .witnesses = witnesses };
    struct buf text = buf_with_limit(NOTE_MAX);
    struct buf entry = buf_with_limit(NOTE_MAX);
    uint64_t place = 0;
    struct fault f = { 0 };

    write_witnesses(b, witnesses);
    measure_must(writer_create(&s, &b->writer, &f), &f);
    buf_print(&text, "hallmark/party/v1\nid party\nkind any\nkey %s\ndate 2017-01-01\n",
              key_write(key_of(b->party), vkey));
    measure_must(writer_sign(b->writer, buf_bytes(&text), &entry, &f), &f);
    measure_must(writer_submit(b->writer, buf_bytes(&entry), key_of(log), &place, &f), &f);
    text.len = 0;
    buf_print(&text, "hallmark/list/v1\nid list\nname A list\ndate 2017-01-01\n");
    submit(b, &text, key_of(b->party));
    measure_must(writer_sync(b->writer, &f), &f);
    buf_done(&text);
    buf_done(&entry);
    key_signer_free(&log);
}

/* The n-th entry of the fours. */
static void put_text(uint64_t n, struct buf *out)
{
    const unsigned long long group = n / 4;

    if (n % 4 == 0)
        buf_print(out, "hallmark/vendor/v1\nid v%llu\nname Vendor V%llu Ltd.\ndate 2017-01-03\n",
                  group, group);
    else if (n % 4 < 3)
        buf_print(out,
                  "hallmark/product/v1\nid p%llu-%d\nvendor v%llu\nname Product P%lluX%d\n"
                  "category antivirus\ndate 2017-01-04\n",
                  group, (int)(n % 4), group, group, (int)(n % 4));
    else
        buf_print(out,
                  "hallmark/listing/v1\nlist list\naction add\nvendor v%llu\n"
                  "vendor-name Vendor V%llu Ltd.\nproduct Product P%lluX1\n"
                  "product-id p%llu-1\ndate 2017-01-05\n",
                  group, group, group, group);
}

/* The n-th entry about the vendors of many: many1 with one, many2 with two, and so on. */
static void put_many(uint64_t n, struct buf *out)
{
    unsigned which = 1;

    for (; n >= which; which++)
        n -= which;
    if (n == 0)
        buf_print(out, "hallmark/vendor/v1\nid many%u\nname Many Number%u\ndate 2017-01-03\n",
                  which, which);
    else
        buf_print(out,
                  "hallmark/product/v1\nid many%u-%u\nvendor many%u\nname Many%uX%u\n"
                  "date 2017-01-04\n",
                  which, (unsigned)n, which, which, (unsigned)n);
}

static void submit_next(struct bench *b, uint64_t n, const struct key *here)
{
    struct buf text = buf_with_limit(4096);

    if (n % (b->entries / 512 + 1) == 0 && b->many < MANY * (MANY + 1) / 2) {
        put_many(b->many++, &text);
        submit(b, &text, here);
        text.len = 0;
    }
    put_text(n, &text);
    submit(b, &text, here);
    buf_done(&text);
}

static void sync_all(struct bench *b)
{
    struct fault f = { 0 };

    measure_must(writer_sync(b->writer, &f), &f);
}

static double publish(struct bench *b)
{
    const struct writer_round round = { .with = b, .gather = cosign };
    const struct measure start = measure_begin();
    bool published = false;
    struct fault f = { 0 };

    measure_must(writer_publish(b->writer, &round, &published, &f), &f);
    measure_must(published, &f);
    return measure_since(start).wall;
}

static double process_kb(const char *word)
{
    FILE *file = fopen("/proc/self/status", "re");
    char line[128];
    double kb = 0;

    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, word, strlen(word)) == 0)
            kb = strtod(line + strlen(word) + 1, NULL);
    }
    if (file != NULL)
        (void)fclose(file);
    return kb;
}

static void tell_memory(const char *name)
{
    char line[64];

    (void)snprintf(line, sizeof line, "%s-own", name);
    measure_tell(line, process_kb("RssAnon:") / 1024, "MiB");
    (void)snprintf(line, sizeof line, "%s-mapped", name);
    measure_tell(line, (process_kb("RssFile:") + process_kb("RssShmem:")) / 1024, "MiB");
}

/* A small append and fdatasync, in the folder where the journal stands. */
static void tell_syncs(const struct bench *b)
{
    char path[PATH_ROOM];
    const int fd = open(path_in(b, "syncs", path), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const char block[4096] = { 0 };
    const double start = measure_wall();

    for (int n = 0; n < SYNCS; n++) {
        if (write(fd, block, sizeof block) != (ssize_t)sizeof block || fdatasync(fd) != 0) {
            perror(path);
            exit(EXIT_FAILURE);
        }
    }
    measure_tell("syncs", SYNCS / (measure_wall() - start), "a second");
    (void)close(fd);
    (void)unlink(path);
}

static void tell_signatures(const struct bench *b)
{
    const struct bytes message = bytes_of_text("a message of some length, as entries have it\n");
    uint8_t signature[KEY_SIGNATURE_LEN];
    struct fault f = { 0 };
    double start = measure_work();

    for (int n = 0; n < SIGNATURES; n++)
        measure_must(key_sign(b->party, message, signature, &f), &f);
    measure_tell("sign", (measure_work() - start) / SIGNATURES * 1e6, "us");
    start = measure_work();
    for (int n = 0; n < SIGNATURES; n++)
        measure_must(key_verify(key_of(b->party), message, signature), &f);
    measure_tell("verify-signature", (measure_work() - start) / SIGNATURES * 1e6, "us");
}

struct building {
    struct measure all;   /* of acknowledged entries, without publications */
    struct measure early; /* of the range behind the first 10^4 */
    struct measure late;  /* and of the last */
    struct measure publications;
};

static void tell_building(struct bench *b, const struct building *g)
{
    const double entries = (double)(b->entries + b->many);
    const size_t at = (size_t)(1000000 / 2.25 / PUBLISH); /* there are 10^6 keys */
    const size_t last = b->publications < 5 ? b->publications : 5;

    measure_tell("acknowledged", entries / g->all.wall, "entries/s");
    measure_tell("acknowledged-published", entries / (g->all.wall + g->publications.wall),
                 "entries/s");
    measure_tell_both("entry", g->all, 1e6 / entries, "us");
    measure_tell_both("entry-early", g->early, 1e6 / RANGE, "us");
    measure_tell_both("entry-late", g->late, 1e6 / RANGE, "us");
    measure_tell_both("entry-publish", g->publications, 1e6 / entries, "us");
    if (at + 5 < b->publications)
        measure_tell("publish-million", measure_median(b->published + at, 5), "s");
    measure_tell("publish-last", measure_median(b->published + b->publications - last, last), "s");
    measure_tell("publish", measure_median(b->published, b->publications), "s");
}

static void build(struct bench *b)
{
    struct building g = { 0 };
    struct measure start = measure_begin();

    for (uint64_t n = 0; n < b->entries; n++) {
        submit_next(b, n, key_of(b->party));
        if (n % BATCH != BATCH - 1 && n % PUBLISH != PUBLISH - 1 && n % RANGE != RANGE - 1)
            continue;
        sync_all(b);
        const struct measure took = measure_since(start);
        measure_add(&g.all, took);
        if (n / RANGE == 1)
            measure_add(&g.early, took);
        if (n / RANGE == b->entries / RANGE - 1)
            measure_add(&g.late, took);
        start = measure_begin();
        if (n % PUBLISH != PUBLISH - 1 || b->publications == PUBLICATIONS)
            continue;
        b->published[b->publications++] = publish(b);
        measure_add(&g.publications, measure_since(start));
        start = measure_begin();
    }
    sync_all(b);
    tell_memory("writer");
    (void)publish(b);
    tell_building(b, &g);
}

/* Entries that others signed: each signature is verified. */
static void build_strange(struct bench *b)
{
    const struct measure start = measure_begin();
    uint64_t n = b->entries + 3;

    n -= n % 4;
    for (uint64_t end = n + RANGE; n < end; n++) {
        submit_next(b, n, /* here */ NULL);
        if (n % BATCH == BATCH - 1)
            sync_all(b);
    }
    sync_all(b);
    const struct measure took = measure_since(start);
    measure_tell("acknowledged-verified", RANGE / took.wall, "entries/s");
    measure_tell_both("entry-verified", took, 1e6 / RANGE, "us");
    (void)publish(b);
}

static void tell_opening(struct bench *b)
{
    char folder[PATH_ROOM];
    struct fault f = { 0 };

    writer_close(&b->writer);
    const struct measure start = measure_begin();
    measure_must(writer_open(path_in(b, "log", folder), &b->writer, &f), &f);
    measure_tell_both("writer-open", measure_since(start), 1e3, "ms");
    tell_memory("writer-opened");
}

int main(int argc, char **argv)
{
    struct bench b = { .home = argc > 1 ? argv[1] : "." };
    struct fault f = { 0 };

    b.entries = argc > 2 ? strtoull(argv[2], NULL, 10) : ENTRIES;
    measure_must(libcrypto_start(&f), &f);
    measure_tell("sha256", 64 / measure_sha256(), "MB/s in pieces of 64 bytes");
    make_keys(&b);
    tell_syncs(&b);
    tell_signatures(&b);
    create(&b);
    build(&b);
    build_strange(&b);
    tell_opening(&b);
    writer_close(&b.writer);
    key_signer_free(&b.party);
    for (int i = 0; i < WITNESSES; i++)
        key_signer_free(&b.witness[i]);
    return EXIT_SUCCESS;
}
