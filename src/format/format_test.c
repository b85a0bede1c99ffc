#include "format/format.h"

#include "core/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const listed[] = {
#define FORMAT(name) #name,
#include "format/formats.def"
#undef FORMAT
    NULL,
};

static bool is_word(const char *text)
{
    return text[0] != '\0' && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(text);
}

static void every_slot_that_must_be_filled_is(void **state)
{
    (void)state;
    for (size_t i = 0; format_all[i] != NULL; i++) {
        const struct format *format = format_all[i];
        assert_non_null(format->name);
        assert_true(is_word(format->name));
        assert_true(format->title != NULL && format->title[0] != '\0');
        assert_true(format->cites != NULL && format->cites[0] != '\0');
        assert_non_null(format->bid);
        assert_non_null(format->read);
    }
}

static void the_list_is_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; listed[i] != NULL; i++) {
        assert_non_null(format_all[i]);
        if (i > 0 && strcmp(listed[i - 1], listed[i]) >= 0)
            fail_msg("%s stands before %s", listed[i - 1], listed[i]);
    }
}

static void a_name_finds_its_format_alone(void **state)
{
    (void)state;
    for (size_t i = 0; format_all[i] != NULL; i++)
        assert_ptr_equal(format_named(format_all[i]->name), format_all[i]);
    assert_null(format_named("no such format"));
}

/* A file without a byte, and a page of nothing or of blanks, is no format's. */
static void nobody_bids_for_nothing(void **state)
{
    static const uint8_t fills[] = { 0x00, ' ', '\n', 0xff };

    (void)state;
    assert_null(format_find((struct bytes){ 0 }));
    for (size_t i = 0; i < sizeof fills; i++) {
        uint8_t *page = malloc(LIMIT_HEAD);
        assert_non_null(page);
        memset(page, fills[i], LIMIT_HEAD);
        const struct format *found = format_find((struct bytes){ .at = page, .len = LIMIT_HEAD });
        if (found != NULL)
            fail_msg("%s bids for a page of %02x", found->name, fills[i]);
        free(page);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_slot_that_must_be_filled_is),
        cmocka_unit_test(the_list_is_in_order),
        cmocka_unit_test(a_name_finds_its_format_alone),
        cmocka_unit_test(nobody_bids_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
