#include "core/file.h"

#include "core/own.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool file_read(const char *path, struct buf *out, struct fault *f)
{
    OWNED(own_fclose) FILE *in = fopen(path, "rbe");
    uint8_t piece[16384];

    if (in == NULL)
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%s: %s", path,
                         strerror(errno));
    for (size_t n = 1; n > 0 && buf_ok(out);) {
        n = fread(piece, 1, sizeof piece, in);
        buf_add(out, (struct bytes){ .at = piece, .len = n });
    }
    if (ferror(in) != 0)
        return fault_set(f, FAULT_IO, "%s: %s", path, strerror(errno));
    return buf_ok(out) || fault_set(f, FAULT_LIMIT, "%s: larger than %zu bytes", path, out->limit);
}

bool file_load(const char *path, size_t limit, struct arena *a, struct bytes *out, struct fault *f)
{
    struct buf all = buf_with_limit(limit);
    const char *copy = file_read(path, &all, f) ? arena_copy(a, buf_bytes(&all), f) : NULL;

    if (copy != NULL)
        *out = (struct bytes){ .at = (const uint8_t *)copy, .len = all.len };
    buf_done(&all);
    return copy != NULL;
}
