#include "record/record_kind.h"

#include "codec/base64.h"
#include "core/date.h"
#include "core/sha256.h"
#include "core/text.h"
#include "record/token.h"
#include "tlog/key.h"

#include <stdio.h>
#include <string.h>

enum {
    SHOWN = 48,
    DIGEST_PREFIX = 7, /* "sha256:" */
    HEX_MAX = 1024,
    REPEAT_DIGITS = 4, /* of P<n>D: 27 years */
    COUNT_DIGITS = 18, /* any such number is less than 2^63 */
    BASE64_PIECE = 1024,
};

const char *record_kind_shown(struct bytes value, char out[RECORD_SHOWN_MAX])
{
    struct bytes rest = bytes_part(value, 0, SHOWN);
    size_t at = 0;

    while (rest.len > 0) {
        const struct bytes before = rest;
        (void)text_next(&rest);
        const struct bytes one = bytes_part(before, 0, before.len - rest.len);
        if (text_is_clean(one)) {
            memcpy(out + at, one.at, one.len);
            at += one.len;
            continue;
        }
        for (size_t i = 0; i < one.len; i++)
            at += (size_t)snprintf(out + at, 5, "\\x%02x", one.at[i]);
    }
    out[at] = '\0';
    if (value.len > SHOWN)
        memcpy(out + at, "...", 4);
    return out;
}

static bool refuse(struct fault *f, struct bytes value, const char *rule)
{
    char shown[RECORD_SHOWN_MAX];

    return f != NULL &&
           fault_set(f, FAULT_FORMAT, "'%s' is no %s", record_kind_shown(value, shown), rule);
}

