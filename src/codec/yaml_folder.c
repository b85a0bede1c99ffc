#include "codec/yaml.h"
#include "core/own.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

static void done_folder(DIR **d)
{
    if (*d != NULL)
        (void)closedir(*d);
}

static int by_path(const void *a, const void *b)
{
    const struct yaml_file *x = a;
    const struct yaml_file *y = b;

    return strcmp(x->path, y->path);
}

bool yaml_folder(const char *dir, struct arena *a, struct vec *files, struct fault *f)
{
    OWNED(done_folder) DIR *d = opendir(dir);

    if (d == NULL)
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%s: %s", dir,
                         strerror(errno));
    for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (e->d_name[0] == '.' || !bytes_has_suffix(bytes_of_text(e->d_name), ".yaml"))
            continue;
        struct yaml_file *file = vec_push(files, f);
        const char *path = file == NULL ? NULL : arena_print(a, f, "%s/%s", dir, e->d_name);
        if (path == NULL || !yaml_file_open(path, a, file, f))
            return false;
    }
    vec_sort(files, by_path);
    return true;
}
