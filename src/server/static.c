#include "server/static.h"

#include "core/own.h"
#include "register/source.h"
#include "tlog/checkpoint.h"
#include "tlog/tile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct static_files {
    int folder;
};

enum lasting { MOMENT, FOREVER }; /* how long what was read may be kept */

bool static_open(const char *dir, struct static_files **out, struct fault *f)
{
    OWNED(own_close) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%.160s: %s", dir,
                         strerror(errno));
    struct static_files *s = malloc(sizeof *s);
    if (s == NULL)
        return fault_set(f, FAULT_LIMIT, "%.160s: out of memory", dir);
    s->folder = own_take_fd(&fd);
    *out = s;
    return true;
}

void static_close(struct static_files **s)
{
    if (*s == NULL)
        return;
    own_close(&(*s)->folder);
    free(*s);
    *s = NULL;
}

bool static_holds_log(const struct static_files *s)
{
    struct stat st;

    return fstatat(s->folder, "checkpoint", &st, /* flags */ 0) == 0 ||
           fstatat(s->folder, "private/settings", &st, /* flags */ 0) == 0;
}

/* What the path is: its kind and how long it lasts. False for what is none of ours. */
static bool recognise(struct bytes path, const char **type, enum lasting *lasting)
{
    struct tile tile;
    uint64_t size = 0;

    *type = "text/plain; charset=utf-8";
    *lasting = MOMENT;
    if (bytes_equal_text(path, "checkpoint") || bytes_equal_text(path, "checkpoints/sizes") ||
        bytes_equal_text(path, "policy.txt"))
        return true;
    if (bytes_has_prefix(path, "checkpoints/")) {
        struct bytes name = bytes_part(path, strlen("checkpoints/"), path.len);
        if (bytes_has_suffix(name, ".first")) {
            name = bytes_part(name, 0, name.len - strlen(".first"));
            *lasting = FOREVER;
        }
        return checkpoint_number(name, &size);
    }
    *type = "application/octet-stream";
    *lasting = FOREVER;
    return tile_path_read(path, &tile);
}

static void answer(void *with, struct http_request *r)
{
    const struct static_files *s = with;
    const char *path = http_path(r) + 1; /* behind the slash */
    const char *type = NULL;
    enum lasting lasting = MOMENT;
    struct fault f = { 0 };
    uint64_t size = 0;
    bool found = false;
    int fd = -1;

    http_header(r, "Access-Control-Allow-Origin", "*"); /* public, and checked by who reads */
    if (http_path(r)[0] != '/' || !recognise(bytes_of_text(path), &type, &lasting)) {
        http_header(r, "Cache-Control", "no-store");
        http_say(r, 404, "not found");
        return;
    }
    if (!source_open_at(s->folder, path, &fd, &size, &found, &f)) {
        http_header(r, "Cache-Control", "no-store");
        http_say(r, 500, "this file cannot be read now");
        return;
    }
    if (!found) {
        /* a tile that is not there yet may be there in a second */
        http_header(r, "Cache-Control", "no-store");
        http_say(r, 404, "not found");
        return;
    }
    http_header(r, "Cache-Control",
                lasting == FOREVER ? "public, max-age=31536000, immutable" : "no-cache");
    http_answer_file(r, type, fd, size);
}

struct http_route static_route(struct static_files *s)
{
    return (struct http_route){ .method = "GET", .path = "/*", .with = s, .answer = answer };
}