static bool is_id_byte(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_id(struct bytes value)
{
    if (value.len == 0 || value.len > RECORD_ID_MAX || !is_id_byte(value.at[0]))
        return false;
    for (size_t i = 1; i < value.len; i++)
        if (!is_id_byte(value.at[i]) && memchr("._/-", value.at[i], 4) == NULL)
            return false;
    return true;
}

static bool is_text(struct bytes value)
{
    return value.len > 0 && value.len <= RECORD_TEXT_MAX && value.at[0] != ' ' &&
           value.at[value.len - 1] != ' ' && text_is_clean(value);
}

static bool is_digits(struct bytes value, size_t most)
{
    if (value.len == 0 || value.len > most || (value.at[0] == '0' && value.len > 1))
        return false;
    for (size_t i = 0; i < value.len; i++)
        if (value.at[i] < '0' || value.at[i] > '9')
            return false;
    return true;
}

static bool is_digest(struct bytes value)
{
    struct sha256 ignored;

    return bytes_has_prefix(value, "sha256:") &&
           sha256_read(bytes_part(value, DIGEST_PREFIX, value.len), &ignored);
}

static bool is_date(struct bytes value)
{
    int32_t ignored;

    return date_read(value, &ignored);
}

/* P<n>D */
static bool is_period(struct bytes value)
{
    const struct bytes number = bytes_part(value, 1, value.len < 2 ? 0 : value.len - 2);

    return bytes_has_prefix(value, "P") && bytes_has_suffix(value, "D") &&
           is_digits(number, REPEAT_DIGITS) && number.at[0] != '0';
}

static bool is_step(struct bytes value)
{
    struct bytes word;

    if (!bytes_next(&value, ' ', &word) || !is_id(word))
        return false;
    if (!is_date(bytes_part(value, 0, 10)))
        return false;
    if (value.len == 10)
        return true;
    return bytes_has_prefix(bytes_part(value, 10, value.len), " repeat ") &&
           is_period(bytes_part(value, 18, value.len));
}

static bool is_state(struct bytes value)
{
    static const char *const effects[] = { "claim=", "procure=", "use=" };
    struct bytes word;

    if (!bytes_next(&value, ' ', &word) || !is_id(word))
        return false;
    for (size_t i = 0; i < 3; i++) {
        const bool last = i == 2;
        const size_t end = last ? value.len : bytes_index(value, ' ');
        word = bytes_part(value, 0, end);
        if (end == value.len && !last)
            return false;
        value = bytes_part(value, end + 1, value.len);
        if (!bytes_has_prefix(word, effects[i]) ||
            !record_kind_is_word("yes no risk-decision none",
                                 bytes_part(word, strlen(effects[i]), word.len)))
            return false;
    }
    return true;
}

/* In pieces, so that no buffer follows the value's length. */
static bool is_base64(struct bytes value)
{
    uint8_t out[BASE64_PIECE];
    size_t len;

    if (value.len == 0)
        return false;
    while (value.len > BASE64_PIECE) {
        const struct bytes piece = bytes_part(value, 0, BASE64_PIECE);
        if (!base64_take(piece, out, sizeof out, &len) || len != BASE64_PIECE / 4 * 3)
            return false;
        value = bytes_part(value, BASE64_PIECE, value.len);
    }
    return base64_take(value, out, sizeof out, &len);
}

static bool is_hex(struct bytes value)
{
    if (value.len == 0 || value.len > HEX_MAX || value.len % 2 != 0)
        return false;
    for (size_t i = 0; i < value.len; i++)
        if (memchr("0123456789abcdef", value.at[i], 16) == NULL)
            return false;
    return true;
}

/* The bundle is unpacked somewhere: a path must not leave that place. */
static bool is_path(struct bytes path)
{
    struct bytes rest = path;
    struct bytes name;

    if (path.len == 0 || path.len > RECORD_TEXT_MAX || !text_is_clean(path) ||
        bytes_index(path, ' ') < path.len || bytes_index(path, '\\') < path.len ||
        path.at[path.len - 1] == '/')
        return false;
    while (bytes_next(&rest, '/', &name))
        if (name.len == 0 || bytes_equal_text(name, ".") || bytes_equal_text(name, ".."))
            return false;
    return true;
}

static bool is_file(struct bytes value)
{
    const size_t blank = bytes_index(value, ' ');

    return is_digest(bytes_part(value, 0, blank)) &&
           is_path(bytes_part(value, blank + 1, value.len));
}

static bool is_pair(struct bytes value)
{
    const size_t sign = bytes_index(value, '=');

    return is_id(bytes_part(value, 0, sign)) && is_text(bytes_part(value, sign + 1, value.len));
}

/* The notes of parties are signed by keys of type 0x01 alone. */
static bool is_vkey(struct bytes value)
{
    struct key key;

    return text_is_clean(value) && key_read(value, &key, NULL) && key.type == KEY_ED25519;
}

static bool is_token(struct bytes value)
{
    return value.len <= RECORD_TEXT_MAX && token_is_one(value) && text_is_clean(value);
}

static bool is_of(enum record_kind kind, struct bytes value)
{
    switch (kind) {
    case RECORD_ID:
        return is_id(value);
    case RECORD_TEXT:
        return is_text(value);
    case RECORD_DATE:
        return is_date(value);
    case RECORD_DIGEST:
        return is_digest(value);
    case RECORD_COUNT:
        return is_digits(value, COUNT_DIGITS);
    case RECORD_WORD:
        return false; /* decided by the field's words */
    case RECORD_TOKEN:
        return is_token(value);
    case RECORD_VKEY:
        return is_vkey(value);
    case RECORD_STEP:
        return is_step(value);
    case RECORD_STATE:
        return is_state(value);
    case RECORD_BASE64:
        return is_base64(value);
    case RECORD_HEX:
        return is_hex(value);
    case RECORD_FILE:
        return is_file(value);
    case RECORD_PAIR:
        return is_pair(value);
    }
    return false;
}

/* Word, what a fault calls it, and the rule for the documents. */
static const struct {
    const char *word;
    const char *shape;
    const char *rule;
} kinds[] = {
    [RECORD_ID] = { "id", "id ([a-z0-9][a-z0-9._/-]*, at most 128 bytes)",
                    "`[a-z0-9][a-z0-9._/-]*`, at most 128 bytes" },
    [RECORD_TEXT] = { "text", "text (1 to 1024 bytes of clean UTF-8, no blank at its ends)",
                      "1 to 1024 bytes of clean UTF-8, no space at either end" },
    [RECORD_DATE] = { "date", "day (YYYY-MM-DD)",
                      "`YYYY-MM-DD`, a day that exists, years 1900 to 2999" },
    [RECORD_DIGEST] = { "digest", "digest (sha256: and 64 lower-case hexadecimal digits)",
                        "`sha256:` and 64 lower-case hexadecimal digits" },
    [RECORD_COUNT] = { "count", "count (decimal digits, no leading zero)",
                       "1 to 18 decimal digits, no leading zero but in `0`" },
    [RECORD_WORD] = { "word", "word of this line", "one of the words named" },
    [RECORD_TOKEN] = { "token", "token (one word, in lower case, without punctuation)",
                       "1 to 1024 bytes of clean UTF-8 that the token rule leaves as they are" },
    [RECORD_VKEY] = { "vkey", "verifier key of type 0x01 (C2SP signed-note)",
                      "a verifier key of C2SP signed-note: a name of 1 to 255 bytes of clean UTF-8 "
                      "without `+` and white space of Unicode, `+`, the key id in 8 lower-case "
                      "hexadecimal digits, `+`, and the base64 of 0x01 and 32 bytes; the key id is "
                      "that of name and key; the 32 bytes are canonical and no point of small "
                      "order (RFC 8032)" },
    [RECORD_STEP] = { "step", "step (ID DATE, or ID DATE repeat P<n>D)",
                      "`ID DATE` or `ID DATE repeat P<n>D`, n from 1 to 9999" },
    [RECORD_STATE] = { "state", "state (ID claim=ANSWER procure=ANSWER use=ANSWER)",
                       "`ID claim=ANSWER procure=ANSWER use=ANSWER`, ANSWER one of yes, no, "
                       "risk-decision, none" },
    [RECORD_BASE64] = { "base64", "base64 (RFC 4648 section 4, padded)",
                        "base64 of at least one byte (RFC 4648 section 4, padded, unused bits "
                        "zero)" },
    [RECORD_HEX] = { "hex", "run of lower-case hexadecimal digits, two for each byte",
                     "2 to 1024 lower-case hexadecimal digits, an even number of them" },
    [RECORD_FILE] = { "file", "file (DIGEST PATH)",
                      "`DIGEST PATH`: the path relative, 1 to 1024 bytes of clean UTF-8 without "
                      "space and backslash, no part of it empty, `.` or `..`" },
    [RECORD_PAIR] = { "pair", "pair (ID=TEXT)", "`ID=TEXT`" },
};

bool record_kind_check(const struct record_field *field, struct bytes value, struct fault *f)
{
    if (field->kind == RECORD_WORD) {
        char shown[RECORD_SHOWN_MAX];
        if (record_kind_is_word(field->words, value))
            return true;
        return fault_set(f, FAULT_FORMAT, "'%s' is none of: %s", record_kind_shown(value, shown),
                         field->words);
    }
    if (value.len > RECORD_TEXT_MAX && (field->kind == RECORD_TEXT || field->kind == RECORD_TOKEN))
        return fault_set(f, FAULT_FORMAT, "%zu bytes, where %d are allowed", value.len,
                         RECORD_TEXT_MAX);
    return is_of(field->kind, value) || refuse(f, value, kinds[field->kind].shape);
}

struct bytes record_kind_name(enum record_kind kind, struct bytes value)
{
    switch (kind) {
    case RECORD_STEP:
    case RECORD_STATE:
        return bytes_part(value, 0, bytes_index(value, ' '));
    case RECORD_PAIR:
        return bytes_part(value, 0, bytes_index(value, '='));
    case RECORD_FILE:
        return bytes_part(value, bytes_index(value, ' ') + 1, value.len);
    case RECORD_ID:
    case RECORD_TEXT:
    case RECORD_DATE:
    case RECORD_DIGEST:
    case RECORD_COUNT:
    case RECORD_WORD:
    case RECORD_TOKEN:
    case RECORD_VKEY:
    case RECORD_BASE64:
    case RECORD_HEX:
        return value;
    }
    return value;
}

const char *record_kind_word(enum record_kind kind)
{
    return kinds[kind].word;
}

const char *record_kind_rule(enum record_kind kind)
{
    return kinds[kind].rule;
}

uint64_t record_kind_count(struct bytes value)
{
    uint64_t n = 0;

    for (size_t i = 0; i < value.len; i++)
        n = n * 10 + (uint64_t)(value.at[i] - '0');
    return n;
}

bool record_kind_is_word(const char *words, struct bytes value)
{
    struct bytes rest = bytes_of_text(words);
    struct bytes word;

    while (bytes_next(&rest, ' ', &word))
        if (bytes_equal(word, value))
            return true;
    return false;
}
