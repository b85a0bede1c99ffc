/* What the process behind the walls says of a list, and what becomes of it when it lies. */
#include "imports/import_wire.h"

#include "imports/import_report.h"
#include "imports/import_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct import_list list(void)
{
    return import_trial_read(&import_eucc_import,
                             "{\"n_certs\":3,\"certs\":[{\"certificate_id\":\"A\",\"product_name\":"
                             "\"P \xc3\xbc\",\"holder_name\":"
                             "\"H\",\"issuance_date_full\":\"1/2/"
                             "2025\"},5,{\"certificate_id\":\"A\",\"product_name\":\"Q\","
                             "\"holder_name\":\"H\"}]}",
                             import_trial_arena());
}

static struct buf written(const struct import_list *l)
{
    struct buf wire = buf_with_limit(1 << 20);

    import_wire_write(l, &wire);
    assert_true(buf_ok(&wire));
    return wire;
}

/* The report of a list says all that there is in it. */
static const char *report(const struct import_list *l)
{
    const struct observation_past none = observation_past_in(import_trial_arena());
    struct import_comparison c;
    struct buf out = buf_with_limit(1 << 20);

    assert_true(import_compare(&none, l, import_trial_arena(), &c, NULL));
    const struct import_report r = { .file = "x", .list = l, .comparison = &c, .has_past = true };
    import_report_json(&r, &out);
    const char *text = arena_copy(import_trial_arena(), buf_bytes(&out), NULL);
    buf_done(&out);
    return text;
}

static void what_is_passed_on_is_the_list(void **state)
{
    const struct import_list l = list();
    struct import_list back;
    struct buf wire = written(&l);

    (void)state;
    assert_true(
        import_wire_read(&import_eucc_import, buf_bytes(&wire), import_trial_arena(), &back, NULL));
    back.digest = l.digest;
    import_trial_seed("importwire", buf_bytes(&wire));
    assert_string_equal(report(&back), report(&l));
    assert_int_equal(back.refused.count, 2);
    buf_done(&wire);
}

static bool take_copy(struct bytes b)
{
    uint8_t *exact = malloc(b.len == 0 ? 1 : b.len);
    const struct arena_mark scratch = arena_mark(import_trial_arena());
    struct import_list l;
    struct fault f = { 0 };

    assert_non_null(exact);
    if (b.len > 0)
        memcpy(exact, b.at, b.len);
    const bool ok = import_wire_read(&import_eucc_import, (struct bytes){ exact, b.len },
                                     import_trial_arena(), &l, &f);
    assert_true(ok == (f.kind == FAULT_NONE));
    assert_true(!ok || l.read == l.understood + l.refused.count);
    arena_release(import_trial_arena(), scratch);
    free(exact);
    return ok;
}

static void a_lie_is_refused_or_keeps_the_rules(void **state)
{
    const struct import_list l = list();
    struct buf wire = written(&l);

    (void)state;
    for (size_t n = 0; n < wire.len; n++)
        assert_false(take_copy(bytes_part(buf_bytes(&wire), 0, n)));
    for (size_t bit = 0; bit < wire.len * 8; bit++) {
        wire.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
        (void)take_copy(buf_bytes(&wire));
        wire.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    buf_add_byte(&wire, 0);
    assert_false(take_copy(buf_bytes(&wire)));
    buf_done(&wire);
}

static void refuse(const struct import_list *l)
{
    struct buf wire = written(l);

    assert_false(take_copy(buf_bytes(&wire)));
    buf_done(&wire);
}

static void each_rule_is_held(void **state)
{
    (void)state;
    for (int rule = 0; rule < 11; rule++) {
        struct import_list l = list();
        struct import_row *row = vec_at(&l.rows, 0);
        struct observation_field *field = vec_at(&row->fields, 0);
        struct import_row *twin = NULL;
        switch (rule) {
        case 0:
            l.read++;
            break;
        case 1:
            l.source = "no id";
            break;
        case 2:
            row->id = "";
            break;
        case 3:
            row->id = "a\x1b[2J";
            break;
        case 4:
            row->from = INT32_MAX;
            break;
        case 5:
            field->name = "No Id";
            break;
        case 6:
            field->value = "";
            break;
        case 8:
            row->id = " a";
            break;
        case 9:
            row->vendor = arena_print(import_trial_arena(), NULL, "a%*sb", 1500, "");
            break;
        case 7:
            twin = vec_push(&l.rows, NULL);
            assert_non_null(twin);
            *twin = *(struct import_row *)vec_at(&l.rows, 0);
            l.read++;
            l.understood++;
            break;
        default:
            row->id = NULL;
            break;
        }
        refuse(&l);
    }
}

static void every_allocation_fails_in_turn(void **state)
{
    const struct import_list l = list();
    struct buf wire = written(&l);
    bool enough = false;

    (void)state;
    for (size_t allowed = 0; !enough; allowed++) {
        struct arena small = arena_with_budget(1 << 24);
        struct import_list back;
        struct fault f = { 0 };
        small.fail_after = allowed;
        enough = import_wire_read(&import_eucc_import, buf_bytes(&wire), &small, &back, &f);
        assert_true(enough == (f.kind == FAULT_NONE));
        arena_done(&small);
    }
    buf_done(&wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_passed_on_is_the_list),
        cmocka_unit_test(a_lie_is_refused_or_keeps_the_rules),
        cmocka_unit_test(each_rule_is_held),
        cmocka_unit_test(every_allocation_fails_in_turn),
    };

    return cmocka_run_group_tests_name("import_wire", tests, import_trial_begin, import_trial_end);
}
