/* admission_doc_test.c -- docs/register-admission.md and the code name the same rules, and the
 * table of defaults in docs/register-standing.md is that of the code. */
#include "standing/standing_scheme.h"

#include "core/buf.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RULES = 32 };

static const char *root(void)
{
    const char *dir = getenv("HALLMARK_SOURCE");

    if (dir == NULL)
        print_message("# skipped: HALLMARK_SOURCE is not set\n");
    return dir;
}

static struct buf read_all(const char *dir, const char *name)
{
    struct buf out = buf_with_limit(1 << 22);
    char path[1024];
    char piece[4096];
    size_t n;

    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    while ((n = fread(piece, 1, sizeof piece, in)) > 0)
        buf_add(&out, (struct bytes){ .at = (const uint8_t *)piece, .len = n });
    assert_int_equal(fclose(in), 0);
    assert_true(buf_ok(&out));
    return out;
}

/* Which numbers n stand in the text as `before` n `after`. */
static void numbers_in(struct bytes text, const char *before, const char *after, bool found[RULES])
{
    for (int n = 1; n < RULES; n++) {
        char wanted[64];
        (void)snprintf(wanted, sizeof wanted, "%sA%d%s", before, n, after);
        found[n] = found[n] || bytes_search(text, bytes_of_text(wanted)) < text.len;
    }
}

static void every_rule_is_documented_and_held(void **state)
{
    bool documented[RULES] = { false };
    bool held[RULES] = { false };
    bool tested[RULES] = { false };
    const char *dir = root();
    char folder[1024];

    (void)state;
    if (dir == NULL)
        skip();
    struct buf doc = read_all(dir, "docs/register-admission.md");
    numbers_in(buf_bytes(&doc), "| ", " |", documented);
    buf_done(&doc);
    (void)snprintf(folder, sizeof folder, "%s/src/standing", dir);
    DIR *d = opendir(folder);
    assert_non_null(d);
    for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        const struct bytes name = bytes_of_text(e->d_name);
        if (!bytes_has_suffix(name, ".c"))
            continue;
        struct buf code = read_all(folder, e->d_name);
        if (bytes_has_suffix(name, "_test.c")) {
            numbers_in(buf_bytes(&code), "(\"", "\",", tested);
        } else {
            numbers_in(buf_bytes(&code), "admission_refuse(f, \"", "\"", held);
            numbers_in(buf_bytes(&code), "fault_wrap(f, \"admission ", "\"", held);
        }
        buf_done(&code);
    }
    assert_int_equal(closedir(d), 0);
    for (int n = 1; n < RULES; n++)
        if (documented[n] != held[n] || documented[n] != tested[n])
            fail_msg("A%d: documented %d, held %d, tested %d", n, documented[n], held[n],
                     tested[n]);
    assert_true(documented[13]);
    assert_false(documented[14]);
}

static void the_defaults_are_those_of_the_document(void **state)
{
    static const struct standing_scheme silent;
    const char *dir = root();

    (void)state;
    if (dir == NULL)
        skip();
    struct buf doc = read_all(dir, "docs/register-standing.md");
    for (int s = STANDING_NONE; s <= STANDING_SUPERSEDED; s++) {
        const char *name = standing_state_name((enum standing_state)s);
        const struct standing_effects e =
            standing_scheme_effects(&silent, name, (enum standing_state)s);
        char row[128];
        (void)snprintf(row, sizeof row, "| %s | %s | %s | %s |", name,
                       standing_answer_name(e.claim), standing_answer_name(e.procure),
                       standing_answer_name(e.use));
        if (bytes_search(buf_bytes(&doc), bytes_of_text(row)) == doc.len)
            fail_msg("not in the document: %s", row);
    }
    buf_done(&doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_is_documented_and_held),
        cmocka_unit_test(the_defaults_are_those_of_the_document),
    };

    return cmocka_run_group_tests_name("admission_doc", tests, NULL, NULL);
}
