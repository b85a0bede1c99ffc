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
static bool read_instrument(const struct yaml_file *file, struct reading *r, struct instrument *out)
{
    const struct yaml_node *root = NULL;
    struct fault f = { 0 };

    if (!yaml_read(file->text, file->path, r->arena, &root, &f)) {
        if (f.kind == FAULT_LIMIT) {
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

static bool load_file(struct policy *p, const struct yaml_file *file, struct fault *f)
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

    const bool whole = read_instrument(file, &r, &one);
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

static bool load_files(struct policy *p, const struct vec *files, struct fault *f)
{
    for (size_t i = 0; i < files->count; i++) {
        if (!load_file(p, vec_at(files, i), f))
            return false;
    }
    if (!check_excepts(p, f))
        return false;
    vec_sort(&p->instruments, by_id);
    return true;
}

bool policy_read(const struct vec *files, const struct words *w, const struct knowledge *k,
                 struct arena *a, struct policy **out, struct fault *f)
{
    struct policy *p = arena_alloc(a, sizeof *p, f);

    if (p == NULL)
        return false;
    p->arena = a;
    p->words = w;
    p->knowledge = k;
    p->instruments = vec_of(a, sizeof(struct instrument), INSTRUMENTS_MAX);
    if (!load_files(p, files, f))
        return false;
    *out = p;
    return true;
}

bool policy_open(const char *dir, const struct words *w, const struct knowledge *k, struct arena *a,
                 struct policy **out, struct fault *f)
{
    struct vec files = vec_of(a, sizeof(struct yaml_file), FILES_MAX);

    return yaml_folder(dir, a, &files, f) && policy_read(&files, w, k, a, out, f);
}

bool policy_add(struct policy *p, const char *file_or_dir, struct fault *f)
{
    struct vec files = vec_of(p->arena, sizeof(struct yaml_file), FILES_MAX);
    struct stat st;

    if (stat(file_or_dir, &st) != 0)
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%s: %s", file_or_dir,
                         strerror(errno));
    if (S_ISDIR(st.st_mode))
        return yaml_folder(file_or_dir, p->arena, &files, f) && load_files(p, &files, f);
    struct yaml_file *file = vec_push(&files, f);
    return file != NULL && yaml_file_open(file_or_dir, p->arena, file, f) &&
           load_files(p, &files, f);
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
    struct yaml_file read;
    if (!yaml_file_open(file, a, &read, f))
        return false;
    const bool whole = read_instrument(&read, &r, &one);
    if (!whole && f != NULL)
        *f = own;
    return whole && errors->count == 0;
}
