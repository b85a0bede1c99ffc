/* explain.c -- hallmark explain: why one product of a report has its verdict. Nothing is scanned
 * again: the product, the context and the date come from the report, and the policies of today's
 * pack judge once more, telling every rule that they try. */
#include "cli/delivery.h"
#include "cli/near.h"
#include "commands/joined.h"
#include "commands/rulebook.h"
#include "core/limits.h"
#include "report/findings.h"
#include "report/reasons.h"
#include "report/report_read.h"

#include <string.h>

enum { INDENT = 4, LABEL = 8 };

/* A product of a report, judged again. */
struct explained {
    const struct scan *report;
    const struct scan_product *told; /* as the report has it */
    struct scan_product again;
};

static void flush(struct page *p, const char *label)
{
    page_flush(p, &(struct page_label){ INDENT, LABEL, INK_NOTE, label });
}

static const struct scan_product *find(const struct scan *s, const char *id, struct fault *f)
{
    const struct scan_product *named = NULL;
    size_t with_name = 0;
    struct near near = near_to(id);

    for (size_t i = 0; i < s->products.count; i++) {
        const struct scan_product *p = vec_at(&s->products, i);
        if (strcmp(p->product.id, id) == 0)
            return p;
        if (strcmp(p->product.name, id) == 0) {
            named = p;
            with_name++;
        }
        near_offer(&near, p->product.id);
        near_offer(&near, p->product.name);
    }
    if (with_name == 1)
        return named;
    if (with_name > 1)
        (void)fault_set(f, FAULT_FORMAT,
                        "%zu products are called '%.60s': give the id of one, as %s", with_name, id,
                        named->product.id);
    else
        (void)fault_set(f, FAULT_FORMAT, "the report has no product '%.60s'%s%s%s", id,
                        near.best == NULL ? "" : "; did you mean '",
                        near.best == NULL ? "" : near.best, near.best == NULL ? "" : "'?");
    return NULL;
}

/* The report's own question, put to the policies that are here. */
static bool open_question(const struct invocation *in, const struct scan *report,
                          struct rulebook *r, struct fault *f)
{
    if (!rulebook_open_words(r, in->arena, f) || !rulebook_open_knowledge(r, f) ||
        !rulebook_open_policy(r, in, f))
        return false;
    r->context = policy_context_new(in->arena, f);
    if (r->context == NULL)
        return false;
    for (size_t i = 0; i < report->context.count; i++) {
        const struct context_line *line = vec_at(&report->context, i);
        struct buf text = buf_with_limit(LIMIT_TEXT);
        buf_print(&text, "%s=", line->key);
        for (size_t n = 0; n < line->words.count; n++) {
            const char *const *word = vec_at(&line->words, n);
            buf_print(&text, "%s%s", n == 0 ? "" : "+", *word);
        }
        const char *all = arena_copy(in->arena, buf_bytes(&text), f);
        buf_done(&text);
        if (all == NULL || !policy_context_add(r->context, r->policy, all, f))
            return false;
    }
    return date_read(bytes_of_text(report->as_of), &r->as_of);
}

static void write_identity(struct page *p, const struct product *product)
{
    page_cell(p, INK_BOLD, 0, report_title(product));
    page_say(p, "%s%s[%s]", product->version == NULL ? "" : product->version,
             product->version == NULL ? "" : " ", product->id);
    page_cell(p, INK_PLAIN, 1, "");
    page_flush(p, /* label */ NULL);
    page_say(p, "%s %s, %s, in the root %s", product->type, product->name,
             presence_name(product->presence), product->root == NULL ? "/" : product->root);
    flush(p, "what");
    if (product->purl != NULL) {
        page_say(p, "%s", product->purl);
        flush(p, "purl");
    }
    if (product->digest != NULL) {
        page_say(p, "%s", product->digest);
        flush(p, "digest");
    }
    for (size_t i = 0; i < product->categories.count; i++) {
        const char *const *category = vec_at(&product->categories, i);
        page_say(p, "%s%s", i == 0 ? "" : ", ", *category);
    }
    if (product->categories.count > 0)
        flush(p, "kind");
    for (size_t i = 0; i < product->paths.count; i++) {
        const char *const *path = vec_at(&product->paths, i);
        page_say(p, "%s", *path);
        flush(p, i == 0 ? "paths" : "");
    }
    if (product->more_paths > 0) {
        page_say(p, "and %zu more that the report counts", product->more_paths);
        flush(p, "");
    }
}

