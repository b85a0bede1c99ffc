#include "writer/writer_trial.h"

#include "core/own.h"

#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void holds(bool ok, const struct fault *f)
{
    if (!ok)
        fail_msg("%s", f->text);
}

static void path_of(const struct writer_trial *t, const char *name, char out[WRITER_TRIAL_PATH])
{
    (void)snprintf(out, WRITER_TRIAL_PATH, "%s/%s", t->home, name);
}

static struct key_signer *new_key(const char *name, enum key_type type, const char *path)
{
    struct key_signer *s = NULL;
    struct fault f = { 0 };

    holds(key_new(bytes_of_text(name), type, &s, &f), &f);
    if (path != NULL)
        holds(key_signer_save(s, path, &f), &f);
    return s;
}

void writer_trial_init(struct writer_trial *t, const char *origin)
{
    char name[32];

    *t = (struct writer_trial){ .origin = origin, .home = "/tmp/hallmark-writer-XXXXXX" };
    assert_non_null(mkdtemp(t->home));
    path_of(t, "r", t->folder);
    path_of(t, "log.key", t->log);
    path_of(t, "party.key", t->party);
    path_of(t, "clock", t->clock);
    struct key_signer *log = new_key(origin, KEY_ED25519, t->log);
    key_signer_free(&log);
    t->signer = new_key("party.example", KEY_ED25519, t->party);
    for (int i = 0; i < 3; i++) {
        (void)snprintf(name, sizeof name, "w%d.example", i + 1);
        t->witness[i] = new_key(name, KEY_COSIGNATURE, NULL);
    }
}

static int forget(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path);
}

void writer_trial_sweep(const char *path)
{
    (void)nftw(path, forget, 16, FTW_DEPTH | FTW_PHYS);
}

void writer_trial_done(struct writer_trial *t)
{
    key_signer_free(&t->signer);
    for (int i = 0; i < 3; i++)
        key_signer_free(&t->witness[i]);
    writer_trial_sweep(t->home);
}

