#include "writer/settings.h"

#include "core/buf.h"

#include <string.h>

#define PATH "private/settings"
#define WITNESSES_PATH "private/witnesses"
#define TITLE "hallmark/settings/v1"

enum { SETTINGS_MAX = 16384, WITNESSES_MAX = 1 << 20 };

static bool read_line(struct bytes line, struct settings *out, struct arena *a, struct fault *f)
{
    const size_t blank = bytes_index(line, ' ');
    const struct bytes name = bytes_part(line, 0, blank);
    const char *value = arena_copy(a, bytes_part(line, blank + 1, line.len), f);

    if (value == NULL)
        return false;
    if (bytes_equal_text(name, "origin"))
        out->origin = value;
    else if (bytes_equal_text(name, "key"))
        out->key = value;
    else if (bytes_equal_text(name, "clock"))
        out->clock = value;
    else
        return fault_set(f, FAULT_FORMAT, "an unknown line");
    return true;
}

static bool read_lines(struct bytes text, struct settings *out, struct arena *a, struct fault *f)
{
    struct bytes line = { 0 };

    /* a path that was cut may name another file */
    if (text.len == 0 || text.at[text.len - 1] != '\n')
        return fault_set(f, FAULT_FORMAT, "the last line is cut");
    if (!bytes_next(&text, '\n', &line) || !bytes_equal_text(line, TITLE))
        return fault_set(f, FAULT_FORMAT, "the first line is not " TITLE);
    while (bytes_next(&text, '\n', &line)) {
        if (!read_line(line, out, a, f))
            return false;
    }
    return (out->origin != NULL && out->key != NULL) ||
           fault_set(f, FAULT_FORMAT, "origin or key is missing");
}

bool settings_read(const struct folder *folder, struct arena *a, struct settings *out, bool *found,
                   struct fault *f)
{
    struct settings settings = { 0 };
    struct bytes text = { 0 };

    if (!folder_read(folder, PATH, SETTINGS_MAX, a, &text, found, f))
        return false;
    if (!*found)
        return true;
    if (!read_lines(text, &settings, a, f))
        return fault_wrap(f, "%s/" PATH, folder->name);
    *out = settings;
    return true;
}

bool settings_write(const struct folder *folder, const struct settings *s, struct fault *f)
{
    struct buf text = buf_with_limit(SETTINGS_MAX);

    buf_print(&text, TITLE "\norigin %s\nkey %s\n", s->origin, s->key);
    if (s->clock != NULL)
        buf_print(&text, "clock %s\n", s->clock);
    const bool ok = buf_ok(&text) ? folder_write(folder, PATH, buf_bytes(&text), f)
                                  : fault_set(f, FAULT_LIMIT, "the settings are too long");
    buf_done(&text);
    return ok;
}

bool settings_quorum(struct bytes witnesses, const struct key *log, struct arena *a,
                     struct quorum *out, struct bytes *text, struct fault *f)
{
    struct buf all = buf_with_limit(WITNESSES_MAX + KEY_VKEY_MAX + 64);
    char vkey[KEY_VKEY_MAX];

    buf_print(&all, "log %s\n", key_write(log, vkey));
    if (witnesses.len == 0)
        buf_add_text(&all, "quorum none\n");
    buf_add(&all, witnesses);
    const char *kept = buf_ok(&all) ? arena_copy(a, buf_bytes(&all), f) : NULL;
    const size_t len = all.len;
    const bool ok = buf_ok(&all) || fault_set(f, FAULT_LIMIT, "the witnesses' file is too long");
    buf_done(&all);
    if (!ok || kept == NULL)
        return false;
    *text = (struct bytes){ .at = (const uint8_t *)kept, .len = len };
    if (!quorum_read(*text, a, out, f))
        return false;
    return out->logs.count == 1 ||
           fault_set(f, FAULT_FORMAT, "the witnesses' file names a log: that is this register's");
}

bool settings_read_quorum(const struct folder *folder, const struct key *log, struct arena *a,
                          struct quorum *out, struct bytes *text, struct fault *f)
{
    struct bytes witnesses = { 0 };
    bool found = false;

    if (!folder_read(folder, WITNESSES_PATH, WITNESSES_MAX, a, &witnesses, &found, f))
        return false;
    return settings_quorum(witnesses, log, a, out, text, f) ||
           fault_wrap(f, "%s/" WITNESSES_PATH, folder->name);
}
