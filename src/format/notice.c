#include "format/notice.h"

#include <string.h>
#include <strings.h>

enum { YEAR_LINES = 8 }; /* lines that a list of years may take */

bool notice_is_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

bool notice_begins(struct bytes b, const char *prefix)
{
    const size_t len = strlen(prefix);

    return b.len >= len && strncasecmp((const char *)b.at, prefix, len) == 0;
}

bool notice_begins_word(struct bytes b, const char *word)
{
    const size_t len = strlen(word);

    return notice_begins(b, word) && (b.len == len || (!notice_is_letter(b.at[len]) &&
                                                       !is_digit(b.at[len]) && b.at[len] != '-'));
}

static size_t year_len(struct bytes b)
{
    size_t n = 0;

    while (n < b.len && is_digit(b.at[n]))
        n++;
    const bool year = n == 4 && (memcmp(b.at, "19", 2) == 0 || memcmp(b.at, "20", 2) == 0);
    /* a dash of three bytes may follow, so that only ASCII letters make it no year */
    return year && (n == b.len || b.at[n] >= 0x80 || !notice_is_letter(b.at[n])) ? n : 0;
}

/* Punctuation that may stand between the parts of a notice: the length of one piece. */
static size_t punctuation_len(struct bytes b, const struct notice *n)
{
    static const char *const dashes[] = { "\xe2\x80\x93", "\xe2\x80\x94", "\xe2\x80\x92",
                                          "\xe2\x80\x90", "\xe2\x80\x91", "\xc2\xa0" };

    if (memchr(" \t\r,.:;-*#/|'`\"_=+", b.at[0], 18) != NULL)
        return 1;
    if (b.at[0] == '\n' && n->year && (n->comma || n->lines > 0) && n->lines < YEAR_LINES)
        return 1;
    for (size_t i = 0; i < sizeof dashes / sizeof dashes[0]; i++) {
        if (notice_begins(b, dashes[i]))
            return strlen(dashes[i]);
    }
    return 0;
}

/* "1996-97", "2001-9", "2003-present": what may end a range of years. */
static size_t range_end_len(struct bytes b, const struct notice *n, bool after_dash)
{
    size_t digits = 0;

    if (!n->year)
        return 0;
    if (notice_begins_word(b, "present") || notice_begins_word(b, "current"))
        return 7;
    if (notice_begins_word(b, "today"))
        return 5;
    if (notice_begins_word(b, "and") && year_len(bytes_part(b, 4, b.len)) > 0)
        return 3;
    while (digits < b.len && is_digit(b.at[digits]))
        digits++;
    return after_dash && digits <= 2 && (digits == b.len || !notice_is_letter(b.at[digits]))
               ? digits
               : 0;
}

static size_t mark_len(struct bytes b)
{
    static const char *const marks[] = { "(c)",          "\xc2\xa9", "\xa9",
                                         "\xe2\x92\xb8", "&copy;",   "\\(co" };

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (notice_begins(b, marks[i]))
            return strlen(marks[i]);
    }
    return 0;
}

static size_t word_len(struct bytes b)
{
    static const char *const words[] = { "copyrighted", "copyrights", "copyright" };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (notice_begins_word(b, words[i]))
            return strlen(words[i]);
    }
    return 0;
}

static size_t article_len(struct bytes b)
{
    static const char *const articles[] = { "by", "the", "is", "held by" };

    for (size_t i = 0; i < sizeof articles / sizeof articles[0]; i++) {
        const size_t len = strlen(articles[i]);
        if (notice_begins_word(b, articles[i]) && b.len > len &&
            (b.at[len] == ' ' || b.at[len] == '\t'))
            return len;
    }
    return 0;
}

/* The length of the next piece of a notice before its name; 0 where the name begins. */
static size_t piece_len(struct bytes b, struct notice *n, bool after_dash)
{
    size_t len = punctuation_len(b, n);

    if (len > 0) {
        n->lines += b.at[0] == '\n' ? 1 : 0;
        n->comma = b.at[0] == ',' || (n->comma && memchr(" \t\r\n*#", b.at[0], 6) != NULL);
        return len;
    }
    n->comma = false;
    if ((len = mark_len(b)) > 0)
        n->mark = true;
    else if ((len = year_len(b)) > 0)
        n->year = true;
    else if ((len = word_len(b)) > 0)
        n->word = true;
    else if ((len = range_end_len(b, n, after_dash)) == 0)
        len = article_len(b);
    return len;
}

struct bytes notice_skip(struct bytes text, struct notice *n)
{
    bool after_dash = false;

    while (text.len > 0) {
        const size_t len = piece_len(text, n, after_dash);
        if (len == 0)
            break;
        after_dash = text.at[0] == '-' || text.at[0] == 0xe2 || (after_dash && text.at[0] == ' ');
        text = bytes_part(text, len, text.len);
    }
    return text;
}

size_t notice_at(struct bytes line)
{
    for (size_t i = 0; i < line.len; i++) {
        const uint8_t c = line.at[i];
        /* 0xa9 is the sign in Latin-1, but within UTF-8 half the accented letters end with it */
        if (memchr("cC(&\\\xc2\xa9\xe2", c, 8) == NULL ||
            (c == 0xa9 && i > 0 && line.at[i - 1] >= 0x80))
            continue;
        const struct bytes rest = bytes_part(line, i, line.len);
        const bool sign = mark_len(rest) > 0;
        if (word_len(rest) > 0 || (sign && c != '(') ||
            (sign && year_len(bytes_trim(bytes_part(rest, 3, rest.len))) > 0))
            return i;
    }
    return line.len;
}
