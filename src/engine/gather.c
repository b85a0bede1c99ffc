#include "engine/gather.h"

#include "core/limits.h"
#include "knowledge/recognise.h"

#include <string.h>

bool gather_new(struct arena *a, const struct knowledge *k, struct gather *out, struct fault *f)
{
    struct gather g = {
        .arena = a,
        .scratch = arena_with_budget(LIMIT_ARTEFACT_MEMORY),
        .knowledge = k,
        .coverage = { .skipped = vec_of(a, sizeof(struct skipped), LIMIT_OWNED),
                      .not_read = vec_of(a, sizeof(struct not_read), LIMIT_OWNED),
                      .unidentified = vec_of(a, sizeof(const char *), LIMIT_OWNED) },
        .candidates = vec_of(a, sizeof(struct candidate_folder), LIMIT_OWNED),
        .loose = vec_of(a, sizeof(struct product), LIMIT_OWNED),
        .sightings = vec_of(a, sizeof(struct sighting), LIMIT_OWNED),
        .roots = vec_of(a, sizeof(const char *), LIMIT_OWNED),
        .root_index = map_in(a),
    };

    if (!merge_new(a, &g.merge, f))
        return false;
    *out = g;
    return true;
}

void gather_done(struct gather *g)
{
    merge_done(g->merge);
    arena_done(&g->scratch);
}

bool gather_not_read(struct gather *g, const char *path, const char *kind, const char *why,
                     struct fault *f)
{
    struct not_read *n = vec_push(&g->coverage.not_read, f);

    if (n == NULL)
        return false;
    *n = (struct not_read){ .path = path, .kind = kind, .why = why };
    return true;
}

bool gather_skipped(struct gather *g, const char *path, const char *why, struct fault *f)
{
    struct skipped *s = vec_push(&g->coverage.skipped, f);

    if (s == NULL)
        return false;
    *s = (struct skipped){ .path = path, .why = why };
    return true;
}

static bool broken(struct fault *f, const char *what)
{
    return fault_set(f, FAULT_FORMAT, "a worker's message breaks its form: %s", what);
}

/* A root that a package database has: findings below it are its own. */
static bool note_root(struct gather *g, const char *root, struct fault *f)
{
    if (strcmp(root, "/") == 0 || map_find(&g->root_index, bytes_of_text(root)) != NULL)
        return true;
    char *copy = arena_copy_text(g->arena, root, f);
    const char **slot = copy == NULL ? NULL : vec_push(&g->roots, f);
    if (slot == NULL)
        return false;
    *slot = copy;
    return map_put(&g->root_index, bytes_of_text(copy), copy, f);
}

/* A product that a database gave its root goes straight into the merge; a loose one waits until all
 * roots are known. */
static bool take_product(struct gather *g, struct cursor *c, struct fault *f)
{
    struct product p;
    struct cursor peek = *c;
    bool loose = wire_u8(&peek) == 1;

    if (!message_product(c, loose ? g->arena : &g->scratch, &p, &loose))
        return broken(f, "product");
    if (!loose)
        return note_root(g, p.root, f) && merge_product(g->merge, &p, f);
    struct product *slot = vec_push(&g->loose, f);
    if (slot == NULL)
        return false;
    *slot = p;
    return true;
}

static bool take_owns(struct gather *g, struct cursor *c, struct fault *f)
{
    const char *package = wire_text(c, &g->scratch, MESSAGE_TEXT_MAX);

    if (!cursor_ok(c) || cursor_left(c) % 8 != 0)
        return broken(f, "owned paths");
    while (cursor_left(c) > 0) {
        if (!merge_owns(g->merge, wire_u64(c), package, f))
            return false;
    }
    return true;
}

static bool take_system(struct gather *g, struct cursor *c, struct fault *f)
{
    struct system s = { 0 };

    s.root = wire_text(c, &g->scratch, MESSAGE_TEXT_MAX);
    s.id = wire_text(c, &g->scratch, MESSAGE_TEXT_MAX);
    s.version_id = wire_text(c, &g->scratch, MESSAGE_TEXT_MAX);
    s.name = wire_text(c, &g->scratch, MESSAGE_TEXT_MAX);
    if (!cursor_ok(c) || s.root == NULL || s.id == NULL)
        return broken(f, "system");
    return merge_system(g->merge, &s, f);
}

static bool take_note(struct gather *g, struct cursor *c, struct fault *f)
{
    struct claim claim;
    const char *type = wire_text(c, &g->scratch, MESSAGE_TEXT_MAX);
    const char *package = wire_text(c, &g->scratch, MESSAGE_TEXT_MAX);
    const char *root = wire_text(c, &g->scratch, MESSAGE_TEXT_MAX);

    if (!message_claim(c, &g->scratch, &claim) || type == NULL || package == NULL || root == NULL)
        return broken(f, "note");
    return merge_note(g->merge, type, root, package, &claim, f);
}

