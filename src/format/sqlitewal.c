/* sqlitewal.c -- which bytes are the pages of an SQLite database: those of the file, or newer ones
 * from its write-ahead log (SQLite file format, 1.3 and 4). */
#include "format/sqliteview.h"

#include "core/cursor.h"
#include "core/limits.h"

enum {
    HEADER_PAGE_SIZE = 16,
    HEADER_CHANGES = 24,
    HEADER_PAGES = 28,
    HEADER_VALID_FOR = 92,
    HEADER_SIZE = 100,
    WAL_HEADER = 32,
    WAL_HEADER_SUMMED = 24,
    WAL_VERSION = 3007000,
    FRAME_HEADER = 24,
    FRAME_SUMMED = 8,
};

static const uint32_t wal_magic = 0x377f0682; /* + 1 where checksums read big-endian words */

struct wal {
    bool big_endian;
    uint32_t salt[2];
    uint32_t sum[2];
};

static uint32_t u32_at(struct bytes b, uint64_t at)
{
    struct cursor c = cursor_within(b, at, 4);

    return cursor_u32be(&c);
}

/* SQLite file format 4.2: the checksum goes on over `b`, whose length is a multiple of 8. */
static void add_checksum(struct wal *w, struct bytes b)
{
    struct cursor c = cursor_over(b);

    while (cursor_left(&c) >= 8) {
        const uint32_t first = w->big_endian ? cursor_u32be(&c) : cursor_u32le(&c);
        const uint32_t second = w->big_endian ? cursor_u32be(&c) : cursor_u32le(&c);
        w->sum[0] += first + w->sum[1];
        w->sum[1] += second + w->sum[0];
    }
}

static bool open_log(const struct sqlitewal *s, struct wal *w, struct fault *f)
{
    struct cursor c = cursor_over(s->log);
    const uint32_t magic = cursor_u32be(&c);
    const uint32_t version = cursor_u32be(&c);
    const uint32_t page_size = cursor_u32be(&c);

    *w = (struct wal){ .big_endian = (magic & 1) != 0 };
    cursor_skip(&c, 4);
    w->salt[0] = cursor_u32be(&c);
    w->salt[1] = cursor_u32be(&c);
    const uint32_t first = cursor_u32be(&c);
    const uint32_t second = cursor_u32be(&c);
    if (!cursor_ok(&c) || (magic & ~1u) != wal_magic)
        return fault_set(f, FAULT_FORMAT, "SQLite file format 4.1: no write-ahead log");
    if (version != WAL_VERSION)
        return fault_set(f, FAULT_UNSUPPORTED, "SQLite file format 4.1: log version %u", version);
    add_checksum(w, bytes_part(s->log, 0, WAL_HEADER_SUMMED));
    if (w->sum[0] != first || w->sum[1] != second)
        return fault_set(f, FAULT_FORMAT, "SQLite file format 4.1: the log's checksum is wrong");
    if (page_size != s->page_size)
        return fault_set(f, FAULT_FORMAT, "SQLite file format 4.1: pages of %u in the log, not %zu",
                         page_size, s->page_size);
    return true;
}

static struct bytes frame_at(const struct sqlitewal *s, uint32_t n)
{
    const size_t size = FRAME_HEADER + s->page_size;

    return bytes_part(s->log, WAL_HEADER + n * size, size);
}

static bool is_salted(const struct wal *w, struct bytes frame)
{
    return u32_at(frame, 8) == w->salt[0] && u32_at(frame, 12) == w->salt[1];
}

/* A frame counts while salts and the running checksum agree. */
static bool is_sound(struct wal *w, struct bytes frame)
{
    if (!is_salted(w, frame))
        return false;
    add_checksum(w, bytes_part(frame, 0, FRAME_SUMMED));
    add_checksum(w, bytes_part(frame, FRAME_HEADER, frame.len));
    return w->sum[0] == u32_at(frame, 16) && w->sum[1] == u32_at(frame, 20);
}

/* Make frames `from` to `to` count: a commit stands in the last of them. */
static bool commit(struct sqlitewal *s, uint32_t from, uint32_t to, struct fault *lost)
{
    const uint32_t pages = u32_at(frame_at(s, to), 4);

    if (pages > s->frame_pages)
        return fault_set(lost, FAULT_FORMAT,
                         "SQLite file format 4.1: frame %u commits %u pages, %u are there", to + 1,
                         pages, s->frame_pages);
    for (uint32_t n = from; n <= to; n++)
        s->frames[u32_at(frame_at(s, n), 0) - 1] = n + 1;
    s->pages = pages;
    return true;
}

/* Behind the first frame that does not count lie remains of an older log, or one that was being
 * written. A later frame with this log's salts means that commits were lost in between. */
