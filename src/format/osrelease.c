/* osrelease.c -- os-release: what a root says of itself (os-release(5)).
 *
 * One record "system" with the fields id, version_id, name, pretty_name, id_like, home_url, each as
 * written, unquoted. A line that is no assignment is reported and skipped. */
#include "format/format.h"

#include "core/limits.h"

static const struct {
    const char *variable;
    const char *key;
} wanted[] = {
    { "ID", "id" },           { "VERSION_ID", "version_id" },   { "NAME", "name" },
    { "ID_LIKE", "id_like" }, { "PRETTY_NAME", "pretty_name" }, { "HOME_URL", "home_url" },
};

static int osrelease_bid(struct bytes head)
{
    return bytes_has_prefix(head, "NAME=") || bytes_has_prefix(head, "PRETTY_NAME=") ||
                   bytes_has_prefix(head, "ID=")
               ? 24
               : 0;
}

/* The value without its quotes and backslashes, as a shell would read it; NULL for a quote that
 * does not close. os-release(5) allows no concatenation and no expansion. */
static char *unquote(struct arena *a, struct bytes value, struct fault *f)
{
    const bool quoted = value.len > 0 && (value.at[0] == '"' || value.at[0] == '\'');
    const uint8_t quote = quoted ? value.at[0] : 0;
    char *text = arena_alloc(a, value.len + 1, f);
    size_t n = 0;

    if (text == NULL)
        return NULL;
    for (size_t i = quoted ? 1 : 0; i < value.len; i++) {
        if (quoted && value.at[i] == quote)
            return text;
        if (value.at[i] == '\\' && quote != '\'' && i + 1 < value.len)
            i++;
        text[n++] = (char)value.at[i];
    }
    if (!quoted)
        return text;
    (void)fault_set(f, FAULT_FORMAT, "os-release(5): a quote that does not close");
    return NULL;
}

static bool read_line(const struct reading *in, struct bytes line, struct sink *out,
                      struct fault *f)
{
    const size_t equals = bytes_index(line, '=');

    if (equals == line.len)
        return fault_set(f, FAULT_FORMAT, "os-release(5): a line without '='");
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (!bytes_equal_text(bytes_part(line, 0, equals), wanted[i].variable))
            continue;
        const char *value = unquote(in->arena, bytes_part(line, equals + 1, line.len), f);
        if (value == NULL)
            return false;
        sink_copy(out, wanted[i].key, bytes_of_text(value));
    }
    return true;
}

static bool osrelease_read(const struct reading *in, struct sink *out, struct fault *f)
{
    struct bytes rest = in->all;
    struct bytes line;
    struct fault lost = { 0 };
    uint64_t lost_at = 0;

    if (in->all.len > LIMIT_SMALL_FILE)
        return fault_set(f, FAULT_LIMIT, "%zu bytes, limit %llu", in->all.len,
                         (unsigned long long)LIMIT_SMALL_FILE);
    sink_begin(out, "system");
    while (bytes_next(&rest, '\n', &line)) {
        const struct bytes text = bytes_trim(line);
        struct fault broken = { 0 };
        if (text.len == 0 || text.at[0] == '#' || read_line(in, text, out, &broken))
            continue;
        if (lost.kind != FAULT_NONE)
            continue;
        lost = broken;
        lost_at = (uint64_t)(line.at - in->all.at);
    }
    if (!sink_end(out, f))
        return false;
    lost.offset = lost_at;
    lost.has_offset = true;
    return lost.kind == FAULT_NONE || sink_fault(out, &lost, f);
}

const struct format osrelease_format = {
    .name = "osrelease",
    .title = "os-release: a root's own name",
    .cites = "os-release(5)",
    .bid = osrelease_bid,
    .read = osrelease_read,
};
