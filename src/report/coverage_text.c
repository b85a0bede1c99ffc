#include "report/coverage_text.h"

#include "core/limits.h"
#include "core/map.h"

#include <string.h>

enum { LABEL = 10, PATHS_SHOWN = 6, FILES_SHOWN = 12, FOLDERS_SHOWN = 8 };

/* Paths that share a reason, or programs that share a folder. */
struct heap {
    struct bytes title;
    struct vec paths; /* const char * */
};

static void flush(struct page *p, enum ink ink, const char *label)
{
    page_flush(p, &(struct page_label){ 0, LABEL, ink, label });
}

static bool heap_add(struct map *seen, struct vec *heaps, struct bytes title, const char *path,
                     struct fault *f)
{
    struct heap *heap = map_find(seen, title);

    if (heap == NULL) {
        heap = arena_alloc(seen->arena, sizeof *heap, f);
        struct heap **slot = heap == NULL ? NULL : vec_push(heaps, f);
        if (slot == NULL || !map_put(seen, title, heap, f))
            return false;
        heap->title = title;
        heap->paths = vec_of(seen->arena, sizeof(const char *), LIMIT_OWNED);
        *slot = heap;
    }
    const char **slot = vec_push(&heap->paths, f);
    if (slot == NULL)
        return false;
    *slot = path;
    return true;
}

static void write_counts(struct page *p, const struct coverage *c)
{
    char files[PAGE_NUMBER_MAX];
    char folders[PAGE_NUMBER_MAX];
    char named[PAGE_NUMBER_MAX];
    char read[PAGE_NUMBER_MAX];
    char size[PAGE_NUMBER_MAX];

    page_say(p, "%s %s in %s %s: %s judged by name, %s opened (%s in all).",
             page_count(c->files, files), page_plural(c->files, "file", "files"),
             page_count(c->folders, folders), page_plural(c->folders, "folder", "folders"),
             page_count(c->by_name, named), page_count(c->read, read), page_size(c->bytes, size));
    flush(p, INK_BOLD, "Coverage");
}

static bool write_skipped(struct page *p, const struct coverage *c, int verbosity, struct arena *a,
                          struct fault *f)
{
    struct map seen = map_in(a);
    struct vec heaps = vec_of(a, sizeof(struct heap *), LIMIT_OWNED);
    const size_t shown = verbosity > 0 ? SIZE_MAX : PATHS_SHOWN;
    char number[PAGE_NUMBER_MAX];

    for (size_t i = 0; i < c->skipped.count; i++) {
        const struct skipped *s = vec_at(&c->skipped, i);
        if (!heap_add(&seen, &heaps, bytes_of_text(s->why), s->path, f))
            return false;
    }
    for (size_t i = 0; i < heaps.count; i++) {
        const struct heap *const *heap = vec_at(&heaps, i);
        const struct vec *paths = &(*heap)->paths;
        for (size_t n = 0; n < paths->count && n < shown; n++) {
            const char *const *path = vec_at(paths, n);
            page_say(p, "%s%s", n == 0 ? "" : ", ", *path);
        }
        if (paths->count > shown)
            page_say(p, " and %s more", page_count(paths->count - shown, number));
        page_say(p, ": %s", (const char *)(*heap)->title.at);
        flush(p, INK_BOLD, i == 0 ? "Skipped" : "");
    }
    return true;
}

/* Everything that one file broke stands in one paragraph; they follow each other. */
static size_t say_file(struct page *p, const struct coverage *c, size_t i)
{
    const struct not_read *first = vec_at(&c->not_read, i);
    size_t told = 0;

    page_say(p, "%s: ", first->path);
    while (i + told < c->not_read.count) {
        const struct not_read *n = vec_at(&c->not_read, i + told);
        if (strcmp(n->path, first->path) != 0)
            break;
        page_say(p, "%s%s", told == 0 ? "" : "; ", n->why);
        told++;
    }
    return told;
}

