#include "format/holder.h"

#include "format/notice.h"

#include <string.h>

enum {
    NAME_LONGEST = 100, /* bytes; longer ones seen were sentences */
    NAME_WORDS = 10,
    PREFIX_LONGEST = 60,
};

/* "Foundation, Inc.": what belongs to the name though a comma stands before it. Its length with
 * comma and blank, or 0. */
static size_t suffix_len(struct bytes b)
{
    static const char *const suffixes[] = { "Inc",  "LLC",   "Ltd", "Limited",     "Corp", "Co",
                                            "GmbH", "S.A",   "SA",  "SAS",         "B.V",  "BV",
                                            "AG",   "e.V",   "Jr",  "LP",          "L.P",  "PLC",
                                            "Sr",   "s.r.o", "KG",  "Incorporated" };
    const size_t blanks = b.len > 1 && b.at[1] == ' ' ? 2 : 1;
    const struct bytes word = bytes_part(b, blanks, b.len);

    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        if (notice_begins_word(word, suffixes[i]))
            return blanks + strlen(suffixes[i]);
    }
    return 0;
}

/* A second holder, or prose, begins here: `b` begins with a blank. "and" is part of many names of
 * institutions, so it divides only what has two words and no "of" before it. */
static bool divides(struct bytes b, struct bytes before)
{
    static const char *const ends[] = { "all rights", "et al",    "and others", "and/or", "under",
                                        "licensed",   "released", "who",        "which",  "http:",
                                        "https:",     "ftp:",     "see",        "unless", "--" };
    const struct bytes word = bytes_part(b, 1, b.len);

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (notice_begins(word, ends[i]))
            return true;
    }
    const struct bytes next = bytes_part(word, 0, word.len < 100 ? word.len : 100);
    if (bytes_index(next, '@') < bytes_index(next, ' '))
        return true;
    return notice_begins_word(word, "and") && bytes_index(before, ' ') < before.len &&
           bytes_search(before, bytes_of_text(" of ")) == before.len;
}

/* "John (J5) Palmieri": the length of what is in brackets amid a name, or 0. */
static size_t nickname_len(struct bytes b)
{
    const size_t end = bytes_index(bytes_part(b, 0, 20), ')');
    const struct bytes after = bytes_part(b, end + 1, b.len);

    return b.at[0] == '(' && after.len > 2 && after.at[0] == ' ' && after.at[1] >= 'A' &&
                   after.at[1] <= 'Z' && !notice_begins(after, " all ")
               ? end + 1
               : 0;
}

static size_t name_end(struct bytes b)
{
    size_t i = 0;

    while (i < b.len && i <= NAME_LONGEST) {
        const struct bytes rest = bytes_part(b, i, b.len);
        const size_t nickname = nickname_len(rest);
        if (nickname > 0) {
            i += nickname;
            continue;
        }
        if (memchr("<([{\n\r;|\t\"", rest.at[0], 10) != NULL)
            break;
        if (rest.at[0] == ',') {
            const size_t suffix = suffix_len(rest);
            if (suffix == 0)
                break;
            i += suffix;
            continue;
        }
        if (rest.at[0] == ' ' && divides(rest, bytes_part(b, 0, i)))
            break;
        if (rest.at[0] == '.' && notice_begins(bytes_part(rest, 1, rest.len), " All"))
            break;
        i++;
    }
    return i;
}

/* A full stop belongs to "Inc." and "J.", but not to the end of a sentence. */
static bool keeps_stop(struct bytes b)
{
    static const char *const short_words[] = { "Inc.", "Ltd.", "Co.",  "Corp.", "Jr.",
                                               "Sr.",  "S.A.", "B.V.", "e.V.",  "L.P." };

    for (size_t i = 0; i < sizeof short_words / sizeof short_words[0]; i++) {
        if (bytes_has_suffix(b, short_words[i]))
            return true;
    }
    return b.len >= 3 && b.at[b.len - 3] == ' ';
}

static struct bytes trim_name(struct bytes b)
{
    for (b = bytes_trim(b); b.len > 0; b = bytes_trim(b)) {
        const uint8_t last = b.at[b.len - 1];
        if (memchr(",:-*/'`=", last, 8) == NULL && (last != '.' || keeps_stop(b)))
            break;
        b.len--;
    }
    /* "IBM Corporation 2006" */
    if (b.len > 5 && b.at[b.len - 5] == ' ' &&
        (bytes_has_prefix(bytes_part(b, b.len - 4, 4), "19") ||
         bytes_has_prefix(bytes_part(b, b.len - 4, 4), "20")))
        b.len -= 5;
    return bytes_trim(b);
}

