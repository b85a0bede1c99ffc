#include "register/clock.h"

#include "core/date.h"
#include "core/own.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DAY = 86400, HOUR = 3600, MINUTE = 60, DATE_LEN = 10, TIME_LEN = 19 };

/* Two digits at `at`, below `limit`; -1 otherwise. */
static int two(struct bytes text, size_t at, int limit)
{
    if (at + 2 > text.len)
        return -1;
    const int tens = text.at[at] - '0';
    const int ones = text.at[at + 1] - '0';
    const bool digits = tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9;
    return digits && tens * 10 + ones < limit ? tens * 10 + ones : -1;
}

/* "Z" or "+hh:mm" as seconds east. */
static bool read_offset(struct bytes text, int *seconds)
{
    if (bytes_equal_text(text, "Z")) {
        *seconds = 0;
        return true;
    }
    const int hours = two(text, 1, 24);
    const int minutes = two(text, 4, 60);
    if (text.len != 6 || (text.at[0] != '+' && text.at[0] != '-') || text.at[3] != ':' ||
        hours < 0 || minutes < 0)
        return false;
    *seconds = (hours * HOUR + minutes * MINUTE) * (text.at[0] == '-' ? -1 : 1);
    return true;
}

bool clock_parse(struct bytes text, int64_t *time)
{
    int32_t date = DATE_NONE;
    int offset = 0;

    if (text.len <= TIME_LEN || !date_read(bytes_part(text, 0, DATE_LEN), &date))
        return false;
    const int hours = two(text, 11, 24);
    const int minutes = two(text, 14, 60);
    const int seconds = two(text, 17, 60);
    if (text.at[10] != 'T' || text.at[13] != ':' || text.at[16] != ':' || hours < 0 ||
        minutes < 0 || seconds < 0 || !read_offset(bytes_part(text, TIME_LEN, text.len), &offset))
        return false;
    *time = (int64_t)date * DAY + hours * HOUR + minutes * MINUTE + seconds - offset;
    return true;
}

const char *clock_text(int64_t time, char out[CLOCK_TEXT_MAX])
{
    const int64_t last = (int64_t)date_of((struct date_parts){ 2999, 12, 31 }) * DAY + DAY - 1;
    char date[DATE_TEXT_MAX];

    out[0] = '\0';
    if (time < 0 || time > last)
        return out;
    const int second = (int)(time % DAY);
    (void)snprintf(out, CLOCK_TEXT_MAX, "%.10sT%02d:%02d:%02dZ",
                   date_write((int32_t)(time / DAY), date), second / HOUR, second / MINUTE % 60,
                   second % 60);
    return out;
}

bool clock_read(const char *simulated, int64_t *time_out, struct fault *f)
{
    uint8_t text[64];

    if (simulated == NULL) {
        *time_out = (int64_t)time(/* out */ NULL);
        return true;
    }
    OWNED(own_close) int fd = open(simulated, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return fault_set(f, FAULT_IO, "the simulated clock %s: %s", simulated, strerror(errno));
    const ssize_t len = read(fd, text, sizeof text);
    if (len < 0)
        return fault_set(f, FAULT_IO, "the simulated clock %s: %s", simulated, strerror(errno));
    const struct bytes trimmed = bytes_trim((struct bytes){ .at = text, .len = (size_t)len });
    if (!clock_parse(trimmed, time_out))
        return fault_set(f, FAULT_FORMAT,
                         "the simulated clock %s: holds no time of RFC 3339 "
                         "(2017-09-13T00:00:00Z)",
                         simulated);
    return true;
}
