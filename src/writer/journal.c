#include "writer/journal.h"

#include "core/own.h"
#include "core/sha256.h"
#include "core/wire.h"
#include "tlog/tile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH "private/journal"
#define TITLE "hallmark journal 1\n"

enum {
    CHECK_LEN = 8,
    TITLE_LEN = sizeof TITLE - 1,
    HEAD_LEN = TITLE_LEN + 8 + CHECK_LEN,
    MAGIC_LEN = 8,
    BATCH_HEAD = MAGIC_LEN + 8 + 4 + 4 + CHECK_LEN,
    PAYLOAD_MAX = JOURNAL_BATCH_MAX + (1 << 20),
};

/* 0xff and 0x00 stand in no UTF-8 text, and so in no entry. */
static const uint8_t magic[MAGIC_LEN] = { 0xff, 'H', 'J', 'B', 0x00, 0xff, 0x00, 0x01 };

struct batch {
    uint64_t first;
    uint32_t count;
    uint32_t len; /* of the payload */
};

static void put_check(struct buf *b, size_t from)
{
    const struct sha256 h = sha256_of((struct bytes){ .at = b->at + from, .len = b->len - from });

    buf_add(b, (struct bytes){ .at = h.at, .len = CHECK_LEN });
}

static bool check_is(struct bytes covered, const uint8_t *check)
{
    const struct sha256 h = sha256_of(covered);

    return memcmp(h.at, check, CHECK_LEN) == 0;
}

static void put_head(struct buf *out, uint64_t first)
{
    buf_add_text(out, TITLE);
    wire_put_u64(out, first);
    put_check(out, 0);
}

bool journal_create(const struct folder *folder, uint64_t first, struct fault *f)
{
    struct buf head = buf_with_limit(HEAD_LEN);

    put_head(&head, first);
    const bool ok = buf_ok(&head) ? folder_write(folder, PATH, buf_bytes(&head), f)
                                  : fault_set(f, FAULT_LIMIT, "out of memory");
    buf_done(&head);
    return ok;
}

/* `len` bytes at `at`; false where the file ends before, or cannot be read (errno not 0). */
static bool read_at(int fd, uint64_t at, uint8_t *to, size_t len)
{
    errno = 0;
    for (size_t done = 0; done < len;) {
        const ssize_t n = pread(fd, to + done, len - done, (off_t)(at + done));
        if (n < 0 && errno != EINTR)
            return false;
        if (n == 0)
            return false;
        done += n < 0 ? 0 : (size_t)n;
    }
    errno = 0;
    return true;
}

static bool read_batch_head(const uint8_t head[BATCH_HEAD], struct batch *out)
{
    const struct bytes covered = { .at = head, .len = BATCH_HEAD - CHECK_LEN };
    struct cursor c = cursor_over(covered);

    cursor_skip(&c, MAGIC_LEN);
    *out = (struct batch){ .first = wire_u64(&c), .count = wire_u32(&c), .len = wire_u32(&c) };
    return memcmp(head, magic, MAGIC_LEN) == 0 && check_is(covered, head + covered.len) &&
           out->len <= PAYLOAD_MAX;
}

struct reading {
    const struct folder *folder;
    int fd;
    uint64_t size;  /* of the file */
    uint64_t at;    /* read so far */
    uint64_t first; /* entry in the file */
    uint64_t next;  /* entry */
    struct buf batch;
};

static bool broken(const struct reading *r, const char *what, struct fault *f)
{
    return fault_at(f, FAULT_FORMAT, r->at, "%s/" PATH ": at byte %llu: %s", r->folder->name,
                    (unsigned long long)r->at, what);
}

static bool read_failed(const struct reading *r, struct fault *f)
{
    return fault_set(f, FAULT_IO, "%s/" PATH ": %s", r->folder->name, strerror(errno));
}

