#include "exports/export_find.h"

#include "core/date.h"
#include "core/map.h"

#include <string.h>

enum { IDS_MAX = 1 << 20, COVERS_MAX = 1 << 20, LINES_MAX = 1 << 16 };

static bool push(struct vec *texts, struct bytes text, struct fault *f)
{
    struct bytes *kept = vec_push(texts, f);

    if (kept == NULL)
        return false;
    *kept = text;
    return true;
}

bool export_find_add(struct vec *texts, struct bytes text, struct fault *f)
{
    for (size_t i = 0; i < texts->count; i++)
        if (bytes_equal(*(const struct bytes *)vec_at(texts, i), text))
            return true;
    return push(texts, text, f);
}

bool export_find_ids(const struct export_question *q, const char *type, const char *id,
                     struct arena *a, struct vec *ids, struct fault *f)
{
    struct vec acts = history_none(a);
    struct map seen = map_in(a);
    struct history_act act;
    bool found = false;

    *ids = vec_of(a, sizeof(struct bytes), IDS_MAX);
    if (id != NULL) {
        if (!history_definition(q->history, type, bytes_of_text(id), a, &act, &found, f))
            return false;
        return found ? push(ids, bytes_of_text(id), f)
                     : fault_set(f, FAULT_FORMAT, "the register holds no %s '%.100s'", type, id);
    }
    if (!history_acts(q->history, a, &acts, f, "type:%s", type))
        return false;
    for (size_t i = 0; i < acts.count; i++) {
        const struct bytes one = record_id(&((struct history_act *)vec_at(&acts, i))->record);
        if (map_find(&seen, one) != NULL)
            continue;
        if (!map_put(&seen, one, &acts, f) || !push(ids, one, f))
            return false;
    }
    return true;
}

bool export_find_value(const struct export_question *q, const char *type, struct bytes id,
                       const char *line, struct arena *a, struct bytes *out, struct fault *f)
{
    struct history_act act;
    bool found = false;

    *out = (struct bytes){ .len = 0 };
    if (!history_definition(q->history, type, id, a, &act, &found, f))
        return false;
    if (found)
        *out = record_value(&act.record, line);
    return true;
}

/* The act's versions, joined. */
static const char *join_versions(const struct record *r, struct arena *a, struct fault *f)
{
    struct bytes version = record_value(r, "version");
    const char *all = arena_copy(a, version, f);

    for (size_t i = 1; all != NULL && (version = record_value_at(r, "version", i)).len > 0; i++)
        all = arena_print(a, f, "%s, %.*s", all, (int)version.len, (const char *)version.at);
    return all;
}

static bool name_cover(struct export_cover *c, const struct export_certificate *of,
                       struct map *seen, struct arena *a, struct fault *f)
{
    const struct bytes product = record_value(of->record, "product");
    const char *name =
        arena_print(a, f, "%.*s-%s", (int)product.len, (const char *)product.at, c->version);
    size_t *count = name == NULL ? NULL : map_find(seen, bytes_of_text(name));

    if (name != NULL && count == NULL) {
        count = arena_alloc(a, sizeof *count, f);
        if (count == NULL || !map_put(seen, bytes_of_text(name), count, f))
            return false;
    }
    if (count == NULL)
        return false;
    c->name = ++*count == 1 ? name : arena_print(a, f, "%s (%zu)", name, *count);
    return c->name != NULL;
}

static bool add_cover(struct export_certificate *c, const char *version, struct bytes artefact,
                      struct map *seen, struct arena *a, struct fault *f)
{
    struct export_cover *cover = vec_push(&c->covers, f);

    if (cover == NULL)
        return false;
    *cover = (struct export_cover){ .version = version, .artefact = artefact };
    return name_cover(cover, c, seen, a, f);
}

/* Of the decision or a maintenance: each file, or each version where it names no file. */
static bool add_covers(struct export_certificate *c, const struct record *r, struct map *seen,
                       struct arena *a, struct fault *f)
{
    const char *versions = join_versions(r, a, f);
    struct bytes value;

