#include "proof/proof.h"

#include "core/date.h"
#include "core/instant.h"
#include "proof/shown.h"
#include "record/record.h"

#include <string.h>

enum { INDICES_MAX = 20 };

/* All that a sentence may be about. */
struct speech {
    const struct proof_finding *found;
    const struct proof_question *q;
    const struct proof_saying *how;
    struct arena *arena;
    struct buf *out;
};

static void say_plural(struct buf *out, size_t count, const char *one, const char *many)
{
    buf_print(out, "%zu %s", count, count == 1 ? one : many);
}

static void say_indices(struct buf *out, const struct lookup *l)
{
    for (size_t i = 0; i < l->count && i < INDICES_MAX; i++)
        buf_print(out, "%s%llu", i == 0 ? ": " : ", ", (unsigned long long)l->postings[i]);
    if (l->count > INDICES_MAX)
        buf_print(out, " and %zu more", l->count - INDICES_MAX);
    buf_add_text(out, ".\n");
}

static void say_where(const struct speech *s)
{
    const struct checkpoint *c = &s->found->checkpoint.checkpoint;

    shown_put(s->out, c->origin);
    buf_print(s->out, " at size %llu", (unsigned long long)c->size);
}

static void say_map(const struct speech *s)
{
    char hex[SHA256_TEXT_MAX];

    buf_add_text(s->out, ", by the register's own index (map ");
    if (s->found->map != 0)
        buf_print(s->out, "%u", s->found->map);
    else
        buf_print(s->out, "sha256:%s, trusted by its digest",
                  sha256_write(&s->found->leaf.mapfn, hex));
    buf_add_text(s->out, s->how->recomputed ? ", recomputed here from the entries)"
                                            : ", not recomputed here)");
}

static void say_answer(const struct speech *s)
{
    const struct lookup *l = &s->found->lookups.asked;

    if (l->count == 0)
        buf_add_text(s->out, "No entry maps to ");
    else
        say_plural(s->out, l->count, "entry maps to ", "entries map to ");
    shown_put(s->out, l->key);
    buf_add_text(s->out, " in the log ");
    say_where(s);
    say_map(s);
    if (l->count == 0)
        buf_add_text(s->out, ".\n");
    else
        say_indices(s->out, l);
}

static void say_entry(const struct speech *s)
{
    buf_print(s->out, "The entry is at index %llu of ", (unsigned long long)s->how->index);
    say_where(s);
    buf_add_text(s->out, ".\n");
}

/* "A quorum of 2 of 3", or the rule by its name where it is no plain count. */
static void say_rule(const struct speech *s, const char *count, const char *named, const char *end)
{
    size_t need;
    size_t of;

    if (quorum_is_count(s->q->quorum, &need, &of)) {
        buf_print(s->out, "%s%zu of %zu%s", count, need, of, end);
        return;
    }
    buf_add_text(s->out, named);
    shown_put(s->out, bytes_of_text(s->q->quorum->rule));
}

/* The witnesses whose word carries the time: those who signed at it or later. */
static void say_witnesses(const struct speech *s)
{
    const struct quorum_finding *c = &s->found->checkpoint;
    char text[INSTANT_TEXT_MAX];
    size_t at_time = 0;
    size_t said = 0;

    for (size_t i = 0; i < c->witnesses.count; i++)
        at_time += ((const struct quorum_signature *)vec_at(&c->witnesses, i))->time >= c->time;
    for (size_t i = 0; i < c->witnesses.count; i++) {
        const struct quorum_signature *w = vec_at(&c->witnesses, i);
        if (w->time < c->time)
            continue;
        buf_add_text(s->out, said++ > 0 ? ", " : at_time == 1 ? "Witness " : "Witnesses ");
        shown_put(s->out, bytes_of_text(w->witness->name));
    }
    say_rule(s, " (", " (quorum ", " needed");
    buf_print(s->out, ") had seen no larger tree at %s.\n", instant_write(c->time, text));
    if (proof_is_to_come(s->found, s->how->now))
        buf_print(s->out,
                  "That time is still to come: the clock here says %s. A clock is wrong, or "
                  "witnesses lie.\n",
                  instant_write(s->how->now, text));
}

