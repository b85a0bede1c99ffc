#include "standing/about_parts.h"

#include "core/buf.h"
#include "core/map.h"
#include "core/text.h"
#include "record/record.h"
#include "standing/standing_lab.h"
#include "standing/standing_scheme.h"
#include "standing/standing_thing.h"

#include <string.h>

enum { NAME_MAX_BYTES = 160 };

struct telling {
    const struct about_parts_question *q;
    struct about *about;
    struct bytes kind; /* of the key */
    struct bytes id;
    struct map told; /* "certificate:cpa/1001" -> struct about_part */
};

static bool is_kind(const struct telling *t, const char *kind)
{
    return bytes_equal_text(t->kind, kind);
}

static const char *name_of(struct telling *t, struct bytes name, struct fault *f)
{
    return text_from(t->q->a, name, NAME_MAX_BYTES, f);
}

/* The part under this key, made where it is new. */
static struct about_part *part_of(struct telling *t, const char *what, struct bytes key,
                                  struct fault *f)
{
    struct about_part *part = map_find(&t->told, key);

    if (part != NULL)
        return part;
    part = arena_alloc(t->q->a, sizeof *part, f);
    if (part == NULL || !map_put(&t->told, key, part, f))
        return NULL;
    struct about_part **kept = vec_push(&t->about->parts, f);
    if (kept == NULL)
        return NULL;
    *kept = part;
    *part = (struct about_part){ .what = what, .since = DATE_NONE, .until = DATE_NONE };
    return part;
}

/* The vendor's id stands for its name. */
static bool is_named(const struct record *r, const char *line)
{
    return strcmp(line, "vendor-name") == 0 && record_value(r, "vendor").len > 0;
}

/* A list's entry as "ncsc-directory: certificate cpa/1001, vendor northgate", without the list
 * where it is that list's own history, and without the object that the history is of. */
static const char *name_thing(struct telling *t, const struct record *r, struct fault *f)
{
    static const char *const lines[] = { "certificate", "vendor",  "vendor-name", "product",
                                         "product-id",  "channel", "row",         "version",
                                         "token",       "artefact" };
    const struct bytes list = record_value(r, "list");
    struct buf text = buf_with_limit(NAME_MAX_BYTES * 16);
    const char *comma = "";

    if (!is_kind(t, "list") && !is_kind(t, "listing") && !is_kind(t, "listed")) {
        buf_add(&text, list);
        comma = ", ";
    }
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct bytes value = record_value(r, lines[i]);
        if (value.len == 0 || bytes_equal(value, t->id) || is_named(r, lines[i]))
            continue;
        buf_print(&text, "%s%s ", comma, lines[i]);
        buf_add(&text, value);
        comma = ", ";
    }
    const char *name = name_of(t, buf_bytes(&text), f);
    buf_done(&text);
    return name;
}

static bool put_listing(struct telling *t, const struct record *r, struct fault *f)
{
    struct bytes thing;

    if (!standing_thing(r, t->q->a, &thing, f))
        return false;
    struct about_part *part = part_of(t, "listing", thing, f);
    if (part == NULL || (part->name == NULL && (part->name = name_thing(t, r, f)) == NULL))
        return false;
    part->state = standing_thing_adds(r) ? "listed" : "not listed";
    part->since = record_happened(r);
    return true;
}

/* Of a vendor, a product, an artefact: the certificates that name it. */
static bool put_certificate(struct telling *t, const struct record *r, struct fault *f)
{
    struct standing_certificate s;

    if (is_kind(t, "certificate"))
        return true;
    const struct arena_mark mark = arena_mark(t->q->a);
    if (!standing_certificate(t->q->h, record_id(r), t->q->day, t->q->a, &s, f))
        return false;
    arena_release(t->q->a, mark); /* kept are a word and days */
    if (s.state == STANDING_NONE)
        return true;
    struct about_part *part = part_of(t, "certificate", record_id(r), f);
    if (part == NULL)
        return false;
    part->name = name_of(t, record_id(r), f);
    part->state = s.word;
    part->since = s.since;
    part->until = s.until;
    return part->name != NULL;
}

static bool put_accreditation(struct telling *t, const struct record *r, struct fault *f)
{
    const struct standing_lab_question q = { .lab = record_value(r, "lab"),
                                             .scheme = record_value(r, "scheme"),
                                             .day = t->q->day };
    struct standing_lab s;

    if (!is_kind(t, "lab"))
        return true;
    if (!standing_lab_read(t->q->h, &q, t->q->a, &s, f))
        return false;
    if (s.word == NULL)
        return true;
    struct about_part *part = part_of(t, "accreditation", q.scheme, f);
    if (part == NULL)
        return false;
    part->name = name_of(t, q.scheme, f);
    part->state = s.word;
    part->since = s.since;
    part->until = strcmp(s.word, "accredited") == 0 ? s.until : DATE_NONE;
    return part->name != NULL;
}

static const char *word_of_span(int32_t day, int32_t from, int32_t until)
{
    if (from != DATE_NONE && day < from)
        return "to come";
    return until != DATE_NONE && day > until ? "ended" : "stands";
}

