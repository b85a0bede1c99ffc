#include "engine/join.h"

#include "core/instant.h"
#include "core/limits.h"
#include "core/text.h"
#include "engine/join_look.h"

#include <string.h>

enum { SAID_MAX = 4096, SHOWN_MAX = 1024 };

struct join {
    struct proved *proved;
    const char *where; /* "by the register ORIGIN at size N, ..." */
    struct listing_source source;
};

/* Which of the instrument's lists and schemes the register has. */
struct had {
    size_t count;
    const char *all;     /* "ncsc-directory, cpa": those that it has */
    const char *missing; /* the first that it has not, as "list x"; NULL: it has all */
};

/* Whether the register has it. That it has stands in every proof about it; that it has not rests on
 * this one. */
static bool has(struct proved *p, const char *kind, const char *id, bool *there, struct fault *f)
{
    struct vec *asked = proved_asked(p);
    struct proved_key *k;

    if (!proved_askf(p, /* whole */ false, &k, f, "%s:%s", kind, id))
        return false;
    *there = k->count > 0;
    asked->count -= *there ? 1 : 0;
    return true;
}

static bool look_for(struct join *j, const char *kind, const struct vec *ids, struct arena *a,
                     struct had *had, struct fault *f)
{
    bool there;

    for (size_t i = 0; i < ids->count; i++) {
        const char *const *id = vec_at(ids, i);
        if (!has(j->proved, kind, *id, &there, f))
            return false;
        if (there)
            had->all = arena_print(a, f, "%s%s%s", had->all, had->count == 0 ? "" : ", ", *id);
        else if (had->missing == NULL)
            had->missing = arena_print(a, f, "%s %s", kind, *id);
        had->count += there;
        if (had->all == NULL || (!there && had->missing == NULL))
            return false;
    }
    return true;
}

static bool look_at(struct join_look *l, const char *kind, const struct vec *ids,
                    bool (*look)(struct join_look *, const char *, struct fault *), struct fault *f)
{
    bool there;

    for (size_t i = 0; i < ids->count; i++) {
        const char *const *id = vec_at(ids, i);
        if (!has(l->proved, kind, *id, &there, f) || (there && !look(l, *id, f)))
            return false;
    }
    return true;
}

static uint64_t sealed(struct join *j)
{
    const struct vec *asked = proved_asked(j->proved);

    for (size_t i = 0; i < asked->count; i++) {
        const struct proved_key *const *k = vec_at(asked, i);
        if ((*k)->sealed != UINT64_MAX)
            return (*k)->sealed;
    }
    return 0;
}

/* Text of entries goes into a report only when it is clean. */
static const char *say(struct join *j, const char *what, struct arena *a, struct fault *f)
{
    const uint64_t hidden = sealed(j);
    struct buf said = buf_with_limit(SAID_MAX);

    buf_print(&said, "%s; %s", what, j->where);
    if (hidden > 0)
        buf_print(&said, "; %llu sealed %s not covered", (unsigned long long)hidden,
                  hidden == 1 ? "entry is" : "entries are");
    const char *clean = text_from(a, buf_bytes(&said), SAID_MAX, f);
    buf_done(&said);
    return clean;
}

static const char *never(const struct join_look *l, const struct had *had, struct fault *f)
{
    char date[DATE_TEXT_MAX];

    if (l->later != DATE_NONE)
        return arena_print(l->arena, f, "not yet listed by any of %s: first on %s", had->all,
                           date_write(l->later, date));
    return arena_print(l->arena, f, "never listed by any of %s", had->all);
}

static enum answer answer_of(enum standing_answer s)
{
    switch (s) {
    case STANDING_YES:
        return ANSWER_YES;
    case STANDING_NO:
        return ANSWER_NO;
    case STANDING_RISK_DECISION:
        return ANSWER_RISK_DECISION;
    case STANDING_SILENT:
        break;
    }
    return ANSWER_NO_RULE;
}

static bool reply_with(struct join *j, const struct join_look *l, const char *what, struct arena *a,
                       struct listing_reply *out, struct fault *f)
{
    const bool dated = l->standing >= LISTING_REMOVED;
    struct listing_reply reply = {
        .standing = l->standing,
        .covered_by = join_cover_name(l->cover),
        .since = dated ? l->since : DATE_NONE,
        .until = dated ? l->until : DATE_NONE,
    };

