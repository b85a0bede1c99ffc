#include "policy/subject.h"
#include "knowledge/affiliation.h"

#include <string.h>

enum { CATEGORIES_MAX = 256, IMPLIES_DEPTH = 8 };

static const char *const inclusions[] = {
    [INCLUSION_INCLUDED] = "included",
    [INCLUSION_EXCLUDED] = "excluded",
    [INCLUSION_SILENT] = "silent",
    NULL,
};
static const char *const subject_keys[] = { "vendors",    "affiliates", "jurisdictions", "laws",
                                            "categories", "products",   "text",          NULL };

const char *subject_inclusion_name(enum inclusion i)
{
    return inclusions[i];
}

enum inclusion subject_inclusion(struct reading *r, const struct yaml_node *n, const char *key,
                                 bool must, enum inclusion otherwise)
{
    const int i = reading_choice(r, n, key, must, inclusions);

    return i < 0 ? otherwise : (enum inclusion)i;
}

static void read_vendors(struct reading *r, const struct yaml_node *n, struct subject *s)
{
    const struct yaml_node *list = yaml_get(n, "vendors");

    if (list == NULL || !reading_is_list(r, list))
        return;
    for (const struct yaml_node *i = yaml_items(list); i != NULL; i = yaml_items_next(list, i)) {
        const struct vendor *v =
            i->kind != YAML_SCALAR ? NULL : knowledge_vendor(r->knowledge, bytes_of_text(i->text));
        if (v == NULL) {
            reading_wrong(r, i, "'%s' is no vendor of the knowledge base (hallmark vendors)",
                          i->kind == YAML_SCALAR ? i->text : "...");
            continue;
        }
        const struct vendor **slot = reading_push(r, &s->vendors);
        if (slot != NULL)
            *slot = v;
    }
}

static void read_jurisdictions(struct reading *r, const struct yaml_node *n, struct subject *s)
{
    const struct word_key *key = words_key(r->words, bytes_of_text("jurisdiction"));
    const struct yaml_node *list = yaml_get(n, "jurisdictions");

    if (list == NULL || !reading_is_list(r, list))
        return;
    for (const struct yaml_node *i = yaml_items(list); i != NULL; i = yaml_items_next(list, i)) {
        const struct word *w = key == NULL || i->kind != YAML_SCALAR
                                   ? NULL
                                   : words_canonical(&key->words, bytes_of_text(i->text));
        if (w == NULL) {
            reading_wrong(r, i, "a jurisdiction was expected here (ISO 3166-1 alpha-2)");
            continue;
        }
        const char **slot = reading_push(r, &s->jurisdictions);
        if (slot != NULL)
            *slot = w->word;
    }
}

static void read_categories(struct reading *r, const struct yaml_node *n, struct subject *s)
{
    const struct yaml_node *list = yaml_get(n, "categories");

    if (list == NULL || !reading_is_list(r, list))
        return;
    for (const struct yaml_node *i = yaml_items(list); i != NULL; i = yaml_items_next(list, i)) {
        const struct word *w = i->kind != YAML_SCALAR
                                   ? NULL
                                   : words_canonical(&r->words->categories, bytes_of_text(i->text));
        if (w == NULL) {
            reading_wrong(r, i, "'%s' is no category (hallmark policies words)",
                          i->kind == YAML_SCALAR ? i->text : "...");
            continue;
        }
        const struct word **slot = reading_push(r, &s->categories);
        if (slot != NULL)
            *slot = w;
    }
}

static const struct vendor_product *find_product(const struct knowledge *k, const char *id)
{
    const struct bytes all = bytes_of_text(id);
    const struct vendor *v = knowledge_vendor(k, bytes_part(all, 0, bytes_index(all, '/')));

    for (size_t i = 0; v != NULL && i < v->products.count; i++) {
        const struct vendor_product *p = vec_at(&v->products, i);
        if (strcmp(p->id, id) == 0)
            return p;
    }
    return NULL;
}

static void read_products(struct reading *r, const struct yaml_node *n, struct subject *s)
{
    const struct vec ids = reading_texts(r, n, "products", /* must */ false);

    for (size_t i = 0; i < ids.count; i++) {
        const char *const *id = vec_at(&ids, i);
        const struct vendor_product *p = find_product(r->knowledge, *id);
        if (p == NULL) {
            reading_wrong(r, yaml_get(n, "products"),
                          "'%s' is no product of the knowledge base: vendor/product", *id);
            continue;
        }
        const struct vendor_product **slot = reading_push(r, &s->products);
        if (slot != NULL)
            *slot = p;
    }
}