static void write_signature(struct page *p, const struct claim *c)
{
    if (c->subject != NULL)
        page_say(p, "; subject %s", c->subject);
    if (c->program_name != NULL)
        page_say(p, "; program name %s", c->program_name);
    if (c->registry_number != NULL)
        page_say(p, "; registry number %s", c->registry_number);
    if (c->certificate != NULL)
        page_say(p, "; certificate %s", c->certificate);
    page_say(p, "; the digest %s", c->digest_matches ? "matches" : "does not match");
    if (c->chain != CHAIN_NONE)
        page_say(p, "; chain %s", chain_name(c->chain));
}

static void write_claims(struct page *p, const struct product *product)
{
    page_heading(p, INK_BOLD, "  Claims about the maker");
    for (size_t i = 0; i < product->claims.count; i++) {
        const struct claim *c = vec_at(&product->claims, i);
        page_say(p, "%s, %s: %s", maker_role_name(c->role), strength_name(c->strength),
                 c->name == NULL ? "unnamed" : c->name);
        if (c->vendor != NULL)
            page_say(p, " [%s]", c->vendor);
        if (c->evidence != NULL)
            page_say(p, "; %s", c->evidence);
        if (c->role == MAKER_SIGNER)
            write_signature(p, c);
        flush(p, "");
    }
    if (product->claims.count == 0) {
        page_say(p, "none");
        flush(p, "");
    }
    for (size_t i = 0; i < product->conflicts.count; i++) {
        const char *const *sentence = vec_at(&product->conflicts, i);
        page_say(p, "%s", *sentence);
        flush(p, "beware");
    }
}

static void write_evidence(struct page *p, const struct product *product)
{
    page_heading(p, INK_BOLD, "  Evidence that it is there");
    for (size_t i = 0; i < product->evidence.count; i++) {
        const struct evidence *e = vec_at(&product->evidence, i);
        page_say(p, "%s, %s", e->kind == NULL ? "" : e->kind, strength_name(e->strength));
        if (e->place != NULL)
            page_say(p, ", %s", e->place);
        if (e->text != NULL)
            page_say(p, ": %s", e->text);
        flush(p, "");
    }
    if (product->more_evidence > 0) {
        page_say(p, "and %zu more that the report counts", product->more_evidence);
        flush(p, "");
    }
    if (product->evidence.count == 0) {
        page_say(p, "none");
        flush(p, "");
    }
}

/* Rules that applied come first: they made the verdict. */
static void write_rules(struct page *p, const struct verdict *v)
{
    page_heading(p, INK_BOLD, "  Rules tried");
    for (int applied = 1; applied >= 0; applied--) {
        for (size_t i = 0; i < v->rules.count; i++) {
            const struct verdict_rule *rule = vec_at(&v->rules, i);
            if (rule->applied != (applied == 1))
                continue;
            page_say(p, "%s", rule->instrument);
            if (rule->clause != NULL)
                page_say(p, ", %s", rule->clause);
            if (rule->why != NULL)
                page_say(p, ": %s", rule->why);
            flush(p, applied == 1 ? "speaks" : "silent");
        }
    }
}

