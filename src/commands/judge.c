/* judge.c -- hallmark judge: the verdict on a product that is only thought of, for who has nothing
 * to scan yet. */
#include "cli/delivery.h"
#include "cli/near.h"
#include "commands/joined.h"
#include "commands/rulebook.h"
#include "core/digest.h"
#include "core/limits.h"
#include "core/text.h"
#include "engine/engine.h"

#include <string.h>

static const char *clean_value(const struct invocation *in, enum option_id option, bool *ok,
                               struct fault *f)
{
    const char *value = invocation_value(in, option);

    if (value == NULL || !*ok)
        return NULL;
    const char *clean = text_from(in->arena, bytes_of_text(value), LIMIT_NAME, f);
    *ok = clean != NULL;
    return clean;
}

static bool check_digest(const char *digest, struct fault *f)
{
    static const char prefix[] = "sha256:";
    const size_t skip = sizeof prefix - 1;

    if (digest == NULL)
        return true;
    if (strncmp(digest, prefix, skip) == 0 && strlen(digest) == skip + 64 &&
        strspn(digest + skip, "0123456789abcdef") == 64)
        return true;
    return fault_set(f, FAULT_FORMAT, "--digest: '%.80s' is not sha256: and 64 hexadecimal digits",
                     digest);
}

static bool add_category(const struct rulebook *r, const char *word, struct product *p,
                         struct fault *f)
{
    const struct word *known = words_find(&r->words.categories, bytes_of_text(word));
    struct near near = near_to(word);

    if (known == NULL) {
        for (size_t i = 0; i < r->words.categories.count; i++) {
            const struct word *category = vec_at(&r->words.categories, i);
            near_offer(&near, category->word);
        }
        return fault_set(f, FAULT_FORMAT, "there is no category '%.40s'; %s%s%s", word,
                         near.best == NULL ? "" : "did you mean '",
                         near.best == NULL ? "see 'hallmark policies words'" : near.best,
                         near.best == NULL ? "" : "'?");
    }
    const char **slot = vec_push(&p->categories, f);
    if (slot == NULL)
        return false;
    *slot = known->same_as == NULL ? known->word : known->same_as;
    return true;
}

static bool set_categories(const struct invocation *in, const struct rulebook *r,
                           const struct vendor_product *known, struct product *p, struct fault *f)
{
    const struct vec *words = &in->values[OPTION_CATEGORY];

    for (size_t i = 0; i < words->count; i++) {
        const char *const *word = vec_at(words, i);
        if (!add_category(r, *word, p, f))
            return false;
    }
    for (size_t i = 0; words->count == 0 && known != NULL && i < known->categories.count; i++) {
        const char *const *word = vec_at(&known->categories, i);
        if (!add_category(r, *word, p, f))
            return false;
    }
    return true;
}

/* An id of its own, so that `explain` finds it: the same question has the same id. */
static bool set_id(struct product *p, struct arena *a, struct fault *f)
{
    struct digest digest;
    char hex[DIGEST_TEXT_MAX];
    const char *all = arena_print(a, f, "%s|%s|%s|%s|%s", p->vendor == NULL ? "" : p->vendor,
                                  p->name, p->version == NULL ? "" : p->version,
                                  presence_name(p->presence), p->digest == NULL ? "" : p->digest);

    if (all == NULL || !digest_of(DIGEST_SHA256, bytes_of_text(all), &digest, f))
        return false;
    p->id = arena_print(a, f, "asked-%.16s", digest_write(&digest, hex));
    return p->id != NULL;
}

static bool set_maker(const struct rulebook *r, const char *asked, struct product *p,
                      const struct vendor **vendor, struct fault *f)
{
    struct claim claim = {
        .name = asked,
        .role = MAKER_ORIGINATOR,
        .strength = STRENGTH_STRONG,
        .evidence = "named in the question (--vendor)",
    };

    *vendor = knowledge_named(r->knowledge, bytes_of_text(asked));
    if (*vendor == NULL) {
        claim.strength = STRENGTH_NONE;
        claim.evidence = "named in the question (--vendor), and not in the knowledge base";
        return product_add_claim(p, &claim, f);
    }
    claim.vendor = (*vendor)->id;
    p->vendor = (*vendor)->id;
    p->maker_known = true;
    return product_add_claim(p, &claim, f);
}

/* The product that the options describe; `title` says how the knowledge base calls it. */
static bool describe_product(const struct invocation *in, const struct rulebook *r,
                             struct product *out, struct fault *f)
{
    struct product p = product_in(in->arena);
    const struct vendor *vendor = NULL;
    const char *presence = invocation_value(in, OPTION_PRESENCE);
    bool ok = true;
    const char *asked = clean_value(in, OPTION_VENDOR, &ok, f);
    const char *name = clean_value(in, OPTION_NAME, &ok, f);

    p.type = "asked";
    p.version = clean_value(in, OPTION_PRODUCT_VERSION, &ok, f);
    p.digest = clean_value(in, OPTION_DIGEST, &ok, f);
    if (!ok || !check_digest(p.digest, f))
        return false;
    if (presence != NULL && !presence_read(bytes_of_text(presence), &p.presence))
        return fault_set(f, FAULT_FORMAT,
                         "--presence: '%.40s' is none of installed, residue, past-use, embedded",
                         presence);
    if (!set_maker(r, asked, &p, &vendor, f))
        return false;
    const struct vendor_product *known = vendor == NULL || name == NULL
                                             ? NULL
                                             : knowledge_product_named(vendor, bytes_of_text(name));
    p.name = name != NULL ? name : vendor != NULL ? vendor->name : asked;
    p.title = known == NULL ? NULL : known->name;
    if (!set_categories(in, r, known, &p, f) || !set_id(&p, in->arena, f))
        return false;
    *out = p;
    return true;
}