static void write_whole(const char *path, const void *at, size_t len)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    assert_int_equal(fwrite(at, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

void writer_trial_set_clock(const struct writer_trial *t, const char *time)
{
    write_whole(t->clock, time, strlen(time));
}

static void write_witnesses(const struct writer_trial *t, int quorum, const char *path)
{
    struct buf text = buf_with_limit(1 << 16);
    char vkey[KEY_VKEY_MAX];

    for (int i = 0; i < 3; i++)
        buf_print(&text, "witness w%d %s https://w%d.example/\n", i + 1,
                  key_write(key_of(t->witness[i]), vkey), i + 1);
    buf_print(&text, "group all-of-them %d w1 w2 w3\nquorum all-of-them\n", quorum);
    write_whole(path, text.at, text.len);
    buf_done(&text);
}

static void admit(const struct writer_trial *t, struct writer *w)
{
    struct buf text = buf_with_limit(4096);
    struct buf entry = buf_with_limit(8192);
    char vkey[KEY_VKEY_MAX];
    struct fault f = { 0 };
    uint64_t place = 0;

    buf_print(&text, "hallmark/party/v1\nid party.example\nkind any\nkey %s\ndate 2017-01-01\n",
              key_write(key_of(t->signer), vkey));
    holds(writer_sign(w, buf_bytes(&text), &entry, &f), &f);
    holds(writer_submit(w, buf_bytes(&entry), writer_key(w), &place, &f), &f);
    holds(writer_sync(w, &f), &f);
    assert_int_equal(place, 1);
    buf_done(&text);
    buf_done(&entry);
}

struct writer *writer_trial_create(struct writer_trial *t, int quorum, const char *time)
{
    char witnesses[WRITER_TRIAL_PATH];
    struct writer_settings s = { .folder = t->folder, .origin = t->origin, .key = t->log };
    struct writer *w = NULL;
    struct fault f = { 0 };

    path_of(t, "witnesses", witnesses);
    if (quorum > 0) {
        write_witnesses(t, quorum, witnesses);
        s.witnesses = witnesses;
    }
    if (time != NULL) {
        writer_trial_set_clock(t, time);
        s.simulated_clock = t->clock;
    }
    holds(writer_create(&s, &w, &f), &f);
    admit(t, w);
    return w;
}

struct writer *writer_trial_open(const struct writer_trial *t)
{
    struct writer *w = NULL;
    struct fault f = { 0 };

    holds(writer_open(t->folder, &w, &f), &f);
    return w;
}

struct fault writer_trial_refused(const struct writer_trial *t)
{
    struct writer *w = NULL;
    struct fault f = { 0 };

    assert_false(writer_open(t->folder, &w, &f));
    assert_null(w);
    assert_int_not_equal(f.kind, FAULT_NONE);
    return f;
}

static void vendor_text(unsigned n, struct buf *out)
{
    buf_print(out, "hallmark/vendor/v1\nid v%07u\nname Vendor Number %u Ltd.\ndate 2017-01-03\n", n,
              n);
}

bool writer_trial_submit(const struct writer_trial *t, struct writer *w, unsigned n,
                         uint64_t *place, struct fault *f)
{
    struct buf text = buf_with_limit(4096);
    struct buf entry = buf_with_limit(8192);

    vendor_text(n, &text);
    buf_add(&entry, buf_bytes(&text));
    buf_add_byte(&entry, '\n');
    assert_true(note_sign(t->signer, buf_bytes(&text), &entry, f));
    const bool ok = writer_submit(w, buf_bytes(&entry), key_of(t->signer), place, f);
    buf_done(&text);
    buf_done(&entry);
    return ok;
}

void writer_trial_add(const struct writer_trial *t, struct writer *w, unsigned from, unsigned to)
{
    struct fault f = { 0 };
    uint64_t place = 0;

    for (unsigned n = from; n < to; n++)
        holds(writer_trial_submit(t, w, n, &place, &f), &f);
    holds(writer_sync(w, &f), &f);
}

void writer_trial_expect(struct writer *w, uint64_t place, unsigned n)
{
    const struct history *h = writer_history(w);
    struct arena a = arena_with_budget(1 << 20);
    struct vec places = vec_of(&a, sizeof(uint64_t), 16);
    struct buf text = buf_with_limit(4096);
    struct bytes entry = { 0 };
    struct fault f = { 0 };
    char key[64];

    vendor_text(n, &text);
    holds(h->entry(h->with, place, &a, &entry, &f), &f);
    assert_true(entry.len > text.len);
    assert_memory_equal(entry.at, text.at, text.len);
    (void)snprintf(key, sizeof key, "vendor:v%07u", n);
    holds(h->find(h->with, bytes_of_text(key), &places, &f), &f);
    assert_int_equal(places.count, 1);
    assert_int_equal(*(const uint64_t *)vec_at(&places, 0), place);
    buf_done(&text);
    arena_done(&a);
}

uint8_t *writer_trial_file(const struct writer_trial *t, const char *path, size_t *len)
{
    char name[2 * WRITER_TRIAL_PATH];

    (void)snprintf(name, sizeof name, "%s/%s", t->folder, path);
    OWNED(own_fclose) FILE *file = fopen(name, "re");
    if (file == NULL)
        return NULL;
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *len = (size_t)ftell(file);
    rewind(file);
    uint8_t *at = malloc(*len + 1);
    assert_non_null(at);
    assert_int_equal(fread(at, 1, *len, file), *len);
    at[*len] = '\0';
    return at;
}

void writer_trial_put(const struct writer_trial *t, const char *path, const void *at, size_t len)
{
    char name[2 * WRITER_TRIAL_PATH];

    (void)snprintf(name, sizeof name, "%s/%s", t->folder, path);
    write_whole(name, at, len);
}

static void copy(const char *from, const char *to)
{
    const pid_t child = fork();
    int status = 0;

    if (child == 0) {
        (void)execlp("cp", "cp", "-a", from, to, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

void writer_trial_keep(const struct writer_trial *t, const char *name)
{
    char place[WRITER_TRIAL_PATH];

    path_of(t, name, place);
    writer_trial_sweep(place);
    copy(t->folder, place);
}

void writer_trial_bring_back(const struct writer_trial *t, const char *name)
{
    char place[WRITER_TRIAL_PATH];

    path_of(t, name, place);
    writer_trial_sweep(t->folder);
    copy(place, t->folder);
}
