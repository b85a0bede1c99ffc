#include "engine/walk.h"

#include "engine/filesystem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What one folder's walk needs at hand. */
struct folder {
    struct walk *walk;
    const struct visit *visit;
    bool alias; /* reached by a link: databases only */
    int fd;
    struct folder_interest interest;
    struct buf candidates;
    size_t candidate_count;
};

struct entry {
    const char *name; /* NUL-terminated, in the kernel's buffer */
    struct bytes text;
    unsigned char type;
};

/* "/said/name" in `out`. */
static struct bytes join(struct buf *out, struct bytes folder, struct bytes name)
{
    out->len = 0;
    buf_add(out, folder);
    buf_add_byte(out, '/');
    buf_add(out, name);
    buf_add_byte(out, '\0');
    return buf_ok(out) ? bytes_part(buf_bytes(out), 0, out->len - 1) : (struct bytes){ 0 };
}

static void tell_path(struct folder *in, struct bytes name, const char *kind, const char *why)
{
    struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    const char *path = artefact_path(&a, in->visit->said, name);

    if (kind == NULL)
        tell_skipped(in->walk->reader->tell, path, why);
    else
        tell_not_read(in->walk->reader->tell, path, kind, why);
    arena_done(&a);
}

static bool is_excluded(const struct folder *in, const struct entry *e)
{
    const struct vec *globs = in->walk->reader->setup->excludes;
    struct buf path = buf_with_limit(LIMIT_PATH * 32);
    bool excluded = false;

    if (globs == NULL || globs->count == 0)
        return false;
    const struct bytes full = join(&path, in->visit->said, e->text);
    for (size_t i = 0; i < globs->count && !excluded && full.len > 0; i++) {
        const char *glob = *(const char *const *)vec_at(globs, i);
        const bool by_path = strchr(glob, '/') != NULL;
        const char *text = by_path ? (const char *)full.at : e->name;
        if (by_path && glob[0] != '/')
            text++;
        excluded = fnmatch(glob, text, by_path ? FNM_PATHNAME : 0) == 0;
    }
    buf_done(&path);
    return excluded;
}

static bool is_struck(const struct walk *w, struct bytes folder, struct bytes name)
{
    struct buf path = buf_with_limit(LIMIT_PATH * 32);
    bool struck = false;

    if (w->struck->count == 0)
        return false;
    const struct bytes full = join(&path, folder, name);
    for (size_t i = 0; i < w->struck->count && !struck; i++) {
        const struct bytes *s = vec_at(w->struck, i);
        struck = bytes_equal(*s, full);
    }
    buf_done(&path);
    return struck;
}

static void add_candidate(struct folder *in, struct bytes name)
{
    wire_put_bytes(&in->candidates, name);
    in->candidate_count++;
}

/* True where the name does not tell, but the mode does: somebody may run it. */
static bool may_be_run(const struct folder *in, const struct entry *e)
{
    struct stat st;

    return fstatat(in->fd, e->name, &st, AT_SYMLINK_NOFOLLOW) == 0 && (st.st_mode & 0111) != 0;
}

/* Keep of `who` what holds in this folder, this time. `later` is set where somebody wants the file
 * only if no package owns it. */
static void sift(const struct folder *in, struct interests *who, bool *later)
{
    size_t kept = 0;

    *later = false;
    for (size_t i = 0; i < who->count; i++) {
        const struct interest *one = &who->at[i];
        const bool unowned = one->cataloger != NULL && one->cataloger->only_unowned;
        const bool database = one->wanted != NULL && one->wanted->database;
        *later = *later || unowned;
        if (!unowned && (database || !in->alias))
            who->at[kept++] = *one;
    }
    who->count = kept;
}

static void visit_file(struct folder *in, const struct entry *e)
{
    struct artefact_reader *r = in->walk->reader;
    struct interests who;
    bool later = false;

    dispatch_file(r->setup->dispatch, &in->interest, e->text, &who);
    sift(in, &who, &later);
    if (in->alias && who.count == 0)
        return;
    if (!in->alias)
        r->counts.files++;
    if (is_struck(in->walk, in->visit->said, e->text))
        return;
    if (who.count > 0) {
        artefact_read(
            r,
            &(struct artefact_place){ .folder = in->fd, .said = in->visit->said, .name = e->text },
            &who);
        return;
    }
    if (later || dispatch_is_library_name(e->text) || may_be_run(in, e))
        add_candidate(in, e->text);
    else
        r->counts.by_name++;
}

static void visit_subfolder(struct folder *in, const struct entry *e)
{
    struct bytes root;
    struct buf said = buf_with_limit(LIMIT_PATH * 32);
    struct buf real = buf_with_limit(LIMIT_PATH * 32);

    if (in->alias &&
        !dispatch_way(in->walk->reader->setup->dispatch, &in->interest, e->text, &root))
        return;
    const struct visit v =
        visit_copy(join(&said, in->visit->said, e->text), join(&real, in->visit->real, e->text));
    if (!buf_ok(&said) || !buf_ok(&real) || !visits_push(&in->walk->found, v))
        tell_path(in, e->text, fault_kind_name(FAULT_LIMIT), "no memory for one more folder");
    buf_done(&said);
    buf_done(&real);
}

