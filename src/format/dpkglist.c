/* dpkglist.c -- the files of one package in dpkg's info folder: X.list, one absolute path a line
 * (dpkg-query(1) --listfiles), and X.md5sums, an MD5 digest and a path without its first slash
 * (deb-md5sums(5)). One format for both: the first byte of a line tells them apart.
 *
 * Records "files" of up to 512 paths each: fields "path" as written, before it "md5" where the line
 * has one. A line whose next line lies inside it is a folder, "folder" instead of "path": lists
 * name every folder before its content, and nobody asks who owns /usr. Broken lines are skipped,
 * and told once: the first one's place and how many. */
#include "core/limits.h"
#include "format/format.h"

#include <string.h>

enum {
    BATCH = 512, /* paths a record: its fields stay in the cache; one record each costs twice the
                    time, one record for all paths moves every field on growth */
    MD5_TEXT = 32,
};

struct line {
    struct bytes md5;
    struct bytes path;
};

struct list_reader {
    struct sink *out;
    size_t batched;
    size_t broken;
    struct fault lost; /* the first broken line */
};

static bool is_hex(struct bytes b)
{
    for (size_t i = 0; i < b.len; i++) {
        const uint8_t c = b.at[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
            return false;
    }
    return true;
}

/* False for a line that is neither. */
static bool read_line(struct bytes raw, struct line *line)
{
    if (raw.len > 0 && raw.at[raw.len - 1] == '\r')
        raw.len--;
    if (raw.len == 0 || raw.len > LIMIT_PATH + MD5_TEXT + 2 || memchr(raw.at, 0, raw.len) != NULL)
        return false;
    *line = (struct line){ .path = raw };
    if (raw.at[0] == '/')
        return true;
    line->md5 = bytes_part(raw, 0, MD5_TEXT);
    line->path = bytes_part(raw, MD5_TEXT + 2, raw.len);
    return line->path.len > 0 && is_hex(line->md5) && raw.at[MD5_TEXT] == ' ' &&
           (raw.at[MD5_TEXT + 1] == ' ' || raw.at[MD5_TEXT + 1] == '*');
}

/* `rest` begins with the next line. */
static bool holds_next(struct bytes path, struct bytes rest)
{
    if (bytes_equal_text(path, "/."))
        return true;
    return rest.len > path.len && rest.at[path.len] == '/' &&
           memcmp(rest.at, path.at, path.len) == 0;
}

static void add(struct list_reader *r, const struct line *line, struct bytes rest)
{
    if (r->batched == 0)
        sink_begin(r->out, "files");
    r->batched++;
    if (line->md5.len > 0)
        sink_text(r->out, "md5", line->md5);
    const bool folder = line->md5.len == 0 && holds_next(line->path, rest);
    sink_text(r->out, folder ? "folder" : "path", line->path);
}

static bool end_batch(struct list_reader *r, struct fault *f)
{
    if (r->batched == 0)
        return true;
    r->batched = 0;
    return sink_end(r->out, f);
}

static bool tell_broken(struct list_reader *r, struct fault *f)
{
    if (r->broken == 0)
        return true;
    (void)fault_at(&r->lost, FAULT_FORMAT, r->lost.offset,
                   "deb-md5sums(5): neither an absolute path nor a digest and a path (%zu lines)",
                   r->broken);
    return sink_fault(r->out, &r->lost, f);
}

static int dpkglist_bid(struct bytes head)
{
    struct bytes first;
    struct line line;

    if (!bytes_next(&head, '\n', &first) || !read_line(first, &line))
        return 0;
    return line.md5.len > 0 ? 32 : 8;
}

static bool dpkglist_read(const struct reading *in, struct sink *out, struct fault *f)
{
    struct list_reader r = { .out = out };
    struct bytes rest = in->all;
    struct bytes raw;
    size_t paths = 0;

    while (bytes_next(&rest, '\n', &raw)) {
        struct line line;
        if (!read_line(raw, &line)) {
            if (r.broken++ == 0)
                r.lost.offset = (uint64_t)(raw.at - in->all.at);
            continue;
        }
        add(&r, &line, rest);
        if (r.batched == BATCH && !end_batch(&r, f))
            return false;
        if (++paths > LIMIT_OWNED)
            return fault_set(f, FAULT_LIMIT, "more than %d paths of one package", LIMIT_OWNED);
    }
    return end_batch(&r, f) && tell_broken(&r, f);
}

const struct format dpkglist_format = {
    .name = "dpkglist",
    .title = "the files of a package in dpkg's info folder",
    .cites = "dpkg-query(1), deb-md5sums(5)",
    .bid = dpkglist_bid,
    .read = dpkglist_read,
};
