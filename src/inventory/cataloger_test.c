#include "inventory/cataloger.h"

#include "core/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const listed[] = {
#define CATALOGER(name) #name,
#include "inventory/catalogers.def"
#undef CATALOGER
    NULL,
};

static void the_list_is_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; listed[i] != NULL; i++) {
        assert_non_null(cataloger_all[i]);
        if (i > 0 && strcmp(listed[i - 1], listed[i]) >= 0)
            fail_msg("%s stands before %s", listed[i - 1], listed[i]);
    }
}

static void every_slot_that_must_be_filled_is(void **state)
{
    (void)state;
    for (size_t i = 0; cataloger_all[i] != NULL; i++) {
        const struct cataloger *c = cataloger_all[i];
        assert_true(c->name != NULL && c->name[0] != '\0');
        assert_true(c->looks_for != NULL && c->looks_for[0] != '\0');
        assert_non_null(c->wanted);
        assert_non_null(c->formats);
        assert_non_null(c->record);
        assert_true(c->size_max > 0 && c->size_max <= LIMIT_RPM_ARCHIVE);
        assert_true(c->state_size <= LIMIT_TEXT);
        assert_true(c->beside == NULL || c->beside[0] != '\0');
    }
}

static void names_are_unique(void **state)
{
    (void)state;
    for (size_t i = 0; cataloger_all[i] != NULL; i++) {
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(cataloger_all[i]->name, cataloger_all[j]->name);
    }
}

/* The formats of a cataloger are registered ones, so that each has its fuzz target. */
static void formats_are_of_the_list(void **state)
{
    (void)state;
    for (size_t i = 0; cataloger_all[i] != NULL; i++) {
        const struct format *const *format = cataloger_all[i]->formats;
        assert_non_null(format[0]);
        for (; *format != NULL; format++)
            assert_ptr_equal(format_named((*format)->name), *format);
    }
}

static bool is_tail(const char *pattern)
{
    const size_t len = strlen(pattern);

    return len > 0 && pattern[0] != '/' && pattern[len - 1] != '/' && strstr(pattern, "//") == NULL;
}

/* As dispatch by tables needs them: see `enum wanted_kind`. */
static void check_wanted(const struct cataloger *c, const struct wanted *w)
{
    bool ok = w->pattern != NULL;

    switch (w->kind) {
    case WANTED_NAME:
        ok = ok && w->pattern[0] != '\0' && strchr(w->pattern, '/') == NULL && !w->database;
        break;
    case WANTED_EXTENSION:
        ok = ok && w->pattern[0] != '\0' &&
             strpbrk(w->pattern, "/ABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL && w->pattern[0] != '.' &&
             !w->database;
        break;
    case WANTED_TAIL:
    case WANTED_FOLDER:
        ok = ok && is_tail(w->pattern);
        break;
    case WANTED_PROGRAM:
        ok = w->pattern == NULL && !w->database;
        break;
    case WANTED_END:
        ok = false;
        break;
    }
    if (!ok || (w->name_suffix != NULL && w->kind != WANTED_FOLDER))
        fail_msg("%s wants %s", c->name, w->pattern == NULL ? "programs" : w->pattern);
}

static void what_is_wanted_can_be_dispatched(void **state)
{
    (void)state;
    for (size_t i = 0; cataloger_all[i] != NULL; i++) {
        const struct cataloger *c = cataloger_all[i];
        assert_true(c->wanted[0].kind != WANTED_END);
        for (const struct wanted *w = c->wanted; w->kind != WANTED_END; w++)
            check_wanted(c, w);
    }
}

/* Who looks at every program must leave alone what is none, and who names loose files must not
 * name those of packages. */
static void programs_are_asked_for_with_care(void **state)
{
    (void)state;
    for (size_t i = 0; cataloger_all[i] != NULL; i++) {
        const struct cataloger *c = cataloger_all[i];
        for (const struct wanted *w = c->wanted; w->kind != WANTED_END; w++) {
            if (w->kind == WANTED_PROGRAM)
                assert_true(c->must_bid && c->only_unowned);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_is_in_order),
        cmocka_unit_test(every_slot_that_must_be_filled_is),
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(formats_are_of_the_list),
        cmocka_unit_test(what_is_wanted_can_be_dispatched),
        cmocka_unit_test(programs_are_asked_for_with_care),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
