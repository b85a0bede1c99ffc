/* vendors.c -- hallmark vendors: what the knowledge base says of a maker. */
#include "cli/delivery.h"
#include "cli/near.h"
#include "commands/rulebook.h"
#include "core/limits.h"

#include <string.h>

enum { LABEL = 15 };

static void flush(struct page *p, const char *label)
{
    page_flush(p, &(struct page_label){ 0, LABEL, INK_NOTE, label });
}

static void say_source(struct page *p, const char *source)
{
    if (source != NULL)
        page_say(p, " (%s)", source);
}

static void say_span(struct page *p, int32_t from, int32_t until)
{
    char date[DATE_TEXT_MAX];

    if (from != DATE_NONE)
        page_say(p, " from %s", date_write(from, date));
    if (until != DATE_NONE)
        page_say(p, " until %s", date_write(until, date));
}

static void say_words(struct page *p, const struct vec *words)
{
    for (size_t i = 0; i < words->count; i++) {
        const char *const *word = vec_at(words, i);
        page_say(p, "%s%s", i == 0 ? "" : ", ", *word);
    }
}

static void write_words(struct page *p, const char *label, const struct vec *words,
                        const char *source)
{
    if (words->count == 0)
        return;
    say_words(p, words);
    say_source(p, source);
    flush(p, label);
}

static void write_names(struct page *p, const struct vendor *v)
{
    for (size_t i = 0; i < v->names.count; i++) {
        const struct vendor_name *name = vec_at(&v->names, i);
        page_say(p, "%s", name->name);
        if (name->legal)
            page_say(p, ", legal entity");
        say_span(p, name->from, name->until);
        say_source(p, name->source);
        flush(p, i == 0 ? "names" : "");
    }
}

static void write_owners(struct page *p, const struct vendor *v)
{
    for (size_t i = 0; i < v->owners.count; i++) {
        const struct vendor_owner *owner = vec_at(&v->owners, i);
        page_say(p, "%s%s", owner->succeeds ? "took over from " : "", owner->vendor);
        say_span(p, owner->from, owner->until);
        say_source(p, owner->source);
        flush(p, i == 0 ? "owners" : "");
    }
}

static void write_products(struct page *p, const struct vendor *v)
{
    for (size_t i = 0; i < v->products.count; i++) {
        const struct vendor_product *product = vec_at(&v->products, i);
        page_say(p, "%s [%s]", product->name, product->id);
        if (product->categories.count > 0)
            page_say(p, ": ");
        say_words(p, &product->categories);
        if (product->service)
            page_say(p, ", a service");
        say_source(p, product->source);
        flush(p, i == 0 ? "products" : "");
    }
}

static const char *mark_word(enum mark_kind kind)
{
    switch (kind) {
    case MARK_PACKAGE:
        return "package";
    case MARK_PATH:
        return "path";
    case MARK_SERVICE:
        return "service";
    case MARK_FIRST_BYTES:
        return "first bytes";
    case MARK_SIGNER:
        return "signer";
    }
    return "";
}

static void write_marks(struct page *p, const struct knowledge *k, const struct vendor *v)
{
    bool first = true;

    for (size_t i = 0; i < k->marks.count; i++) {
        const struct mark *mark = vec_at(&k->marks, i);
        if (mark->vendor != v)
            continue;
        page_say(p, "%s", mark_word(mark->kind));
        if (mark->kind == MARK_SIGNER)
            page_say(p, " %s", mark->signer_key);
        page_say(p, " %s", mark->pattern == NULL ? "" : mark->pattern);
        if (mark->ecosystem != NULL)
            page_say(p, " in %s", mark->ecosystem);
        if (mark->extension != NULL)
            page_say(p, " of .%s files", mark->extension);
        page_say(p, ": %s", strength_name(mark->strength));
        if (mark->presence != PRESENCE_INSTALLED)
            page_say(p, ", %s", presence_name(mark->presence));
        if (mark->confirm_maker)
            page_say(p, ", where another claim names the vendor");
        say_source(p, mark->source);
        flush(p, first ? "marks" : "");
        first = false;
    }
}

static void write_owned(struct page *p, const struct knowledge *k, const struct vendor *v)
{
    bool first = true;

    for (size_t i = 0; i < k->vendors.count; i++) {
        const struct vendor *other = vec_at(&k->vendors, i);
        for (size_t n = 0; n < other->owners.count; n++) {
            const struct vendor_owner *owner = vec_at(&other->owners, n);
            if (strcmp(owner->vendor, v->id) != 0)
                continue;
            page_say(p, "%s%s", other->id, owner->succeeds ? ", which took it over" : "");
            say_span(p, owner->from, owner->until);
            say_source(p, owner->source);
            flush(p, first ? "owns" : "");
            first = false;
        }
    }
}

