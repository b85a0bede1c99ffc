/* policies.c -- hallmark policies: the instruments that are loaded, the words that they and a
 * context may use, and a check of a file that somebody writes. */
#include "cli/delivery.h"
#include "commands/rulebook.h"
#include "core/limits.h"
#include "policy/policy_text.h"

#include <stdio.h>
#include <string.h>

enum { ERRORS_MAX = 1000 };

static bool open_all(const struct invocation *in, struct rulebook *r, struct fault *f)
{
    return rulebook_open_words(r, in->arena, f) && rulebook_open_knowledge(r, f) &&
           rulebook_open_policy(r, in, f);
}

/* Where the text of a line "  label   text" begins, and where its label ends; both at the first
 * character that is no blank where there is no label. */
static void split(struct bytes line, size_t *label_end, size_t *text)
{
    size_t at = 0;

    while (at < line.len && line.at[at] == ' ')
        at++;
    *label_end = at;
    *text = at;
    while (at + 1 < line.len && !(line.at[at] == ' ' && line.at[at + 1] == ' '))
        at++;
    if (at + 1 >= line.len)
        return;
    *label_end = at;
    while (at < line.len && line.at[at] == ' ')
        at++;
    *text = at;
}

/* What policy_text wrote, wrapped to the terminal: a text that follows a label keeps its column. */
static void write_wrapped(struct page *p, struct bytes text)
{
    struct bytes line;
    char label[128];

    while (bytes_next(&text, '\n', &line)) {
        size_t label_end = 0;
        size_t at = 0;
        split(line, &label_end, &at);
        (void)snprintf(label, sizeof label, "%.*s", (int)label_end, (const char *)line.at);
        page_say(p, "%.*s", (int)(line.len - at), (const char *)line.at + at);
        page_flush(p,
                   &(struct page_label){ 0, label_end == at ? 0 : (unsigned)at, INK_PLAIN, label });
    }
}

static void write_ids(const struct buf *list, struct buf *out)
{
    struct bytes rest = buf_bytes(list);
    struct bytes line;

    while (bytes_next(&rest, '\n', &line)) {
        buf_add(out, bytes_part(line, 0, bytes_index(line, ' ')));
        buf_add_byte(out, '\n');
    }
}

static void write_bare_words(const struct words *w, struct buf *out)
{
    for (size_t i = 0; i < w->keys.count; i++) {
        const struct word_key *key = vec_at(&w->keys, i);
        for (size_t n = 0; n < key->words.count; n++) {
            const struct word *word = vec_at(&key->words, n);
            buf_print(out, "%s=%s\n", key->key, word->word);
        }
    }
    for (size_t i = 0; i < w->categories.count; i++) {
        const struct word *word = vec_at(&w->categories, i);
        buf_print(out, "%s\n", word->word);
    }
}

/* Fills `out` with what is printed; `list` is scratch. */
static bool tell(const struct invocation *in, struct buf *list, struct buf *out, struct fault *f)
{
    const char *what = invocation_operand(in, 0);
    const bool bare = invocation_has(in, OPTION_QUIET);
    const bool words = what != NULL && strcmp(what, "words") == 0;
    struct rulebook r;
    bool ok = true;

    if (words ? !rulebook_open_words(&r, in->arena, f) : !open_all(in, &r, f))
        return false;
    if (words && bare)
        write_bare_words(&r.words, list);
    else if (words)
        ok = policy_text_words(&r.words, list);
    else if (what == NULL)
        ok = policy_text_list(r.policy, list);
    else if (!policy_text_instrument(r.policy, what, list, f))
        return false;
    if (!ok || !buf_ok(list))
        return fault_set(f, FAULT_LIMIT, "memory: no room for the text");
    if (bare && what == NULL) {
        write_ids(list, out);
        return true;
    }
    struct page p = page_on(out, delivery_terminal(0).columns, /* colour */ false);
    if (bare || what == NULL)
        buf_add(out, buf_bytes(list));
    else
        write_wrapped(&p, buf_bytes(list));
    page_done(&p);
    return true;
}

static int print_told(const struct invocation *in)
{
    struct buf list = buf_with_limit(LIMIT_REPORT);
    struct buf out = buf_with_limit(LIMIT_REPORT);
    struct fault f = { 0 };
    const int status = tell(in, &list, &out, &f) ? delivery_print(&out) : invocation_refuse(&f);

    buf_done(&list);
    buf_done(&out);
    return status;
}

/* One error is one line on standard error; several are listed on standard output, and told there.
 */
static int print_errors(const char *file, const struct vec *errors)
{
    struct buf out = buf_with_limit(LIMIT_REPORT);
    struct fault f = { 0 };
    const char *const *first = vec_at(errors, 0);

    for (size_t i = 0; i < errors->count && errors->count > 1; i++) {
        const char *const *error = vec_at(errors, i);
        buf_print(&out, "%s\n", *error);
    }
    if (errors->count > 1)
        (void)fault_set(&f, FAULT_FORMAT, "%s: %zu errors, the first: %s", file, errors->count,
                        *first);
    else
        (void)fault_set(&f, FAULT_FORMAT, "%s", *first);
    (void)delivery_print(&out);
    buf_done(&out);
    return invocation_refuse(&f);
}

static int run_check(const struct invocation *in, const char *file)
{
    struct rulebook r;
    struct vec errors = vec_of(in->arena, sizeof(const char *), ERRORS_MAX);
    struct buf out = buf_with_limit(LIMIT_PATH + FAULT_TEXT_MAX);
    struct fault f = { 0 };

    if (!rulebook_open_words(&r, in->arena, &f) || !rulebook_open_knowledge(&r, &f))
        return invocation_refuse(&f);
    const bool good = policy_check(file, &r.words, r.knowledge, in->arena, &errors, &f);
    if (!good && errors.count > 0)
        return print_errors(file, &errors);
    if (!good)
        return invocation_refuse(&f);
    buf_print(&out, "%s: no error\n", file);
    const int status = delivery_print(&out);
    buf_done(&out);
    return status;
}

static int run_policies(const struct invocation *in)
{
    const char *what = invocation_operand(in, 0);
    const char *file = invocation_operand(in, 1);
    const bool check = what != NULL && strcmp(what, "check") == 0;
    struct fault f = { 0 };

    if (check && file != NULL)
        return run_check(in, file);
    if (!check && file == NULL)
        return print_told(in);
    (void)fault_set(&f, FAULT_FORMAT,
                    check ? "usage: hallmark policies check FILE"
                          : "usage: hallmark policies [ID | words | check FILE]");
    return invocation_refuse(&f);
}

static const enum option_id options[] = { OPTION_POLICY, OPTION_QUIET, OPTION_HELP, OPTION_MAX };

static const struct example examples[] = {
    { "the directive of 2017", "hallmark policies us-dhs-bod-17-01" },
    { "is the file that I wrote in order?", "hallmark policies check ours/bank.yaml" },
    { NULL, NULL },
};

const struct command policies_command = {
    .name = "policies",
    .operands = "[ID | words | check FILE]",
    .operands_most = 2,
    .operand = VALUE_INSTRUMENT,
    .title = "tell the instruments that judge, and check those that you write",
    .text =
        "Without an operand lists the instruments; with an ID tells one whole: whom it binds, what "
        "it "
        "bars from when, what must be done by when, and its sources. 'words' lists the keys and "
        "words of a context and the categories; 'check FILE' names what is wrong in a file as "
        "file:line:column. -q lists bare ids or words.",
    .options = options,
    .exits = command_told,
    .examples = examples,
    .run = run_policies,
};
