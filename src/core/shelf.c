#include "core/shelf.h"

#include "core/own.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    UNIT = 1 << 16,           /* a multiple of every page size */
    STEP_MOST = 64 << 20,     /* backed at once: disk that a small addition may cost */
    STEP_FRACTION = 4,        /* of what is there, so that growing costs little a record */
    RESERVED_LEAST = 1 << 20, /* less address space than this is none */
};

static uint64_t round_up(uint64_t n)
{
    return (n + UNIT - 1) / UNIT * UNIT;
}

/* Address space without memory behind it: it counts against nothing but the width of addresses,
 * which some hosts keep narrow, so less is taken where there is less. */
static bool reserve(struct shelf *s, const struct shelf_plan *plan, struct fault *f)
{
    assert(plan->size > 0 && plan->size <= UNIT);
    for (uint32_t limit = plan->limit; limit > 0; limit /= 2) {
        const size_t bytes = (size_t)round_up((uint64_t)plan->size * limit);
        void *at = mmap(/* anywhere */ NULL, bytes, PROT_NONE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, /* fd */ -1, /* offset */ 0);
        if (at != MAP_FAILED) {
            /* records are met at random: fewer pages, fewer waits for the tables of pages */
            (void)madvise(at, bytes, MADV_HUGEPAGE);
            *s = (struct shelf){
                .at = at, .limit = limit, .size = plan->size, .reserved = bytes, .fd = -1
            };
            return true;
        }
        if (bytes <= RESERVED_LEAST)
            break;
    }
    return fault_set(f, FAULT_LIMIT, "no address space: %s", strerror(errno));
}

bool shelf_new(const struct shelf_plan *plan, struct shelf *out, struct fault *f)
{
    struct shelf s;

    if (!reserve(&s, plan, f))
        return false;
    s.writable = true;
    *out = s;
    return true;
}

static bool map_file(struct shelf *s, uint64_t from, uint64_t to, struct fault *f)
{
    const int rights = s->writable ? PROT_READ | PROT_WRITE : PROT_READ;
    void *at = s->at + from;

    if (from == to || mmap(at, (size_t)(to - from), rights, MAP_SHARED | MAP_FIXED, s->fd,
                           (off_t)from) != MAP_FAILED)
        return true;
    return fault_set(f, FAULT_IO, "mapping it: %s", strerror(errno));
}

/* The descriptor, and that the file has what the count promises. */
static bool open_file(struct shelf *s, const struct shelf_file *file, struct fault *f)
{
    const int flags = file->writable ? O_RDWR | O_CREAT : O_RDONLY;
    const uint64_t promised = (uint64_t)s->size * file->count;
    struct stat st;

    s->fd = openat(file->folder, file->name, flags | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (s->fd < 0 && errno == ENOENT)
        return fault_set(f, FAULT_FORMAT, "is missing");
    if (s->fd < 0)
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%s", strerror(errno));
    if (fstat(s->fd, &st) != 0)
        return fault_set(f, FAULT_IO, "%s", strerror(errno));
    if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size < promised || file->count > s->limit)
        return fault_set(f, FAULT_FORMAT, "has %lld bytes, not the %llu of %u records",
                         (long long)st.st_size, (unsigned long long)promised, file->count);
    if (file->writable && ftruncate(s->fd, (off_t)promised) != 0)
        return fault_set(f, FAULT_IO, "%s", strerror(errno));
    s->count = file->count;
    s->room = file->count;
    s->backed = promised;
    s->writable = file->writable;
    return map_file(s, 0, promised, f);
}

bool shelf_open(const struct shelf_plan *plan, const struct shelf_file *file, struct shelf *out,
                struct fault *f)
{
    const struct shelf_plan only = { .size = plan->size,
                                     .limit = file->count > 0 ? file->count : 1 };
    struct shelf s;

    if (!reserve(&s, file->writable ? plan : &only, f))
        return fault_wrap(f, "%s", file->name);
    if (!open_file(&s, file, f)) {
        (void)fault_wrap(f, "%s", file->name);
        s.writable = false; /* what is wrong is not ours to cut */
        shelf_close(&s);
        return false;
    }
    *out = s;
    return true;
}

void shelf_close(struct shelf *s)
{
    if (s->at != NULL)
        (void)munmap(s->at, s->reserved);
    /* Only disk space is at stake: what stands behind the count is given up anyhow when the file
     * is opened again. */
    if (s->at != NULL && s->fd >= 0 && s->writable && s->backed > shelf_bytes(s))
        (void)!ftruncate(s->fd, (off_t)shelf_bytes(s));
    if (s->at != NULL)
        own_close(&s->fd);
    *s = (struct shelf){ .fd = -1 };
}

/* Blocks first, mapping then: a store must never be the first to learn that the disk is full. */
static bool back_file(struct shelf *s, uint64_t to, struct fault *f)
{
    int error = EINTR;

    while (error == EINTR)
        error = posix_fallocate(s->fd, (off_t)s->backed, (off_t)(to - s->backed));
    if (error != 0)
        return fault_set(f, FAULT_IO, "growing it to %llu bytes: %s", (unsigned long long)to,
                         strerror(error));
    return map_file(s, s->backed / UNIT * UNIT, to, f);
}

static bool back_memory(struct shelf *s, uint64_t to, struct fault *f)
{
    if (mprotect(s->at + s->backed, (size_t)(to - s->backed), PROT_READ | PROT_WRITE) == 0)
        return true;
    return fault_set(f, FAULT_LIMIT, "out of memory: %s", strerror(errno));
}

static bool back_to(struct shelf *s, uint64_t to, struct fault *f)
{
    if (to > s->reserved)
        to = s->reserved;
    if (!(s->fd < 0 ? back_memory(s, to, f) : back_file(s, to, f)))
        return false;
    const uint64_t fits = to / s->size;
    s->backed = to;
    s->room = fits < s->limit ? (uint32_t)fits : s->limit;
    return true;
}

/* In steps; where the disk has not room for a step, what is needed now. */
static bool back(struct shelf *s, uint64_t needed, struct fault *f)
{
    uint64_t step = s->backed / STEP_FRACTION;

    if (step > STEP_MOST)
        step = STEP_MOST;
    const uint64_t least = round_up(needed);
    const uint64_t to = round_up(s->backed + step);
    return (to > least && back_to(s, to, /* fault */ NULL)) || back_to(s, least, f);
}

bool shelf_add(struct shelf *s, uint32_t n, uint32_t *place, struct fault *f)
{
    assert(s->writable);
    if (n > s->limit - s->count)
        return fault_set(f, FAULT_LIMIT, "more than %u records", s->limit);
    if (n > s->room - s->count && !back(s, (uint64_t)s->size * (s->count + n), f))
        return false;
    *place = s->count;
    s->count += n;
    return true;
}

void shelf_cut(struct shelf *s, uint32_t count)
{
    assert(count <= s->count);
    s->count = count;
}

bool shelf_sync(const struct shelf *s, uint32_t from, struct fault *f)
{
    const uint64_t begin = (uint64_t)s->size * from / UNIT * UNIT;
    const uint64_t end = shelf_bytes(s);

    if (s->fd < 0 || from == s->count)
        return true;
    if (msync(s->at + begin, (size_t)(end - begin), MS_SYNC) == 0)
        return true;
    return fault_set(f, FAULT_IO, "writing it: %s", strerror(errno));
}

uint64_t shelf_bytes(const struct shelf *s)
{
    return (uint64_t)s->size * s->count;
}
