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

static int order_texts(const void *a, const void *b)
{
    const char *const *x = a;
    const char *const *y = b;

    return strcmp(*x, *y);
}

bool yaml_folder(const char *dir, struct arena *a, struct vec *paths, struct fault *f)
{
    OWNED(done_folder) DIR *d = opendir(dir);

    if (d == NULL)
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%s: %s", dir,
                         strerror(errno));
    for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (e->d_name[0] == '.' || !bytes_has_suffix(bytes_of_text(e->d_name), ".yaml"))
            continue;
        const char **path = vec_push(paths, f);
        if (path == NULL)
            return false;
        *path = arena_print(a, f, "%s/%s", dir, e->d_name);
        if (*path == NULL)
            return false;
    }
    vec_sort(paths, order_texts);
    return true;
}
