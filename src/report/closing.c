#include "report/closing.h"

#include "core/limits.h"
#include "core/map.h"
#include "report/findings.h"
#include "report/report.h"

#include <string.h>

enum { LABEL = 10, NAMES_SHOWN = 12, NOTES_SHOWN = 8, PROOFS_SHOWN = 6 };

static void flush(struct page *p, enum ink ink, const char *label)
{
    page_flush(p, &(struct page_label){ 0, LABEL, ink, label });
}

/* One sentence of one instrument, and how many products it is about. */
struct note {
    const struct verdict_rule *rule;
    size_t products;
};

static bool count_note(struct map *seen, struct vec *notes, const struct verdict_rule *rule,
                       struct fault *f)
{
    const char *key =
        arena_print(seen->arena, f, "%s|%s|%s", rule->instrument,
                    rule->clause == NULL ? "" : rule->clause, rule->why == NULL ? "" : rule->why);
    if (key == NULL)
        return false;
    struct note *note = map_find(seen, bytes_of_text(key));
    if (note == NULL) {
        note = arena_alloc(seen->arena, sizeof *note, f);
        struct note **slot = note == NULL ? NULL : vec_push(notes, f);
        if (slot == NULL || !map_put(seen, bytes_of_text(key), note, f))
            return false;
        note->rule = rule;
        *slot = note;
    }
    note->products++;
    return true;
}

static bool gather_notes(const struct scan *s, struct map *seen, struct vec *notes, struct fault *f)
{
    for (size_t i = 0; i < s->products.count; i++) {
        const struct scan_product *p = vec_at(&s->products, i);
        for (size_t n = 0; n < p->verdict.rules.count; n++) {
            if (!count_note(seen, notes, vec_at(&p->verdict.rules, n), f))
                return false;
        }
    }
    return true;
}

bool closing_notes(struct page *p, const struct scan *s, int verbosity, struct arena *a,
                   struct fault *f)
{
    struct map seen = map_in(a);
    struct vec notes = vec_of(a, sizeof(struct note *), LIMIT_OWNED);
    const size_t shown = verbosity > 0 ? SIZE_MAX : NOTES_SHOWN;
    char count[PAGE_NUMBER_MAX];

    if (!gather_notes(s, &seen, &notes, f))
        return false;
    for (size_t i = 0; i < notes.count && i < shown; i++) {
        const struct note *const *note = vec_at(&notes, i);
        const struct verdict_rule *rule = (*note)->rule;
        page_say(p, "%s", rule->instrument);
        if (rule->clause != NULL)
            page_say(p, ", %s", rule->clause);
        if (rule->why != NULL)
            page_say(p, ": %s", rule->why);
        if (s->products.count > 1)
            page_say(p, " (%s %s)", page_count((*note)->products, count),
                     page_plural((*note)->products, "product", "products"));
        flush(p, INK_NOTE, i == 0 ? "Notes" : "");
    }
    if (notes.count > shown) {
        page_say(p, "and %s more (-v tells all)", page_count(notes.count - shown, count));
        flush(p, INK_NOTE, "");
    }
    if (notes.count > 0)
        page_blank(p);
    return true;
}

/* "a 1.0, b 2.1 and 7 more": the products of one status. */
static void say_names(struct page *p, const struct scan *s, enum status status, size_t shown)
{
    char count[PAGE_NUMBER_MAX];
    size_t told = 0;
    size_t more = 0;

    for (size_t i = 0; i < s->products.count; i++) {
        const struct scan_product *product = vec_at(&s->products, i);
        if (product->verdict.status != status)
            continue;
        if (told == shown) {
            more++;
            continue;
        }
        const char *version = product->product.version;
        page_say(p, "%s%s%s%s", told == 0 ? "" : ", ", report_title(&product->product),
                 version == NULL ? "" : " ", version == NULL ? "" : version);
        told++;
    }
    if (more > 0)
        page_say(p, " and %s more (-v names all)", page_count(more, count));
}

