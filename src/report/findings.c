#include "report/findings.h"

#include "core/limits.h"
#include "core/map.h"
#include "core/text.h"
#include "report/reasons.h"
#include "report/report.h"

#include <string.h>

enum {
    TITLE_WIDEST = 54, /* a longer title pushes the rest of its line to the right */
    PRESENCE = 11,     /* "installed", "embedded", and two blanks */
};

/* Products with the same status and the same reasons. */
struct group {
    const struct scan_product *first;
    struct vec members; /* const struct scan_product * */
};

const char *findings_heading(enum status s)
{
    static const char *const headings[STATUS_MAX] = {
        [STATUS_OVERDUE] = "OVERDUE: may not be used, and the date for its removal has passed",
        [STATUS_BARRED] = "BARRED: may not be used",
        [STATUS_DUE] = "DUE: use must end",
        [STATUS_KEEP_ONLY] = "KEEP ONLY: may stay; may not be bought, renewed, installed, updated "
                             "or passed on, as said below",
        [STATUS_DECIDE] = "DECIDE: the text leaves it to a person, or the context does not say "
                          "enough",
        [STATUS_ADVISED_AGAINST] = "ADVISED AGAINST: advice, which binds nobody",
        [STATUS_UNKNOWN_MAKER] = "UNKNOWN MAKER: not innocent, only unknown",
        [STATUS_UNREGULATED] = "UNREGULATED: the maker is known, no instrument speaks "
                               "of buying or using it",
        [STATUS_LISTED] = "LISTED: on an approved list in force",
        [STATUS_CERTIFIED] = "CERTIFIED: covered by a certificate in force",
    };

    return headings[s];
}

enum ink findings_ink(enum status s)
{
    if (s <= STATUS_BARRED)
        return INK_BAD;
    if (s <= STATUS_DECIDE)
        return INK_WARN;
    if (s <= STATUS_UNKNOWN_MAKER)
        return INK_NOTE;
    return s == STATUS_UNREGULATED ? INK_BOLD : INK_GOOD;
}

/* Everything that must be equal for two products to share one paragraph. */
static const char *group_key(const struct scan_product *p, struct arena *a, struct fault *f)
{
    const struct verdict *v = &p->verdict;
    struct buf key = buf_with_limit(LIMIT_TEXT);

    buf_print(&key, "%d|%s|%s", (int)v->status, p->product.vendor == NULL ? "" : p->product.vendor,
              v->summary == NULL ? "" : v->summary);
    for (int i = 0; i < EFFECT_MAX; i++) {
        const struct effect_answer *e = &v->answers[i];
        buf_print(&key, "|%d %s %s %s %d %d %d", (int)e->answer,
                  e->instrument == NULL ? "" : e->instrument, e->clause == NULL ? "" : e->clause,
                  e->why == NULL ? "" : e->why, (int)e->from, (int)e->until, e->advice);
    }
    for (size_t i = 0; i < v->steps.count; i++) {
        const struct verdict_step *step = vec_at(&v->steps, i);
        buf_print(&key, "|%s %s %d", step->instrument == NULL ? "" : step->instrument, step->step,
                  (int)step->by);
    }
    for (size_t i = 0; i < p->product.conflicts.count; i++) {
        const char *const *conflict = vec_at(&p->product.conflicts, i);
        buf_print(&key, "|%s", *conflict);
    }
    const char *text = arena_copy(a, buf_bytes(&key), f);
    buf_done(&key);
    return text;
}

static bool gather(const struct scan *s, enum status status, struct arena *a, struct vec *groups,
                   struct fault *f)
{
    struct map by_key = map_in(a);

    *groups = vec_of(a, sizeof(struct group *), LIMIT_OWNED);
    for (size_t i = 0; i < s->products.count; i++) {
        const struct scan_product *p = vec_at(&s->products, i);
        if (p->verdict.status != status)
            continue;
        const char *key = group_key(p, a, f);
        if (key == NULL)
            return false;
        struct group *group = map_find(&by_key, bytes_of_text(key));
        if (group == NULL) {
            group = arena_alloc(a, sizeof *group, f);
            struct group **slot = group == NULL ? NULL : vec_push(groups, f);
            if (slot == NULL)
                return false;
            *group = (struct group){ .first = p, .members = vec_of(a, sizeof p, LIMIT_OWNED) };
            *slot = group;
            if (!map_put(&by_key, bytes_of_text(key), group, f))
                return false;
        }
        const struct scan_product **member = vec_push(&group->members, f);
        if (member == NULL)
            return false;
        *member = p;
    }
    return true;
}

