#include "cli/near.h"

#include <string.h>

enum { WORD_MAX = 64 };

struct near near_to(const char *word)
{
    const size_t len = strlen(word);

    /* a third of the letters may differ, and never more than three */
    return (struct near){ .word = word, .distance = len / 3 + 1 > 3 ? 4 : len / 3 + 2 };
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Letters to insert, remove or replace (Levenshtein), by one row of the table. */
static size_t distance(const char *a, const char *b)
{
    const size_t columns = strlen(b);
    size_t row[WORD_MAX + 1];

    for (size_t i = 0; i <= columns; i++)
        row[i] = i;
    for (size_t line = 1; a[line - 1] != '\0'; line++) {
        size_t diagonal = row[0];
        row[0] = line;
        for (size_t i = 1; i <= columns; i++) {
            const size_t replace = diagonal + (lower(a[line - 1]) != lower(b[i - 1]));
            diagonal = row[i];
            row[i] = least(replace, least(row[i], row[i - 1]) + 1);
        }
    }
    return row[columns];
}

void near_offer(struct near *n, const char *candidate)
{
    if (strlen(n->word) > WORD_MAX || strlen(candidate) > WORD_MAX)
        return;
    const size_t d = distance(n->word, candidate);
    if (d < n->distance) {
        n->distance = d;
        n->best = candidate;
    }
}
