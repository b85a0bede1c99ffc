#include "knowledge/vendor_text.h"

#include "core/text.h"

#include <string.h>

enum { ID_COLUMNS = 14, NAME_COLUMNS = 24 };

static void pad(struct buf *out, const char *text, size_t columns)
{
    size_t width = text_width(text);

    buf_add_text(out, text);
    do
        buf_add_byte(out, ' ');
    while (++width < columns);
}

static void add_joined(struct buf *out, const struct vec *texts)
{
    for (size_t i = 0; i < texts->count; i++) {
        const char *const *text = vec_at(texts, i);
        buf_print(out, "%s%s", i == 0 ? "" : ", ", *text);
    }
}

static size_t count_marks(const struct knowledge *k, const struct vendor *v)
{
    size_t count = 0;

    for (size_t i = 0; i < k->marks.count; i++) {
        const struct mark *m = vec_at(&k->marks, i);
        count += m->vendor == v;
    }
    return count;
}

static bool is_brief(const struct vendor *v)
{
    return v->pages_only;
}

static void add_line(const struct knowledge *k, const struct vendor *v, struct buf *out)
{
    const char *const *category = v->categories.count == 0 ? NULL : vec_at(&v->categories, 0);

    pad(out, v->id, ID_COLUMNS);
    pad(out, v->name, NAME_COLUMNS);
    if (v->jurisdictions.count > 0) {
        add_joined(out, &v->jurisdictions);
        buf_add_text(out, "  ");
    }
    if (category != NULL)
        buf_add_text(out, *category);
    if (v->products.count > 0 || count_marks(k, v) > 0)
        buf_print(out, "  (%zu products, %zu marks)", v->products.count, count_marks(k, v));
    buf_add_byte(out, '\n');
}

bool vendor_text_list(const struct knowledge *k, bool all, struct buf *out)
{
    size_t brief = 0;

    for (size_t i = 0; i < k->vendors.count; i++) {
        const struct vendor *v = vec_at(&k->vendors, i);
        brief += is_brief(v);
        if (!is_brief(v))
            add_line(k, v, out);
    }
    for (size_t i = 0; all && i < k->vendors.count; i++) {
        const struct vendor *v = vec_at(&k->vendors, i);
        if (is_brief(v))
            add_line(k, v, out);
    }
    if (!all)
        buf_print(out, "and %zu makers of whom names and home pages are known\n", brief);
    return buf_ok(out);
}

static void add_dates(struct buf *out, int32_t from, int32_t until)
{
    char text[DATE_TEXT_MAX];

    if (from != DATE_NONE)
        buf_print(out, " from %s", date_write(from, text));
    if (until != DATE_NONE)
        buf_print(out, " until %s", date_write(until, text));
}

static void add_list(struct buf *out, const char *label, const struct vec *texts,
                     const char *source)
{
    if (texts->count == 0)
        return;
    buf_print(out, "%s: ", label);
    add_joined(out, texts);
    buf_print(out, "  [%s]\n", source);
}

static void add_names(struct buf *out, const struct vendor *v)
{
    for (size_t i = 0; i < v->names.count; i++) {
        const struct vendor_name *n = vec_at(&v->names, i);
        buf_print(out, "%s: %s", n->legal ? "legal name" : "also known as", n->name);
        add_dates(out, n->from, n->until);
        buf_print(out, "  [%s]\n", n->source);
    }
    for (size_t i = 0; i < v->owners.count; i++) {
        const struct vendor_owner *o = vec_at(&v->owners, i);
        buf_print(out, "%s: %s", o->succeeds ? "succeeded" : "owned by", o->vendor);
        add_dates(out, o->from, o->until);
        buf_print(out, "  [%s]\n", o->source);
    }
}

static void add_products(struct buf *out, const struct vendor *v)
{
    if (v->products.count > 0)
        buf_add_text(out, "\nproducts\n");
    for (size_t i = 0; i < v->products.count; i++) {
        const struct vendor_product *p = vec_at(&v->products, i);
        buf_print(out, "  %s: %s%s", p->id, p->name, p->service ? " (a service)" : "");
        if (p->categories.count > 0) {
            buf_add_text(out, ": ");
            add_joined(out, &p->categories);
        }
        buf_print(out, "  [%s]\n", p->source);
    }
}

static const char *mark_word(const struct mark *m)
{
    switch (m->kind) {
    case MARK_PACKAGE:
        return "package";
    case MARK_PATH:
        return "path";
    case MARK_SERVICE:
        return "service";
    case MARK_FIRST_BYTES:
        return "first bytes";
    case MARK_SIGNER:
        return m->signer_key;
    }
    return "";
}

static void add_marks(const struct knowledge *k, const struct vendor *v, struct buf *out)
{
    bool first = true;

    for (size_t i = 0; i < k->marks.count; i++) {
        const struct mark *m = vec_at(&k->marks, i);
        if (m->vendor != v)
            continue;
        if (first)
            buf_add_text(out, "\nmarks\n");
        first = false;
        buf_print(out, "  %s %s", mark_word(m), m->pattern);
        if (m->ecosystem != NULL)
            buf_print(out, " (%s)", m->ecosystem);
        if (m->extension != NULL)
            buf_print(out, " in *.%s", m->extension);
        buf_print(out, ": %s, %s%s", presence_name(m->presence), strength_name(m->strength),
                  m->confirm_maker ? ", where another claim names the maker" : "");
        buf_print(out, "  [%s]\n", m->source);
    }
}

bool vendor_text_one(const struct knowledge *k, const struct vendor *v, struct buf *out)
{
    buf_print(out, "%s (%s)  [%s]\n", v->name, v->id, v->source);
    add_names(out, v);
    add_list(out, "jurisdictions", &v->jurisdictions, v->source);
    add_list(out, "laws", &v->laws, v->laws_source);
    add_list(out, "categories", &v->categories, v->source);
    add_list(out, "domains", &v->domains, v->domains_source);
    add_list(out, "pages of others at", &v->hosts, v->domains_source);
    add_list(out, "attests for others as", &v->attesters, v->source);
    if (v->distributor)
        buf_print(out, "packages the work of others  [%s]\n", v->source);
    add_products(out, v);
    add_marks(k, v, out);
    for (size_t i = 0; i < v->notes.count; i++) {
        const struct vendor_note *n = vec_at(&v->notes, i);
        buf_print(out, "%snote: %s  [%s]\n", i == 0 ? "\n" : "", n->text, n->source);
    }
    buf_print(out, "\nread from %s\n", v->file);
    return buf_ok(out);
}