/* Columns of "title version". */
static size_t title_width(const struct product *p)
{
    return text_width(report_title(p)) + (p->version == NULL ? 0 : 1 + text_width(p->version));
}

static unsigned widest_title(const struct vec *members)
{
    size_t widest = 0;

    for (size_t i = 0; i < members->count; i++) {
        const struct scan_product *const *p = vec_at(members, i);
        const size_t width = title_width(&(*p)->product);
        widest = width > widest ? width : widest;
    }
    return (unsigned)(widest > TITLE_WIDEST ? TITLE_WIDEST : widest) + 2;
}

/* "deb kesl, /opt/kaspersky/kesl and 3 more": what identifies it on the machine. A path tells the
 * root that it is below. */
static void say_place(struct page *page, const struct product *p)
{
    const size_t more = p->more_paths + (p->paths.count == 0 ? 0 : p->paths.count - 1);
    const char *const *path = p->paths.count == 0 ? NULL : vec_at(&p->paths, 0);
    char count[PAGE_NUMBER_MAX];

    page_say(page, "%s", p->type);
    if (p->title != NULL && strcmp(p->title, p->name) != 0)
        page_say(page, " %s", p->name);
    if (p->root != NULL && strcmp(p->root, "/") != 0 &&
        (path == NULL || !bytes_has_prefix(bytes_of_text(*path), p->root)))
        page_say(page, " in the root %s", p->root);
    if (path != NULL)
        page_say(page, ", %s", *path);
    if (more > 0)
        page_say(page, " and %s more", page_count(more, count));
}

static void write_member(struct page *page, const struct product *p, enum ink ink, unsigned width,
                         bool ids)
{
    const unsigned title = (unsigned)title_width(p);

    page_cell(page, INK_PLAIN, 2, "");
    page_cell(page, INK_BOLD, 0, report_title(p));
    if (p->version != NULL) {
        page_cell(page, INK_PLAIN, 1, "");
        page_cell(page, INK_BOLD, 0, p->version);
    }
    page_cell(page, INK_PLAIN, title < width ? width - title : 2, "");
    page_cell(page, ink, PRESENCE, presence_name(p->presence));
    say_place(page, p);
    if (ids)
        page_say(page, " [%s]", p->id);
    page_flush(page, /* label */ NULL);
}

static void write_group(struct page *p, const struct scan *s, const struct group *group,
                        const struct findings_options *o)
{
    const struct verdict *v = &group->first->verdict;
    const unsigned width = widest_title(&group->members);

    for (size_t i = 0; i < group->members.count; i++) {
        const struct scan_product *const *member = vec_at(&group->members, i);
        write_member(p, &(*member)->product, findings_ink(v->status), width, o->ids);
    }
    if (!o->reasons)
        return;
    reasons_write(p, group->first, s->as_of);
    if (o->all_answers)
        reasons_write_silent(p, v);
    reasons_write_maker(p, &group->first->product);
    page_blank(p);
}

static bool write_status(struct page *p, const struct scan *s, enum status status,
                         const struct findings_options *o, struct arena *a, struct fault *f)
{
    struct vec groups;

    if (!gather(s, status, a, &groups, f))
        return false;
    if (groups.count == 0)
        return true;
    page_heading(p, findings_ink(status), findings_heading(status));
    for (size_t i = 0; i < groups.count; i++) {
        const struct group *const *group = vec_at(&groups, i);
        write_group(p, s, *group, o);
    }
    return true;
}

bool findings_write(struct page *p, const struct scan *s, const struct findings_options *o,
                    struct arena *a, struct fault *f)
{
    bool ok = true;

    for (int status = 0; ok && status <= (int)o->mildest; status++) {
        const struct arena_mark scratch = arena_mark(a);
        ok = write_status(p, s, (enum status)status, o, a, f);
        arena_release(a, scratch);
    }
    return ok;
}