static bool read_head(struct reading *r, struct fault *f)
{
    uint8_t head[HEAD_LEN];
    struct cursor c = cursor_over((struct bytes){ .at = head, .len = sizeof head });

    if (!read_at(r->fd, 0, head, sizeof head))
        return errno != 0 ? read_failed(r, f) : broken(r, "it has no head", f);
    cursor_skip(&c, TITLE_LEN);
    r->first = wire_u64(&c);
    if (memcmp(head, TITLE, TITLE_LEN) != 0 ||
        !check_is((struct bytes){ .at = head, .len = HEAD_LEN - CHECK_LEN },
                  head + HEAD_LEN - CHECK_LEN))
        return broken(r, "its head is damaged", f);
    r->next = r->first;
    r->at = HEAD_LEN;
    return true;
}

enum found { FOUND_BATCH, FOUND_END, FOUND_BROKEN, FOUND_FAILURE };

/* The batch at r->at, whole, into r->batch. */
static enum found read_batch(struct reading *r, struct batch *out)
{
    const size_t tail = CHECK_LEN;

    r->batch.len = 0;
    if (r->at == r->size)
        return FOUND_END;
    uint8_t *head = buf_extend(&r->batch, BATCH_HEAD);
    if (head == NULL || !read_at(r->fd, r->at, head, BATCH_HEAD))
        return head == NULL || errno != 0 ? FOUND_FAILURE : FOUND_BROKEN;
    if (!read_batch_head(head, out) || out->first != r->next)
        return FOUND_BROKEN;
    uint8_t *rest = buf_extend(&r->batch, out->len + tail);
    if (rest == NULL || !read_at(r->fd, r->at + BATCH_HEAD, rest, out->len + tail))
        return rest == NULL || errno != 0 ? FOUND_FAILURE : FOUND_BROKEN;
    return check_is(bytes_part(buf_bytes(&r->batch), 0, BATCH_HEAD + out->len), rest + out->len)
               ? FOUND_BATCH
               : FOUND_BROKEN;
}

/* Whether the head of a later batch stands behind the broken one: then that was acknowledged. */
static bool later_batch(const struct reading *r, struct fault *f, bool *found)
{
    enum { STEP = 1 << 16 };
    OWNED(own_free) uint8_t *window = malloc(STEP + BATCH_HEAD);
    struct batch batch;

    *found = false;
    if (window == NULL)
        return fault_set(f, FAULT_LIMIT, "out of memory");
    for (uint64_t at = r->at + 1; at + BATCH_HEAD <= r->size; at += STEP) {
        const uint64_t left = r->size - at;
        const size_t len = left < STEP + BATCH_HEAD ? (size_t)left : STEP + BATCH_HEAD;
        if (!read_at(r->fd, at, window, len))
            return read_failed(r, f);
        for (size_t i = 0; i + BATCH_HEAD <= len && !*found; i++)
            *found = window[i] == magic[0] && read_batch_head(window + i, &batch) &&
                     batch.first >= r->next;
    }
    return true;
}

static bool tell_entries(const struct reading *r, const struct batch *batch, journal_each *each,
                         void *with, struct fault *f)
{
    const struct bytes payload = { .at = r->batch.at + BATCH_HEAD, .len = batch->len };
    struct cursor c = cursor_over(payload);

    for (uint32_t i = 0; i < batch->count; i++) {
        const struct bytes entry = wire_bytes(&c);
        if (!cursor_ok(&c) || entry.len > TILE_ENTRY_MAX)
            return broken(r, "a batch holds fewer entries than it says", f);
        if (!each(with, batch->first + i, entry, f))
            return false;
    }
    return cursor_left(&c) == 0 || broken(r, "a batch holds more than its entries", f);
}

/* Every good batch; r->at is left behind the last. */
static bool read_all(struct reading *r, journal_each *each, void *with, struct fault *f)
{
    struct batch batch = { 0 };
    struct stat st;

    if (fstat(r->fd, &st) != 0)
        return read_failed(r, f);
    r->size = (uint64_t)st.st_size;
    if (!read_head(r, f))
        return false;
    for (;;) {
        const enum found found = read_batch(r, &batch);
        bool later = false;
        if (found == FOUND_END)
            return true;
        if (found == FOUND_FAILURE)
            return errno != 0 ? read_failed(r, f) : fault_set(f, FAULT_LIMIT, "out of memory");
        if (found == FOUND_BROKEN)
            return later_batch(r, f, &later) &&
                   (!later || broken(r, "a batch is damaged that was acknowledged", f));
        if (!tell_entries(r, &batch, each, with, f))
            return false;
        r->next += batch.count;
        r->at += r->batch.len;
    }
}