/* A link that stands for a database, or for a part of the way to one, is followed inside its root;
 * unless it leads to where the walk itself will find the same for the same root. */
static void follow(struct folder *in, const struct entry *e, struct bytes root, bool is_way)
{
    struct buf real = buf_with_limit(LIMIT_PATH * 32);
    struct buf said = buf_with_limit(LIMIT_PATH * 32);
    const struct dispatch *d = in->walk->reader->setup->dispatch;
    struct folder_interest there;

    if (trail_resolve(&in->walk->trail, root, in->visit->real, e->text, &real)) {
        dispatch_folder(d, buf_bytes(&real), &there);
        const bool known = is_way && there.of_every_file.count > 0;
        const struct visit v = visit_copy(join(&said, in->visit->said, e->text), buf_bytes(&real));
        if (!known && !visits_push(&in->walk->found, v))
            tell_path(in, e->text, fault_kind_name(FAULT_LIMIT), "no memory for one more folder");
        if (known) {
            struct visit unused = v;
            visit_done(&unused);
        }
    }
    buf_done(&real);
    buf_done(&said);
}

/* A link whose own name is a database's ("etc/os-release -> ../usr/lib/os-release"). */
static void follow_file(struct folder *in, const struct entry *e, struct interests *who)
{
    struct buf real = buf_with_limit(LIMIT_PATH * 32);
    struct interests there;
    struct folder_interest real_folder;
    bool gone = false;
    int fd = -1;

    if (!trail_resolve(&in->walk->trail, who->at[0].root, in->visit->real, e->text, &real)) {
        buf_done(&real);
        return;
    }
    struct bytes folder = buf_bytes(&real);
    while (folder.len > 0 && folder.at[folder.len - 1] != '/')
        folder.len--;
    const struct bytes name = bytes_part(buf_bytes(&real), folder.len, real.len);
    folder.len -= folder.len > 0 ? 1 : 0;
    dispatch_folder(in->walk->reader->setup->dispatch, folder, &real_folder);
    dispatch_file(in->walk->reader->setup->dispatch, &real_folder, name, &there);
    const bool known = there.count > 0 && there.at[0].cataloger == who->at[0].cataloger &&
                       bytes_equal(there.at[0].root, who->at[0].root);
    if (!known && !is_struck(in->walk, folder, name) &&
        trail_open(&in->walk->trail, folder, &fd, &gone, /* fault */ NULL)) {
        struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
        const char *copy = arena_copy(&a, name, /* fault */ NULL);
        if (copy != NULL)
            artefact_read(in->walk->reader,
                          &(struct artefact_place){
                              .folder = fd, .said = folder, .name = bytes_of_text(copy) },
                          who);
        arena_done(&a);
    }
    buf_done(&real);
}

static void visit_link(struct folder *in, const struct entry *e)
{
    const struct dispatch *d = in->walk->reader->setup->dispatch;
    struct interests who;
    struct bytes root;
    bool later = false;

    if (dispatch_way(d, &in->interest, e->text, &root)) {
        follow(in, e, root, /* is_way */ true);
        return;
    }
    dispatch_file(d, &in->interest, e->text, &who);
    sift(&(struct folder){ .alias = true }, &who, &later);
    if (who.count > 0)
        follow_file(in, e, &who);
}

/* A link's resolution moves the trail: the folder's own descriptor is taken back. */
static bool reopen(struct folder *in)
{
    bool gone = false;

    return trail_open(&in->walk->trail, in->visit->real, &in->fd, &gone, /* fault */ NULL);
}

