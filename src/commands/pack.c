#include "commands/pack.h"

#include "commands/bundle_files.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/text.h"
#include "proof/proof.h"
#include "record/record.h"
#include "tlog/logproof.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PACK_KEY "bundle:shipped"

static const char *pinned(void)
{
    const char *trust = getenv("HALLMARK_TRUST");

    return trust != NULL && trust[0] != '\0' ? trust : NULL;
}

/* The pack's folder, or NULL: there is none. Data that somebody named has its own or none. */
static const char *find(const struct pack_place *p, struct arena *a)
{
    const char *const places[] = { p->data, p->named ? NULL : p->program };

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const char *pack =
            places[i] == NULL ? NULL : arena_print(a, /* f */ NULL, "%s/pack", places[i]);
        const char *proof =
            pack == NULL ? NULL : arena_print(a, /* f */ NULL, "%s/bundle.tlog-proof", pack);
        if (proof != NULL && access(proof, F_OK) == 0)
            return pack;
    }
    return NULL;
}

static bool read_trust(const char *pack, struct arena *a, struct quorum *out, struct fault *f)
{
    const char *trust = pinned() != NULL ? pinned() : arena_print(a, f, "%s/policy.txt", pack);
    struct bytes file;

    return trust != NULL && file_load(trust, LIMIT_SMALL_FILE, a, &file, f) &&
           (quorum_read(file, a, out, f) || fault_wrap(f, "%s", trust));
}

/* The newest version that the log has: of a file that shows all of them. */
static bool read_bundle(const char *pack, struct arena *a, struct record *out, struct fault *f)
{
    const struct proof_question base = { .key = bytes_of_text(PACK_KEY) };
    const char *path = arena_print(a, f, "%s/bundle.tlog-proof", pack);
    struct proof_question q = base;
    struct proof_finding found;
    struct quorum quorum;
    struct bytes file;

    q.quorum = &quorum;
    if (path == NULL || !read_trust(pack, a, &quorum, f) ||
        !file_load(path, LOGPROOF_MAX, a, &file, f))
        return false;
    if (!proof_check(file, &q, a, &found, f))
        return fault_wrap(f, "%s", path);
    const struct lookup *asked = &found.lookups.asked;
    const size_t posted = found.lookups.posted.count;
    if (asked->count == 0 || posted == 0)
        return fault_set(f, FAULT_FORMAT, "%s: it proves no bundle: its entry is not in it", path);
    const struct lookup_posted *last = vec_at(&found.lookups.posted, posted - 1);
    if (last->index != asked->postings[asked->count - 1])
        return fault_set(f, FAULT_FORMAT,
                         "%s: the newest version, entry %llu, is not in it: an older one may have "
                         "been put in its place",
                         path, (unsigned long long)asked->postings[asked->count - 1]);
    return record_read(last->entry, a, out, f) || fault_wrap(f, "%s", path);
}

/* A line "file sha256:HEX PATH" taken apart. */
static bool is_file(struct bytes line, const struct bundle_file *file)
{
    char hex[SHA256_TEXT_MAX];
    const size_t blank = bytes_index(line, ' ');
    const struct bytes digest = bytes_part(line, 0, blank);

    return bytes_has_prefix(digest, "sha256:") &&
           bytes_equal_text(bytes_part(digest, 7, digest.len), sha256_write(&file->digest, hex));
}

static struct bytes path_in(struct bytes line)
{
    const size_t blank = bytes_index(line, ' ');

    return blank == line.len ? (struct bytes){ 0 } : bytes_part(line, blank + 1, line.len);
}

/* The line of the bundle about a path, or an empty window. */
static struct bytes line_of(const struct record *r, const char *path)
{
    struct bytes line;

    for (size_t i = 0; (line = record_value_at(r, "file", i)).len > 0; i++) {
        if (bytes_equal_text(path_in(line), path))
            return line;
    }
    return (struct bytes){ 0 };
}

static bool compare(const struct record *r, const char *data, const struct vec *files,
                    struct fault *f)
{
    const struct bytes version = record_value(r, "version");
    size_t lines = 0;

    for (size_t i = 0; i < files->count; i++) {
        const struct bundle_file *file = vec_at(files, i);
        const struct bytes line = line_of(r, file->path);
        if (line.len == 0)
            return fault_set(f, FAULT_DENIED,
                             "%s/%s: it is not in the proved bundle (version %.*s); instruments of "
                             "your own go with --policy",
                             data, file->path, (int)version.len, (const char *)version.at);
        if (!is_file(line, file))
            return fault_set(f, FAULT_DENIED,
                             "%s/%s: its SHA-256 is not the one in the proved bundle (version "
                             "%.*s)",
                             data, file->path, (int)version.len, (const char *)version.at);
    }
    while (record_value_at(r, "file", lines).len > 0)
        lines++;
    for (size_t i = 0; i < lines && lines != files->count; i++) {
        const struct bytes path = path_in(record_value_at(r, "file", i));
        bool there = false;
        for (size_t k = 0; k < files->count && !there; k++)
            there = bytes_equal_text(path, ((const struct bundle_file *)vec_at(files, k))->path);
        if (!there)
            return fault_set(f, FAULT_DENIED,
                             "%s/%.*s: it is missing, and the proved bundle (version %.*s) has it",
                             data, (int)path.len, (const char *)path.at, (int)version.len,
                             (const char *)version.at);
    }
    return true;
}

static bool without_pack(const struct pack_place *p, struct arena *a, const char **warning,
                         struct fault *f)
{
    const char *shown = text_from(a, bytes_of_text(p->data), LIMIT_PATH, f);

    if (shown == NULL)
        return false;
    if (!p->named || pinned() != NULL)
        return fault_set(f, FAULT_DENIED,
                         "%s: no pack/bundle.tlog-proof here%s: knowledge and policies are taken "
                         "from a proved bundle alone%s",
                         p->data, p->named ? "" : " or beside the program",
                         p->named ? ", for HALLMARK_TRUST demands it"
                                  : " (HALLMARK_DATA=DIR takes a folder as it is)");
    *warning =
        arena_print(a, f, "knowledge and policies from %s are not from a proved bundle", shown);
    return *warning != NULL;
}

bool pack_check(const struct pack_place *p, const struct vec *files, struct arena *a,
                const char **warning, struct fault *f)
{
    const char *pack = find(p, a);
    struct record r;

    *warning = NULL;
    if (pack == NULL)
        return without_pack(p, a, warning, f);
    return read_bundle(pack, a, &r, f) && compare(&r, p->data, files, f);
}
