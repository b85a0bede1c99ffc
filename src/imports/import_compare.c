#include "imports/import_compare.h"

#include "core/limits.h"
#include "observation/observation.h"
#include "observation/observation_diff.h"

#include <stdlib.h>
#include <string.h>

/* So few may vanish in a day from a small list without a doubt. */
enum { SHRUNK_LEAST = 16 };

struct comparing {
    const struct import_list *list;
    struct import_comparison *out;
    struct arena *arena;
    struct fault *fault;
};

static bool see_rows(struct observation_past *p, const struct vec *rows, struct fault *f)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct import_row *row = vec_at(rows, i);
        const struct observation_row seen = {
            .row = row->id, .vendor = row->vendor, .product = row->product, .fields = row->fields
        };
        if (!observation_past_see(p, &seen, f))
            return false;
    }
    return true;
}

bool import_compare_older(struct observation_past *p, const struct import_list *then,
                          struct fault *f)
{
    return see_rows(p, &then->rows, f) && see_rows(p, &then->aside, f);
}

static struct observation *observe(struct comparing *c, enum observation_action action,
                                   const char *row, const char *vendor, const char *product)
{
    struct observation *o = vec_push(&c->out->observations, c->fault);

    if (o != NULL)
        *o = (struct observation){
            .action = action,
            .row = row,
            .vendor = vendor,
            .product = product,
            .fields = vec_of(c->arena, sizeof(struct observation_field), LIMIT_FIELDS),
            .was = vec_of(c->arena, sizeof(struct observation_field), LIMIT_FIELDS),
            .now = vec_of(c->arena, sizeof(struct observation_field), LIMIT_FIELDS),
        };
    return o;
}

static bool put(struct vec *to, const struct observation_field *field, struct fault *f)
{
    struct observation_field *slot = vec_push(to, f);

    if (slot == NULL)
        return false;
    *slot = *field;
    return true;
}

/* The next entry of the same row, once the one before is full. */
static struct observation *roomy(struct comparing *c, struct observation *o,
                                 const struct observation_field *field, size_t *used)
{
    const size_t size = observation_size(field);

    if (*used > 0 && *used + size > OBSERVATION_ROOM) {
        *used = 0;
        o = observe(c, OBSERVATION_CHANGED, o->row, o->vendor, o->product);
    }
    *used += size;
    return o;
}

static bool appear(struct comparing *c, const struct import_row *row)
{
    struct observation *o = observe(c, OBSERVATION_APPEARED, row->id, row->vendor, row->product);
    size_t used = 0;

    for (size_t i = 0; o != NULL && i < row->fields.count; i++) {
        const struct observation_field *field = vec_at(&row->fields, i);
        o = roomy(c, o, field, &used);
        if (o != NULL &&
            !put(o->action == OBSERVATION_APPEARED ? &o->fields : &o->now, field, c->fault))
            return false;
    }
    c->out->appeared++;
    return o != NULL;
}

/* Name by name, so that what was and what is now stand in one entry as far as there is room. */
static bool change(struct comparing *c, const struct import_row *row, const struct vec *gone,
                   const struct vec *came)
{
    struct observation *o = observe(c, OBSERVATION_CHANGED, row->id, row->vendor, row->product);
    size_t used = 0;
    size_t i = 0;
    size_t k = 0;

    while (o != NULL && (i < gone->count || k < came->count)) {
        const struct observation_field *was = i < gone->count ? vec_at(gone, i) : NULL;
        const struct observation_field *now = k < came->count ? vec_at(came, k) : NULL;
        const bool is_was = now == NULL || (was != NULL && strcmp(was->name, now->name) <= 0);
        const struct observation_field *field = is_was ? was : now;
        o = roomy(c, o, field, &used);
        if (o != NULL && !put(is_was ? &o->was : &o->now, field, c->fault))
            return false;
        i += is_was;
        k += !is_was;
    }
    c->out->changed++;
    return o != NULL;
}

static bool compare_row(struct comparing *c, const struct observation_past *past,
                        const struct import_row *row)
{
    const struct observation_row *known = observation_past_find(past, row->id);
    struct vec gone;
    struct vec came;

    if (known == NULL || !known->present)
        return appear(c, row);
    if (!observation_diff(&known->fields, &row->fields, c->arena, &gone, &came, c->fault))
        return false;
    return (gone.count == 0 && came.count == 0) || change(c, row, &gone, &came);
}

