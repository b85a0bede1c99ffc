#include "observation/observation_past.h"

#include "core/date.h"
#include "core/limits.h"
#include "observation/observation.h"
#include "record/record.h"

#include <string.h>

struct observation_past observation_past_in(struct arena *a)
{
    return (struct observation_past){ .arena = a,
                                      .rows =
                                          vec_of(a, sizeof(struct observation_row), LIMIT_RECORDS),
                                      .by_row = map_in(a),
                                      .seen = DATE_NONE };
}

static struct observation_row *find(const struct observation_past *p, struct bytes row)
{
    const size_t *place = map_find(&p->by_row, row);

    return place == NULL ? NULL : vec_at(&p->rows, *place);
}

const struct observation_row *observation_past_find(const struct observation_past *p,
                                                    const char *row)
{
    return find(p, bytes_of_text(row));
}

/* The row's place, made where there is none. `row` stays where it is. */
static struct observation_row *get(struct observation_past *p, const char *row, struct fault *f)
{
    struct observation_row *known = find(p, bytes_of_text(row));

    if (known != NULL)
        return known;
    size_t *place = arena_alloc(p->arena, sizeof *place, f);
    known = place == NULL ? NULL : vec_push(&p->rows, f);
    if (known == NULL)
        return NULL;
    *known = (struct observation_row){
        .row = row, .fields = vec_of(p->arena, sizeof(struct observation_field), LIMIT_FIELDS)
    };
    *place = p->rows.count - 1;
    return map_put(&p->by_row, bytes_of_text(row), place, f) ? known : NULL;
}

static bool add_fields(struct vec *to, const struct vec *from, struct fault *f)
{
    for (size_t i = 0; i < from->count; i++) {
        struct observation_field *slot = vec_push(to, f);
        if (slot == NULL)
            return false;
        *slot = *(const struct observation_field *)vec_at(from, i);
    }
    return true;
}

bool observation_past_see(struct observation_past *p, const struct observation_row *seen,
                          struct fault *f)
{
    struct observation_row *row = get(p, seen->row, f);

    if (row == NULL)
        return false;
    row->vendor = seen->vendor;
    row->product = seen->product;
    row->present = true;
    row->fields.count = 0;
    return add_fields(&row->fields, &seen->fields, f);
}

/* Take out one field for each of `gone`; what is not there is not missed. */
static void drop_fields(struct vec *from, const struct vec *gone)
{
    for (size_t i = 0; i < gone->count; i++) {
        const struct observation_field *field = vec_at(gone, i);
        for (size_t k = 0; k < from->count; k++) {
            const struct observation_field *other = vec_at(from, k);
            if (strcmp(field->name, other->name) != 0 || strcmp(field->value, other->value) != 0)
                continue;
            for (size_t n = k; n + 1 < from->count; n++)
                *(struct observation_field *)vec_at(from, n) =
                    *(const struct observation_field *)vec_at(from, n + 1);
            from->count--;
            break;
        }
    }
}

static bool apply(struct observation_past *p, struct observation_row *known, const struct record *r,
                  struct fault *f)
{
    const struct bytes action = record_value(r, "action");
    struct vec fields;
    struct vec was;
    struct vec now;

    if (!observation_fields(r, "field", p->arena, &fields, f) ||
        !observation_fields(r, "was", p->arena, &was, f) ||
        !observation_fields(r, "now", p->arena, &now, f))
        return false;
    if (bytes_equal_text(action, "appeared"))
        known->fields = fields;
    known->present = !bytes_equal_text(action, "disappeared");
    drop_fields(&known->fields, &was);
    return add_fields(&known->fields, &now, f);
}

bool observation_past_add(struct observation_past *p, const struct record *r, const char *source,
                          struct fault *f)
{
    if (strcmp(r->type->name, "observation") != 0 ||
        !bytes_equal_text(record_value(r, "source"), source))
        return true;
    const int32_t day = record_happened(r);
    const struct bytes id = record_value(r, "row");
    const struct bytes vendor = record_value(r, "vendor-name");
    const struct bytes product = record_value(r, "product");
    struct observation_row *known = find(p, id);
    if (known == NULL) {
        const char *row = arena_copy(p->arena, id, f);
        known = row == NULL ? NULL : get(p, row, f);
    }
    if (known == NULL)
        return false;
    p->seen = day > p->seen ? day : p->seen;
    known->vendor = vendor.len == 0 ? NULL : arena_copy(p->arena, vendor, f);
    known->product = product.len == 0 ? NULL : arena_copy(p->arena, product, f);
    if ((vendor.len > 0 && known->vendor == NULL) || (product.len > 0 && known->product == NULL))
        return false;
    return apply(p, known, r, f);
}