static void check_rest(const struct sqlitewal *s, const struct wal *w, uint32_t from,
                       uint32_t frames, struct fault *lost)
{
    for (uint32_t n = from + 1; n < frames; n++) {
        if (!is_salted(w, frame_at(s, n)))
            continue;
        (void)fault_set(
            lost, FAULT_FORMAT,
            "SQLite file format 4.1: frame %u of the log is broken, later ones are lost", from + 1);
        return;
    }
}

static bool read_frames(struct sqlitewal *s, struct wal *w, uint32_t frames, struct fault *lost)
{
    uint32_t from = 0;

    for (uint32_t n = 0; n < frames; n++) {
        const struct bytes frame = frame_at(s, n);
        const uint32_t page = u32_at(frame, 0);
        if (!is_sound(w, frame)) {
            check_rest(s, w, n, frames, lost);
            return true;
        }
        if (page == 0 || page > s->frame_pages)
            return fault_set(lost, FAULT_FORMAT, "SQLite file format 4.1: frame %u is page %u",
                             n + 1, page);
        if (u32_at(frame, 4) == 0)
            continue;
        if (!commit(s, from, n, lost))
            return false;
        from = n + 1;
        s->committed = true;
    }
    return true;
}

static bool read_log(struct sqlitewal *s, struct arena *a, struct fault *lost, struct fault *f)
{
    const uint64_t frames = (s->log.len - WAL_HEADER) / (FRAME_HEADER + s->page_size);
    struct wal w;

    if (!open_log(s, &w, lost))
        return true;
    /* a log can only add pages that it holds */
    s->frame_pages = s->main_pages + (uint32_t)frames;
    s->frames = arena_array(a, s->frame_pages, sizeof *s->frames, f);
    if (s->frames == NULL)
        return false;
    (void)read_frames(s, &w, (uint32_t)frames, lost);
    return true;
}

/* The header's count of pages, where it says that it is valid and no commit in the log knows
 * better. Then the pages that are nowhere: the end of the file is missing, and SQLite would refuse
 * all of it; reading zeros there loses only what stood on them. */
static bool check_size(struct sqlitewal *s, struct fault *lost)
{
    const uint32_t stated = u32_at(s->main, HEADER_PAGES);
    const bool valid = u32_at(s->main, HEADER_CHANGES) == u32_at(s->main, HEADER_VALID_FOR) &&
                       (uint64_t)stated * s->page_size <= LIMIT_DATABASE;

    if (!s->committed && valid && stated > s->pages)
        s->pages = stated;
    for (uint32_t page = s->main_pages + 1; page <= s->pages; page++) {
        if (page > s->frame_pages || s->frames[page - 1] == 0)
            return fault_at(lost, FAULT_FORMAT, s->main.len,
                            "SQLite file format 1.3.8: %u pages, page %u is missing", s->pages,
                            page);
    }
    return true;
}

bool sqlitewal_open(struct sqlitewal *s, struct bytes all, struct bytes log, struct arena *a,
                    struct fault *lost, struct fault *f)
{
    struct cursor c = cursor_within(all, HEADER_PAGE_SIZE, 2);
    const uint16_t code = cursor_u16be(&c);
    const size_t size = code == 1 ? 65536 : code;

    if (all.len > LIMIT_DATABASE || log.len > LIMIT_DATABASE)
        return fault_set(f, FAULT_LIMIT, "%zu bytes and a log of %zu, limit %llu", all.len, log.len,
                         (unsigned long long)LIMIT_DATABASE);
    if (all.len < HEADER_SIZE || size < 512 || (size & (size - 1)) != 0)
        return fault_at(f, FAULT_FORMAT, HEADER_PAGE_SIZE,
                        "SQLite file format 1.3.2: pages of %zu bytes", size);
    *s = (struct sqlitewal){ .main = all, .log = log, .page_size = size };
    s->main_pages = (uint32_t)(all.len / size);
    s->pages = s->main_pages;
    if (log.len > WAL_HEADER && !read_log(s, a, lost, f))
        return false;
    struct fault missing = { 0 };
    if (!check_size(s, &missing) && lost->kind == FAULT_NONE)
        *lost = missing;
    return true;
}

struct bytes sqlitewal_page(const struct sqlitewal *s, uint32_t page)
{
    if (page == 0 || page > s->pages)
        return (struct bytes){ 0 };
    if (page <= s->frame_pages && s->frames[page - 1] != 0)
        return bytes_part(frame_at(s, s->frames[page - 1] - 1), FRAME_HEADER, s->page_size);
    return bytes_part(s->main, (size_t)(page - 1) * s->page_size, s->page_size);
}
