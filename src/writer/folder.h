/* folder.h -- the files of a log as its writer writes them: each whole and durable, or not at all.
 *
 * A batch of files is written under other names in DIR/private/new, made durable together, and
 * only then moved to its places, whose folders are made durable last. So nothing stands in part
 * under its own name, after whatever crash; what a crash leaves in private/new is swept away. */
#ifndef FOLDER_H
#define FOLDER_H

#include "core/vec.h"

enum { FOLDER_PATH_MAX = 256, FOLDER_BATCH_MAX = 1 << 22 };

struct folder {
    int fd;
    const char *name; /* as the user named it, for telling; borrowed */
};

struct folder_batch {
    const struct folder *folder;
    struct arena arena;
    struct vec files; /* struct folder_file */
};

/* An existing folder, with its private part; folder_close accepts the empty object. */
bool folder_open(const char *name, struct folder *out, struct fault *f) MUST_CHECK;
void folder_close(struct folder *folder);

/* The folder with DIR/private (0700), DIR/private/new, DIR/checkpoints; what exists is left. */
bool folder_make(const char *name, struct folder *out, struct fault *f) MUST_CHECK;

/* A file of at most `limit` bytes; not there: true, with *found false. */
bool folder_read(const struct folder *folder, const char *path, size_t limit, struct arena *a,
                 struct bytes *out, bool *found, struct fault *f) MUST_CHECK;

/* A file that the user names, wherever it is; it must be there. */
bool folder_read_any(const char *path, size_t limit, struct arena *a, struct bytes *out,
                     struct fault *f) MUST_CHECK;

struct folder_batch folder_batch_begin(const struct folder *folder);
bool folder_batch_add(struct folder_batch *b, const char *path, struct bytes content,
                      struct fault *f) MUST_CHECK;

/* The same for a file that never changes: one that stands there already is left alone where it is
 * the same, and otherwise a fault that names it. */
bool folder_batch_add_once(struct folder_batch *b, const char *path, struct bytes content,
                           struct fault *f) MUST_CHECK;

/* On false some files may stand in their places, each whole. */
bool folder_batch_commit(struct folder_batch *b, struct fault *f) MUST_CHECK;

/* Gives up what was not committed. */
void folder_batch_done(struct folder_batch *b);

/* A batch of one, replacing what stands there. */
bool folder_write(const struct folder *folder, const char *path, struct bytes content,
                  struct fault *f) MUST_CHECK;

/* Durably; not there: nothing to do. */
bool folder_remove(const struct folder *folder, const char *path, struct fault *f) MUST_CHECK;

/* Whether anything stands in a folder below; *some is false where there is none. */
bool folder_has_files(const struct folder *folder, const char *path, bool *some,
                      struct fault *f) MUST_CHECK;

/* A folder of files with all in it; what cannot be removed stays. */
void folder_remove_all(const struct folder *folder, const char *path);

/* Sweep private/new. */
void folder_sweep(const struct folder *folder);

/* A new descriptor on a file of the folder, with open's flags and mode 0600; -1 and the fault. */
int folder_descriptor(const struct folder *folder, const char *path, int flags, struct fault *f);

/* All bytes to the descriptor, or a fault without a name. */
bool folder_put(int fd, struct bytes content, struct fault *f) MUST_CHECK;

/* Make a folder below durable ("." is DIR itself). */
bool folder_sync(const struct folder *folder, const char *path, struct fault *f) MUST_CHECK;

#endif