static bool take_sighting(struct gather *g, struct cursor *c, struct fault *f)
{
    const uint32_t index = wire_u32(c);
    const char *path = wire_text(c, g->arena, MESSAGE_TEXT_MAX);

    if (!cursor_ok(c) || path == NULL || index >= g->knowledge->marks.count)
        return broken(f, "sighting");
    struct sighting *s = vec_push(&g->sightings, f);
    if (s == NULL)
        return false;
    *s = (struct sighting){ .mark = vec_at(&g->knowledge->marks, index), .path = path };
    return true;
}

static bool take_unidentified(struct gather *g, struct cursor *c, struct fault *f)
{
    const char *path = wire_text(c, g->arena, MESSAGE_TEXT_MAX);

    if (path == NULL)
        return broken(f, "unidentified");
    const char **slot = vec_push(&g->coverage.unidentified, f);
    if (slot == NULL)
        return false;
    *slot = path;
    return true;
}

/* The words that a worker may give as a kind. */
static const char *kind_word(struct bytes word)
{
    for (int k = FAULT_FORMAT; k < FAULT_KIND_MAX; k++) {
        if (bytes_equal_text(word, fault_kind_name((enum fault_kind)k)))
            return fault_kind_name((enum fault_kind)k);
    }
    return NULL;
}

static bool take_coverage(struct gather *g, enum message_kind kind, struct cursor *c,
                          struct fault *f)
{
    const char *path = wire_text(c, g->arena, MESSAGE_TEXT_MAX);
    const char *word = kind == MESSAGE_NOT_READ ? wire_text(c, g->arena, MESSAGE_TEXT_MAX) : NULL;
    const char *why = wire_text(c, g->arena, MESSAGE_TEXT_MAX);

    if (!cursor_ok(c) || path == NULL || why == NULL)
        return broken(f, "coverage");
    if (kind == MESSAGE_SKIPPED)
        return gather_skipped(g, path, why, f);
    const char *known = word == NULL ? NULL : kind_word(bytes_of_text(word));
    return known == NULL ? broken(f, "coverage") : gather_not_read(g, path, known, why, f);
}

static bool take_candidates(struct gather *g, struct cursor *c, struct fault *f)
{
    const struct bytes path = wire_bytes(c);
    const uint32_t count = wire_u32(c);
    const struct bytes names = cursor_take(c, cursor_left(c));
    struct cursor check = cursor_over(names);

    for (uint32_t i = 0; i < count && cursor_ok(&check); i++)
        (void)wire_bytes(&check);
    if (!cursor_ok(c) || !cursor_ok(&check) || cursor_left(&check) > 0)
        return broken(f, "programs");
    struct candidate_folder *slot = vec_push(&g->candidates, f);
    char *path_copy = slot == NULL ? NULL : arena_copy(g->arena, path, f);
    char *names_copy = path_copy == NULL ? NULL : arena_copy(g->arena, names, f);
    if (names_copy == NULL)
        return false;
    *slot = (struct candidate_folder){
        .path = { .at = (const uint8_t *)path_copy, .len = path.len },
        .names = { .at = (const uint8_t *)names_copy, .len = names.len },
        .count = count,
    };
    return true;
}

static bool take_counts(struct gather *g, struct cursor *c, struct fault *f)
{
    const struct message_counts n = message_counts(c);

    if (!cursor_ok(c))
        return broken(f, "counts");
    g->coverage.files += n.files;
    g->coverage.by_name += n.by_name;
    g->coverage.read += n.read;
    g->coverage.bytes += n.bytes;
    return true;
}

static bool take(struct gather *g, enum message_kind kind, struct cursor *c, struct fault *f)
{
    switch (kind) {
    case MESSAGE_PRODUCT:
        return take_product(g, c, f);
    case MESSAGE_OWNS:
        return take_owns(g, c, f);
    case MESSAGE_SYSTEM:
        return take_system(g, c, f);
    case MESSAGE_NOTE:
        return take_note(g, c, f);
    case MESSAGE_SIGHTING:
        return take_sighting(g, c, f);
    case MESSAGE_UNIDENTIFIED:
        return take_unidentified(g, c, f);
    case MESSAGE_SKIPPED:
    case MESSAGE_NOT_READ:
        return take_coverage(g, kind, c, f);
    case MESSAGE_CANDIDATES:
        return take_candidates(g, c, f);
    case MESSAGE_FOLDER_DONE:
        g->coverage.folders++;
        return take_counts(g, c, f);
    case MESSAGE_PROGRAM_DONE:
        return take_counts(g, c, f);
    case MESSAGE_FOLDER:
    case MESSAGE_PROGRAMS:
    case MESSAGE_GIVE:
    case MESSAGE_REFUSED:
    case MESSAGE_KIND_MAX:
        break;
    }
    return broken(f, "a kind that has no place here");
}

