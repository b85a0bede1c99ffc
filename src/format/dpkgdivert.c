/* dpkgdivert.c -- the diversions of dpkg (dpkg-divert(1)): three lines each, the path diverted, the
 * path it goes to, and the package that wants it so, ":" for the administrator.
 *
 * One record "diversion" each: from, to, package. As the lines have no marks of their own, three
 * that do not fit are lost together, and the next three are tried. */
#include "core/limits.h"
#include "format/format.h"
#include "format/losses.h"

#include <string.h>

static int dpkgdivert_bid(struct bytes head)
{
    struct bytes line[2] = { 0 };

    for (size_t i = 0; i < 2; i++) {
        if (!bytes_next(&head, '\n', &line[i]) || line[i].len == 0 || line[i].at[0] != '/')
            return 0;
    }
    return 16;
}

static bool is_path(struct bytes b)
{
    return b.len > 1 && b.len <= LIMIT_PATH && b.at[0] == '/' && memchr(b.at, 0, b.len) == NULL;
}

static bool state_diversion(const struct bytes line[3], struct sink *out, struct fault *f)
{
    sink_begin(out, "diversion");
    sink_text(out, "from", line[0]);
    sink_text(out, "to", line[1]);
    sink_text(out, "package", line[2]);
    return sink_end(out, f);
}

static bool dpkgdivert_read(const struct reading *in, struct sink *out, struct fault *f)
{
    struct losses losses = losses_to(out);
    struct bytes rest = in->all;
    size_t count = 0;

    while (rest.len > 0) {
        const uint64_t offset = (uint64_t)(rest.at - in->all.at);
        struct bytes line[3] = { 0 };
        bool whole = true;
        for (size_t i = 0; i < 3; i++)
            whole = bytes_next(&rest, '\n', &line[i]) && whole;
        if (++count > LIMIT_RECORDS)
            return fault_at(f, FAULT_LIMIT, offset, "more than %d diversions", LIMIT_RECORDS);
        if (whole && is_path(line[0]) && is_path(line[1]) && line[2].len > 0 &&
            line[2].len <= LIMIT_NAME) {
            if (!state_diversion(line, out, f))
                return false;
            continue;
        }
        struct fault lost = { 0 };
        (void)fault_at(&lost, FAULT_FORMAT, offset,
                       "dpkg-divert(1): diversion %zu is not two absolute paths and a package",
                       count);
        if (!losses_add(&losses, &lost, f))
            return false;
    }
    return losses_end(&losses, f);
}

const struct format dpkgdivert_format = {
    .name = "dpkgdivert",
    .title = "the diversions of dpkg",
    .cites = "dpkg-divert(1)",
    .bid = dpkgdivert_bid,
    .read = dpkgdivert_read,
};
