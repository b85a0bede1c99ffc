#include "policy/policy_trial.h"

#include "core/limits.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

const char *policy_trial_path(struct policy_trial *t, const char *below)
{
    struct fault f = { 0 };
    const char *source = getenv("HALLMARK_SOURCE");
    const char *path = arena_print(&t->arena, &f, "%s/%s", source == NULL ? "." : source, below);

    assert_non_null(path);
    return path;
}

void policy_trial_init(struct policy_trial *t, bool shipped)
{
    struct fault f = { 0 };

    *t = (struct policy_trial){ .arena = arena_with_budget(LIMIT_ARTEFACT_MEMORY) };
    (void)snprintf(t->folder, sizeof t->folder, "/tmp/hallmark-policy-XXXXXX");
    assert_non_null(mkdtemp(t->folder));
    if (!words_open(policy_trial_path(t, "knowledge/words.yaml"), &t->arena, &t->words, &f) ||
        !knowledge_open(policy_trial_path(t, "knowledge"), &t->arena, &t->knowledge, &f) ||
        !policy_open(shipped ? policy_trial_path(t, "policies") : t->folder, &t->words,
                     t->knowledge, &t->arena, &t->policy, &f))
        fail_msg("%s", f.text);
}

void policy_trial_done(struct policy_trial *t)
{
    DIR *d = opendir(t->folder);

    assert_non_null(d);
    for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (e->d_name[0] != '.')
            (void)unlinkat(dirfd(d), e->d_name, 0);
    }
    (void)closedir(d);
    (void)rmdir(t->folder);
    arena_done(&t->arena);
}

const char *policy_trial_write(struct policy_trial *t, const char *name, const char *text)
{
    struct fault f = { 0 };
    const char *path = arena_print(&t->arena, &f, "%s/%s", t->folder, name);

    assert_non_null(path);
    FILE *out = fopen(path, "wbe");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
    assert_int_equal(fclose(out), 0);
    return path;
}

void policy_trial_add(struct policy_trial *t, const char *name, const char *text)
{
    struct fault f = { 0 };

    if (!policy_add(t->policy, policy_trial_write(t, name, text), &f))
        fail_msg("%s", f.text);
}

static struct product thought_of(struct policy_trial *t, const struct policy_ask *ask)
{
    struct fault f = { 0 };
    struct product p = product_in(&t->arena);

    p.vendor = ask->vendor;
    p.maker_known = ask->vendor != NULL;
    p.name = ask->name != NULL ? ask->name : ask->vendor;
    p.title = ask->title;
    p.version = ask->version;
    p.digest = ask->digest;
    p.presence = ask->presence;
    if (ask->category != NULL) {
        const char **slot = vec_push(&p.categories, &f);
        assert_non_null(slot);
        *slot = ask->category;
    }
    return p;
}

struct verdict policy_trial_ask(struct policy_trial *t, const struct policy_ask *ask)
{
    struct fault f = { 0 };
    struct policy_question q = { .trace = ask->trace, .listings = ask->listings };
    struct verdict v = { 0 };
    struct policy_context *context = policy_context_new(&t->arena, &f);
    const struct product p = thought_of(t, ask);

    assert_non_null(context);
    assert_true(date_read(bytes_of_text(ask->date), &q.as_of));
    if (ask->context != NULL && !policy_context_add(context, t->policy, ask->context, &f))
        fail_msg("%s", f.text);
    q.context = context;
    if (!policy_judge(t->policy, &q, &p, &t->arena, &v, &f))
        fail_msg("%s", f.text);
    return v;
}

/* True where the answer is the wanted one; else says what it is. */
static bool holds(struct policy_trial *t, const struct policy_row *row)
{
    const struct policy_ask *ask = &row->ask;
    const struct verdict v = policy_trial_ask(t, ask);
    const struct effect_answer *got = &v.answers[row->effect];

    if (got->answer != row->answer)
        print_error("line %d: %s %s %s %s %s: %s by %s (%s), not %s\n", row->line, ask->date,
                    ask->context == NULL ? "(no context)" : ask->context,
                    ask->vendor == NULL ? "(unknown)" : ask->vendor,
                    ask->category == NULL ? "" : ask->category, effect_name(row->effect),
                    answer_name(got->answer), got->instrument == NULL ? "-" : got->instrument,
                    got->why == NULL ? "" : got->why, answer_name(row->answer));
    return got->answer == row->answer;
}

void policy_trial_rows(struct policy_trial *t, const struct policy_row *rows, size_t count)
{
    size_t wrong = 0;

    for (size_t i = 0; i < count; i++)
        wrong += holds(t, &rows[i]) ? 0 : 1;
    if (wrong > 0)
        fail_msg("%zu of %zu answers are others", wrong, count);
}