bool gather_take(struct gather *g, struct bytes frames, struct fault *f)
{
    enum message_kind kind;
    struct cursor payload;
    bool bad = false;

    while (message_next(&frames, &kind, &payload, &bad)) {
        const struct arena_mark m = arena_mark(&g->scratch);
        const bool ok = take(g, kind, &payload, f);
        arena_release(&g->scratch, m);
        if (!ok)
            return false;
    }
    return (!bad && frames.len == 0) || broken(f, "length");
}

const char *gather_root(const struct gather *g, struct bytes path)
{
    if (g->roots.count == 0)
        return "/";
    for (size_t end = path.len; end > 1; end--) {
        if (end < path.len && path.at[end] != '/')
            continue;
        const char *found = map_find(&g->root_index, bytes_part(path, 0, end));
        if (found != NULL)
            return found;
    }
    return "/";
}

bool gather_owner(const struct gather *g, struct bytes path, const char **package)
{
    const struct bytes root = bytes_of_text(gather_root(g, path));
    const size_t prefix = root.len == 1 ? 0 : root.len;

    return merge_owner(g->merge, merge_path_hash(root, bytes_part(path, prefix, path.len)),
                       package);
}

static struct bytes first_path(const struct product *p)
{
    return bytes_of_text(p->paths.count == 0 ? "/" : *(const char *const *)vec_at(&p->paths, 0));
}

/* The name of the package that owns the path; NULL where none does, or it is not said. */
static const char *owner_name(const struct gather *g, struct bytes path)
{
    const char *package = NULL;

    return gather_owner(g, path, &package) ? package : NULL;
}

/* A file of some package: said, since a signed driver inside another's package is a finding too. */
static bool tell_owner(struct gather *g, struct product *p, const char *path, struct fault *f)
{
    const char *owner = owner_name(g, bytes_of_text(path));

    if (owner == NULL)
        return true;
    const struct evidence e = {
        .kind = "package-owner",
        .place = path,
        .text = arena_print(g->arena, f, "the file belongs to the package %s", owner),
        .strength = STRENGTH_STRONG,
    };
    return e.text != NULL && product_add_evidence(p, &e, f);
}

static bool settle_loose(struct gather *g, struct fault *f)
{
    for (size_t i = 0; i < g->loose.count; i++) {
        struct product *p = vec_at(&g->loose, i);
        const char *path = (const char *)first_path(p).at;
        p->root = gather_root(g, bytes_of_text(path));
        if (!tell_owner(g, p, path, f) || !merge_product(g->merge, p, f))
            return false;
    }
    return true;
}

/* A mark that a path bears out, as a product of its vendor. */
static bool sighted_product(struct gather *g, const struct sighting *s, struct product *out,
                            struct fault *f)
{
    const struct mark *m = s->mark;
    struct product p = product_in(g->arena);

    p.type = m->presence == PRESENCE_EMBEDDED ? "engine" : "program";
    p.name = m->product != NULL ? m->product->name : m->vendor->name;
    p.presence = m->presence;
    p.root = gather_root(g, bytes_of_text(s->path));
    if (!product_add_path(&p, s->path, f) || !recognise_mark(m, s->path, &p, g->arena, f) ||
        !tell_owner(g, &p, s->path, f))
        return false;
    *out = p;
    return true;
}

static bool settle_sightings(struct gather *g, struct fault *f)
{
    for (size_t i = 0; i < g->sightings.count; i++) {
        struct product p;
        if (!sighted_product(g, vec_at(&g->sightings, i), &p, f) || !merge_product(g->merge, &p, f))
            return false;
    }
    return true;
}

static int order_not_read(const void *a, const void *b)
{
    const struct not_read *x = a;
    const struct not_read *y = b;
    const int by_path = strcmp(x->path, y->path);

    return by_path != 0 ? by_path : strcmp(x->why, y->why);
}

static int order_skipped(const void *a, const void *b)
{
    const struct skipped *x = a;
    const struct skipped *y = b;

    return strcmp(x->path, y->path);
}

static int order_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What a worker said before its messages broke their form is said again by the next one. */
static void drop_repeated(struct vec *not_read)
{
    size_t kept = 0;

    for (size_t i = 0; i < not_read->count; i++) {
        struct not_read *last = kept == 0 ? NULL : vec_at(not_read, kept - 1);
        struct not_read *n = vec_at(not_read, i);
        if (last != NULL && order_not_read(last, n) == 0)
            continue;
        struct not_read *slot = vec_at(not_read, kept++);
        *slot = *n;
    }
    not_read->count = kept;
}

bool gather_finish(struct gather *g, struct vec *products, struct vec *systems, struct fault *f)
{
    vec_sort(&g->coverage.not_read, order_not_read);
    drop_repeated(&g->coverage.not_read);
    vec_sort(&g->coverage.skipped, order_skipped);
    vec_sort(&g->coverage.unidentified, order_text);
    return settle_loose(g, f) && settle_sightings(g, f) &&
           merge_finish(g->merge, products, systems, f);
}