/* A maker that nobody knows may be a typing error: it must not look like innocence. */
static bool warn_unknown(const struct rulebook *r, struct scan *s, const struct product *p,
                         struct fault *f)
{
    const struct claim *claim = vec_at(&p->claims, 0);
    struct near near = near_to(claim->name);
    const char **slot = p->vendor != NULL ? NULL : vec_push(&s->warnings, f);

    if (p->vendor != NULL)
        return true;
    for (size_t i = 0; i < r->knowledge->vendors.count; i++) {
        const struct vendor *vendor = vec_at(&r->knowledge->vendors, i);
        near_offer(&near, vendor->id);
        near_offer(&near, vendor->name);
        for (size_t n = 0; n < vendor->names.count; n++) {
            const struct vendor_name *name = vec_at(&vendor->names, n);
            near_offer(&near, name->name);
        }
    }
    if (slot == NULL)
        return false;
    *slot = arena_print(r->arena, f, "the vendor '%s' is not in the knowledge base%s%s%s",
                        claim->name, near.best == NULL ? "" : "; did you mean '",
                        near.best == NULL ? ", so that no rule can name it" : near.best,
                        near.best == NULL ? "" : "'?");
    return *slot != NULL;
}

static bool init_scan(const struct rulebook *r, const struct invocation *in, struct scan *out,
                      struct fault *f)
{
    struct arena *a = in->arena;

    *out = (struct scan){
        .systems = vec_of(a, sizeof(struct system), 1),
        .products = vec_of(a, sizeof(struct scan_product), 1),
        .coverage = { .skipped = vec_of(a, sizeof(struct skipped), 1),
                      .not_read = vec_of(a, sizeof(struct not_read), 1),
                      .unidentified = vec_of(a, sizeof(const char *), 1) },
    };
    return engine_record(a, &out->record, f) && rulebook_describe(r, in, out, f);
}

static bool answer(const struct invocation *in, const struct rulebook *r, const struct joined *j,
                   struct scan *out, struct fault *f)
{
    const struct policy_question q = { .context = r->context,
                                       .as_of = r->as_of,
                                       .listings = joined_listings(j) };

    if (!init_scan(r, in, out, f))
        return false;
    struct scan_product *p = vec_push(&out->products, f);
    return p != NULL && describe_product(in, r, &p->product, f) &&
           policy_judge(r->policy, &q, &p->product, in->arena, &p->verdict, f) &&
           joined_describe(j, in, r->as_of, out, f) && warn_unknown(r, out, &p->product, f);
}

static bool judge(const struct invocation *in, const struct rulebook *r, struct scan *out,
                  struct fault *f)
{
    struct joined joined;

    if (!joined_open(in, &joined, f))
        return false;
    const bool ok = answer(in, r, &joined, out, f);
    joined_close(&joined);
    return ok;
}

static int run_judge(const struct invocation *in)
{
    struct delivery d;
    struct rulebook r;
    struct scan s;
    struct fault f = { 0 };

    if (!delivery_read(in, &d, &f) || !rulebook_open(&r, in, in->arena, &f) ||
        !judge(in, &r, &s, &f))
        return invocation_refuse(&f);
    return delivery_send(&d, &s);
}

static const enum option_id options[] = {
    OPTION_VENDOR,  OPTION_CATEGORY, OPTION_NAME,    OPTION_PRESENCE, OPTION_PRODUCT_VERSION,
    OPTION_DIGEST,  OPTION_CONTEXT,  OPTION_AS_OF,   OPTION_POLICY,   OPTION_REGISTER,
    OPTION_TRUST,   OPTION_KNOWN_AT, OPTION_PROOFS,  OPTION_FORMAT,   OPTION_OUTPUT,
    OPTION_FAIL_ON, OPTION_QUIET,    OPTION_VERBOSE, OPTION_HELP,     OPTION_MAX,
};

static const char *const exits[4] = {
    [EXIT_CLEAN] = "nothing to report",
    [EXIT_FOUND] = "it is overdue, barred, due, keep-only or to decide (--fail-on)",
    [EXIT_REFUSED] = "the command could not be carried out; one line on standard error says why",
};

static const struct example examples[] = {
    { "may a US federal agency use it, on the day of the directive?",
      "hallmark judge --vendor kaspersky --context jurisdiction=us,organisation=federal-civilian "
      "--as-of 2017-09-13" },
    { "may a British department buy a Russian anti-virus for a SECRET system?",
      "hallmark judge --vendor drweb --context "
      "jurisdiction=uk,organisation=central-government,marking=secret --as-of 2017-12-02" },
    { "does it matter that the engine sits inside another product?",
      "hallmark judge --vendor kaspersky --presence embedded --context agency.yaml" },
    { "was it ever certified? with a proof",
      "hallmark judge --vendor kaspersky --context jurisdiction=uk --register DIR --trust keys.txt "
      "--proofs proofs/" },
    { NULL, NULL },
};

const struct command judge_command = {
    .name = "judge",
    .operands = "",
    .title = "judge a product that is only thought of: may it be bought, installed, used?",
    .text =
        "Answers the buyer's question by the same rules as a scan: for each effect (use, procure, "
        "install, update, offer, claim) which instrument answers what, and until when. A vendor "
        "that the knowledge base does not have is answered 'unknown-maker', with the name that "
        "was probably meant.",
    .options = options,
    .needed = 1,
    .exits = exits,
    .examples = examples,
    .run = run_judge,
};
