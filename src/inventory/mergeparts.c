#include "inventory/mergeparts.h"

#include <stdlib.h>
#include <string.h>

int mergeparts_compare(const char *a, const char *b)
{
    if (a == b)
        return 0;
    if (a == NULL || b == NULL)
        return a == NULL ? -1 : 1;
    return strcmp(a, b);
}

static int compare_numbers(int a, int b)
{
    return (a > b) - (a < b);
}

/* The first of the comparisons that tells two apart. */
static int first_difference(const int *results, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (results[i] != 0)
            return results[i];
    }
    return 0;
}

int mergeparts_compare_claims(const struct claim *a, const struct claim *b)
{
    const int results[] = {
        compare_numbers((int)a->role, (int)b->role),
        compare_numbers((int)b->strength, (int)a->strength),
        mergeparts_compare(a->name, b->name),
        mergeparts_compare(a->vendor, b->vendor),
        compare_numbers((int)a->chain, (int)b->chain),
        compare_numbers(a->digest_matches, b->digest_matches),
        mergeparts_compare(a->domain, b->domain),
        mergeparts_compare(a->registry_number, b->registry_number),
        mergeparts_compare(a->certificate, b->certificate),
        mergeparts_compare(a->subject, b->subject),
        mergeparts_compare(a->program_name, b->program_name),
    };

    return first_difference(results, sizeof results / sizeof results[0]);
}

static int order_claims(const void *a, const void *b)
{
    const struct claim *x = a;
    const struct claim *y = b;
    const int by_claim = mergeparts_compare_claims(x, y);

    return by_claim != 0 ? by_claim : mergeparts_compare(x->evidence, y->evidence);
}

static int order_evidence(const void *a, const void *b)
{
    const struct evidence *x = a;
    const struct evidence *y = b;
    const int results[] = {
        compare_numbers((int)y->strength, (int)x->strength),
        mergeparts_compare(x->kind, y->kind),
        mergeparts_compare(x->place, y->place),
        mergeparts_compare(x->text, y->text),
    };

    return first_difference(results, sizeof results / sizeof results[0]);
}

static int order_texts(const void *a, const void *b)
{
    return mergeparts_compare(*(const char *const *)a, *(const char *const *)b);
}

size_t mergeparts_settle_texts(const char **texts, size_t count)
{
    size_t kept = 0;

    if (count > 1)
        qsort(texts, count, sizeof *texts, order_texts);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || texts[kept - 1] != texts[i])
            texts[kept++] = texts[i];
    }
    return kept;
}

size_t mergeparts_settle_claims(struct claim *claims, size_t count)
{
    size_t kept = 0;

    if (count > 1)
        qsort(claims, count, sizeof *claims, order_claims);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || mergeparts_compare_claims(&claims[kept - 1], &claims[i]) != 0)
            claims[kept++] = claims[i];
    }
    return kept;
}

size_t mergeparts_settle_evidence(struct evidence *evidence, size_t count)
{
    size_t kept = 0;

    if (count > 1)
        qsort(evidence, count, sizeof *evidence, order_evidence);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || order_evidence(&evidence[kept - 1], &evidence[i]) != 0)
            evidence[kept++] = evidence[i];
    }
    return kept;
}