static void say_quorum(const struct speech *s)
{
    const int liars = quorum_liars_survived(s->q->quorum);

    if (strcmp(s->q->quorum->rule, "none") == 0) {
        buf_add_text(s->out, "No witness was asked for: the log alone vouches for this view, "
                             "and no time is told.\n");
        return;
    }
    say_witnesses(s);
    say_rule(s, "A quorum of ", "The quorum ", "");
    if (liars < 0)
        buf_add_text(s->out, " excludes no second view, even where no witness lies: two such "
                             "quorums need not share one.\n");
    else if (liars == 0)
        buf_add_text(s->out, " survives no lying witness.\n");
    else
        buf_print(s->out, " survives %d lying witness%s.\n", liars, liars == 1 ? "" : "es");
}

static void say_sealed(const struct speech *s)
{
    const struct lookup *sealed = proof_further(s->found, "type:sealed");

    if (bytes_equal_text(s->found->lookups.asked.key, "type:sealed"))
        return;
    if (sealed == NULL)
        buf_add_text(s->out, "How many sealed entries there are is not told by this file.\n");
    else if (sealed->count == 0)
        buf_add_text(s->out, "Sealed entries: 0, by the same index.\n");
    else
        buf_print(s->out, "Sealed entries: %zu, by the same index; they are not covered.\n",
                  sealed->count);
}

/* "No listing" means little where there is no such list. */
static bool say_object(const struct speech *s, const char **told, struct fault *f)
{
    const char *word;

    if (!proof_object(s->found, s->arena, &word, told, f))
        return false;
    if (*told == NULL)
        return true;
    const struct lookup *l = proof_further(s->found, *told);
    const char *id = *told + strlen(word) + 1;
    if (l == NULL) {
        buf_print(s->out, "That the %s %s exists is not proved here.\n", word, id);
    } else if (l->count == 0) {
        buf_print(s->out, "By the same index there is no %s %s: nothing maps to %s.\n", word, id,
                  *told);
    } else {
        buf_print(s->out, "The %s %s exists: ", word, id);
        say_plural(s->out, l->count, "entry maps to ", "entries map to ");
        buf_add_text(s->out, *told);
        say_indices(s->out, l);
    }
    return true;
}

/* What else was looked up under the same root: a vendor's aliases, above all. */
static void say_further(const struct speech *s, const char *told)
{
    for (size_t i = 0; i < s->found->lookups.further.count; i++) {
        const struct lookup *l = vec_at(&s->found->lookups.further, i);
        if (bytes_equal_text(l->key, "type:sealed") ||
            (told != NULL && bytes_equal_text(l->key, told)))
            continue;
        buf_add_text(s->out, "By the same index, ");
        if (l->count == 0)
            buf_add_text(s->out, "nothing maps to ");
        else
            say_plural(s->out, l->count, "entry maps to ", "entries map to ");
        shown_put(s->out, l->key);
        if (l->count == 0)
            buf_add_text(s->out, ".\n");
        else
            say_indices(s->out, l);
    }
}

static void say_names(const struct speech *s)
{
    const struct bytes key = s->found->lookups.asked.key;

    if (bytes_search(key, bytes_of_text("token:")) < key.len)
        buf_add_text(s->out, "Other names are not covered.\n");
}

static void say_text(const struct speech *s, struct bytes text)
{
    struct bytes line;

    while (bytes_next(&text, '\n', &line)) {
        buf_add_text(s->out, "    ");
        shown_put(s->out, line);
        buf_add_byte(s->out, '\n');
    }
}

static bool say_posted_entry(const struct speech *s, const struct lookup_posted *p, struct fault *f)
{
    const struct arena_mark mark = arena_mark(s->arena);
    struct record r;
    struct fault why = { 0 };
    char day[DATE_TEXT_MAX];

    buf_print(s->out, "  %llu: ", (unsigned long long)p->index);
    if (record_read(p->entry, s->arena, &r, &why)) {
        const int32_t happened = record_happened(&r);
        buf_print(s->out, "%s ", r.type->name);
        shown_put(s->out, record_id(&r));
        if (happened != DATE_NONE)
            buf_print(s->out, ", %s %s", r.type->happened, date_write(happened, day));
    } else if (why.kind == FAULT_LIMIT) {
        *f = why;
        return false;
    } else {
        buf_add_text(s->out, "an entry of a type that is not known here");
    }
    buf_add_byte(s->out, '\n');
    if (s->how->verbose)
        say_text(s, p->entry);
    arena_release(s->arena, mark);
    return true;
}

