#include "core/instant.h"

#include "core/date.h"
#include "core/own.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { DAY = 86400 };

static bool two(struct bytes text, size_t at, int most, int64_t *out)
{
    if (text.at[at] < '0' || text.at[at] > '9' || text.at[at + 1] < '0' || text.at[at + 1] > '9')
        return false;
    *out = (text.at[at] - '0') * 10 + (text.at[at + 1] - '0');
    return *out <= most;
}

bool instant_read(struct bytes text, int64_t *out)
{
    int32_t day;
    int64_t hour;
    int64_t minute;
    int64_t second;

    if (text.len != 20 || text.at[10] != 'T' || text.at[13] != ':' || text.at[16] != ':' ||
        text.at[19] != 'Z' || !date_read(bytes_part(text, 0, 10), &day) ||
        !two(text, 11, 23, &hour) || !two(text, 14, 59, &minute) || !two(text, 17, 59, &second))
        return false;
    *out = (int64_t)day * DAY + hour * 3600 + minute * 60 + second;
    return true;
}

bool instant_read_by(struct bytes text, int64_t *out)
{
    int32_t day;

    if (instant_read(text, out))
        return true;
    if (!date_read(text, &day))
        return false;
    *out = (int64_t)day * DAY + DAY - 1;
    return true;
}

int32_t instant_day(int64_t instant)
{
    const int64_t day = instant / DAY - (instant % DAY < 0 ? 1 : 0);

    return day > INT32_MAX ? INT32_MAX : day <= INT32_MIN ? INT32_MIN + 1 : (int32_t)day;
}

const char *instant_write(int64_t instant, char out[INSTANT_TEXT_MAX])
{
    const int64_t rest = instant % DAY + (instant % DAY < 0 ? DAY : 0);
    const int64_t days = instant / DAY - (instant % DAY < 0 ? 1 : 0);
    char date[DATE_TEXT_MAX];

    if (days < date_of((struct date_parts){ .year = 1, .month = 1, .day = 1 }) ||
        days > date_of((struct date_parts){ .year = 9999, .month = 12, .day = 31 })) {
        (void)snprintf(out, INSTANT_TEXT_MAX, "out of range");
        return out;
    }
    (void)snprintf(out, INSTANT_TEXT_MAX, "%.10sT%02d:%02d:%02dZ", date_write((int32_t)days, date),
                   (int)(rest / 3600) % 24, (int)(rest / 60 % 60), (int)(rest % 60));
    return out;
}

bool instant_now(const char *simulated, int64_t *out, struct fault *f)
{
    char line[64] = { 0 };

    if (simulated == NULL) {
        *out = (int64_t)time(NULL);
        return true;
    }
    OWNED(own_fclose) FILE *file = fopen(simulated, "re");
    if (file == NULL)
        return fault_set(f, FAULT_IO, "%s: %s", simulated, strerror(errno));
    if (fgets(line, sizeof line, file) == NULL ||
        !instant_read(bytes_trim(bytes_of_text(line)), out))
        return fault_set(f, FAULT_FORMAT,
                         "%s: the simulated clock holds no time (YYYY-MM-DDTHH:MM:SSZ)", simulated);
    return true;
}
