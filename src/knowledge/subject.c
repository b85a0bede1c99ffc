#include "knowledge/subject.h"

#include <string.h>
#include <strings.h>

/* The length of one "type=value" up to its separator (RFC 4514 section 3: ',' or '+'; RFC 2253's
 * ';' is met too), which a backslash or quotes may hide. */
static size_t piece_len(struct bytes rest)
{
    bool quoted = false;

    for (size_t i = 0; i < rest.len; i++) {
        if (rest.at[i] == '\\') {
            i++;
            continue;
        }
        if (rest.at[i] == '"')
            quoted = !quoted;
        if (!quoted && strchr(",+;", rest.at[i]) != NULL)
            return i;
    }
    return rest.len;
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A backslash stands before a special character, or before two hexadecimal digits. */
static size_t unescape(struct bytes value, char *out)
{
    size_t len = 0;

    for (size_t i = 0; i < value.len; i++) {
        if (value.at[i] == '"')
            continue;
        if (value.at[i] != '\\' || i + 1 == value.len) {
            out[len++] = (char)value.at[i];
            continue;
        }
        const int high = hex_digit(value.at[i + 1]);
        const int low = i + 2 < value.len ? hex_digit(value.at[i + 2]) : -1;
        const bool is_hex = high >= 0 && low >= 0;
        const int byte = is_hex ? high << 4 | low : value.at[i + 1];
        out[len++] = (char)byte;
        i += is_hex ? 2 : 1;
    }
    return len;
}

static bool type_is(struct bytes piece, const char *type, struct bytes *value)
{
    const size_t equals = bytes_index(piece, '=');
    const struct bytes left = bytes_trim(bytes_part(piece, 0, equals));

    if (equals == piece.len || left.len != strlen(type) ||
        strncasecmp((const char *)left.at, type, left.len) != 0)
        return false;
    *value = bytes_trim(bytes_part(piece, equals + 1, piece.len));
    return true;
}

bool subject_field(struct arena *a, const char *subject, const char *type, const char **out,
                   struct fault *f)
{
    struct bytes rest = bytes_of_text(subject == NULL ? "" : subject);
    struct bytes value = { 0 };

    while (rest.len > 0) {
        const size_t len = piece_len(rest);
        if (type_is(bytes_part(rest, 0, len), type, &value)) {
            char *text = arena_copy(a, value, f);
            if (text == NULL)
                return false;
            text[unescape(value, text)] = '\0';
            *out = text;
            return true;
        }
        rest = bytes_part(rest, len + 1, rest.len);
    }
    *out = NULL;
    return true;
}