static bool same_text(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

static void write_difference(struct page *p, const struct explained *x)
{
    const struct verdict *was = &x->told->verdict;
    const struct verdict *is = &x->again.verdict;
    const struct page_label label = { 2, 0, INK_WARN, "Not as the report has it:" };

    if (was->status != is->status) {
        page_say(p, "its status was %s, the policies here say %s", status_name(was->status),
                 status_name(is->status));
        page_flush(p, &label);
    }
    for (int i = 0; i < EFFECT_MAX; i++) {
        const struct effect_answer *a = &was->answers[i];
        const struct effect_answer *b = &is->answers[i];
        if (a->answer == b->answer && same_text(a->instrument, b->instrument))
            continue;
        page_say(p, "%s was %s%s%s, the policies here say %s%s%s", effect_name((enum effect)i),
                 answer_name(a->answer), a->instrument == NULL ? "" : " by ",
                 a->instrument == NULL ? "" : a->instrument, answer_name(b->answer),
                 b->instrument == NULL ? "" : " by ", b->instrument == NULL ? "" : b->instrument);
        page_flush(p, &label);
    }
}

static void write_explained(struct page *p, const struct explained *x, const struct invocation *in)
{
    const struct verdict *v = &x->again.verdict;

    write_identity(p, &x->again.product);
    page_blank(p);
    write_claims(p, &x->again.product);
    write_evidence(p, &x->again.product);
    page_blank(p);
    page_say(p, "on %s", x->report->as_of);
    for (size_t i = 0; i < x->report->context.count; i++) {
        const struct context_line *line = vec_at(&x->report->context, i);
        page_say(p, ", %s", line->key);
        for (size_t n = 0; n < line->words.count; n++) {
            const char *const *word = vec_at(&line->words, n);
            page_say(p, "%s%s", n == 0 ? "=" : "+", *word);
        }
    }
    page_flush(p, &(struct page_label){ 2, 0, INK_BOLD, "Verdict" });
    page_cell(p, INK_PLAIN, 2, "");
    page_cell(p, findings_ink(v->status), 0, findings_heading(v->status));
    page_flush(p, /* label */ NULL);
    reasons_write(p, &x->again, x->report->as_of);
    reasons_write_silent(p, v);
    page_blank(p);
    write_rules(p, v);
    page_blank(p);
    write_difference(p, x);
    for (size_t i = 0; i < x->report->policies.count && !invocation_has(in, OPTION_POLICY); i++) {
        const char *const *policy = vec_at(&x->report->policies, i);
        page_say(p, "the report was made with --policy %s: give it here too", *policy);
        page_flush(p, &(struct page_label){ 2, 0, INK_WARN, "Beware:" });
    }
    if (x->report->registry != NULL && !invocation_has(in, OPTION_REGISTER)) {
        page_say(p, "the report was made with --register %s: give it here too",
                 x->report->registry->place);
        page_flush(p, &(struct page_label){ 2, 0, INK_WARN, "Beware:" });
    }
}

static bool explain(const struct invocation *in, struct scan *report, struct explained *out,
                    struct fault *f)
{
    struct rulebook r;

    if (!report_read_file(invocation_operand(in, 0), in->arena, report, f))
        return false;
    *out = (struct explained){ .report = report };
    out->told = find(report, invocation_operand(in, 1), f);
    if (out->told == NULL || !open_question(in, report, &r, f))
        return false;
    struct joined joined;
    if (!joined_open(in, &joined, f))
        return false;
    const struct policy_question q = {
        .context = r.context, .as_of = r.as_of, .trace = true, .listings = joined_listings(&joined)
    };
    out->again.product = out->told->product;
    const bool ok =
        policy_judge(r.policy, &q, &out->again.product, in->arena, &out->again.verdict, f);
    joined_close(&joined);
    return ok;
}

static int run_explain(const struct invocation *in)
{
    const struct report_options terminal = delivery_terminal(0);
    struct buf out = buf_with_limit(LIMIT_REPORT);
    struct page p = page_on(&out, terminal.columns, terminal.colour);
    struct scan report;
    struct explained x;
    struct fault f = { 0 };
    const bool ok = explain(in, &report, &x, &f);

    if (ok)
        write_explained(&p, &x, in);
    const int status = ok ? delivery_print(&out) : invocation_refuse(&f);
    page_done(&p);
    buf_done(&out);
    return status;
}

static const enum option_id options[] = { OPTION_POLICY,   OPTION_REGISTER, OPTION_TRUST,
                                          OPTION_KNOWN_AT, OPTION_HELP,     OPTION_MAX };

static const struct example examples[] = {
    { "why is it barred?", "hallmark explain report.json kesl" },
    { NULL, NULL },
};

const struct command explain_command = {
    .name = "explain",
    .operands = "REPORT.json PRODUCT-ID",
    .operands_least = 2,
    .operands_most = 2,
    .operand = VALUE_FILE,
    .title = "tell why a product of a report has its verdict",
    .text =
        "Tells every claim about the product's maker, all evidence, and every rule that was tried, "
        "applied or not and why. The product, the context and the date are the report's; the "
        "policies are those of this program, and what they answer differently than the report is "
        "said. PRODUCT-ID is an id of the JSON report, or a name that only one product has.",
    .options = options,
    .exits = command_told,
    .examples = examples,
    .run = run_explain,
};
