#include "register/index_head.h"

#include "core/own.h"
#include "record/mapfn.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* As it stands in the file: the shelves are of the host's byte order, and so is this. */
struct image {
    char magic[16];
    uint32_t format;
    uint32_t order; /* reads otherwise on a host of another byte order */
    struct sha256 mapfn;
    struct index_head head;
    struct sha256 digest; /* of all before it */
};

static_assert(sizeof(struct image) == 112, "no padding: it is kept in a file");

static const char magic[16] = "hallmark-index\n";

enum { FORMAT = 1, ORDER = 0x01020304 };

static struct sha256 digest_of_image(const struct image *i)
{
    return sha256_of(
        (struct bytes){ .at = (const uint8_t *)i, .len = offsetof(struct image, digest) });
}

static bool believe(const struct image *i, ssize_t n, struct fault *f)
{
    const struct sha256 digest = digest_of_image(i);
    const struct sha256 mapfn = mapfn_digest();

    if (n != (ssize_t)sizeof *i || memcmp(i->magic, magic, sizeof magic) != 0 ||
        !sha256_equal(&digest, &i->digest))
        return fault_set(f, FAULT_FORMAT, INDEX_HEAD_FILE ": damaged");
    if (i->format != FORMAT || i->order != ORDER)
        return fault_set(f, FAULT_FORMAT, INDEX_HEAD_FILE ": of another version or host");
    if (!sha256_equal(&i->mapfn, &mapfn))
        return fault_set(f, FAULT_FORMAT, INDEX_HEAD_FILE ": of another map function");
    return true;
}

bool index_head_read(int folder, struct index_head *out, bool *found, struct fault *f)
{
    OWNED(own_close) int fd = openat(folder, INDEX_HEAD_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct image i = { 0 };

    if (fd < 0 && errno == ENOENT) {
        *found = false;
        return true;
    }
    if (fd < 0)
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, INDEX_HEAD_FILE ": %s",
                         strerror(errno));
    const ssize_t n = read(fd, &i, sizeof i);
    if (n < 0)
        return fault_set(f, FAULT_IO, INDEX_HEAD_FILE ": %s", strerror(errno));
    if (!believe(&i, n, f))
        return false;
    *found = true;
    *out = i.head;
    return true;
}

bool index_head_write(int folder, const struct index_head *h, bool *replaced, struct fault *f)
{
    struct image i = { .format = FORMAT, .order = ORDER, .mapfn = mapfn_digest(), .head = *h };

    memcpy(i.magic, magic, sizeof magic);
    i.digest = digest_of_image(&i);
    *replaced = false;
    OWNED(own_close)
    int fd =
        openat(folder, INDEX_HEAD_NEW, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return fault_set(f, FAULT_IO, INDEX_HEAD_NEW ": %s", strerror(errno));
    errno = ENOSPC; /* what a short count means */
    if (write(fd, &i, sizeof i) != (ssize_t)sizeof i || fsync(fd) != 0)
        return fault_set(f, FAULT_IO, INDEX_HEAD_NEW ": %s", strerror(errno));
    if (renameat(folder, INDEX_HEAD_NEW, folder, INDEX_HEAD_FILE) != 0)
        return fault_set(f, FAULT_IO, INDEX_HEAD_FILE ": %s", strerror(errno));
    *replaced = true;
    if (fsync(folder) != 0)
        return fault_set(f, FAULT_IO, INDEX_HEAD_FILE ": %s", strerror(errno));
    return true;
}
