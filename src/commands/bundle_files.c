#include "commands/bundle_files.h"

#include "core/own.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH_MAX = 4, FILES_MAX = 100000 };

static void done_folder(DIR **d)
{
    if (*d != NULL)
        (void)closedir(*d);
}

static bool add_files(const char *dir, size_t skip, struct arena *a, struct vec *files,
                      struct fault *f)
{
    struct vec read = vec_of(a, sizeof(struct yaml_file), FILES_MAX);

    if (!yaml_folder(dir, a, &read, f))
        return false;
    for (size_t i = 0; i < read.count; i++) {
        const struct yaml_file *file = vec_at(&read, i);
        struct bundle_file *slot = vec_push(files, f);
        if (slot == NULL)
            return false;
        *slot = (struct bundle_file){ .path = file->path + skip,
                                      .digest = sha256_of(file->text),
                                      .file = *file };
    }
    return true;
}

static bool walk(const char *dir, size_t skip, int depth, struct arena *a, struct vec *files,
                 struct fault *f)
{
    OWNED(done_folder) DIR *d = opendir(dir);
    struct stat st;

    if (d == NULL)
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%s: %s", dir,
                         strerror(errno));
    if (!add_files(dir, skip, a, files, f))
        return false;
    for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (e->d_name[0] == '.' || fstatat(dirfd(d), e->d_name, &st, 0) != 0 ||
            !S_ISDIR(st.st_mode))
            continue;
        const char *below = arena_print(a, f, "%s/%s", dir, e->d_name);
        if (below == NULL)
            return false;
        if (depth == 0)
            return fault_set(f, FAULT_LIMIT, "%s: deeper than %d folders", below, DEPTH_MAX);
        if (!walk(below, skip, depth - 1, a, files, f))
            return false;
    }
    return true;
}

static int by_path(const void *a, const void *b)
{
    const struct bundle_file *x = a;
    const struct bundle_file *y = b;

    return strcmp(x->path, y->path);
}

bool bundle_files(const char *folder, struct arena *a, struct vec *files, struct fault *f)
{
    static const char *const parts[] = { "knowledge", "policies" };

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const char *dir = arena_print(a, f, "%s/%s", folder, parts[i]);
        if (dir == NULL || !walk(dir, strlen(folder) + 1, DEPTH_MAX, a, files, f))
            return false;
    }
    vec_sort(files, by_path);
    return true;
}