static struct buf empty_batch(void)
{
    return buf_with_limit(BATCH_HEAD + PAYLOAD_MAX + CHECK_LEN);
}

static struct reading reading_of(const struct folder *folder, int fd)
{
    return (struct reading){ .folder = folder, .fd = fd, .batch = empty_batch() };
}

bool journal_read(const struct folder *folder, journal_each *each, void *with, uint64_t *next,
                  struct fault *f)
{
    const int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    OWNED(own_close) int fd = openat(folder->fd, PATH, flags);

    if (fd < 0 && errno == ENOENT) {
        *next = 0;
        return true;
    }
    if (fd < 0)
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%s/" PATH ": %s",
                         folder->name, strerror(errno));
    struct reading r = reading_of(folder, fd);
    const bool ok = read_all(&r, each, with, f);
    buf_done(&r.batch);
    if (ok)
        *next = r.next;
    return ok;
}

bool journal_open(const struct folder *folder, journal_each *each, void *with, struct journal *out,
                  struct fault *f)
{
    OWNED(own_close) int fd = folder_descriptor(folder, PATH, O_RDWR | O_APPEND, f);

    if (fd < 0)
        return false;
    struct reading r = reading_of(folder, fd);
    const bool ok = read_all(&r, each, with, f);
    buf_done(&r.batch);
    if (!ok)
        return false;
    *out = (struct journal){ .folder = folder,
                             .fd = own_take_fd(&fd),
                             .first = r.first,
                             .durable = r.next,
                             .len = r.at,
                             .cut = r.size - r.at,
                             .staged = empty_batch() };
    return true;
}

bool journal_mend(struct journal *j, struct fault *f)
{
    if (j->cut > 0 && (ftruncate(j->fd, (off_t)j->len) != 0 || fdatasync(j->fd) != 0))
        return fault_set(f, FAULT_IO, "%s/" PATH ": %s", j->folder->name, strerror(errno));
    j->cut = 0;
    return true;
}

void journal_close(struct journal *j)
{
    if (j->folder == NULL)
        return;
    own_close(&j->fd);
    buf_done(&j->staged);
    *j = (struct journal){ .fd = -1 };
}

/* A batch grows in `staged`; its head is filled when it is whole. */
static bool add_entry(struct buf *staged, struct bytes entry, struct fault *f)
{
    static const uint8_t head[BATCH_HEAD] = { 0 };
    const size_t before = staged->len;

    if (before == 0)
        buf_add(staged, (struct bytes){ .at = head, .len = sizeof head });
    wire_put_bytes(staged, entry);
    if (buf_ok(staged))
        return true;
    staged->failed = false;
    staged->len = before;
    return fault_set(f, FAULT_LIMIT, "out of memory");
}

/* Head and digest; without them the batch is as it was. */
static bool seal(struct buf *staged, uint64_t first, uint32_t count, struct fault *f)
{
    struct buf head = buf_with_limit(BATCH_HEAD);
    const size_t before = staged->len;

    buf_add(&head, (struct bytes){ .at = magic, .len = MAGIC_LEN });
    wire_put_u64(&head, first);
    wire_put_u32(&head, count);
    wire_put_u32(&head, (uint32_t)(before - BATCH_HEAD));
    put_check(&head, 0);
    if (buf_ok(&head))
        memcpy(staged->at, head.at, BATCH_HEAD);
    const bool headed = buf_ok(&head);
    buf_done(&head);
    put_check(staged, 0);
    if (headed && buf_ok(staged))
        return true;
    staged->failed = false;
    staged->len = before;
    return fault_set(f, FAULT_LIMIT, "out of memory");
}

