#include "proof/shown.h"

#include <stdio.h>
#include <string.h>

enum { ONE_MAX = 5 }; /* "\xNN" and a NUL */

static const char *show(uint8_t byte, char out[ONE_MAX])
{
    if (byte == '\\')
        (void)snprintf(out, ONE_MAX, "\\\\");
    else if (byte >= 0x20 && byte < 0x7f)
        (void)snprintf(out, ONE_MAX, "%c", byte);
    else
        (void)snprintf(out, ONE_MAX, "\\x%02x", (unsigned)byte);
    return out;
}

void shown_put(struct buf *out, struct bytes text)
{
    char one[ONE_MAX];

    for (size_t i = 0; i < text.len; i++)
        buf_add_text(out, show(text.at[i], one));
}

const char *shown_brief(struct bytes text, char out[SHOWN_MAX])
{
    static const char cut[] = "...";
    char one[ONE_MAX];
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < text.len; i++) {
        const size_t n = strlen(show(text.at[i], one));
        if (len + n + sizeof cut > SHOWN_MAX) {
            memcpy(out + len, cut, sizeof cut);
            return out;
        }
        memcpy(out + len, one, n + 1);
        len += n;
    }
    return out;
}