static void check_subject(struct reading *r, const struct yaml_node *n, const struct subject *s,
                          bool plain)
{
    const bool affiliates = yaml_get(n, "affiliates") != NULL;
    const bool vendors = yaml_get(n, "vendors") != NULL;

    if (n->count == 0 || (n->count == 1 && s->text != NULL))
        reading_wrong(r, n, "this names no product at all");
    if (vendors && !affiliates && !plain)
        reading_wrong(r, n, "'affiliates' is missing: included, excluded or silent");
    if (affiliates && !vendors)
        reading_wrong_key(r, yaml_get(n, "affiliates"), "'affiliates' stands beside 'vendors'");
}

static void read_one(struct reading *r, const struct yaml_node *n, struct vec *subjects, bool plain)
{
    struct subject s = {
        .vendors = reading_vec(r, sizeof(const struct vendor *)),
        .jurisdictions = reading_vec(r, sizeof(const char *)),
        .categories = reading_vec(r, sizeof(const struct word *)),
        .products = reading_vec(r, sizeof(const struct vendor_product *)),
        .node = n,
    };

    if (n->kind == YAML_SCALAR && !plain && strcmp(n->text, "any") == 0) {
        s.any = true;
    } else if (n->kind != YAML_MAP) {
        reading_wrong(r, n, "a subject was expected here: {vendors: ..., categories: ...}%s",
                      plain ? "" : ", or any");
        return;
    } else {
        (void)reading_keys(r, n, subject_keys);
        s.affiliates = subject_inclusion(r, n, "affiliates", /* must */ false, INCLUSION_INCLUDED);
        s.laws = reading_texts(r, n, "laws", /* must */ false);
        s.text = reading_text(r, n, "text", /* must */ false);
        read_vendors(r, n, &s);
        read_jurisdictions(r, n, &s);
        read_categories(r, n, &s);
        read_products(r, n, &s);
        check_subject(r, n, &s, plain);
    }
    struct subject *slot = reading_push(r, subjects);
    if (slot != NULL)
        *slot = s;
}

struct vec subject_read(struct reading *r, const struct yaml_node *n, const char *key, bool plain)
{
    struct vec subjects = reading_vec(r, sizeof(struct subject));
    const struct yaml_node *list = yaml_get(n, key);

    if (list == NULL)
        return subjects;
    if (list->kind != YAML_LIST || list->count == 0) {
        reading_wrong(r, list, "'%s' takes a list", key);
        return subjects;
    }
    for (const struct yaml_node *i = list->first; i != NULL; i = i->next)
        read_one(r, i, &subjects, plain);
    return subjects;
}

static bool has_word(const struct vec *words, const struct word *w)
{
    for (size_t i = 0; i < words->count; i++) {
        const struct word *const *one = vec_at(words, i);
        if (*one == w)
            return true;
    }
    return false;
}

static bool add_category(struct vec *all, const struct words *w, const char *name, int depth,
                         struct fault *f)
{
    const struct word *word = words_canonical(&w->categories, bytes_of_text(name));

    if (word == NULL || depth == 0 || has_word(all, word))
        return true;
    const struct word **slot = vec_push(all, f);
    if (slot == NULL)
        return false;
    *slot = word;
    for (size_t i = 0; i < word->implies.count; i++) {
        const char *const *broad = vec_at(&word->implies, i);
        if (!add_category(all, w, *broad, depth - 1, f))
            return false;
    }
    return true;
}

/* A question about "kaspersky" names no product: its name is the vendor's. */
static void find_name(struct subject_case *c)
{
    const struct product *p = c->product;
    const bool only_vendor =
        p->name == NULL || knowledge_named(c->knowledge, bytes_of_text(p->name)) == c->vendor;

    if (p->title != NULL)
        c->known = knowledge_product_named(c->vendor, bytes_of_text(p->title));
    if (c->known == NULL && p->name != NULL)
        c->known = knowledge_product_named(c->vendor, bytes_of_text(p->name));
    c->named = p->title != NULL || c->known != NULL || !only_vendor;
}

/* The product's own categories; else those of the vendor's product of that name; else the vendor's
 * main one. */