static void write_vendor(struct page *p, const struct knowledge *k, const struct vendor *v)
{
    page_cell(p, INK_BOLD, 0, v->name);
    page_say(p, "[%s]", v->id);
    page_cell(p, INK_PLAIN, 1, "");
    page_flush(p, /* label */ NULL);
    write_names(p, v);
    write_owners(p, v);
    write_owned(p, k, v);
    write_words(p, "jurisdictions", &v->jurisdictions, v->source);
    write_words(p, "laws", &v->laws, v->laws_source);
    write_words(p, "categories", &v->categories, v->source);
    write_words(p, "domains", &v->domains, v->domains_source);
    write_words(p, "attesters", &v->attesters, v->source);
    write_products(p, v);
    write_marks(p, k, v);
    for (size_t i = 0; i < v->notes.count; i++) {
        const struct vendor_note *note = vec_at(&v->notes, i);
        page_say(p, "%s", note->text);
        say_source(p, note->source);
        flush(p, i == 0 ? "beware" : "");
    }
    page_say(p, "%s", v->file);
    flush(p, "file");
}

static void write_list(struct page *p, const struct knowledge *k, bool names_only)
{
    size_t widest = 0;

    for (size_t i = 0; i < k->vendors.count; i++) {
        const struct vendor *v = vec_at(&k->vendors, i);
        widest = strlen(v->id) > widest ? strlen(v->id) : widest;
    }
    for (size_t i = 0; i < k->vendors.count; i++) {
        const struct vendor *v = vec_at(&k->vendors, i);
        page_say(p, "%s", names_only ? "" : v->name);
        if (!names_only && v->jurisdictions.count > 0) {
            page_say(p, " - ");
            say_words(p, &v->jurisdictions);
        }
        if (!names_only && v->categories.count > 0) {
            page_say(p, " - ");
            say_words(p, &v->categories);
        }
        page_flush(p, &(struct page_label){ 0, (unsigned)widest + 2, INK_BOLD, v->id });
    }
}

static bool no_vendor(const struct knowledge *k, const char *name, struct fault *f)
{
    struct near near = near_to(name);

    for (size_t i = 0; i < k->vendors.count; i++) {
        const struct vendor *v = vec_at(&k->vendors, i);
        near_offer(&near, v->id);
        near_offer(&near, v->name);
    }
    return fault_set(f, FAULT_FORMAT, "the knowledge base has no vendor '%.60s'%s%s%s", name,
                     near.best == NULL ? "" : "; did you mean '",
                     near.best == NULL ? "; 'hallmark vendors' lists them" : near.best,
                     near.best == NULL ? "" : "'?");
}

static bool write_all(const struct invocation *in, struct page *p, struct fault *f)
{
    const char *name = invocation_operand(in, 0);
    struct rulebook r;

    if (!rulebook_open_words(&r, in->arena, f) || !rulebook_open_knowledge(&r, f))
        return false;
    if (name == NULL) {
        write_list(p, r.knowledge, invocation_has(in, OPTION_QUIET));
        return true;
    }
    const struct vendor *v = knowledge_named(r.knowledge, bytes_of_text(name));
    if (v == NULL)
        return no_vendor(r.knowledge, name, f);
    write_vendor(p, r.knowledge, v);
    return true;
}

static int run_vendors(const struct invocation *in)
{
    const struct report_options terminal = delivery_terminal(invocation_verbosity(in));
    struct buf out = buf_with_limit(LIMIT_REPORT);
    struct page p = page_on(&out, terminal.columns, terminal.colour);
    struct fault f = { 0 };
    const bool ok = write_all(in, &p, &f);
    const int status = ok ? delivery_print(&out) : invocation_refuse(&f);

    page_done(&p);
    buf_done(&out);
    return status;
}

static const enum option_id options[] = { OPTION_QUIET, OPTION_HELP, OPTION_MAX };

static const struct example examples[] = {
    { "what is known of a maker, and who says so", "hallmark vendors \"Kaspersky Lab\"" },
    { NULL, NULL },
};

const struct command vendors_command = {
    .name = "vendors",
    .operands = "[NAME]",
    .operands_most = 1,
    .operand = VALUE_VENDOR,
    .title = "tell what is known of makers: names, owners, products, marks",
    .text =
        "Without NAME lists the makers of the knowledge base; with an id, a name or an alias, all "
        "that is known of one, each fact with its source. -q lists ids alone.",
    .options = options,
    .exits = command_told,
    .examples = examples,
    .run = run_vendors,
};
