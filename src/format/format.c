#include "format/format.h"

#include <string.h>

const struct format *const format_all[] = {
#define FORMAT(name) &name##_format,
#include "format/formats.def"
#undef FORMAT
    NULL,
};

const struct format *format_find(struct bytes head)
{
    const struct format *best = NULL;
    int best_bid = 0;

    for (size_t i = 0; format_all[i] != NULL; i++) {
        const int bid = format_all[i]->bid(head);
        if (bid > best_bid) {
            best_bid = bid;
            best = format_all[i];
        }
    }
    return best;
}

const struct format *format_named(const char *name)
{
    for (size_t i = 0; format_all[i] != NULL; i++) {
        if (strcmp(format_all[i]->name, name) == 0)
            return format_all[i];
    }
    return NULL;
}