static bool find_categories(struct subject_case *c, const struct words *w, struct fault *f)
{
    const struct vec *from = &c->product->categories;
    size_t count = from->count;

    if (count == 0 && c->known != NULL) {
        from = &c->known->categories;
        count = from->count;
    }
    if (count == 0 && c->vendor != NULL) {
        from = &c->vendor->categories;
        count = from->count == 0 ? 0 : 1;
    }
    for (size_t i = 0; i < count; i++) {
        const char *const *name = vec_at(from, i);
        if (!add_category(&c->categories, w, *name, IMPLIES_DEPTH, f))
            return false;
    }
    return true;
}

bool subject_case_init(struct subject_case *c, const struct words *w, const struct knowledge *k,
                       const struct product *p, int32_t as_of, struct arena *a, struct fault *f)
{
    *c = (struct subject_case){
        .knowledge = k,
        .product = p,
        .vendor = p->vendor == NULL ? NULL : knowledge_vendor(k, bytes_of_text(p->vendor)),
        .categories = vec_of(a, sizeof(const struct word *), CATEGORIES_MAX),
        .as_of = as_of,
    };
    if (c->vendor != NULL)
        find_name(c);
    return find_categories(c, w, f);
}

static enum truth vendor_matches(const struct subject *s, const struct subject_case *c)
{
    enum truth best = TRUTH_NO;

    for (size_t i = 0; i < s->vendors.count; i++) {
        const struct vendor *const *v = vec_at(&s->vendors, i);
        if (*v == c->vendor)
            return TRUTH_YES;
        if (s->affiliates == INCLUSION_EXCLUDED ||
            !affiliation_holds(c->knowledge, c->vendor->id, (*v)->id, c->as_of))
            continue;
        if (s->affiliates == INCLUSION_INCLUDED)
            return TRUTH_YES;
        best = TRUTH_UNKNOWN;
    }
    return best;
}

static bool texts_meet(const struct vec *a, const struct vec *b)
{
    for (size_t i = 0; i < a->count; i++) {
        const char *const *one = vec_at(a, i);
        for (size_t k = 0; k < b->count; k++) {
            const char *const *other = vec_at(b, k);
            if (strcmp(*one, *other) == 0)
                return true;
        }
    }
    return false;
}

static enum truth category_matches(const struct subject *s, const struct subject_case *c)
{
    if (c->categories.count == 0)
        return TRUTH_UNKNOWN;
    for (size_t i = 0; i < s->categories.count; i++) {
        const struct word *const *w = vec_at(&s->categories, i);
        if (has_word(&c->categories, *w))
            return TRUTH_YES;
    }
    return TRUTH_NO;
}

static enum truth product_matches(const struct subject *s, const struct subject_case *c)
{
    if (!c->named)
        return TRUTH_UNKNOWN;
    for (size_t i = 0; i < s->products.count; i++) {
        const struct vendor_product *const *p = vec_at(&s->products, i);
        if (*p == c->known)
            return TRUTH_YES;
    }
    return TRUTH_NO;
}

static enum truth at_most(enum truth a, enum truth b)
{
    return a < b ? a : b;
}

static enum truth one_matches(const struct subject *s, const struct subject_case *c)
{
    enum truth all = TRUTH_YES;

    if (c->vendor == NULL)
        return s->any && c->product->maker_known ? TRUTH_YES : TRUTH_NO;
    if (s->any)
        return TRUTH_YES;
    if (s->jurisdictions.count > 0 && !texts_meet(&s->jurisdictions, &c->vendor->jurisdictions))
        return TRUTH_NO;
    if (s->laws.count > 0 && !texts_meet(&s->laws, &c->vendor->laws))
        return TRUTH_NO;
    if (s->vendors.count > 0)
        all = at_most(all, vendor_matches(s, c));
    if (all != TRUTH_NO && s->categories.count > 0)
        all = at_most(all, category_matches(s, c));
    if (all != TRUTH_NO && s->products.count > 0)
        all = at_most(all, product_matches(s, c));
    return all;
}

enum truth subject_matches(const struct vec *subjects, const struct subject_case *c,
                           const struct subject **by)
{
    enum truth best = TRUTH_NO;

    *by = NULL;
    for (size_t i = 0; i < subjects->count && best != TRUTH_YES; i++) {
        const struct subject *s = vec_at(subjects, i);
        const enum truth t = one_matches(s, c);
        if (t > best) {
            best = t;
            *by = s;
        }
    }
    return best;
}
