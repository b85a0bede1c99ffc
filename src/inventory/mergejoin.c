#include "inventory/mergejoin.h"

#include "inventory/mergeparts.h"

#include <string.h>

/* The more telling word for a product of several files: one program makes it a program. */
static const char *more_telling(const char *a, const char *b)
{
    static const char *const order[] = { "program", "driver", "library" };

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (strcmp(a, order[i]) == 0)
            return a;
        if (strcmp(b, order[i]) == 0)
            return b;
    }
    return a;
}

struct mergejoin_group mergejoin_group_of(struct mergerow *const *rows, size_t count)
{
    struct mergejoin_group g = {
        .rows = rows, .count = count, .type = rows[0]->type, .arch = rows[0]->arch
    };

    for (size_t i = 1; i < count; i++) {
        g.type = more_telling(g.type, rows[i]->type);
        if (g.arch != rows[i]->arch)
            g.arch = NULL;
    }
    return g;
}

int mergejoin_order(const void *a, const void *b)
{
    const struct mergejoin_group *x = a;
    const struct mergejoin_group *y = b;
    const struct mergerow *r = x->rows[0];
    const struct mergerow *s = y->rows[0];
    const char *const texts[][2] = {
        { x->type, y->type },       { r->root, s->root },   { r->name, s->name },
        { r->version, s->version }, { r->epoch, s->epoch }, { x->arch, y->arch },
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const int by_text = mergeparts_compare(texts[i][0], texts[i][1]);
        if (by_text != 0)
            return by_text;
    }
    if (r->presence != s->presence)
        return r->presence < s->presence ? -1 : 1;
    return mergerow_compare(r, s);
}

enum list { PATHS, CONFLICTS, CATEGORIES, CLAIMS, EVIDENCE };

struct part {
    void *items;
    size_t count;
};

static struct part part_of(const struct mergerow *r, enum list list)
{
    switch (list) {
    case PATHS:
        return (struct part){ .items = r->paths.items, .count = r->paths.count };
    case CONFLICTS:
        return (struct part){ .items = r->conflicts.items, .count = r->conflicts.count };
    case CATEGORIES:
        return (struct part){ .items = r->categories.items, .count = r->categories.count };
    case CLAIMS:
        return (struct part){ .items = r->claims, .count = r->claim_count };
    case EVIDENCE:
        break;
    }
    return (struct part){ .items = r->evidence, .count = r->evidence_count };
}

static size_t settle(enum list list, void *items, size_t count)
{
    if (list == CLAIMS)
        return mergeparts_settle_claims(items, count);
    if (list == EVIDENCE)
        return mergeparts_settle_evidence(items, count);
    return mergeparts_settle_texts(items, count);
}

struct joining {
    const struct mergejoin_group *group;
    struct mergenote_list notes[2]; /* those that go with the claims */
    struct arena *kept;
    struct arena *scratch;
};

/* All elements of one list, end to end, in scratch. */
static void *collect(const struct joining *j, enum list list, size_t size, size_t *count,
                     struct fault *f)
{
    size_t total = list == CLAIMS ? j->notes[0].count + j->notes[1].count : 0;
    size_t at = 0;

    for (size_t i = 0; i < j->group->count; i++)
        total += part_of(j->group->rows[i], list).count;
    char *all = arena_array(j->scratch, total, size, f);
    if (all == NULL)
        return NULL;
    for (size_t i = 0; i < j->group->count; i++) {
        const struct part part = part_of(j->group->rows[i], list);
        if (part.count > 0)
            memcpy(all + at * size, part.items, part.count * size);
        at += part.count;
    }
    for (size_t n = 0; n < 2 && list == CLAIMS; n++) {
        for (size_t i = 0; i < j->notes[n].count; i++)
            memcpy(all + at++ * size, j->notes[n].items[i].claim, size);
    }
    *count = total;
    return all;
}

/* One list of the product, in `to`, which was made with the list's element size and limit. What the
 * limit leaves out is added to `more`. */
static bool join_list(const struct joining *j, enum list list, struct vec *to, size_t *more,
                      struct fault *f)
{
    const struct mergerow *row = j->group->rows[0];
    const struct part part = part_of(row, list);
    const bool noted = list == CLAIMS && j->notes[0].count + j->notes[1].count > 0;

