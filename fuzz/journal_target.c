/* journal_target.c -- a journal that a crash, a disk or somebody left behind. Also asserts: entries
 * come in order and without a gap from the first on, twice the same; a refusal carries a fault;
 * what was mended opens again and holds the same. */
#include "writer/journal.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
    uint64_t next;
    uint64_t count;
    uint64_t bytes;
};

static bool see(void *with, uint64_t index, struct bytes entry, struct fault *f)
{
    struct seen *s = with;

    (void)f;
    assert(s->count == 0 || index == s->next);
    s->next = index + 1;
    s->count++;
    s->bytes += entry.len;
    return true;
}

/* One folder for all inputs, in memory where the machine has such a place. */
static const struct folder *place(void)
{
    static char name[] = "/dev/shm/hallmark-fuzz-XXXXXX";
    static struct folder folder;
    static bool made;

    if (!made) {
        struct fault f = { 0 };
        made = mkdtemp(name) != NULL && folder_make(name, &folder, &f);
        assert(made);
    }
    return &folder;
}

static void put(const struct folder *folder, const uint8_t *data, size_t size)
{
    const int fd = openat(folder->fd, "private/journal", O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    (void)close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct folder *folder = place();
    struct journal j = { .fd = -1 };
    struct seen first = { 0 };
    struct seen again = { 0 };
    struct fault f = { 0 };

    put(folder, data, size);
    if (!journal_open(folder, see, &first, &j, &f)) {
        assert(f.kind != FAULT_NONE);
        return 0;
    }
    assert(j.first + first.count == j.durable);
    assert(journal_mend(&j, &f));
    journal_close(&j);
    assert(journal_open(folder, see, &again, &j, &f));
    assert(again.count == first.count && again.bytes == first.bytes && j.cut == 0);
    journal_close(&j);
    return 0;
}
