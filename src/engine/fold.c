#include "engine/fold.h"

#include <string.h>

static bool same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Found by marks alone: no database, no file's own words. */
static bool is_sighting(const struct product *p)
{
    if (p->vendor == NULL || p->evidence.count == 0)
        return false;
    for (size_t i = 0; i < p->evidence.count; i++) {
        const struct evidence *e = vec_at(&p->evidence, i);
        if (!same(e->kind, "path") && !same(e->kind, "service") && !same(e->kind, "first-bytes") &&
            !same(e->kind, "package-owner"))
            return false;
    }
    return true;
}

/* The first two parts of a path mark ("opt/kaspersky"): a folder that the vendor calls its own. */
static struct bytes own_folder(const char *pattern)
{
    struct bytes all = bytes_of_text(pattern);
    const size_t first = bytes_index(all, '/');
    const struct bytes rest = bytes_part(all, first + 1, all.len);
    const size_t second = bytes_index(rest, '/');

    return second == rest.len ? (struct bytes){ 0 } : bytes_part(all, 0, first + 1 + second);
}

static bool lies_in(struct bytes path, struct bytes folder)
{
    return path.len > folder.len && path.at[folder.len] == '/' &&
           bytes_equal(bytes_part(path, 0, folder.len), folder);
}

/* True where the path lies in the vendor's own folders ("/opt/kaspersky", "/var/opt/kaspersky"
 * ...). */
static bool in_own_folder(const struct knowledge *k, const struct product *p, const char *path)
{
    const size_t root = strcmp(p->root, "/") == 0 ? 0 : strlen(p->root);
    struct bytes below = bytes_part(bytes_of_text(path), root + 1, SIZE_MAX);

    if (bytes_has_prefix(below, "var/") || bytes_has_prefix(below, "etc/"))
        below = bytes_part(below, 4, below.len);
    for (size_t i = 0; i < k->marks.count; i++) {
        const struct mark *m = vec_at(&k->marks, i);
        if (m->kind != MARK_PATH || !same(m->vendor->id, p->vendor))
            continue;
        const struct bytes folder = own_folder(m->pattern);
        if (folder.len > 0 && lies_in(below, folder))
            return true;
    }
    return false;
}

/* How well `p` explains the sighting: the product of that name that a database or a file's own
 * words name; the one that other marks name; for an engine's parts any other product of the vendor.
 */
static int fitness(const struct product *p, const struct product *sighting)
{
    const bool named = same(p->title, sighting->name) || same(p->name, sighting->name);

    if (p == sighting || p->presence != PRESENCE_INSTALLED || !same(p->vendor, sighting->vendor) ||
        !same(p->root, sighting->root))
        return 0;
    if (sighting->presence != PRESENCE_EMBEDDED)
        return named && !is_sighting(p) ? 4 : 0;
    return named ? 3 : is_sighting(p) ? 1 : 2;
}

/* The product that a sighting is evidence of, or NULL. An engine's parts in the vendor's own
 * folders belong to the vendor's product that is installed there; anywhere else they are embedded.
 */
static struct product *host_of(const struct knowledge *k, const struct vec *products,
                               const struct product *sighting)
{
    const char *path =
        sighting->paths.count == 0 ? "/" : *(const char *const *)vec_at(&sighting->paths, 0);
    struct product *best = NULL;
    int best_fitness = 0;

    if (sighting->presence == PRESENCE_EMBEDDED && !in_own_folder(k, sighting, path))
        return NULL;
    for (size_t i = 0; i < products->count; i++) {
        struct product *p = vec_at(products, i);
        const int fit = fitness(p, sighting);
        if (fit > best_fitness) {
            best_fitness = fit;
            best = p;
        }
    }
    return best;
}

static bool has_path(const struct product *p, const char *path)
{
    for (size_t i = 0; i < p->paths.count; i++) {
        if (same(*(const char *const *)vec_at(&p->paths, i), path))
            return true;
    }
    return false;
}

static bool join(struct product *into, const struct product *from, struct fault *f)
{
    for (size_t i = 0; i < from->paths.count; i++) {
        const char *path = *(const char *const *)vec_at(&from->paths, i);
        if (!has_path(into, path) && !product_add_path(into, path, f))
            return false;
    }
    for (size_t i = 0; i < from->evidence.count; i++) {
        if (!product_add_evidence(into, vec_at(&from->evidence, i), f))
            return false;
    }
    into->more_paths += from->more_paths;
    into->more_evidence += from->more_evidence;
    return true;
}

bool fold_sightings(const struct knowledge *k, struct vec *products, struct fault *f)
{
    size_t kept = 0;

    /* first all joins, while every product still stands where the others may find it */
    for (size_t i = 0; i < products->count; i++) {
        struct product *p = vec_at(products, i);
        struct product *host = is_sighting(p) ? host_of(k, products, p) : NULL;
        if (host == NULL)
            continue;
        if (!join(host, p, f))
            return false;
        p->type = NULL;
    }
    for (size_t i = 0; i < products->count; i++) {
        const struct product *p = vec_at(products, i);
        if (p->type == NULL)
            continue;
        struct product *slot = vec_at(products, kept++);
        if (slot != p)
            *slot = *p;
    }
    products->count = kept;
    return true;
}