/* Words with which no name begins, but many a sentence about copyright. */
static bool is_prose(struct bytes b)
{
    static const char *const words[] = {
        "see",         "various",      "other",     "others",     "individual",
        "unknown",     "none",         "n/a",       "public",     "public-domain",
        "pd",          "nobody",       "upstream",  "holder",     "holders",
        "notice",      "notices",      "owner",     "owners",     "statement",
        "statements",  "law",          "laws",      "and",        "or",
        "of",          "in",           "this",      "these",      "that",
        "file",        "files",        "license",   "licenses",   "licence",
        "licensing",   "year",         "years",     "date",       "to",
        "on",          "for",          "as",        "at",         "with",
        "information", "info",         "status",    "assignment", "act",
        "ownership",   "may",          "was",       "are",        "has",
        "have",        "not",          "same",      "like",       "authors",
        "author",      "contributors", "it",        "its",        "all",
        "any",         "if",           "where",     "you",        "protection",
        "from",        "please",       "there",     "original",   "anonymous",
        "many",        "different",    "per",       "below",      "above",
        "following",   "and/or",       "copyright", "format",     "refer",
        "released",    "no",           "only",      "each",       "some",
        "most",        "portions",     "interest",  "disclaimer", "but",
        "under",       "text",         "issues",    "details",
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (notice_begins_word(b, words[i]))
            return true;
    }
    return false;
}

static bool is_name(struct bytes b)
{
    size_t words = 1;
    size_t letters = 0;

    if (b.len < 2 || b.len > NAME_LONGEST || is_prose(b))
        return false;
    for (size_t i = 0; i < b.len; i++) {
        if (b.at[i] < 0x20 || memchr("<>@=\\$%{}:", b.at[i], 10) != NULL)
            return false;
        words += b.at[i] == ' ' ? 1 : 0;
        letters += notice_is_letter(b.at[i]) ? 1 : 0;
    }
    return letters >= 2 && words <= NAME_WORDS && bytes_search(b, bytes_of_text("---")) == b.len;
}

struct bytes holder_of_name(struct bytes text)
{
    const struct bytes name = trim_name(bytes_part(text, 0, name_end(text)));

    return is_name(name) ? name : (struct bytes){ 0 };
}

struct bytes holder_of_field(struct bytes text)
{
    const struct bytes line = bytes_part(text, 0, bytes_index(text, '\n'));
    const size_t at = notice_at(line);
    struct notice n = { 0 };

    /* "Perl is Copyright (C) 1987-2022 by Larry Wall" */
    if (at < line.len && bytes_has_suffix(bytes_trim(bytes_part(line, 0, at)), " is"))
        text = bytes_part(text, at, text.len);
    return holder_of_name(notice_skip(text, &n));
}

/* What stands before the notice speaks of a part of the work, or of its packaging. */
static bool speaks_of_part(struct bytes prefix)
{
    static const char *const words[] = { "debian", "ubuntu",    "packag",  "portion",
                                         "part",   "some",      "file",    "manual",
                                         "above",  "following", "document" };

    if (prefix.len > PREFIX_LONGEST)
        return true;
    for (size_t i = 0; i < prefix.len; i++) {
        for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
            if (notice_begins(bytes_part(prefix, i, prefix.len), words[w]))
                return true;
        }
    }
    return false;
}

/* The licences of the FSF carry a notice of their own, which says nothing about the work. */
static bool is_of_licence(struct bytes text)
{
    return bytes_search(bytes_part(text, 0, 600), bytes_of_text("verbatim copies")) <
           (text.len < 600 ? text.len : 600);
}

struct bytes holder_of_line(struct bytes text)
{
    const struct bytes line = bytes_part(text, 0, bytes_index(text, '\n'));
    const size_t at = notice_at(line);
    struct notice n = { 0 };

    if (at == line.len || speaks_of_part(bytes_part(line, 0, at)))
        return (struct bytes){ 0 };
    const struct bytes name = holder_of_name(notice_skip(bytes_part(text, at, text.len), &n));
    if (name.len == 0 || is_of_licence(text))
        return (struct bytes){ 0 };
    const bool capital = name.at[0] < 'a' || name.at[0] > 'z';
    return n.year || n.mark || (line.at[at] == 'C' && capital) ? name : (struct bytes){ 0 };
}