static unsigned char type_of(const struct folder *in, const struct entry *e)
{
    struct stat st;

    if (e->type != DT_UNKNOWN)
        return e->type;
    if (fstatat(in->fd, e->name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return DT_UNKNOWN;
    return (unsigned char)IFTODT(st.st_mode);
}

static void visit_entry(struct folder *in, const struct entry *e, struct visits *links)
{
    const unsigned char type = type_of(in, e);

    if (type != DT_DIR && type != DT_REG && type != DT_LNK)
        return;
    if (is_excluded(in, e)) {
        tell_path(in, e->text, /* kind */ NULL, "excluded");
        return;
    }
    if (type == DT_DIR)
        visit_subfolder(in, e);
    else if (type == DT_REG)
        visit_file(in, e);
    else if (!visits_push(links, visit_copy(e->text, e->text)))
        tell_path(in, e->text, fault_kind_name(FAULT_LIMIT), "no memory for one more link");
}

/* linux_dirent64: inode 8, offset 8, length 2, type 1, name. */
enum { DIRENT_LENGTH_AT = 16, DIRENT_TYPE_AT = 18, DIRENT_NAME_AT = 19 };

static void visit_entries(struct folder *in, const uint8_t *at, size_t len, struct visits *links)
{
    for (size_t pos = 0; pos + DIRENT_NAME_AT < len;) {
        uint16_t size = 0;
        memcpy(&size, at + pos + DIRENT_LENGTH_AT, sizeof size);
        if (size <= DIRENT_NAME_AT || size > len - pos)
            return;
        const char *name = (const char *)at + pos + DIRENT_NAME_AT;
        const struct entry e = {
            .name = name,
            .text = { .at = at + pos + DIRENT_NAME_AT,
                      .len = strnlen(name, size - DIRENT_NAME_AT) },
            .type = at[pos + DIRENT_TYPE_AT],
        };
        pos += size;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
            visit_entry(in, &e, links);
    }
}

static void list(struct folder *in)
{
    uint8_t entries[64 * 1024];
    struct visits links = { 0 };

    for (;;) {
        const long n = syscall(SYS_getdents64, in->fd, entries, sizeof entries);
        if (n < 0 && errno != ENOENT)
            tell_path(in, (struct bytes){ 0 }, fault_kind_name(FAULT_IO), strerror(errno));
        if (n <= 0)
            break;
        visit_entries(in, entries, (size_t)n, &links);
    }
    for (size_t i = 0; i < links.count; i++) {
        visit_link(in, &(struct entry){ .name = (const char *)links.at[i].said.at,
                                        .text = links.at[i].said,
                                        .type = DT_LNK });
        if (!reopen(in))
            break;
    }
    visits_done(&links);
}

/* False where the folder lies on a file system that is passed over; said so. The target's own is
 * always read. */
static bool is_ours(struct folder *in)
{
    struct stat st;
    char why[64];

    if (in->visit->real.len == 0 || fstat(in->fd, &st) != 0 || st.st_dev == in->walk->device)
        return true;
    const struct filesystem fs = filesystem_of(in->fd);
    if (fs.local && in->walk->reader->setup->cross_file_systems)
        return true;
    (void)snprintf(why, sizeof why, "%s file system (%s)", fs.local ? "another" : "no local",
                   fs.name);
    tell_path(in, (struct bytes){ 0 }, /* kind */ NULL, why);
    return false;
}

static void tell_candidates(struct folder *in)
{
    struct buf *out = &in->walk->reader->tell->out;

    if (in->candidate_count == 0)
        return;
    if (!buf_ok(&in->candidates)) {
        tell_path(in, (struct bytes){ 0 }, fault_kind_name(FAULT_LIMIT), "too many programs");
        return;
    }
    const size_t begun = message_begin(out, MESSAGE_CANDIDATES);
    wire_put_bytes(out, in->visit->said);
    wire_put_u32(out, (uint32_t)in->candidate_count);
    buf_add(out, buf_bytes(&in->candidates));
    message_end(out, begun);
}

void walk_folder(struct walk *w, const struct visit *v)
{
    struct folder in = {
        .walk = w,
        .visit = v,
        .alias = !bytes_equal(v->said, v->real),
        .candidates = buf_with_limit(LIMIT_MESSAGE / 2),
    };
    struct fault f = { 0 };
    bool gone = false;

    if (!trail_open(&w->trail, v->real, &in.fd, &gone, &f)) {
        if (!gone)
            tell_path(&in, (struct bytes){ 0 }, fault_kind_name(f.kind), f.text);
        return;
    }
    if (!is_ours(&in))
        return;
    dispatch_folder(w->reader->setup->dispatch, v->said, &in.interest);
    if (w->reader->setup->only.len > 0) {
        struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
        const char *name = arena_copy(&a, w->reader->setup->only, /* fault */ NULL);
        if (name != NULL)
            visit_file(
                &in, &(struct entry){ .name = name, .text = bytes_of_text(name), .type = DT_REG });
        arena_done(&a);
    } else {
        list(&in);
    }
    tell_candidates(&in);
    buf_done(&in.candidates);
}

void walk_program(struct walk *w, struct bytes folder, struct bytes name)
{
    struct fault f = { 0 };
    struct folder in = { .walk = w, .visit = &(struct visit){ .said = folder, .real = folder } };
    struct interests who;
    bool gone = false;

    if (!trail_open(&w->trail, folder, &in.fd, &gone, &f)) {
        if (!gone)
            tell_path(&in, name, fault_kind_name(f.kind), f.text);
        return;
    }
    if (is_struck(w, folder, name))
        return;
    who = *dispatch_programs(w->reader->setup->dispatch);
    artefact_read(w->reader,
                  &(struct artefact_place){ .folder = in.fd, .said = folder, .name = name }, &who);
}