/* A refused row is still there, if at least its id was understood. */
static bool refused_ids(const struct comparing *c, struct map *out)
{
    *out = map_in(c->arena);
    for (size_t i = 0; i < c->list->refused.count; i++) {
        struct import_refusal *refusal = vec_at(&c->list->refused, i);
        if (refusal->id != NULL && !map_put(out, bytes_of_text(refusal->id), refusal, c->fault))
            return false;
    }
    return true;
}

static bool is_here(const struct comparing *c, const struct map *refused, const char *row)
{
    return import_find(c->list, row) != NULL || map_find(refused, bytes_of_text(row)) != NULL;
}

/* The places in `past` (size_t) of the rows that were there and are not; `present` is how many
 * were there. */
static bool find_missing(const struct comparing *c, const struct observation_past *past,
                         struct vec *missing, size_t *present)
{
    struct map refused;

    *missing = vec_of(c->arena, sizeof(size_t), LIMIT_RECORDS);
    *present = 0;
    if (!refused_ids(c, &refused))
        return false;
    for (size_t i = 0; i < past->rows.count; i++) {
        const struct observation_row *known = vec_at(&past->rows, i);
        *present += known->present;
        if (!known->present || is_here(c, &refused, known->row))
            continue;
        size_t *slot = vec_push(missing, c->fault);
        if (slot == NULL)
            return false;
        *slot = i;
    }
    return true;
}

/* Why what is missing may be the file's fault and not the list's; NULL: nothing speaks for it. */
static const char *doubt(const struct import_list *now, size_t missing, size_t present)
{
    if (missing == 0)
        return NULL;
    if (!import_is_whole(now))
        return "not every row of this list could be read";
    if (!now->meant && missing >= SHRUNK_LEAST && missing > present / 2)
        return "more than half of what was known is missing, as if the file were cut short";
    return NULL;
}

static bool find_vanished(struct comparing *c, const struct observation_past *past)
{
    struct vec missing;
    size_t present = 0;

    if (!find_missing(c, past, &missing, &present))
        return false;
    c->out->doubt = doubt(c->list, missing.count, present);
    if (c->out->doubt != NULL) {
        c->out->withheld = missing.count;
        return true;
    }
    for (size_t i = 0; i < missing.count; i++) {
        const struct observation_row *known =
            vec_at(&past->rows, *(const size_t *)vec_at(&missing, i));
        if (observe(c, OBSERVATION_DISAPPEARED, known->row, known->vendor, known->product) == NULL)
            return false;
    }
    c->out->disappeared = missing.count;
    return true;
}

/* The entries of one row keep their order: they stand in the order of their making. */
struct ranked {
    struct observation o;
    size_t rank;
};

static int by_row(const void *one, const void *two)
{
    const struct ranked *a = one;
    const struct ranked *b = two;
    const int row = strcmp(a->o.row, b->o.row);

    return row != 0 ? row : a->rank < b->rank ? -1 : a->rank > b->rank;
}

static bool sort(struct comparing *c)
{
    struct vec *all = &c->out->observations;
    struct ranked *ranked = arena_array(c->arena, all->count, sizeof *ranked, c->fault);

    if (ranked == NULL)
        return false;
    for (size_t i = 0; i < all->count; i++)
        ranked[i] = (struct ranked){ .o = *(struct observation *)vec_at(all, i), .rank = i };
    qsort(ranked, all->count, sizeof *ranked, by_row);
    for (size_t i = 0; i < all->count; i++)
        *(struct observation *)vec_at(all, i) = ranked[i].o;
    return true;
}

bool import_compare(const struct observation_past *past, const struct import_list *now,
                    struct arena *a, struct import_comparison *out, struct fault *f)
{
    struct import_comparison found = {
        .observations = vec_of(a, sizeof(struct observation), (size_t)4 * LIMIT_LIST_ROWS),
    };
    struct comparing c = { .list = now, .out = &found, .arena = a, .fault = f };

    for (size_t i = 0; i < now->rows.count; i++) {
        if (!compare_row(&c, past, vec_at(&now->rows, i)))
            return false;
    }
    for (size_t i = 0; i < now->aside.count; i++) {
        if (!compare_row(&c, past, vec_at(&now->aside, i)))
            return false;
    }
    if (!find_vanished(&c, past) || !sort(&c))
        return false;
    *out = found;
    return true;
}
