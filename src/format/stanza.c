#include "format/stanza.h"

#include <string.h>
#include <strings.h>

/* deb822(5): printable ASCII but the colon, not beginning with '-'; '#' is told apart before. */
static bool is_name(struct bytes b)
{
    if (b.len == 0 || b.at[0] == '-')
        return false;
    for (size_t i = 0; i < b.len; i++) {
        if (b.at[i] <= 0x20 || b.at[i] >= 0x7f)
            return false;
    }
    return true;
}

struct stanza_line stanza_line_of(struct bytes line)
{
    const struct bytes text = bytes_trim(line);

    if (text.len == 0)
        return (struct stanza_line){ .kind = STANZA_BLANK };
    if (line.at[0] == '#')
        return (struct stanza_line){ .kind = STANZA_COMMENT };
    if (line.at[0] == ' ' || line.at[0] == '\t')
        return (struct stanza_line){ .kind = STANZA_MORE, .value = line };

    const size_t colon = bytes_index(line, ':');
    if (colon == line.len)
        return (struct stanza_line){ .kind = STANZA_BROKEN };
    const struct bytes name = bytes_trim(bytes_part(line, 0, colon));
    if (!is_name(name))
        return (struct stanza_line){ .kind = STANZA_BROKEN };
    struct bytes value = bytes_trim(bytes_part(line, colon + 1, line.len));
    if (value.len == 0)
        value.at = line.at + line.len;
    return (struct stanza_line){ .kind = STANZA_FIELD, .name = name, .value = value };
}

bool stanza_is_named(struct bytes name, const char *field)
{
    return name.len == strlen(field) && strncasecmp((const char *)name.at, field, name.len) == 0;
}
