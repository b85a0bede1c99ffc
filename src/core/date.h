/* date.h -- civil dates: days since 1970-01-01 in the proleptic Gregorian calendar, no clock, no
 * zone. */
#ifndef DATE_H
#define DATE_H

#include "core/bytes.h"

#define DATE_NONE INT32_MIN
#define DATE_TEXT_MAX 16

struct date_parts {
    int year;
    int month;
    int day;
};

/* "YYYY-MM-DD" exactly, a day that exists, years 1900 to 2999; false otherwise. */
bool date_read(struct bytes text, int32_t *date);

/* Writes "YYYY-MM-DD" and a NUL; "" for DATE_NONE. Returns `out`. */
const char *date_write(int32_t date, char out[DATE_TEXT_MAX]);

int32_t date_earlier(int32_t a, int32_t b); /* DATE_NONE is later than every day */
int32_t date_of(struct date_parts parts);
struct date_parts date_split(int32_t date);

#endif
