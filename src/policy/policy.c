#include "policy/policy.h"

#include "policy/policy_pack.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum {
    INSTRUMENTS_MAX = 10000, /* of all folders; a pack of every list known has some hundred */
    FILES_MAX = 10000,       /* in one folder */
};

static int by_id(const void *a, const void *b)
{
    const struct instrument *x = a;
    const struct instrument *y = b;

    return strcmp(x->id, y->id);
}

/* Read a file to its end; `wrong` has what is wrong. False where it cannot be read at all. */
static bool read_instrument(const char *path, struct reading *r, struct instrument *out)
{
    const struct yaml_node *root = NULL;
    struct fault f = { 0 };

    if (!yaml_read_file(path, r->arena, &root, &f)) {
        if (f.kind == FAULT_IO || f.kind == FAULT_DENIED || f.kind == FAULT_LIMIT) {
            *r->f = f;
            return false;
        }
        const char **slot = reading_push(r, r->wrong);
        if (slot == NULL)
            return false;
        *slot = arena_copy_text(r->arena, f.text, r->f);
        return *slot != NULL;
    }
    instrument_read(r, root, out);
    return !r->broken;
}

static bool load_file(struct policy *p, const char *path, struct fault *f)
{
    struct vec wrong = vec_of(p->arena, sizeof(const char *), FILES_MAX);
    struct fault own = { 0 };
    struct reading r = {
        .arena = p->arena,
        .words = p->words,
        .knowledge = p->knowledge,
        .wrong = &wrong,
        .f = &own,
    };
    struct instrument one = { 0 };

    const bool whole = read_instrument(path, &r, &one);
    if (!whole) {
        if (f != NULL)
            *f = own;
        return false;
    }
    if (wrong.count == 0 && policy_pack_find(p, bytes_of_text(one.id)) != NULL)
        reading_wrong(&r, yaml_get(one.node, "id"), "there is another instrument '%s'", one.id);
    if (wrong.count > 0) {
        const char *const *first = vec_at(&wrong, 0);
        return wrong.count == 1
                   ? fault_set(f, FAULT_FORMAT, "%s", *first)
                   : fault_set(f, FAULT_FORMAT, "%s (and %zu more)", *first, wrong.count - 1);
    }
    struct instrument *slot = vec_push(&p->instruments, f);
    if (slot == NULL)
        return false;
    *slot = one;
    return true;
}

/* What names other instruments must name one that is there. */
static bool check_excepts(const struct policy *p, struct fault *f)
{
    for (size_t i = 0; i < p->instruments.count; i++) {
        const struct instrument *one = vec_at(&p->instruments, i);
        for (size_t k = 0; k < one->excepts.count; k++) {
            const char *const *id = vec_at(&one->excepts, k);
            if (policy_pack_find(p, bytes_of_text(*id)) == NULL)
                return yaml_fault(yaml_get(one->node, "excepts"), f, "there is no instrument '%s'",
                                  *id);
        }
    }
    return true;
}

static bool load_folder(struct policy *p, const char *dir, struct fault *f)
{
    struct vec paths = vec_of(p->arena, sizeof(const char *), FILES_MAX);

    if (!yaml_folder(dir, p->arena, &paths, f))
        return false;
    for (size_t i = 0; i < paths.count; i++) {
        const char *const *path = vec_at(&paths, i);
        if (!load_file(p, *path, f))
            return false;
    }
    return true;
}

bool policy_open(const char *dir, const struct words *w, const struct knowledge *k, struct arena *a,
                 struct policy **out, struct fault *f)
{
    struct policy *p = arena_alloc(a, sizeof *p, f);

    if (p == NULL)
        return false;
    p->arena = a;
    p->words = w;
    p->knowledge = k;
    p->instruments = vec_of(a, sizeof(struct instrument), INSTRUMENTS_MAX);
    if (!load_folder(p, dir, f) || !check_excepts(p, f))
        return false;
    vec_sort(&p->instruments, by_id);
    *out = p;
    return true;
}

bool policy_add(struct policy *p, const char *file_or_dir, struct fault *f)
{
    struct stat st;

    if (stat(file_or_dir, &st) != 0)
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%s: %s", file_or_dir,
                         strerror(errno));
    const bool loaded =
        S_ISDIR(st.st_mode) ? load_folder(p, file_or_dir, f) : load_file(p, file_or_dir, f);
    if (!loaded || !check_excepts(p, f))
        return false;
    vec_sort(&p->instruments, by_id);
    return true;
}

bool policy_check(const char *file, const struct words *w, const struct knowledge *k,
                  struct arena *a, struct vec *errors, struct fault *f)
{
    struct fault own = { 0 };
    struct reading r = {
        .arena = a,
        .words = w,
        .knowledge = k,
        .wrong = errors,
        .f = &own,
    };
    struct instrument one = { 0 };
    const bool whole = read_instrument(file, &r, &one);

    if (!whole && f != NULL)
        *f = own;
    return whole && errors->count == 0;
}
