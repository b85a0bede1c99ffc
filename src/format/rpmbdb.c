/* rpmbdb.c -- rpm's Packages as a Berkeley DB file (rpm before 4.16), read straight from its pages.
 *
 * The layout is that of Berkeley DB 5.3, dbinc/db_page.h, whose names the fault texts use. Both
 * byte orders; the hash access method (rpm) and the leaves of the B-tree one (rpm 5). Every page
 * knows its own number and type, so all pages of the file are looked at in turn and no link
 * between buckets, levels or siblings is followed: nothing can loop, and a broken page loses its
 * own records alone. Large values lie in chains of overflow pages; each of those pages belongs to
 * one chain, which bounds all chains together by the size of the file.
 *
 * Records are those of rpmheader.h. The value under key 0 is rpm's counter, not a package. */
#include "format/format.h"

#include "core/limits.h"
#include "format/rpmbdb_page.h"
#include "format/rpmheader.h"

static int rpmbdb_bid(struct bytes head)
{
    struct rpmbdb db;

    return rpmbdb_open(head, &db, /* fault */ NULL) ? 48 : 0;
}

static struct rpmheader_place place_of(const struct rpmbdb *db, uint32_t page)
{
    return (struct rpmheader_place){
        .what = "page", .number = page, .offset = (uint64_t)page * db->page_size, .has_offset = true
    };
}

/* One key and its value on a page. False only when the reading must stop. */
static bool read_pair(struct rpmbdb *db, const struct rpmbdb_page *p, size_t pair,
                      struct rpmheader_run *run, struct fault *f)
{
    const struct arena_mark mark = arena_mark(run->arena);
    const struct rpmheader_place place = place_of(db, p->number);
    struct bytes value = { 0 };
    struct fault lost = { 0 };
    bool skip = false;

    if (!rpmbdb_value(db, p, pair, run->arena, &skip, &value, &lost)) {
        (void)fault_wrap(&lost, "entry %zu", 2 * pair + 1);
        arena_release(run->arena, mark);
        return rpmheader_lost(run, &place, &lost, f);
    }
    struct rpmheader_place of_value = place;
    of_value.scattered = true;
    const bool ok = skip || rpmheader_blob(value, run, &of_value, f);
    arena_release(run->arena, mark);
    return ok;
}

static bool read_page(struct rpmbdb *db, uint32_t number, struct rpmheader_run *run,
                      struct fault *f)
{
    const struct rpmheader_place place = place_of(db, number);
    struct rpmbdb_page p;
    struct fault lost = { 0 };

    if (!rpmbdb_page(db, number, &p, &lost))
        return rpmheader_lost(run, &place, &lost, f);
    for (size_t pair = 0; pair < p.pairs; pair++) {
        if (!read_pair(db, &p, pair, run, f))
            return false;
    }
    return true;
}

/* What the meta page promised and the pages did not hold. */
static bool check_end(struct rpmbdb *db, struct rpmheader_run *run, struct fault *f)
{
    const struct rpmheader_place place = place_of(db, db->pages);
    struct fault lost = { 0 };

    if (db->all.len % db->page_size != 0 || db->pages <= db->last_page) {
        (void)fault_at(&lost, FAULT_FORMAT, 0,
                       "DBMETA.last_pgno: pages up to %u, the file ends here", db->last_page);
        return rpmheader_lost(run, &place, &lost, f);
    }
    const uint32_t orphan = run->losses.count == 0 ? rpmbdb_orphan(db) : 0;
    if (orphan == 0)
        return true;
    const struct rpmheader_place at = place_of(db, orphan);
    (void)fault_at(&lost, FAULT_FORMAT, 0, "P_OVERFLOW: a page that no entry refers to");
    return rpmheader_lost(run, &at, &lost, f);
}

static bool rpmbdb_read(const struct reading *in, struct sink *out, struct fault *f)
{
    struct rpmheader_run run = rpmheader_begin(in, out);
    struct rpmbdb db;
    struct fault lost = { 0 };

    if (in->all.len > LIMIT_DATABASE)
        return fault_set(f, FAULT_LIMIT, "%zu bytes, limit %llu", in->all.len,
                         (unsigned long long)LIMIT_DATABASE);
    if (!rpmbdb_open(in->all, &db, &lost)) {
        if (!rpmbdb_guess(in->all, &db)) {
            *f = lost;
            return false;
        }
        const struct rpmheader_place place = place_of(&db, 0);
        if (!rpmheader_lost(&run, &place, &lost, f))
            return false;
    }
    if (!rpmbdb_track(&db, in->arena, f))
        return false;
    for (uint32_t number = 1; number < db.pages; number++) {
        if (!read_page(&db, number, &run, f))
            return false;
    }
    return check_end(&db, &run, f) && losses_end(&run.losses, f);
}

const struct format rpmbdb_format = {
    .name = "rpmbdb",
    .title = "rpm databases in Berkeley DB, hash and B-tree, both byte orders",
    .cites = "Berkeley DB 5.3, dbinc/db_page.h",
    .bid = rpmbdb_bid,
    .read = rpmbdb_read,
};
