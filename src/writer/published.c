#include "writer/published.h"

#include "core/own.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct key *log_key(const struct quorum *q)
{
    const struct quorum_log *log = vec_at(&q->logs, 0);

    return &log->key;
}

/* A known key's signature that does not verify spoils the note (signed-note), unlike one that is
 * missing. */
static bool check_known(const struct note *n, const struct quorum *q, struct fault *f)
{
    for (size_t i = 0; i < q->witnesses.count; i++) {
        const struct quorum_witness *w = vec_at(&q->witnesses, i);
        if (note_check(n, &w->key, /* time */ NULL) == NOTE_BAD)
            return fault_set(f, FAULT_FORMAT,
                             "the signature of the witness %s does not verify (signed-note)",
                             w->key.name);
    }
    return true;
}

bool published_weigh(struct bytes note, const struct quorum *q, struct arena *a,
                     struct published *out, struct fault *why, struct fault *f)
{
    const struct key *key = log_key(q);
    struct quorum_finding finding = { 0 };
    struct published p = { .note = note };
    struct note read;

    if (!note_read(note, a, &read, f) || !checkpoint_read(read.text, &p.checkpoint, f))
        return false;
    if (!bytes_equal_text(p.checkpoint.origin, key->name))
        return fault_set(f, FAULT_FORMAT, "a checkpoint of another log (its origin is not %s)",
                         key->name);
    if (note_check(&read, key, /* time */ NULL) != NOTE_GOOD)
        return fault_set(f, FAULT_FORMAT, "no signature of the log %s that verifies (signed-note)",
                         key->name);
    if (!check_known(&read, q, f))
        return false;
    p.reached = quorum_weigh(q, note, a, &finding, why);
    p.time = finding.time;
    p.witnesses = finding.witnesses;
    *out = p;
    return true;
}

bool published_read(const struct folder *folder, const char *path, const struct quorum *q,
                    struct arena *a, struct published *out, bool *found, struct fault *f)
{
    struct bytes note = { 0 };
    struct fault why = { 0 };

    if (!folder_read(folder, path, NOTE_MAX, a, &note, found, f))
        return false;
    return !*found || published_weigh(note, q, a, out, &why, f) ||
           fault_wrap(f, "%s/%s", folder->name, path);
}

const char *published_path(uint64_t size, bool first, char out[PUBLISHED_PATH_MAX])
{
    (void)snprintf(out, PUBLISHED_PATH_MAX, "checkpoints/%" PRIu64 "%s", size,
                   first ? ".first" : "");
    return out;
}

bool published_bare(const struct published *p, const struct key *log, struct buf *out,
                    struct fault *f)
{
    struct arena a = arena_with_budget(4 << 20);
    struct note note;
    bool ok = note_read(p->note, &a, &note, f);

    if (ok) {
        buf_add(out, note.text);
        buf_add_byte(out, '\n');
    }
    for (size_t i = 0; ok && i < note.signatures.count; i++) {
        const struct note_signature *s = vec_at(&note.signatures, i);
        if (bytes_equal_text(s->name, log->name) && memcmp(s->id, log->id, KEY_ID_LEN) == 0)
            buf_add(out, s->line);
    }
    arena_done(&a);
    return ok && (buf_ok(out) || fault_set(f, FAULT_LIMIT, "out of memory"));
}

/* What stands at this size already, where it is another form and the first is not yet kept. */
static bool keep_first(const struct folder *folder, uint64_t size, struct bytes note,
                       struct fault *f)
{
    struct arena a = arena_with_budget(4 << 20);
    struct bytes there = { 0 };
    struct bytes first = { 0 };
    char newest[PUBLISHED_PATH_MAX];
    char oldest[PUBLISHED_PATH_MAX];
    bool has = false;
    bool kept = false;

    (void)published_path(size, /* first */ false, newest);
    (void)published_path(size, /* first */ true, oldest);
    bool ok = folder_read(folder, newest, NOTE_MAX, &a, &there, &has, f) &&
              folder_read(folder, oldest, NOTE_MAX, &a, &first, &kept, f);
    if (ok && has && !kept && !bytes_equal(there, note))
        ok = folder_write(folder, oldest, there, f);
    arena_done(&a);
    return ok;
}

/* The last size that is listed whole, and where the list goes on; a torn line is written over. */
static bool read_end(int fd, uint64_t *last, off_t *end, struct fault *f)
{
    enum { TAIL = 64 };
    char tail[TAIL];
    const off_t all = lseek(fd, 0, SEEK_END);
    const off_t from = all > TAIL ? all - TAIL : 0;
    const ssize_t n = all < 0 ? -1 : pread(fd, tail, sizeof tail, from);

    *last = 0;
    *end = 0;
    if (n < 0)
        return fault_set(f, FAULT_IO, PUBLISHED_SIZES ": %s", strerror(errno));
    struct bytes rest = { .at = (const uint8_t *)tail, .len = (size_t)n };
    while (rest.len > 0 && rest.at[rest.len - 1] != '\n')
        rest.len--;
    *end = from + (off_t)rest.len;
    struct bytes line;
    while (bytes_next(&rest, '\n', &line))
        (void)checkpoint_number(line, last);
    return true;
}

static bool add_size(const struct folder *folder, uint64_t size, struct fault *f)
{
    OWNED(own_close)
    int fd = folder_descriptor(folder, PUBLISHED_SIZES, O_RDWR | O_CREAT | O_CLOEXEC, f);
    char line[24];
    uint64_t last;
    off_t end;

    if (fd < 0 || !read_end(fd, &last, &end, f))
        return false;
    if (last >= size)
        return true; /* a heartbeat, or a publication taken up again */
    const int len = snprintf(line, sizeof line, "%" PRIu64 "\n", size);
    if (fchmod(fd, 0644) != 0 || ftruncate(fd, end) != 0 ||
        pwrite(fd, line, (size_t)len, end) != len || fdatasync(fd) != 0)
        return fault_set(f, FAULT_IO, "%s/" PUBLISHED_SIZES ": %s", folder->name, strerror(errno));
    return true;
}

bool published_write(const struct folder *folder, uint64_t size, struct bytes note, struct fault *f)
{
    char path[PUBLISHED_PATH_MAX];

    return keep_first(folder, size, note, f) &&
           folder_write(folder, published_path(size, /* first */ false, path), note, f) &&
           add_size(folder, size, f) && folder_write(folder, PUBLISHED_NEWEST, note, f);
}