bool journal_stage(struct journal *j, struct bytes entry, struct fault *f)
{
    if (entry.len > TILE_ENTRY_MAX)
        return fault_set(f, FAULT_LIMIT, "tlog-tiles: an entry of %zu bytes, where at most %d fit",
                         entry.len, TILE_ENTRY_MAX);
    if (j->staged.len + entry.len > JOURNAL_BATCH_MAX)
        return fault_set(f, FAULT_LIMIT, "more than %d bytes wait to be made durable",
                         JOURNAL_BATCH_MAX);
    if (!add_entry(&j->staged, entry, f))
        return false;
    j->count++;
    return true;
}

/* What did not reach the disk whole must not stand before what comes next. */
static bool take_back(struct journal *j, struct fault *f)
{
    if (ftruncate(j->fd, (off_t)j->len) == 0 && fdatasync(j->fd) == 0)
        return fault_wrap(f, "%s/" PATH, j->folder->name);
    const int error = errno;
    own_close(&j->fd); /* nothing may be written behind it */
    return fault_wrap(f, "%s/" PATH " (and it was not cut back: %s)", j->folder->name,
                      strerror(error));
}

bool journal_sync(struct journal *j, struct fault *f)
{
    if (j->count == 0)
        return true;
    const size_t unsealed = j->staged.len;
    if (!seal(&j->staged, j->durable, j->count, f))
        return false;
    bool ok = folder_put(j->fd, buf_bytes(&j->staged), f);
    if (ok && fdatasync(j->fd) != 0)
        ok = fault_set(f, FAULT_IO, "%s", strerror(errno));
    if (!ok) {
        j->staged.len = unsealed;
        return take_back(j, f);
    }
    j->len += j->staged.len;
    j->durable += j->count;
    journal_drop(j);
    return true;
}

void journal_drop(struct journal *j)
{
    j->staged.len = 0;
    j->count = 0;
}

/* One more batch at the end of the file to be. */
static bool move_batch(struct buf *batch, uint64_t first, uint32_t count, struct buf *all,
                       struct fault *f)
{
    if (count == 0)
        return true;
    if (!seal(batch, first, count, f))
        return false;
    buf_add(all, buf_bytes(batch));
    batch->len = 0;
    return buf_ok(all) || fault_set(f, FAULT_LIMIT, "out of memory");
}

static bool write_rest(const struct journal *j, uint64_t first, const struct journal_rest *rest,
                       struct buf *all, struct fault *f)
{
    struct buf batch = empty_batch();
    uint32_t count = 0;
    bool ok = true;

    for (uint64_t i = first; ok && i < j->durable; i++) {
        const struct bytes entry = rest->entry(rest->with, i);
        if (batch.len + entry.len > JOURNAL_BATCH_MAX) {
            ok = move_batch(&batch, i - count, count, all, f);
            count = 0;
        }
        ok = ok && add_entry(&batch, entry, f);
        count++;
    }
    ok = ok && move_batch(&batch, j->durable - count, count, all, f);
    buf_done(&batch);
    return ok;
}

/* What is written through a descriptor whose file has lost its name would be lost. */
static void distrust(struct journal *j)
{
    struct stat st;

    if (fstat(j->fd, &st) != 0 || st.st_nlink == 0)
        own_close(&j->fd);
}

/* The new file takes the old one's place only when it holds all: until then a crash finds the old
 * one. */
bool journal_rotate(struct journal *j, uint64_t first, const struct journal_rest *rest,
                    struct fault *f)
{
    struct buf all = buf_with_limit(SIZE_MAX);

    put_head(&all, first);
    const bool ok =
        write_rest(j, first, rest, &all, f) && folder_write(j->folder, PATH, buf_bytes(&all), f);
    const uint64_t len = all.len;
    buf_done(&all);
    OWNED(own_close)
    int fd = ok ? folder_descriptor(j->folder, PATH, O_RDWR | O_APPEND, f) : -1;
    if (fd < 0) {
        distrust(j);
        return false;
    }
    own_close(&j->fd);
    j->fd = own_take_fd(&fd);
    j->first = first;
    j->len = len;
    return true;
}
