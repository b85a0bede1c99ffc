/* rpmndb.c -- rpm's own database format, Packages.db (NDB; SUSE since 2019).
 *
 * There is no specification but rpm's lib/backend/ndb/rpmpkg.c, whose words the fault texts use.
 * All numbers are little-endian, the unit is a block of 16 bytes:
 *
 *     header  "RpmP", version 0, generation, number of slot pages, next package index; 32 bytes
 *     slots   the rest of the slot pages (4096 bytes each): "Slot", package index, first block or
 *             0 where free, number of blocks
 *     blob    "BlbS", package index, time, length; the rpm header; zeros; Adler-32 of all that;
 *             length; "BlbE"
 *
 * Records are those of rpmheader.h, in the order of the slots. A slot or a blob that breaks the
 * format loses its package alone; one whose checksum is wrong is told, and its package too. Blobs
 * that overlap share their bytes: each is read, but no more bytes in all than the file has. */
#include "format/format.h"

#include "core/cursor.h"
#include "core/limits.h"
#include "format/rpmheader.h"

enum {
    HEADER = 32,
    PAGE = 4096,
    SLOT = 16,
    BLOCK = 16,
    BLOB_HEAD = 16,
    BLOB_TAIL = 12,
};

struct slot {
    uint32_t package;
    uint32_t block;
    uint32_t blocks;
};

static int rpmndb_bid(struct bytes head)
{
    struct cursor c = cursor_over(head);

    if (!bytes_equal_text(cursor_take(&c, 4), "RpmP"))
        return 0;
    return cursor_u32le(&c) == 0 && cursor_ok(&c) ? 64 : 32;
}

/* RFC 1950, 8.2. Sums of 5552 bytes fit into 32 bits before they must be reduced. */
static uint32_t adler32(struct bytes b)
{
    uint32_t low = 1;
    uint32_t high = 0;

    for (size_t i = 0; i < b.len; i++) {
        low += b.at[i];
        high += low;
        if (i % 5552 != 5551)
            continue;
        low %= 65521;
        high %= 65521;
    }
    return high % 65521 << 16 | low % 65521;
}

/* The rpm header inside the slot's blob, all of whose marks must agree. Its checksum need not, for
 * rpm itself reads a blob without asking it: `sound` says whether it does. */
static bool read_blob(struct bytes all, const struct slot *s, struct bytes *header, bool *sound,
                      struct fault *f)
{
    struct cursor c = cursor_within(all, (uint64_t)s->block * BLOCK, (uint64_t)s->blocks * BLOCK);
    const size_t size = cursor_left(&c);

    if (!cursor_ok(&c) || size < BLOB_HEAD + BLOB_TAIL)
        return fault_at(f, FAULT_FORMAT, 0, "rpmpkg blob: %u blocks at block %u of a file of %zu",
                        s->blocks, s->block, all.len / BLOCK);
    const struct bytes summed = bytes_part(c.all, 0, size - BLOB_TAIL);
    if (!bytes_equal_text(cursor_take(&c, 4), "BlbS"))
        return fault_at(f, FAULT_FORMAT, 0, "rpmpkg blob: no mark \"BlbS\"");
    if (cursor_u32le(&c) != s->package)
        return fault_at(f, FAULT_FORMAT, 4, "rpmpkg blob: not of package %u", s->package);
    cursor_skip(&c, 4);
    const uint64_t len = cursor_u32le(&c);
    if (len > size - BLOB_HEAD - BLOB_TAIL || len + BLOCK <= size - BLOB_HEAD - BLOB_TAIL)
        return fault_at(f, FAULT_FORMAT, 12, "rpmpkg blob: %llu bytes in %u blocks",
                        (unsigned long long)len, s->blocks);
    const struct bytes found = cursor_take(&c, (size_t)len);
    c = cursor_within(c.all, size - BLOB_TAIL, BLOB_TAIL);
    const uint32_t sum = cursor_u32le(&c);
    if (cursor_u32le(&c) != len || !bytes_equal_text(cursor_take(&c, 4), "BlbE"))
        return fault_at(f, FAULT_FORMAT, size - BLOB_TAIL + 4,
                        "rpmpkg blob: no end with the same length and \"BlbE\"");
    *header = found;
    *sound = sum == adler32(summed);
    return true;
}

/* One slot; `budget` is what blobs may still take of the file. False only to stop. */
static bool read_slot(const struct reading *in, struct bytes row, uint64_t number,
                      struct rpmheader_run *run, uint64_t *budget, struct fault *f)
{
    const uint64_t at = number * SLOT;
    struct rpmheader_place place = {
        .what = "slot", .number = number, .offset = at, .has_offset = true
    };
    struct cursor c = cursor_over(row);
    struct fault lost = { 0 };
    struct bytes header;

