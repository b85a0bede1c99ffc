#include "inventory/pe_words.h"

#include "core/limits.h"
#include "core/text.h"

#include <ctype.h>
#include <string.h>

bool pe_words_field(const struct record *r, const char *key, struct arena *keep, const char **text,
                    struct fault *f)
{
    const struct bytes value = bytes_trim(record_text(r, key));

    *text = value.len == 0 ? NULL : text_from(keep, value, LIMIT_NAME, f);
    return value.len == 0 || *text != NULL;
}

bool pe_words_keep(struct pe_words *w, const struct record *r, struct arena *keep, struct fault *f)
{
    const struct {
        const char *key;
        const char **text;
    } wanted[] = {
        { "ProductName", &w->product_name },
        { "FileDescription", &w->description },
        { "InternalName", &w->internal_name },
        { "OriginalFilename", &w->original_name },
        { "ProductVersion", &w->product_version },
        { "FileVersion", &w->file_version },
        { "fixed_product_version", &w->fixed_version },
    };

    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (*wanted[i].text == NULL && !pe_words_field(r, wanted[i].key, keep, wanted[i].text, f))
            return false;
    }
    return true;
}

bool pe_words_sentence(const struct record *r, struct arena *keep, const char **text,
                       struct fault *f)
{
    static const char *const shown[] = { "CompanyName",    "ProductName", "FileDescription",
                                         "ProductVersion", "FileVersion", "OriginalFilename" };
    const char *sentence = NULL;
    const char *value = NULL;

    if (!pe_words_field(r, "block", keep, &value, f))
        return false;
    sentence = arena_print(keep, f, "version resource%s%s", value == NULL ? "" : " ",
                           value == NULL ? "" : value);
    for (size_t i = 0; i < sizeof shown / sizeof shown[0] && sentence != NULL; i++) {
        if (!pe_words_field(r, shown[i], keep, &value, f))
            return false;
        if (value != NULL)
            sentence = arena_print(keep, f, "%s%s %s \"%s\"", sentence, i == 0 ? ":" : ",",
                                   shown[i], value);
    }
    *text = sentence;
    return sentence != NULL;
}

const char *pe_words_name(const struct pe_words *w)
{
    const char *const by_rank[] = { w->product_name, w->description, w->internal_name,
                                    w->original_name };

    for (size_t i = 0; i < sizeof by_rank / sizeof by_rank[0]; i++) {
        if (by_rank[i] != NULL)
            return by_rank[i];
    }
    return NULL;
}

static bool is_digit(char c)
{
    return isdigit((unsigned char)c) != 0;
}

/* Where a number begins a word, or follows the "v" that does. */
static const char *first_number(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        const bool after_v = at > text && (at[-1] | 0x20) == 'v' &&
                             (at == text + 1 || isalnum((unsigned char)at[-2]) == 0);
        const bool begins = at == text || isalnum((unsigned char)at[-1]) == 0;
        if (is_digit(*at) && (begins || after_v))
            return at;
    }
    return NULL;
}

static bool belongs(char c)
{
    return isalnum((unsigned char)c) != 0 || (c != '\0' && strchr(".+_~-", c) != NULL);
}

static const char *reduce(const char *text, struct arena *keep, struct fault *f)
{
    const char *at = first_number(text);
    size_t n = 0;

    if (at == NULL)
        return text;
    char *out = arena_alloc(keep, strlen(at) + 1, f);
    while (out != NULL && *at != '\0') {
        const size_t gap = *at == ',' ? 1 + strspn(at + 1, " ") : 0;
        if (gap > 0 && is_digit(at[gap])) {
            out[n++] = '.';
            at += gap;
        } else if (belongs(*at)) {
            out[n++] = *at++;
        } else {
            break;
        }
    }
    return out;
}

bool pe_words_version(const struct pe_words *w, struct arena *keep, const char **version,
                      struct fault *f)
{
    const char *stated = w->product_version != NULL ? w->product_version
                         : w->file_version != NULL  ? w->file_version
                                                    : w->fixed_version;

    *version = stated == NULL ? NULL : reduce(stated, keep, f);
    return stated == NULL || *version != NULL;
}