static bool count_makers(const struct scan *s, struct arena *a, size_t *makers, struct fault *f)
{
    struct map seen = map_in(a);
    static const char mark[] = "";

    for (size_t i = 0; i < s->products.count; i++) {
        const struct scan_product *p = vec_at(&s->products, i);
        const char *maker = report_maker(&p->product);
        if (p->verdict.status != STATUS_UNREGULATED || maker == NULL)
            continue;
        char *slot = arena_copy_text(a, mark, f);
        if (slot == NULL || !map_put(&seen, bytes_of_text(maker), slot, f))
            return false;
    }
    *makers = seen.count;
    return true;
}

static bool write_unregulated(struct page *p, const struct scan *s, size_t count, int verbosity,
                              struct arena *a, struct fault *f)
{
    const struct arena_mark scratch = arena_mark(a);
    size_t makers = 0;
    char products[PAGE_NUMBER_MAX];
    char number[PAGE_NUMBER_MAX];

    if (!count_makers(s, a, &makers, f))
        return false;
    arena_release(a, scratch);
    page_say(p, "%s %s of %s %s: no instrument speaks of %s", page_count(count, products),
             page_plural(count, "product", "products"), page_count(makers, number),
             page_plural(makers, "maker", "makers"), page_plural(count, "it", "them"));
    if (verbosity > 0) {
        page_say(p, ": ");
        say_names(p, s, STATUS_UNREGULATED, SIZE_MAX);
    }
    flush(p, INK_BOLD, "Quiet");
    return true;
}

bool closing_quiet(struct page *p, const struct scan *s, int verbosity, struct arena *a,
                   struct fault *f)
{
    const size_t shown = verbosity > 0 ? SIZE_MAX : NAMES_SHOWN;
    size_t counts[STATUS_MAX];
    char number[PAGE_NUMBER_MAX];

    report_count(s, counts);
    if (counts[STATUS_UNREGULATED] > 0 &&
        !write_unregulated(p, s, counts[STATUS_UNREGULATED], verbosity, a, f))
        return false;
    if (counts[STATUS_LISTED] > 0) {
        page_say(p, "%s on an approved list in force: ", page_count(counts[STATUS_LISTED], number));
        say_names(p, s, STATUS_LISTED, shown);
        flush(p, INK_GOOD, "Listed");
    }
    if (counts[STATUS_CERTIFIED] > 0) {
        page_say(p, "%s covered by a certificate: ", page_count(counts[STATUS_CERTIFIED], number));
        say_names(p, s, STATUS_CERTIFIED, shown);
        flush(p, INK_GOOD, "Certified");
    }
    if (counts[STATUS_UNKNOWN_MAKER] > 0) {
        page_say(p, "%s %s whose maker nothing names strongly enough (not innocent, unknown): ",
                 page_count(counts[STATUS_UNKNOWN_MAKER], number),
                 page_plural(counts[STATUS_UNKNOWN_MAKER], "product", "products"));
        say_names(p, s, STATUS_UNKNOWN_MAKER, shown);
        flush(p, INK_NOTE, "Unknown");
    }
    return true;
}

void closing_registry(struct page *p, const struct scan *s, int verbosity)
{
    const struct scan_registry *r = s->registry;
    const size_t shown = verbosity > 0 ? SIZE_MAX : PROOFS_SHOWN;
    char size[PAGE_NUMBER_MAX];
    char count[PAGE_NUMBER_MAX];

    if (r == NULL)
        return;
    page_say(p, "%s at size %s, %s%s%s%s", r->origin, page_count(r->size, size),
             r->time == NULL ? "without a witnessed time" : r->time,
             r->known_at == NULL ? "" : " (as known at ", r->known_at == NULL ? "" : r->known_at,
             r->known_at == NULL ? "" : ")");
    page_say(p, "; keys of %s", r->trusted == NULL ? "its own policy.txt" : r->trusted);
    page_say(p, "; the answers rest on %s %s", page_count(r->proofs.count, count),
             page_plural(r->proofs.count, "proof", "proofs"));
    flush(p, INK_BOLD, "Register");
    for (size_t i = 0; i < r->proofs.count && i < shown; i++) {
        const struct scan_proof *proof = vec_at(&r->proofs, i);
        page_say(p, "%s", proof->file == NULL ? proof->key : proof->file);
        if (verbosity > 0)
            page_say(p, ": %s", proof->statement);
        flush(p, INK_BOLD, "");
    }
    if (r->proofs.count > shown) {
        page_say(p, "and %s more (-v tells all)", page_count(r->proofs.count - shown, count));
        flush(p, INK_BOLD, "");
    }
    if (r->proofs.count == 0)
        return;
    if (((const struct scan_proof *)vec_at(&r->proofs, 0))->file == NULL)
        page_say(p, "--proofs DIR keeps them as files that 'hallmark verify' checks");
    else
        page_say(p, "check each: hallmark verify FILE --policy %s",
                 r->trusted == NULL ? "KEYS" : r->trusted);
    flush(p, INK_BOLD, "");
}