    if (j->group->count == 1 && !row->loose && !noted && part.count <= to->limit) {
        *to = vec_over(j->kept, part.items, part.count, to->size, to->limit);
        return true;
    }
    const struct arena_mark mark = arena_mark(j->scratch);
    size_t count = 0;
    void *all = collect(j, list, to->size, &count, f);

    if (all == NULL)
        return false;
    count = settle(list, all, count);
    const size_t fits = count < to->limit ? count : to->limit;
    void *items = fits == 0 ? NULL : arena_array(j->kept, fits, to->size, f);
    const bool ok = fits == 0 || items != NULL;
    if (ok && fits > 0)
        memcpy(items, all, fits * to->size);
    if (ok)
        *to = vec_over(j->kept, items, fits, to->size, to->limit);
    *more += count - fits;
    arena_release(j->scratch, mark);
    return ok;
}

static bool has_originator(struct mergenote_list notes)
{
    for (size_t i = 0; i < notes.count; i++) {
        if (notes.items[i].claim->role == MAKER_ORIGINATOR)
            return true;
    }
    return false;
}

/* A package's own notes; where none of them names an originator, those of its source's other
 * packages too: one source has one maker, and often one copyright file for all. */
static void find_notes(struct joining *j, const struct mergejoin_notes *notes, const char *source)
{
    const struct mergerow *row = j->group->rows[0];
    struct mergenote key = { .type = row->type, .root = row->root, .about = row->name };

    if (row->loose)
        return;
    j->notes[0] = mergenote_find(&notes->by_package, &key);
    if (has_originator(j->notes[0]))
        return;
    if (source != NULL)
        key.about = source;
    j->notes[1] = mergenote_find(&notes->by_source, &key);
}

/* Texts that the rows need not agree on: the least that is there, whatever the order of arrival. A
 * digest is of one file: where there are several, of none. */
static void join_texts(const struct mergejoin_group *g, struct product *p)
{
    for (size_t i = 0; i < g->count; i++) {
        const struct mergerow *r = g->rows[i];
        const int by_source = p->source == NULL || r->source == NULL ? (r->source != NULL ? -1 : 1)
                                                                     : strcmp(r->source, p->source);
        if (by_source < 0 ||
            (by_source == 0 && mergeparts_compare(r->source_version, p->source_version) < 0)) {
            p->source = r->source;
            p->source_version = r->source_version;
        }
        if (r->homepage != NULL && (p->homepage == NULL || strcmp(r->homepage, p->homepage) < 0))
            p->homepage = r->homepage;
        if (r->title != NULL && (p->title == NULL || strcmp(r->title, p->title) < 0))
            p->title = r->title;
        if (r->vendor != NULL && (p->vendor == NULL || strcmp(r->vendor, p->vendor) < 0))
            p->vendor = r->vendor;
        p->digest = i == 0 || p->digest == r->digest ? r->digest : NULL;
        p->more_paths += r->more_paths;
        p->more_evidence += r->more_evidence;
    }
}

bool mergejoin_product(const struct mergejoin_group *g, const struct mergejoin_notes *notes,
                       struct arena *kept, struct arena *scratch, struct product *out,
                       struct fault *f)
{
    struct joining j = { .group = g, .kept = kept, .scratch = scratch };
    const struct mergerow *first = g->rows[0];
    struct product p = product_in(kept);
    size_t dropped = 0;

    p.type = g->type;
    p.root = first->root;
    p.name = first->name;
    p.version = first->version;
    p.epoch = first->epoch;
    p.arch = g->arch;
    p.presence = first->presence;
    join_texts(g, &p);
    find_notes(&j, notes, p.source);
    if (!join_list(&j, PATHS, &p.paths, &p.more_paths, f) ||
        !join_list(&j, CLAIMS, &p.claims, &dropped, f) ||
        !join_list(&j, EVIDENCE, &p.evidence, &p.more_evidence, f) ||
        !join_list(&j, CONFLICTS, &p.conflicts, &dropped, f) ||
        !join_list(&j, CATEGORIES, &p.categories, &dropped, f))
        return false;
    *out = p;
    return true;
}
