#include "core/date.h"

#include <stdio.h>

/* Days from civil: the year is taken to begin in March, so that the leap day comes last. */
int32_t date_of(struct date_parts p)
{
    const int y = p.month <= 2 ? p.year - 1 : p.year;
    const int era = (y >= 0 ? y : y - 399) / 400;
    const int of_era = y - era * 400;
    const int of_year = (153 * (p.month + (p.month > 2 ? -3 : 9)) + 2) / 5 + p.day - 1;
    const int day = of_era * 365 + of_era / 4 - of_era / 100 + of_year;

    return era * 146097 + day - 719468;
}

struct date_parts date_split(int32_t date)
{
    const int z = date + 719468;
    const int era = (z >= 0 ? z : z - 146096) / 146097;
    const int day = z - era * 146097;
    const int year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    const int of_year = day - (365 * year + year / 4 - year / 100);
    const int m = (5 * of_year + 2) / 153;
    const int month = m < 10 ? m + 3 : m - 9;

    return (struct date_parts){
        .year = year + era * 400 + (month <= 2 ? 1 : 0),
        .month = month,
        .day = of_year - (153 * m + 2) / 5 + 1,
    };
}

static bool digits(struct bytes text, size_t at, size_t n, int *value)
{
    *value = 0;
    for (size_t i = at; i < at + n; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        *value = *value * 10 + (text.at[i] - '0');
    }
    return true;
}

bool date_read(struct bytes text, int32_t *date)
{
    struct date_parts p;

    if (text.len != 10 || text.at[4] != '-' || text.at[7] != '-')
        return false;
    if (!digits(text, 0, 4, &p.year) || !digits(text, 5, 2, &p.month) ||
        !digits(text, 8, 2, &p.day))
        return false;
    if (p.year < 1900 || p.year > 2999 || p.month < 1 || p.month > 12 || p.day < 1)
        return false;
    const int32_t d = date_of(p);
    const struct date_parts back = date_split(d);
    if (back.month != p.month || back.day != p.day)
        return false;
    *date = d;
    return true;
}

const char *date_write(int32_t date, char out[DATE_TEXT_MAX])
{
    out[0] = '\0';
    if (date == DATE_NONE)
        return out;
    const struct date_parts p = date_split(date);
    (void)snprintf(out, DATE_TEXT_MAX, "%04d-%02d-%02d", p.year % 10000, p.month % 100,
                   p.day % 100);
    return out;
}

int32_t date_earlier(int32_t a, int32_t b)
{
    if (a == DATE_NONE || b == DATE_NONE)
        return a == DATE_NONE ? b : a;
    return a < b ? a : b;
}