void closing_warnings(struct page *p, const struct scan *s)
{
    for (size_t i = 0; i < s->warnings.count; i++) {
        const char *const *sentence = vec_at(&s->warnings, i);
        page_say(p, "%s", *sentence);
        flush(p, INK_WARN, i == 0 ? "Warning" : "");
    }
}

static void say_completeness(struct page *p, const struct scan *s)
{
    const size_t lost = s->coverage.not_read.count;
    char number[PAGE_NUMBER_MAX];

    if (s->target == NULL)
        return;
    if (s->interrupted)
        page_say(p, " The scan was INTERRUPTED: it says nothing about what it did not reach.");
    else if (lost > 0)
        page_say(p, " The scan is INCOMPLETE: %s %s not wholly read.", page_count(lost, number),
                 page_plural(lost, "place was", "places were"));
    else if (s->incomplete)
        page_say(p, " The scan is INCOMPLETE.");
    else
        page_say(p, " The scan is complete.");
}

/* The first date still to come on which something must be done about what is on the machine. */
static int32_t next_deadline(const struct scan *s)
{
    int32_t asked = DATE_NONE;
    int32_t next = DATE_NONE;

    if (!date_read(bytes_of_text(s->as_of), &asked))
        return DATE_NONE;
    for (size_t i = 0; i < s->products.count; i++) {
        const struct scan_product *p = vec_at(&s->products, i);
        for (size_t n = 0; p->verdict.status <= STATUS_DECIDE && n < p->verdict.steps.count; n++) {
            const struct verdict_step *step = vec_at(&p->verdict.steps, n);
            if (step->by >= asked && (next == DATE_NONE || step->by < next))
                next = step->by;
        }
    }
    return next;
}

static void say_deadline(struct page *p, const struct scan *s)
{
    const int32_t next = next_deadline(s);
    char date[DATE_TEXT_MAX];

    if (next != DATE_NONE)
        page_say(p, "; next deadline %s", date_write(next, date));
}

/* "2 due, 1 advised-against; 3 of unknown maker" */
static void say_counts(struct page *p, const size_t counts[STATUS_MAX], int worst)
{
    char number[PAGE_NUMBER_MAX];

    for (int i = worst; i <= STATUS_ADVISED_AGAINST; i++) {
        if (counts[i] > 0)
            page_say(p, "%s%s %s", i == worst ? "" : ", ", page_count(counts[i], number),
                     status_name((enum status)i));
    }
    if (worst == STATUS_MAX)
        page_say(p, "nothing to report");
    if (counts[STATUS_UNKNOWN_MAKER] > 0)
        page_say(p, "; %s of unknown maker", page_count(counts[STATUS_UNKNOWN_MAKER], number));
}

void closing_result(struct page *p, const struct scan *s)
{
    size_t counts[STATUS_MAX];
    int worst = STATUS_MAX;

    report_count(s, counts);
    for (int i = STATUS_ADVISED_AGAINST; i >= 0; i--) {
        if (counts[i] > 0)
            worst = i;
    }
    if (s->target == NULL && s->products.count == 1) {
        const struct scan_product *asked = vec_at(&s->products, 0);
        page_say(p, "%s", status_name(asked->verdict.status));
    } else {
        say_counts(p, counts, worst);
    }
    say_deadline(p, s);
    page_say(p, ".");
    say_completeness(p, s);
    const enum ink calm = s->incomplete ? INK_WARN : INK_GOOD;
    flush(p, worst == STATUS_MAX ? calm : findings_ink((enum status)worst), "Result");
}