    if (!bytes_equal_text(cursor_take(&c, 4), "Slot")) {
        (void)fault_at(&lost, FAULT_FORMAT, 0, "rpmpkg slot: no mark \"Slot\"");
        return rpmheader_lost(run, &place, &lost, f);
    }
    struct slot s = { 0 };
    s.package = cursor_u32le(&c);
    s.block = cursor_u32le(&c);
    s.blocks = cursor_u32le(&c);
    if (s.block == 0)
        return true;
    place.offset = (uint64_t)s.block * BLOCK;
    if ((uint64_t)s.blocks * BLOCK > *budget) {
        (void)fault_at(&lost, FAULT_LIMIT, 0, "rpmpkg slot: blobs of more bytes than the file");
        return rpmheader_lost(run, &place, &lost, f);
    }
    *budget -= (uint64_t)s.blocks * BLOCK;
    bool sound = true;
    if (!read_blob(in->all, &s, &header, &sound, &lost))
        return rpmheader_lost(run, &place, &lost, f);
    if (!sound) {
        (void)fault_at(&lost, FAULT_FORMAT, 0,
                       "rpmpkg blob: wrong Adler-32 checksum; what it says is told all the same");
        if (!rpmheader_lost(run, &place, &lost, f))
            return false;
    }
    place.offset += BLOB_HEAD;
    return rpmheader_blob(header, run, &place, f);
}

/* The header's counts are not needed to find the slots, so a wrong one costs nothing but a word. */
static bool check_header(const struct reading *in, uint64_t pages, struct fault *f)
{
    struct cursor c = cursor_over(in->all);

    if (!bytes_equal_text(cursor_take(&c, 4), "RpmP"))
        return fault_at(f, FAULT_FORMAT, 0, "rpmpkg header: no mark \"RpmP\"");
    const uint32_t version = cursor_u32le(&c);
    cursor_skip(&c, 4);
    const uint32_t stated = cursor_u32le(&c);
    if (version != 0)
        return fault_at(f, FAULT_UNSUPPORTED, 4, "rpmpkg header: version %u", version);
    if (stated != pages)
        return fault_at(f, FAULT_FORMAT, 12, "rpmpkg header: %u slot pages, %llu found", stated,
                        (unsigned long long)pages);
    return true;
}

/* A page belongs to the slots when either of its first two has the mark: one may be damaged. */
static bool is_slot_page(struct bytes all, uint64_t page)
{
    const uint64_t at = page * PAGE + (page == 0 ? HEADER : 0);
    struct cursor c = cursor_within(all, at, 2 * SLOT);
    const struct bytes first = cursor_take(&c, 4);
    cursor_skip(&c, SLOT - 4);
    const struct bytes second = cursor_take(&c, 4);

    return bytes_equal_text(first, "Slot") || bytes_equal_text(second, "Slot");
}

static bool read_page(const struct reading *in, uint64_t page, struct rpmheader_run *run,
                      uint64_t *budget, struct fault *f)
{
    const uint64_t slots = PAGE / SLOT;

    for (uint64_t n = page == 0 ? HEADER / SLOT : page * slots; n < (page + 1) * slots; n++) {
        struct cursor c = cursor_within(in->all, n * SLOT, SLOT);
        if (!cursor_ok(&c))
            return fault_at(f, FAULT_FORMAT, n * SLOT, "rpmpkg slot: slot page %llu is cut",
                            (unsigned long long)page);
        if (!read_slot(in, c.all, n, run, budget, f))
            return false;
    }
    return true;
}

static bool rpmndb_read(const struct reading *in, struct sink *out, struct fault *f)
{
    struct rpmheader_run run = rpmheader_begin(in, out);
    uint64_t budget = in->all.len;
    uint64_t pages = 0;
    struct fault lost = { 0 };

    if (in->all.len > LIMIT_DATABASE)
        return fault_set(f, FAULT_LIMIT, "%zu bytes, limit %llu", in->all.len,
                         (unsigned long long)LIMIT_DATABASE);
    for (; is_slot_page(in->all, pages); pages++) {
        if (!read_page(in, pages, &run, &budget, f))
            return false;
    }
    if (pages == 0)
        return fault_at(f, FAULT_FORMAT, HEADER, "rpmpkg header: no slot page behind it");
    return (check_header(in, pages, &lost) || losses_add(&run.losses, &lost, f)) &&
           losses_end(&run.losses, f);
}

const struct format rpmndb_format = {
    .name = "rpmndb",
    .title = "rpm databases in rpm's own format (NDB)",
    .cites = "rpm, lib/backend/ndb/rpmpkg.c",
    .bid = rpmndb_bid,
    .read = rpmndb_read,
};
