/* source.h -- where the files of a log come from: a folder here, or a server (fetch/source_http.h).
 *
 * A source brings the files of one log by the paths of tlog-tiles ("checkpoint", "tile/0/000",
 * "tile/entries/x001/234.p/6", "checkpoints/8192"). It does not look into them: whoever reads
 * checks what came against a checkpoint. A file that is not there is a value; a fault names the
 * file and says what the folder or the server did wrong. */
#ifndef SOURCE_H
#define SOURCE_H

#include "core/arena.h"

struct source {
    void *with; /* the source's own */

    /* Must. The whole file at `path`, of at most `limit` bytes, into the arena. Not there: true,
     * with *found false. */
    bool (*read)(void *with, const char *path, size_t limit, struct arena *a, struct bytes *out,
                 bool *found, struct fault *f);

    /* May (NULL: reading ahead gains nothing). The paths that will be read next, in that order,
     * each of at most `limit` bytes: a far source fetches several at once. Replaces what was
     * announced before. Reading one of them drops those announced before it; other paths may be
     * read in between. What went wrong with a file is told when it is read. */
    bool (*prefetch)(void *with, const char *const *paths, size_t count, size_t limit,
                     struct fault *f);

    /* Must. */
    void (*close)(void *with);

    const char *name; /* the folder or the URL, for telling; lives as long as the source */
};

/* By the slots above; source_close accepts the empty source and leaves it empty. */
bool source_read(const struct source *s, const char *path, size_t limit, struct arena *a,
                 struct bytes *out, bool *found, struct fault *f) MUST_CHECK;
bool source_prefetch(const struct source *s, const char *const *paths, size_t count, size_t limit,
                     struct fault *f) MUST_CHECK;
void source_close(struct source *s);

/* Relative, in components of printable ASCII without blanks, none of them empty or beginning with
 * a dot. Every source refuses other paths. */
bool source_path_is_valid(const char *path);

/* The files below `dir`: regular files only, and no symbolic link below `dir` is followed. */
bool source_folder_open(const char *dir, struct source *out, struct fault *f) MUST_CHECK;

/* The same for who serves a file rather than reads it: a descriptor (the caller's) and the size.
 * Not there, or no regular file: true, with *found false. `folder` is an open folder. */
bool source_open_at(int folder, const char *path, int *fd, uint64_t *size, bool *found,
                    struct fault *f) MUST_CHECK;

#endif
