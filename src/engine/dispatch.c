#include "engine/dispatch.h"


#include <string.h>

/* All patterns that share one key (a name, an extension). */
struct pattern {
    const struct cataloger *cataloger;
    const struct wanted *wanted;
    const struct mark *mark;
    const char *tail; /* the whole pattern, or NULL for a bare name */
    struct pattern *next;
};

/* A folder on the way to a database, worth resolving where it is a link. */
struct way {
    struct bytes tail; /* "var/lib/dpkg" */
    struct way *next;
};

struct dispatch {
    struct arena *arena;
    struct map names;      /* the last part of TAIL, NAME and PATH patterns -> struct pattern */
    struct map extensions; /* -> struct pattern */
    struct map folders;    /* the last part of FOLDER patterns -> struct pattern */
    struct map services;   /* a unit's or script's name -> struct pattern */
    struct map ways;       /* the last part of a folder on the way -> struct way */
    struct pattern *any;   /* patterns whose last part is '*' */
    struct interests programs;
};

static struct bytes last_part(struct bytes path)
{
    size_t at = path.len;

    while (at > 0 && path.at[at - 1] != '/')
        at--;
    return bytes_part(path, at, path.len);
}

static bool put(struct dispatch *d, struct map *m, struct bytes key, const struct pattern *like,
                struct fault *f)
{
    struct pattern *p = arena_alloc(d->arena, sizeof *p, f);

    if (p == NULL)
        return false;
    *p = *like;
    if (key.len == 1 && key.at[0] == '*') {
        p->next = d->any;
        d->any = p;
        return true;
    }
    p->next = map_find(m, key);
    return map_put(m, key, p, f);
}

/* Every folder of "var/lib/dpkg/status" may be a link: "var", "var/lib", "var/lib/dpkg". A FOLDER
 * pattern is itself the last of them. */
static bool put_ways(struct dispatch *d, const char *tail, bool whole, struct fault *f)
{
    const struct bytes all = bytes_of_text(tail);

    for (size_t end = 1; end <= all.len; end++) {
        if (end < all.len ? all.at[end] != '/' : !whole)
            continue;
        struct way *w = arena_alloc(d->arena, sizeof *w, f);
        if (w == NULL)
            return false;
        w->tail = bytes_part(all, 0, end);
        const struct bytes key = last_part(w->tail);
        w->next = map_find(&d->ways, key);
        if (!map_put(&d->ways, key, w, f))
            return false;
    }
    return true;
}

static bool add_wanted(struct dispatch *d, const struct cataloger *c, const struct wanted *w,
                       struct fault *f)
{
    struct pattern p = { .cataloger = c, .wanted = w, .tail = w->pattern };

    switch (w->kind) {
    case WANTED_NAME:
        p.tail = NULL;
        return put(d, &d->names, bytes_of_text(w->pattern), &p, f);
    case WANTED_EXTENSION:
        return put(d, &d->extensions, bytes_of_text(w->pattern), &p, f);
    case WANTED_TAIL:
        return put(d, &d->names, last_part(bytes_of_text(w->pattern)), &p, f) &&
               (!w->database || put_ways(d, w->pattern, /* whole */ false, f));
    case WANTED_FOLDER:
        return put(d, &d->folders, last_part(bytes_of_text(w->pattern)), &p, f) &&
               (!w->database || put_ways(d, w->pattern, /* whole */ true, f));
    case WANTED_PROGRAM:
        if (d->programs.count < DISPATCH_INTERESTS_MAX)
            d->programs.at[d->programs.count++] = (struct interest){ .cataloger = c, .wanted = w };
        return true;
    case WANTED_END:
        return true;
    }
    return true;
}

static bool add_mark(struct dispatch *d, const struct mark *m, struct fault *f)
{
    const struct pattern p = { .mark = m, .tail = m->kind == MARK_PATH ? m->pattern : NULL };

    switch (m->kind) {
    case MARK_PATH:
        return put(d, &d->names, last_part(bytes_of_text(m->pattern)), &p, f);
    case MARK_SERVICE:
        return put(d, &d->services, bytes_of_text(m->pattern), &p, f);
    case MARK_FIRST_BYTES:
        return m->extension == NULL || put(d, &d->extensions, bytes_of_text(m->extension), &p, f);
    case MARK_PACKAGE:
    case MARK_SIGNER:
        return true;
    }
    return true;
}

bool dispatch_new(const struct knowledge *k, struct arena *a, struct dispatch **out,
                  struct fault *f)
{
    struct dispatch *d = arena_alloc(a, sizeof *d, f);

    if (d == NULL)
        return false;
    *d = (struct dispatch){ .arena = a,
                            .names = map_in(a),
                            .extensions = map_in(a),
                            .folders = map_in(a),
                            .services = map_in(a),
                            .ways = map_in(a) };
    for (size_t i = 0; cataloger_all[i] != NULL; i++) {
        const struct cataloger *c = cataloger_all[i];
        for (const struct wanted *w = c->wanted; w->kind != WANTED_END; w++) {
            if (!add_wanted(d, c, w, f))
                return false;
        }
    }
    for (size_t i = 0; k != NULL && i < k->marks.count; i++) {
        if (!add_mark(d, vec_at(&k->marks, i), f))
            return false;
    }
    *out = d;
    return true;
}

