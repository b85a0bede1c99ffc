/* near.h -- the word that was probably meant. */
#ifndef NEAR_H
#define NEAR_H

#include <stdbool.h>
#include <stddef.h>

/* Keeps the nearest of the words that are offered. */
struct near {
    const char *word; /* what was said */
    const char
        *best; /* may be read outside: borrowed from near_offer; NULL while nothing is near */
    size_t distance;
};

struct near near_to(const char *word);
void near_offer(struct near *n, const char *candidate);

#endif
