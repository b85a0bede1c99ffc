#include "report/report.h"

#include <string.h>

const struct report_form *const report_all[] = {
#define REPORT(name) &name##_report,
#include "report/reports.def"
#undef REPORT
    NULL,
};

const struct report_form *report_named(const char *name)
{
    for (size_t i = 0; report_all[i] != NULL; i++) {
        if (strcmp(report_all[i]->name, name) == 0)
            return report_all[i];
    }
    return NULL;
}

/* strcmp where an absent text comes first. */
static int text_order(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return (a != NULL) - (b != NULL);
    return strcmp(a, b);
}

static int product_order(const void *left, const void *right)
{
    const struct scan_product *a = left;
    const struct scan_product *b = right;
    int order = (a->verdict.status > b->verdict.status) - (a->verdict.status < b->verdict.status);

    if (order == 0)
        order = text_order(a->product.name, b->product.name);
    if (order == 0)
        order = text_order(a->product.root, b->product.root);
    if (order == 0)
        order = text_order(a->product.id, b->product.id);
    return order;
}

void report_sort(struct scan *s)
{
    vec_sort(&s->products, product_order);
}

void report_count(const struct scan *s, size_t counts[STATUS_MAX])
{
    memset(counts, 0, STATUS_MAX * sizeof counts[0]);
    for (size_t i = 0; i < s->products.count; i++) {
        const struct scan_product *p = vec_at(&s->products, i);
        counts[p->verdict.status]++;
    }
}

const char *report_title(const struct product *p)
{
    return p->title != NULL ? p->title : p->name;
}

const char *report_maker(const struct product *p)
{
    const struct claim *best = NULL;

    if (p->vendor != NULL)
        return p->vendor;
    for (size_t i = 0; i < p->claims.count; i++) {
        const struct claim *claim = vec_at(&p->claims, i);
        if (claim->name != NULL &&
            (best == NULL || claim->role < best->role ||
             (claim->role == best->role && claim->strength > best->strength)))
            best = claim;
    }
    return best == NULL ? NULL : best->name;
}
