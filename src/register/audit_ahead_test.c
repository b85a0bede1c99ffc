/* audit_ahead_test.c -- what is vouched for ahead is what verifies, entry by entry. */
#include "register/audit_ahead.h"

#include "core/own.h"
#include "standing/history_trial.h"
#include "tlog/tile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct history_trial t;

static int begin(void **state)
{
    (void)state;
    history_trial_init(&t);
    history_trial_admit(&t, "keeper", "any");
    history_trial_admit(&t, "second", "any");
    return 0;
}

static int end(void **state)
{
    (void)state;
    history_trial_done(&t);
    return 0;
}

static struct bytes vendor(const char *hands, unsigned n)
{
    char lines[128];

    (void)snprintf(lines, sizeof lines, "id v%u|name Vendor %u|date 2017-01-03", n, n);
    return history_trial_entry(&t, hands, "vendor", lines);
}

/* The same entry with one letter of its name changed: signed no more. */
static struct bytes forged(struct bytes entry)
{
    char *changed = arena_copy(&t.arena, entry, NULL);

    assert_non_null(changed);
    strstr(changed, "Vendor")[1] = 'a';
    return (struct bytes){ .at = (const uint8_t *)changed, .len = entry.len };
}

/* The keys that are told ahead of the entries, by name; NULL where none. */
static void tells(const struct bytes *entries, size_t count, const char *const *names)
{
    OWNED(audit_ahead_free) struct audit_ahead *h = NULL;
    struct buf rest = buf_with_limit(1 << 22);
    struct fault f = { 0 };

    for (size_t i = 1; i < count; i++)
        tile_entry_put(&rest, entries[i]);
    const struct audit_bundle b = { .first = entries[0],
                                    .rest = cursor_over(buf_bytes(&rest)),
                                    .admission = t.admission,
                                    .log = history_trial_key(&t, "log") };
    assert_true(audit_ahead_new(&h, &f));
    for (int again = 0; again < 2; again++) {
        if (!audit_ahead_bundle(h, &b, &f))
            fail_msg("%s", f.text);
        for (size_t i = 0; i < count; i++) {
            const struct key *key = audit_ahead_next(h);
            if (names[i] == NULL)
                assert_null(key);
            else
                assert_true(key != NULL && key_same(key, history_trial_key(&t, names[i])));
        }
        assert_null(audit_ahead_next(h));
    }
    buf_done(&rest);
}

static void what_verifies_alone_is_vouched_for(void **state)
{
    const struct bytes entries[] = {
        vendor("keeper", 1),
        forged(vendor("keeper", 2)),
        vendor("second", 3),
        vendor("keeper second", 4),                      /* two signatures: admission's */
        vendor("stranger", 5),                           /* nobody's key */
        { .at = (const uint8_t *)"hallmark", .len = 8 }, /* no note */
        { .at = (const uint8_t *)"", .len = 0 },
        vendor("log", 6), /* admission says that the log may not */
        vendor("keeper", 7),
    };
    static const char *const names[] = { "keeper", NULL, "second", NULL,    NULL,
                                         NULL,     NULL, "log",    "keeper" };

    (void)state;
    tells(entries, sizeof entries / sizeof entries[0], names);
}

static void a_whole_bundle_is_told_and_no_more(void **state)
{
    struct bytes entries[TILE_WIDTH];
    const char *names[TILE_WIDTH];

    (void)state;
    for (unsigned i = 0; i < TILE_WIDTH; i++) {
        entries[i] = vendor("keeper", i);
        names[i] = "keeper";
        if (i % 37 == 5) {
            entries[i] = forged(entries[i]);
            names[i] = NULL;
        }
    }
    tells(entries, TILE_WIDTH, names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_verifies_alone_is_vouched_for, begin, end),
        cmocka_unit_test_setup_teardown(a_whole_bundle_is_told_and_no_more, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