    reply.why = what == NULL ? NULL : say(j, what, a, f);
    if (reply.why == NULL)
        return false;
    if (l->standing == LISTING_CERTIFICATE) {
        reply.state = l->word;
        reply.effects[EFFECT_CLAIM] = answer_of(l->effects.claim);
        reply.effects[EFFECT_PROCURE] = answer_of(l->effects.procure);
        reply.effects[EFFECT_USE] = answer_of(l->effects.use);
    }
    *out = reply;
    return true;
}

static void rest(struct join *j)
{
    const struct vec *asked = proved_asked(j->proved);

    for (size_t i = 0; i < asked->count; i++)
        (*(struct proved_key **)vec_at(asked, i))->rests = true;
}

static bool answer(struct join *j, struct join_look *l, struct arena *a, struct listing_reply *out,
                   struct fault *f)
{
    struct had had = { .all = "" };

    proved_asked(j->proved)->count = 0;
    if (!look_for(j, "list", l->q->lists, l->arena, &had, f) ||
        !look_for(j, "scheme", l->q->schemes, l->arena, &had, f))
        return false;
    out->standing = LISTING_UNANSWERED;
    out->why = NULL;
    if (had.count == 0)
        return true;
    if (!join_maker_of(j->proved, l->q, l->arena, &l->maker, f))
        return false;
    if (l->maker.names.count == 0 && l->q->product->digest == NULL)
        return true; /* nothing to ask by */
    if (!look_at(l, "list", l->q->lists, join_look_list, f) ||
        !look_at(l, "scheme", l->q->schemes, join_look_scheme, f))
        return false;
    if (l->standing == LISTING_NEVER_WAS && had.missing != NULL) {
        const char *lacks = arena_print(
            l->arena, f, "the register has no %s, and so cannot say 'never'", had.missing);
        out->why = lacks == NULL ? NULL : say(j, lacks, a, f);
        return out->why != NULL;
    }
    const char *what = l->standing == LISTING_NEVER_WAS ? never(l, &had, f) : l->what;
    if (!reply_with(j, l, what, a, out, f))
        return false;
    rest(j);
    return true;
}

static bool ask(void *with, const struct listing_question *q, struct arena *a,
                struct listing_reply *out, struct fault *f)
{
    struct join *j = with;
    struct arena scratch = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct join_look l = {
        .proved = j->proved,
        .q = q,
        .arena = &scratch,
        .standing = LISTING_NEVER_WAS,
        .since = DATE_NONE,
        .until = DATE_NONE,
        .later = DATE_NONE,
    };
    struct listing_reply reply = { .since = DATE_NONE, .until = DATE_NONE };
    const bool ok = answer(j, &l, a, &reply, f) || fault_wrap(f, "asking the register");

    arena_done(&scratch);
    if (ok)
        *out = reply;
    return ok;
}

static const char *where(const struct proved *p, struct arena *a, struct fault *f)
{
    const struct checkpoint *c = proved_checkpoint(p);
    const char *origin = text_from(a, c->origin, SHOWN_MAX, f);
    const int64_t time = proved_time(p);
    char text[INSTANT_TEXT_MAX];

    if (origin == NULL)
        return NULL;
    return arena_print(a, f, "by the register %s at size %llu%s%s", origin,
                       (unsigned long long)c->size,
                       time == 0 ? ", to which no witness has signed a time" : ", ",
                       time == 0 ? "" : instant_write(time, text));
}

bool join_open(struct proved *p, struct arena *a, struct join **out, struct fault *f)
{
    struct join *j = arena_alloc(a, sizeof *j, f);

    if (j == NULL)
        return false;
    *j = (struct join){ .proved = p, .where = where(p, a, f) };
    j->source = (struct listing_source){ .with = j, .ask = ask };
    if (j->where == NULL)
        return false;
    *out = j;
    return true;
}

const struct listing_source *join_source(const struct join *j)
{
    return &j->source;
}