static bool put_exception(struct telling *t, const struct record *r, struct fault *f)
{
    struct about_part *part = part_of(t, "exception", record_id(r), f);

    if (part == NULL)
        return false;
    part->name = name_of(t, record_id(r), f);
    part->since = record_happened(r);
    part->until = record_day(r, "until");
    part->state = word_of_span(t->q->day, part->since, part->until);
    if (!is_kind(t, "exception"))
        return part->name != NULL;
    t->about->state = part->state;
    t->about->since = part->since;
    t->about->until = part->until;
    t->about->parts.count = 0; /* it is the object itself */
    return true;
}

static bool put_part(struct telling *t, const struct history_act *act, struct fault *f)
{
    const bool by_now = record_happened(&act->record) <= t->q->day;

    if (history_is(act, "certificate"))
        return put_certificate(t, &act->record, f);
    if (history_is(act, "accreditation"))
        return put_accreditation(t, &act->record, f);
    if (history_is(act, "exception"))
        return put_exception(t, &act->record, f);
    return !by_now || !history_is(act, "listing") || put_listing(t, &act->record, f);
}

/* What the scheme's own table answers for a state, as it stood on the day. */
static bool put_answers(struct telling *t, const struct standing_scheme *s, struct fault *f)
{
    for (size_t i = 0; i < s->states.count; i++) {
        const struct bytes line = *(const struct bytes *)vec_at(&s->states, i);
        const struct bytes word = bytes_part(line, 0, bytes_index(line, ' '));
        struct about_part *part = part_of(t, "state", word, f);
        if (part == NULL)
            return false;
        part->name = name_of(t, word, f);
        part->state = name_of(t, bytes_part(line, word.len + 1, line.len), f);
        if (part->name == NULL || part->state == NULL)
            return false;
    }
    return true;
}

static bool tell_scheme(struct telling *t, struct fault *f)
{
    struct standing_scheme s;

    if (!standing_scheme(t->q->h, t->id, t->q->day, t->q->a, &s, f))
        return false;
    if (s.scheme == NULL)
        return true;
    t->about->since = record_happened(&s.scheme->record);
    t->about->until = s.until;
    t->about->state = "in-force";
    if (s.until != DATE_NONE && t->q->day > s.until) {
        t->about->state = "ended";
        t->about->since = s.until + 1;
        t->about->until = DATE_NONE;
    }
    return put_answers(t, &s, f);
}

static void tell_list(struct telling *t)
{
    struct about *o = t->about;

    for (size_t i = 0; i < o->acts.count; i++) {
        const struct about_act *told = vec_at(&o->acts, i);
        const struct record *r = &told->act.record;
        const int32_t happened = record_happened(r);
        if (happened > t->q->day || !bytes_equal(record_id(r), t->id))
            continue;
        const bool closes = history_is(&told->act, "list-change") &&
                            bytes_equal_text(record_value(r, "closed"), "yes");
        if (!closes && !history_is(&told->act, "list"))
            continue;
        o->state = closes ? "closed" : "open";
        o->since = happened;
    }
}

/* Under listed:LIST:...: listed while one thing at least is. */
static void tell_listed(struct about *o)
{
    for (int listed = 0; listed <= 1; listed++)
        for (size_t i = 0; i < o->parts.count; i++) {
            const struct about_part *part = *(struct about_part *const *)vec_at(&o->parts, i);
            if ((strcmp(part->state, "listed") == 0) != (listed == 1))
                continue;
            const bool first = o->state == NULL || strcmp(o->state, part->state) != 0;
            o->state = part->state;
            if (first || (listed == 1 ? part->since < o->since : part->since > o->since))
                o->since = part->since;
        }
}

static bool count_sealed(struct telling *t, struct fault *f)
{
    struct vec sealed = vec_of(t->q->a, sizeof(uint64_t), HISTORY_PLACES_MAX);
    struct vec opened = vec_of(t->q->a, sizeof(uint64_t), HISTORY_PLACES_MAX);

    if (!history_places(t->q->h, bytes_of_text("type:sealed"), &sealed, f) ||
        !history_places(t->q->h, bytes_of_text("type:opened"), &opened, f))
        return false;
    t->about->sealed = sealed.count - opened.count;
    return true;
}

bool about_parts_read(const struct about_parts_question *q, struct about *about, struct fault *f)
{
    const struct bytes key = bytes_of_text(about->key);
    const size_t colon = bytes_index(key, ':');
    struct telling t = { .q = q,
                         .about = about,
                         .kind = bytes_part(key, 0, colon),
                         .id = bytes_part(key, colon + 1, key.len),
                         .told = map_in(q->a) };

    /* All entries of a type are no object. */
    for (size_t i = 0; i < about->acts.count && !is_kind(&t, "type"); i++) {
        const struct about_act *told = vec_at(&about->acts, i);
        if (!put_part(&t, &told->act, f))
            return false;
    }
    if (is_kind(&t, "list"))
        tell_list(&t);
    if (is_kind(&t, "listed"))
        tell_listed(about);
    return count_sealed(&t, f) && (!is_kind(&t, "scheme") || tell_scheme(&t, f));
}
