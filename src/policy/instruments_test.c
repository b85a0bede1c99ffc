/* The shipped instruments, one by one and together, against tests/policy_matrix.tsv, which says
 * what its columns are. */
#include "policy/policy_pack.h"
#include "policy/policy_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS_AT_LEAST = 8, LINE_MAX_BYTES = 1024 };

enum column { DATE, CONTEXT, VENDOR, PRODUCT, EFFECT, ANSWER, MORE, COLUMNS };

struct matrix {
    struct policy_trial trial; /* its policy is the one under test: an instrument, or the pack */
    struct policy *pack;
    struct map rows; /* id -> size_t: how many rows ask it */
    bool together;   /* in [pack] */
    size_t line;
    size_t asked;
    size_t wrong;
};

struct row {
    char *column[COLUMNS];
    struct policy_ask ask;
    enum effect effect;
    enum answer answer;
};

static void wrong(struct matrix *m, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void wrong(struct matrix *m, const char *fmt, ...)
{
    char text[LINE_MAX_BYTES];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    print_error("policy_matrix.tsv:%zu: %s\n", m->line, text);
    m->wrong++;
}

/* The text before the next `by` in *at, which moves on; NULL at the end. */
static char *part(char **at, const char *by)
{
    char *begin = *at;

    if (begin == NULL)
        return NULL;
    char *end = strstr(begin, by);
    *at = end == NULL ? NULL : end + strlen(by);
    if (end != NULL)
        *end = '\0';
    return begin;
}

/* The value of "key=value" where the key is this one; else NULL. */
static const char *value_of(const char *text, const char *key)
{
    const size_t n = strlen(key);

    return strncmp(text, key, n) == 0 && text[n] == '=' ? text + n + 1 : NULL;
}

/* As the buyer's question does: a product that the knowledge base has brings its category. */
static void name_product(struct matrix *m, struct policy_ask *ask, const char *name)
{
    const struct vendor *v =
        knowledge_vendor(m->trial.knowledge, bytes_of_text(ask->vendor == NULL ? "" : ask->vendor));
    const struct vendor_product *p =
        v == NULL ? NULL : knowledge_product_named(v, bytes_of_text(name));

    ask->name = name;
    if (p == NULL) {
        wrong(m, "'%s' is no product of '%s'", name, ask->vendor);
        return;
    }
    ask->title = p->name;
    if (ask->category == NULL && p->categories.count > 0) {
        const char *const *first = vec_at(&p->categories, 0);
        ask->category = *first;
    }
}

static void read_product(struct matrix *m, char *text, struct policy_ask *ask)
{
    const char *name = NULL;

    for (char *one = part(&text, "; "); one != NULL; one = part(&text, "; ")) {
        const char *presence = value_of(one, "presence");
        if (value_of(one, "category") != NULL)
            ask->category = value_of(one, "category");
        else if (value_of(one, "name") != NULL)
            name = value_of(one, "name");
        else if (presence == NULL || !presence_read(bytes_of_text(presence), &ask->presence))
            wrong(m, "'%s' was not expected", one);
    }
    if (name != NULL)
        name_product(m, ask, name);
}

static bool read_row(struct matrix *m, char *line, struct row *r)
{
    *r = (struct row){ 0 };
    for (size_t i = 0; i < COLUMNS; i++)
        r->column[i] = part(&line, "\t");
    if (line != NULL || r->column[ANSWER] == NULL ||
        !effect_read(bytes_of_text(r->column[EFFECT]), &r->effect) ||
        !answer_read(bytes_of_text(r->column[ANSWER]), &r->answer)) {
        wrong(m, "not a row");
        return false;
    }
    r->ask.date = r->column[DATE];
    if (strcmp(r->column[CONTEXT], "-") != 0)
        r->ask.context = r->column[CONTEXT];
    r->ask.vendor = r->column[VENDOR];
    if (knowledge_vendor(m->trial.knowledge, bytes_of_text(r->ask.vendor)) == NULL)
        wrong(m, "'%s' is no vendor", r->ask.vendor);
    if (strcmp(r->column[PRODUCT], "-") != 0)
        read_product(m, r->column[PRODUCT], &r->ask);
    return true;
}

static bool has_step(const struct verdict *v, const char *name, const char *by)
{
    char date[DATE_TEXT_MAX];

    for (size_t i = 0; i < v->steps.count; i++) {
        const struct verdict_step *s = vec_at(&v->steps, i);
        if (strcmp(s->step, name) == 0 && (by == NULL || strcmp(date_write(s->by, date), by) == 0))
            return true;
    }
    return false;
}

static bool some_step_says(const struct verdict *v, const char *text)
{
    for (size_t i = 0; i < v->steps.count; i++) {
        const struct verdict_step *s = vec_at(&v->steps, i);
        if (strstr(s->text, text) != NULL)
            return true;
    }
    return false;
}

static bool is_shown(const struct verdict *v, const char *stage)
{
    for (size_t i = 0; i < v->rules.count; i++) {
        const struct verdict_rule *r = vec_at(&v->rules, i);
        if (r->clause == NULL && strncmp(r->why, stage, strlen(stage)) == 0)
            return true;
    }
    return false;
}

/* What else must hold of the verdict. */
static bool holds(const struct verdict *v, const struct effect_answer *got, char *one)
{
    char date[DATE_TEXT_MAX];
    char *value = strchr(one, '=');

    if (value == NULL)
        return false;
    *value++ = '\0';
    if (strcmp(one, "note") == 0)
        return true;
    if (strcmp(one, "by") == 0)
        return got->instrument != NULL && strcmp(got->instrument, value) == 0;
    if (strcmp(one, "from") == 0)
        return strcmp(date_write(got->from, date), value) == 0;
    if (strcmp(one, "status") == 0)
        return strcmp(status_name(v->status), value) == 0;
    if (strcmp(one, "says") == 0)
        return some_step_says(v, value);
    if (strcmp(one, "says-not") == 0)
        return !some_step_says(v, value);
    if (strcmp(one, "shown") == 0)
        return is_shown(v, value);
    if (strcmp(one, "no-shown") == 0)
        return !is_shown(v, value);
    char *name = part(&value, "@");
    if (strcmp(one, "step") == 0)
        return has_step(v, name, value);
    return strcmp(one, "no-step") == 0 && !has_step(v, name, value);
}

/* The pack answers at least as strictly as the instrument alone. */
static void ask_pack(struct matrix *m, const struct row *r)
{
    struct policy *alone = m->trial.policy;

    m->trial.policy = m->pack;
    const struct verdict v = policy_trial_ask(&m->trial, &r->ask);
    m->trial.policy = alone;
    if (v.answers[r->effect].answer < r->answer)
        wrong(m, "the pack answers %s", answer_name(v.answers[r->effect].answer));
}

static void ask(struct matrix *m, char *line)
{
    struct arena_mark mark = arena_mark(&m->trial.arena);
    struct row r;

    if (!read_row(m, line, &r))
        return;
    const struct verdict v = policy_trial_ask(&m->trial, &r.ask);
    const struct effect_answer *got = &v.answers[r.effect];
    m->asked++;
    if (got->answer != r.answer)
        wrong(m, "%s %s %s %s: %s by %s (%s), not %s", r.column[DATE], r.column[CONTEXT],
              r.ask.vendor, r.column[EFFECT], answer_name(got->answer),
              got->instrument == NULL ? "-" : got->instrument, got->why == NULL ? "" : got->why,
              r.column[ANSWER]);
    for (char *one = part(&r.column[MORE], "; "); one != NULL; one = part(&r.column[MORE], "; ")) {
        if (!holds(&v, got, one))
            wrong(m, "'%s' does not hold (status %s)", one, status_name(v.status));
    }
    if (!m->together)
        ask_pack(m, &r);
    arena_release(&m->trial.arena, mark);
}

/* From here on the rows ask this instrument alone, or all of them. */
static void begin_section(struct matrix *m, char *id)
{
    struct fault f = { 0 };

    m->together = strcmp(id, "pack") == 0;
    if (m->together) {
        m->trial.policy = m->pack;
        return;
    }
    char file[256];
    (void)snprintf(file, sizeof file, "policies/%s.yaml", id);
    if (!policy_open(m->trial.folder, &m->trial.words, m->trial.knowledge, &m->trial.arena,
                     &m->trial.policy, &f) ||
        !policy_add(m->trial.policy, policy_trial_path(&m->trial, file), &f))
        fail_msg("%s", f.text);
    const struct instrument *i = policy_pack_find(m->trial.policy, bytes_of_text(id));
    assert_non_null(i);
    if (map_find(&m->rows, bytes_of_text(i->id)) == NULL) {
        size_t *count = arena_alloc(&m->trial.arena, sizeof *count, &f);
        assert_non_null(count);
        assert_true(map_put(&m->rows, bytes_of_text(i->id), count, &f));
    }
}

static void count_row(struct matrix *m)
{
    if (m->together)
        return;
    const struct instrument *only = vec_at(&m->trial.policy->instruments, 0);
    size_t *count = map_find(&m->rows, bytes_of_text(only->id));
    (*count)++;
}

static void ask_all(struct matrix *m)
{
    FILE *in = fopen(policy_trial_path(&m->trial, "tests/policy_matrix.tsv"), "rbe");
    char line[LINE_MAX_BYTES];

    assert_non_null(in);
    while (fgets(line, sizeof line, in) != NULL) {
        m->line++;
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '[') {
            line[strcspn(line, "]")] = '\0';
            begin_section(m, line + 1);
        } else if (line[0] != '#' && line[0] != '\0') {
            count_row(m);
            ask(m, line);
        }
    }
    assert_int_equal(fclose(in), 0);
}

