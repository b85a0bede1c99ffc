#include "imports/import_text.h"

#include "core/date.h"
#include "core/limits.h"
#include "core/sha256.h"
#include "core/text.h"

#include <string.h>

enum { NAME_MAX_LEN = 96, KEY_DIGITS = 16 };

const char *import_text_clean(struct arena *a, struct bytes text, struct fault *f)
{
    uint8_t *one = arena_alloc(a, text.len, f); /* with single blanks: never longer */
    size_t len = 0;
    bool blank = false;

    if (one == NULL)
        return NULL;
    for (struct bytes rest = text; rest.len > 0;) {
        const struct bytes before = rest;
        const int32_t c = text_next(&rest);
        const size_t bytes = before.len - rest.len;
        if (text_is_formless(c))
            continue;
        if (text_is_blank(c)) {
            blank = len > 0;
            continue;
        }
        if (blank)
            one[len++] = ' ';
        blank = false;
        memcpy(one + len, before.at, bytes);
        len += bytes;
    }
    const struct bytes left = { .at = one, .len = len };
    return text_is_clean(left) && len <= LIMIT_TEXT ? arena_copy(a, left, f)
                                                    : text_from(a, left, LIMIT_TEXT, f);
}

static bool is_lower_or_digit(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

const char *import_text_name(struct arena *a, struct bytes name, struct fault *f)
{
    char id[NAME_MAX_LEN + 1];
    size_t len = 0;
    bool gap = false;

    for (size_t i = 0; i < name.len && len + 2 <= NAME_MAX_LEN; i++) {
        const uint8_t c = name.at[i];
        const bool upper = c >= 'A' && c <= 'Z';
        if (!upper && !is_lower_or_digit(c) && (c != '.' || len == 0)) {
            gap = true;
            continue;
        }
        const bool camel = upper && i > 0 && is_lower_or_digit(name.at[i - 1]);
        if (len > 0 && (gap || camel))
            id[len++] = '-';
        gap = false;
        id[len++] = (char)(upper ? c + ('a' - 'A') : c);
    }
    return len == 0 ? arena_copy_text(a, "field", f)
                    : arena_copy(a, (struct bytes){ .at = (const uint8_t *)id, .len = len }, f);
}

bool import_text_is_name(const char *name)
{
    static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz.-";
    const size_t len = strlen(name);

    return len > 0 && strspn(name, letters) == len && is_lower_or_digit((uint8_t)name[0]);
}

bool import_text_is_day(int32_t day)
{
    return day >= date_of((struct date_parts){ 1900, 1, 1 }) &&
           day <= date_of((struct date_parts){ 2999, 12, 31 });
}

/* A number of at most `most` digits off the front. */
static bool number(const char **rest, size_t least, size_t most, int *out)
{
    const char *at = *rest;
    int value = 0;
    size_t digits = 0;

    for (; digits < most && *at >= '0' && *at <= '9'; digits++, at++)
        value = value * 10 + (*at - '0');
    if (digits < least)
        return false;
    *rest = at;
    *out = value;
    return true;
}

static bool sign(const char **rest, const char *signs, char *out)
{
    if (**rest == '\0' || strchr(signs, **rest) == NULL)
        return false;
    *out = *(*rest)++;
    return true;
}

/* Two numbers and a year of four digits, parted by the same sign. */
static bool three(const char **rest, const char *signs, struct date_parts *parts)
{
    const char *at = *rest;
    char one = '\0';
    char two = '\0';

    if (!number(&at, 1, 2, &parts->month) || !sign(&at, signs, &one) ||
        !number(&at, 1, 2, &parts->day) || !sign(&at, signs, &two) || one != two ||
        !number(&at, 4, 4, &parts->year))
        return false;
    *rest = at;
    return true;
}

static bool exists(struct date_parts p, int32_t *date)
{
    if (p.year < 1900 || p.year > 2999 || p.month < 1 || p.month > 12 || p.day < 1 || p.day > 31)
        return false;
    const int32_t day = date_of(p);
    const struct date_parts back = date_split(day);
    if (back.month != p.month || back.day != p.day)
        return false;
    *date = day;
    return true;
}

/* Nothing, or a time of day behind a T or a blank: "T17:04:19.9796Z". */
static bool is_time(const char *text)
{
    return text[0] == '\0' ||
           ((text[0] == 'T' || text[0] == ' ') && text[1] >= '0' && text[1] <= '9' &&
            text[1 + strspn(text + 1, "0123456789:.+-Z")] == '\0');
}

bool import_text_date(const char *text, enum import_text_order order, int32_t *date)
{
    struct date_parts p = { 0 };
    struct bytes all = bytes_of_text(text);

    if (order == IMPORT_TEXT_ISO)
        return all.len >= 10 && is_time(text + 10) && date_read(bytes_part(all, 0, 10), date);
    const bool quoted = text[0] == '\'' && all.len > 1 && text[all.len - 1] == '\'';
    const char *rest = text + (quoted ? 1 : 0);
    if (!three(&rest, order == IMPORT_TEXT_US ? "/" : "/.", &p) ||
        strcmp(rest, quoted ? "'" : "") != 0)
        return false;
    if (order == IMPORT_TEXT_EU)
        p = (struct date_parts){ .year = p.year, .month = p.day, .day = p.month };
    return exists(p, date);
}

bool import_text_next_date(const char **rest, int32_t *date)
{
    struct date_parts p = { 0 };
    const char *at = *rest + strspn(*rest, " ,;");

    if (!three(&at, "/", &p) || !exists(p, date))
        return false;
    *rest = at + strspn(at, " ,;");
    return true;
}

const char *import_text_key(struct arena *a, const char *const *parts, size_t count,
                            struct fault *f)
{
    struct sha256_run run = sha256_begin();
    char hex[SHA256_TEXT_MAX];

    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            sha256_feed(&run, bytes_of_text("|"));
        sha256_feed(&run, bytes_of_text(parts[i]));
    }
    const struct sha256 digest = sha256_end(&run);
    return arena_copy(a, bytes_part(bytes_of_text(sha256_write(&digest, hex)), 0, KEY_DIGITS), f);
}