/* Cut the last part (and the '/' before it) off `path`. */
static struct bytes cut_last(struct bytes *path)
{
    const struct bytes part = last_part(*path);

    path->len -= part.len;
    if (path->len > 0)
        path->len--;
    return part;
}

/* True where `path` ("/a/b/c") ends with the parts of `tail` ("b/c", '*' for any one part);
 * `before` is what stands in front ("/a"). */
static bool ends_with(struct bytes path, struct bytes tail, struct bytes *before)
{
    while (tail.len > 0) {
        const struct bytes want = cut_last(&tail);
        if (path.len == 0)
            return false;
        const struct bytes have = cut_last(&path);
        if (have.len == 0 || (!bytes_equal_text(want, "*") && !bytes_equal(want, have)))
            return false;
    }
    *before = path;
    return true;
}

static void add_interest(struct interests *out, const struct pattern *p, struct bytes root)
{
    if (out->count == DISPATCH_INTERESTS_MAX)
        return;
    const bool database = p->wanted != NULL && p->wanted->database;
    out->at[out->count++] = (struct interest){
        .cataloger = p->cataloger,
        .wanted = p->wanted,
        .mark = p->mark,
        .root = database ? root : (struct bytes){ 0 },
    };
}

void dispatch_folder(const struct dispatch *d, struct bytes path, struct folder_interest *out)
{
    const struct bytes name = last_part(path);

    *out = (struct folder_interest){ .path = path };
    for (const struct pattern *p = map_find(&d->folders, name); p != NULL; p = p->next) {
        struct bytes root;
        if (ends_with(path, bytes_of_text(p->tail), &root))
            add_interest(&out->of_every_file, p, root);
    }
    struct bytes above = path;
    (void)cut_last(&above);
    out->holds_services =
        bytes_equal_text(name, "init.d") ||
        (bytes_equal_text(name, "system") && bytes_equal_text(last_part(above), "systemd"));
}

/* The patterns under one key: those with a tail must fit the folder too. */
static void add_fitting(const struct pattern *p, struct bytes folder, struct interests *out)
{
    for (; p != NULL; p = p->next) {
        struct bytes above = p->tail == NULL ? (struct bytes){ 0 } : bytes_of_text(p->tail);
        struct bytes root = { 0 };
        (void)cut_last(&above);
        if (p->tail == NULL || ends_with(folder, above, &root))
            add_interest(out, p, root);
    }
}

static void add_extension(const struct dispatch *d, struct bytes name, struct interests *out)
{
    char lower[16];
    size_t dot = name.len;

    while (dot > 0 && name.at[dot - 1] != '.')
        dot--;
    const size_t len = name.len - dot;
    if (dot < 2 || len == 0 || len > sizeof lower)
        return;
    for (size_t i = 0; i < len; i++) {
        const uint8_t c = name.at[dot + i];
        lower[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    const struct bytes key = { .at = (const uint8_t *)lower, .len = len };
    for (const struct pattern *p = map_find(&d->extensions, key); p != NULL; p = p->next)
        add_interest(out, p, (struct bytes){ 0 });
}

/* One cataloger reads a file once. Of its patterns the longest knows best where the root is: what
 * ends in "usr/lib/apk/db/installed" ends in "lib/apk/db/installed" too. */
static void keep_longest(struct interests *out)
{
    size_t kept = 0;

    for (size_t i = 0; i < out->count; i++) {
        const struct interest one = out->at[i];
        size_t same = 0;
        while (same < kept && (one.cataloger == NULL || out->at[same].cataloger != one.cataloger))
            same++;
        if (same == kept)
            out->at[kept++] = one;
        else if (one.root.len < out->at[same].root.len)
            out->at[same] = one;
    }
    out->count = kept;
}

void dispatch_file(const struct dispatch *d, const struct folder_interest *folder,
                   struct bytes name, struct interests *out)
{
    out->count = 0;
    for (size_t i = 0; i < folder->of_every_file.count; i++) {
        const char *suffix = folder->of_every_file.at[i].wanted->name_suffix;
        if (suffix == NULL || bytes_has_suffix(name, suffix))
            out->at[out->count++] = folder->of_every_file.at[i];
    }
    add_fitting(map_find(&d->names, name), folder->path, out);
    if (d->any != NULL)
        add_fitting(d->any, folder->path, out);
    if (folder->holds_services)
        add_fitting(map_find(&d->services, name), folder->path, out);
    add_extension(d, name, out);
    keep_longest(out);
}

bool dispatch_way(const struct dispatch *d, const struct folder_interest *folder, struct bytes name,
                  struct bytes *root)
{
    for (const struct way *w = map_find(&d->ways, name); w != NULL; w = w->next) {
        struct bytes above = w->tail;
        (void)cut_last(&above);
        if (ends_with(folder->path, above, root))
            return true;
    }
    return false;
}

const struct interests *dispatch_programs(const struct dispatch *d)
{
    return &d->programs;
}

bool dispatch_is_library_name(struct bytes name)
{
    if (bytes_has_suffix(name, ".so"))
        return true;
    const size_t at = bytes_search(name, bytes_of_text(".so."));
    if (at == name.len)
        return false;
    for (size_t i = at + 4; i < name.len; i++) {
        const uint8_t c = name.at[i];
        if (c != '.' && (c < '0' || c > '9'))
            return false;
    }
    return true;
}