    if (versions == NULL)
        return false;
    for (size_t i = 0; (value = record_value_at(r, "artefact", i)).len > 0; i++)
        if (!add_cover(c, versions, value, seen, a, f))
            return false;
    if (record_value(r, "artefact").len > 0)
        return true;
    for (size_t i = 0; (value = record_value_at(r, "version", i)).len > 0; i++) {
        const char *version = arena_copy(a, value, f);
        if (version == NULL || !add_cover(c, version, (struct bytes){ .len = 0 }, seen, a, f))
            return false;
    }
    return true;
}

bool export_find_certificate(const struct export_question *q, struct bytes id, struct arena *a,
                             struct export_certificate *out, bool *found, struct fault *f)
{
    struct export_certificate c = { .id = id,
                                    .covers = vec_of(a, sizeof(struct export_cover), COVERS_MAX) };
    struct map seen = map_in(a);

    *found = false;
    if (!standing_certificate(q->history, id, q->day, a, &c.standing, f))
        return false;
    if (c.standing.state == STANDING_NONE)
        return true;
    c.record = &c.standing.certificate->record;
    c.place = c.standing.certificate->place;
    if (!add_covers(&c, c.record, &seen, a, f))
        return false;
    for (size_t i = 0; i < c.standing.acts.count; i++) {
        const struct history_act *act = vec_at(&c.standing.acts, i);
        if (history_is(act, "maintenance") && bytes_equal(record_id(&act->record), id) &&
            record_happened(&act->record) <= q->day && !add_covers(&c, &act->record, &seen, a, f))
            return false;
    }
    *out = c;
    *found = true;
    return true;
}

static bool gather(struct vec *to, const struct record *r, const char *line, struct fault *f)
{
    struct bytes value;

    for (size_t i = 0; (value = record_value_at(r, line, i)).len > 0; i++)
        if (!export_find_add(to, value, f))
            return false;
    return true;
}

static bool is_ending(const struct record *r)
{
    const struct bytes action = record_value(r, "action");

    return action.len > 0 && !bytes_equal_text(action, "revise");
}

static bool read_act(struct export_directive *d, const struct history_act *act, struct fault *f)
{
    if (history_is(act, "directive") && d->record == NULL) {
        d->record = &act->record;
        d->place = act->place;
    } else if (!history_is(act, "amendment")) {
        return true;
    } else if (is_ending(&act->record)) {
        d->ending = &act->record;
    } else if (record_value(&act->record, "stage").len > 0) {
        d->ending = NULL; /* it stands again */
    }
    return gather(&d->products, &act->record, "subject-product", f) &&
           gather(&d->includes, &act->record, "include", f) &&
           gather(&d->excludes, &act->record, "excludes", f);
}

bool export_find_directive(const struct export_question *q, struct bytes id, struct arena *a,
                           struct export_directive *out, bool *found, struct fault *f)
{
    struct export_directive d = { .id = id };

    *found = false;
    d.products = vec_of(a, sizeof(struct bytes), LINES_MAX);
    d.includes = vec_of(a, sizeof(struct bytes), LINES_MAX);
    d.excludes = vec_of(a, sizeof(struct bytes), LINES_MAX);
    if (!standing_directive(q->history, id, q->day, a, &d.standing, f))
        return false;
    for (size_t i = 0; i < d.standing.acts.count; i++) {
        const struct history_act *act = vec_at(&d.standing.acts, i);
        if (bytes_equal(record_id(&act->record), id) && record_happened(&act->record) <= q->day &&
            !read_act(&d, act, f))
            return false;
    }
    *found = d.standing.state != NULL && d.record != NULL;
    *out = d;
    return true;
}

bool export_find_the_directive(const struct export_question *q, struct arena *a,
                               struct export_directive *out, struct fault *f)
{
    char day[DATE_TEXT_MAX];
    struct vec ids;
    bool found = false;

    if (!export_find_ids(q, "directive", q->directive, a, &ids, f))
        return false;
    if (ids.count == 0)
        return fault_set(f, FAULT_FORMAT, "the register holds no directive");
    if (ids.count != 1)
        return fault_set(f, FAULT_FORMAT, "the register holds %zu directives: say which",
                         ids.count);
    const struct bytes id = *(const struct bytes *)vec_at(&ids, 0);
    if (!export_find_directive(q, id, a, out, &found, f))
        return false;
    return found || fault_set(f, FAULT_FORMAT, "%.*s: issued after %s", (int)id.len,
                              (const char *)id.at, date_write(q->day, day));
}