static void write_not_read(struct page *p, const struct coverage *c, int verbosity)
{
    const size_t shown = verbosity > 0 ? SIZE_MAX : FILES_SHOWN;
    char number[PAGE_NUMBER_MAX];
    size_t at = 0;

    for (size_t files = 0; at < c->not_read.count && files < shown; files++) {
        const bool first = at == 0;
        at += say_file(p, c, at);
        flush(p, INK_WARN, first ? "Not read" : "");
    }
    if (at < c->not_read.count) {
        page_say(p, "and %s more (-v names all)", page_count(c->not_read.count - at, number));
        flush(p, INK_WARN, "");
    }
}

static struct bytes folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct bytes folder = bytes_of_text(path);

    if (slash == NULL)
        return bytes_of_text(".");
    folder.len = slash == path ? 1 : (size_t)(slash - path);
    return folder;
}

/* The fullest folders first: there something was put by hand. */
static int heap_order(const void *left, const void *right)
{
    const struct heap *const *a = left;
    const struct heap *const *b = right;
    const size_t n = (*a)->paths.count;
    const size_t m = (*b)->paths.count;

    if (n != m)
        return n > m ? -1 : 1;
    return bytes_compare((*a)->title, (*b)->title);
}

static bool say_folders(struct page *p, const struct coverage *c, int verbosity, struct arena *a,
                        struct fault *f)
{
    struct map seen = map_in(a);
    struct vec heaps = vec_of(a, sizeof(struct heap *), LIMIT_OWNED);
    const size_t shown = verbosity > 0 ? SIZE_MAX : FOLDERS_SHOWN;
    char number[PAGE_NUMBER_MAX];

    for (size_t i = 0; i < c->unidentified.count; i++) {
        const char *const *path = vec_at(&c->unidentified, i);
        if (!heap_add(&seen, &heaps, folder_of(*path), *path, f))
            return false;
    }
    vec_sort(&heaps, heap_order);
    for (size_t i = 0; i < heaps.count && i < shown; i++) {
        const struct heap *const *heap = vec_at(&heaps, i);
        page_say(p, "%s%.*s (%s)", i == 0 ? ": " : ", ", (int)(*heap)->title.len,
                 (const char *)(*heap)->title.at, page_count((*heap)->paths.count, number));
    }
    if (heaps.count > shown)
        page_say(p, " and %s more folders (-v names all)", page_count(heaps.count - shown, number));
    return true;
}

static bool write_unowned(struct page *p, const struct coverage *c, int verbosity, struct arena *a,
                          struct fault *f)
{
    char number[PAGE_NUMBER_MAX];

    if (c->unowned == 0)
        return true;
    page_say(
        p, "%s %s to no package", page_count(c->unowned, number),
        page_plural(c->unowned, "program or library belongs", "programs and libraries belong"));
    if (c->unidentified.count > 0) {
        page_say(p, ", %s of which nothing identifies", page_count(c->unidentified.count, number));
        if (!say_folders(p, c, verbosity, a, f))
            return false;
    }
    flush(p, INK_BOLD, "Unowned");
    return true;
}

static void write_record(struct page *p, const struct scan_record *r)
{
    for (size_t i = 0; i < r->method.count; i++) {
        const char *const *sentence = vec_at(&r->method, i);
        page_say(p, "%s", *sentence);
        flush(p, INK_BOLD, i == 0 ? "Method" : "");
    }
    page_say(p, "%u %s", r->workers, page_plural(r->workers, "worker", "workers"));
    for (size_t i = 0; i < r->sandbox.count; i++) {
        const char *const *wall = vec_at(&r->sandbox, i);
        page_say(p, ", %s", *wall);
    }
    flush(p, INK_BOLD, "Workers");
}

bool coverage_text_write(struct page *p, const struct scan *s, int verbosity, struct arena *a,
                         struct fault *f)
{
    write_counts(p, &s->coverage);
    if (!write_skipped(p, &s->coverage, verbosity, a, f))
        return false;
    write_not_read(p, &s->coverage, verbosity);
    if (!write_unowned(p, &s->coverage, verbosity, a, f))
        return false;
    if (verbosity > 0)
        write_record(p, &s->record);
    return true;
}
