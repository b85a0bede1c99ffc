#include "commands/data.h"

#include "commands/bundle_files.h"
#include "commands/pack.h"
#include "core/limits.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILES_MAX = 100000 };

/* words.yaml stands for the whole: a folder that is only called "knowledge" is not ours. */
static bool holds_data(struct arena *a, const char *folder)
{
    const struct arena_mark scratch = arena_mark(a);
    const char *words = arena_print(a, /* f */ NULL, "%s/knowledge/words.yaml", folder);
    const bool holds = words != NULL && access(words, F_OK) == 0;

    arena_release(a, scratch);
    return holds;
}

static bool program_folder(char out[LIMIT_PATH])
{
    const ssize_t len = readlink("/proc/self/exe", out, LIMIT_PATH - 1);

    if (len <= 0)
        return false;
    out[len] = '\0';
    char *slash = strrchr(out, '/');
    if (slash == NULL)
        return false;
    *slash = '\0';
    return true;
}

/* Where the data is, as somebody named it or as the program finds it. */
static bool find(struct arena *a, struct pack_place *out, struct fault *f)
{
    const char *named = getenv("HALLMARK_DATA");
    char program[LIMIT_PATH];

    *out = (struct pack_place){ .named = named != NULL && named[0] != '\0' };
    if (out->named) {
        out->data = named;
        return holds_data(a, named) ||
               fault_set(f, FAULT_IO, "HALLMARK_DATA: %s holds no knowledge/words.yaml", named);
    }
    const char *places[] = { NULL, NULL, HALLMARK_DATADIR };
    if (program_folder(program)) {
        out->program = arena_copy_text(a, program, f);
        places[0] = out->program;
        places[1] = arena_print(a, f, "%s/..", program);
    }
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        out->data = places[i];
        if (places[i] != NULL && holds_data(a, places[i]))
            return true;
    }
    return fault_set(f, FAULT_IO,
                     "no knowledge/ beside the program nor in %s: name its folder in HALLMARK_DATA",
                     HALLMARK_DATADIR);
}

bool data_open(struct arena *a, struct data *out, struct fault *f)
{
    struct pack_place place;

    *out = (struct data){ .files = vec_of(a, sizeof(struct bundle_file), FILES_MAX) };
    if (!find(a, &place, f) || !bundle_files(place.data, a, &out->files, f) ||
        !pack_check(&place, &out->files, a, &out->warning, f))
        return false;
    out->folder = place.data;
    return true;
}

bool data_files(const struct data *d, const char *part, struct vec *files, struct fault *f)
{
    for (size_t i = 0; i < d->files.count; i++) {
        const struct bundle_file *one = vec_at(&d->files, i);
        const size_t len = strlen(part);
        if (strncmp(one->path, part, len) != 0 || strchr(one->path + len, '/') != NULL)
            continue;
        struct yaml_file *file = vec_push(files, f);
        if (file == NULL)
            return false;
        *file = one->file;
    }
    return true;
}
