/* journal.h -- what has been acknowledged and does not yet stand in published tiles.
 *
 *     DIR/private/journal:  "hallmark journal 1\n" u64le first, check
 *                           then batches: magic, u64le first, u32le count, u32le len, check,
 *                                         count * (u32le len || entry), digest
 *
 * A batch is what one journal_sync made durable: one write, one fdatasync. So only the last batch
 * can be torn, and nothing in a torn one was acknowledged: it is left out when the journal is
 * opened, and cut off before more is written. A broken batch before a good one is damage, and a
 * fault that names the place. The magic holds bytes that no entry can. */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "core/buf.h"
#include "writer/folder.h"

enum {
    JOURNAL_BATCH_MAX = 16 << 20, /* bytes that may be staged at once */
    JOURNAL_FILE_LARGE = 8 << 20  /* from there on it is worth beginning anew */
};

struct journal {
    const struct folder *folder;
    int fd;
    uint64_t first;   /* the first entry in the file */
    uint64_t durable; /* entries up to here are on the disk */
    uint64_t len;     /* of the file, so far */
    uint64_t cut;     /* bytes of a torn batch behind that */
    struct buf staged;
    uint32_t count; /* entries staged */
};

/* Called for each entry in turn; the bytes live for the call. */
typedef bool journal_each(void *with, uint64_t index, struct bytes entry, struct fault *f);

/* A new journal in the place of any other, whose first entry will be `first`. */
bool journal_create(const struct folder *folder, uint64_t first, struct fault *f) MUST_CHECK;

/* Read all; nothing is changed. journal_close accepts the empty object. */
bool journal_open(const struct folder *folder, journal_each *each, void *with, struct journal *out,
                  struct fault *f) MUST_CHECK;

/* Cut off what is torn: once, before anything is staged. */
bool journal_mend(struct journal *j, struct fault *f) MUST_CHECK;

/* Read without changing anything, beside a writer perhaps: a torn batch is left out. Not there:
 * *next is 0. */
bool journal_read(const struct folder *folder, journal_each *each, void *with, uint64_t *next,
                  struct fault *f) MUST_CHECK;
void journal_close(struct journal *j);

/* Taken up in memory alone. LIMIT: sync first. */
bool journal_stage(struct journal *j, struct bytes entry, struct fault *f) MUST_CHECK;

/* All that is staged becomes durable. On false the file is as it was before, and what was staged is
 * still staged: drop it or try again. (Where the file could not be cut back, every later sync fails
 * too.) */
bool journal_sync(struct journal *j, struct fault *f) MUST_CHECK;
void journal_drop(struct journal *j);

/* Begin a new file with the entries from `first` on, which `entry` brings; nothing may be staged.
 */
struct journal_rest {
    void *with;
    struct bytes (*entry)(void *with, uint64_t index);
};
bool journal_rotate(struct journal *j, uint64_t first, const struct journal_rest *rest,
                    struct fault *f) MUST_CHECK;

#endif