static void matrix_init(struct matrix *m)
{
    struct fault f = { 0 };

    *m = (struct matrix){ 0 };
    policy_trial_init(&m->trial, /* shipped */ false);
    m->rows = map_in(&m->trial.arena);
    if (!policy_open(policy_trial_path(&m->trial, "policies"), &m->trial.words, m->trial.knowledge,
                     &m->trial.arena, &m->pack, &f))
        fail_msg("%s", f.text);
}

static void every_row_of_the_matrix_holds(void **state)
{
    struct matrix m;

    (void)state;
    matrix_init(&m);
    ask_all(&m);
    for (size_t i = 0; i < m.pack->instruments.count; i++) {
        const struct instrument *one = vec_at(&m.pack->instruments, i);
        const size_t *rows = map_find(&m.rows, bytes_of_text(one->id));
        if (rows == NULL || *rows < ROWS_AT_LEAST)
            wrong(&m, "%s: %zu rows", one->id, rows == NULL ? (size_t)0 : *rows);
    }
    const size_t failed = m.wrong;
    const size_t asked = m.asked;
    policy_trial_done(&m.trial);
    if (failed > 0)
        fail_msg("%zu faults in %zu rows", failed, asked);
    print_message("# %zu rows\n", asked);
}

static void the_shipped_instruments_have_no_dead_rule(void **state)
{
    struct matrix m;
    struct fault f = { 0 };
    struct policy_question q = { 0 };

    (void)state;
    matrix_init(&m);
    struct vec warnings = vec_of(&m.trial.arena, sizeof(const char *), /* limit */ 1000);
    assert_true(date_read(bytes_of_text("2026-11-22"), &q.as_of));
    assert_true(policy_warnings(m.pack, &q, &m.trial.arena, &warnings, &f));
    for (size_t i = 0; i < warnings.count; i++) {
        const char *const *one = vec_at(&warnings, i);
        print_error("%s\n", *one);
    }
    const size_t count = warnings.count;
    policy_trial_done(&m.trial);
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_of_the_matrix_holds),
        cmocka_unit_test(the_shipped_instruments_have_no_dead_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