static bool say_posted(const struct speech *s, struct fault *f)
{
    const struct lookup_file *l = &s->found->lookups;
    size_t under = 0;

    if (l->posted.count == 0)
        return true;
    for (size_t i = 0; i < l->posted.count; i++) {
        const struct lookup_posted *p = vec_at(&l->posted, i);
        under += lookup_has(&l->asked, p->index);
    }
    if (under == l->asked.count && under > 0)
        buf_add_text(s->out, "All these entries are in this file");
    else if (under > 0)
        buf_print(s->out, "Some of these entries, %zu of %zu, are in this file", under,
                  l->asked.count);
    else
        buf_add_text(s->out, "Entries of the further keys are in this file");
    buf_add_text(s->out, "; whose signatures they bear is not checked here:\n");
    for (size_t i = 0; i < l->posted.count; i++) {
        if (!say_posted_entry(s, vec_at(&l->posted, i), f))
            return false;
    }
    return true;
}

/* A state on a day that the witnesses had not reached is that day's only if nothing came between.
 */
static void say_later(const struct speech *s, int32_t day)
{
    const int64_t time = s->found->checkpoint.time;
    char text[INSTANT_TEXT_MAX];

    if (time != INSTANT_NONE && day > instant_day(time))
        buf_print(s->out, "What was logged after %s is not known here, and may change that.\n",
                  instant_write(time, text));
}

/* Text of an entry is not ours: it is shown escaped, like any other. */
static void say_standing(const struct speech *s, const struct proof_standing *standing)
{
    const size_t kind = strlen("certificate:");
    const struct bytes key = s->found->lookups.asked.key;
    char day[DATE_TEXT_MAX];

    buf_print(s->out, "On %s the certificate ", date_write(standing->day, day));
    shown_put(s->out, bytes_part(key, kind, key.len));
    if (standing->state == NULL) {
        buf_add_text(s->out, " was not there: nothing dated by then decides it.\n");
        say_later(s, standing->day);
        return;
    }
    buf_print(s->out, " was %s", standing->state);
    if (standing->since != DATE_NONE)
        buf_print(s->out, " since %s", date_write(standing->since, day));
    if (standing->until != DATE_NONE)
        buf_print(s->out, ", until %s", date_write(standing->until, day));
    if (standing->decide_by != DATE_NONE)
        buf_print(s->out, ", to be decided by %s%s", date_write(standing->decide_by, day),
                  standing->decide_by < standing->day ? " (which had passed)" : "");
    buf_add_text(s->out, ", by the ");
    say_plural(s->out, standing->acts, "act on it in this file, which is all that the log held",
               "acts on it in this file, which are all that the log held");
    for (size_t i = 0; i < standing->versions.count; i++) {
        buf_add_text(s->out, i == 0 ? "; versions " : ", ");
        shown_put(s->out, *(const struct bytes *)vec_at(&standing->versions, i));
    }
    buf_add_text(s->out, ".\n");
    say_later(s, standing->day);
}

static bool say_lookup(const struct speech *s, struct fault *f)
{
    const char *told = NULL;

    say_answer(s);
    if (s->how->has_entry)
        say_entry(s);
    say_quorum(s);
    if (!say_object(s, &told, f))
        return false;
    say_further(s, told);
    say_names(s);
    say_sealed(s);
    if (!say_posted(s, f))
        return false;
    if (s->how->standing != NULL)
        say_standing(s, s->how->standing);
    return true;
}

bool proof_say(const struct proof_finding *found, const struct proof_question *q,
               const struct proof_saying *how, struct arena *a, struct buf *out, struct fault *f)
{
    const struct speech s = { found, q, how, a, out };

    if (found->kind == PROOF_ENTRY && !how->has_entry)
        return fault_set(f, FAULT_FORMAT,
                         "--entry FILE is needed: a plain proof says nothing without the entry");
    if (found->simulated_clock)
        buf_add_text(out, "The clock of this register is simulated.\n");
    if (found->kind == PROOF_LOOKUP) {
        if (!say_lookup(&s, f))
            return false;
    } else {
        say_entry(&s);
        say_quorum(&s);
    }
    return buf_ok(out) || fault_set(f, FAULT_LIMIT, "memory: no room for the statement");
}
