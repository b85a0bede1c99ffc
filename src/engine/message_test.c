/* message_test.c -- the parent believes nothing that a worker says. */
#include "engine/gather.h"

#include "core/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

/* One of each message, as a worker would send them before a commit. */
static struct buf good_frames(void)
{
    struct arena a = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct buf b = buf_with_limit(1 << 20);
    struct product p = product_in(&a);
    const struct claim claim = { .name = "Some One",
                                 .role = MAKER_SUPPLIER,
                                 .strength = STRENGTH_MEDIUM };
    const struct evidence e = { .kind = "package-database", .place = "/x", .text = "t" };
    struct fault f = { 0 };

    p.type = "deb";
    p.name = "bash";
    p.version = "5.2";
    p.root = "/";
    assert_true(product_add_path(&p, "/var/lib/dpkg/status", &f));
    assert_true(product_add_claim(&p, &claim, &f));
    assert_true(product_add_evidence(&p, &e, &f));
    size_t begun = message_begin(&b, MESSAGE_PRODUCT);
    message_put_product(&b, &p, /* loose */ false);
    message_end(&b, begun);
    begun = message_begin(&b, MESSAGE_OWNS);
    wire_put_text(&b, "bash");
    wire_put_u64(&b, 1);
    wire_put_u64(&b, 2);
    message_end(&b, begun);
    begun = message_begin(&b, MESSAGE_NOT_READ);
    wire_put_text(&b, "/etc/shadow");
    wire_put_text(&b, "denied");
    wire_put_text(&b, "opening: Permission denied");
    message_end(&b, begun);
    begun = message_begin(&b, MESSAGE_CANDIDATES);
    wire_put_bytes(&b, bytes_of_text("/bin"));
    wire_put_u32(&b, 1);
    wire_put_bytes(&b, bytes_of_text("ls"));
    message_end(&b, begun);
    begun = message_begin(&b, MESSAGE_FOLDER_DONE);
    message_put_counts(
        &b, &(struct message_counts){ .files = 3, .by_name = 1, .read = 2, .bytes = 99 });
    wire_put_u32(&b, 0);
    message_end(&b, begun);
    assert_true(buf_ok(&b));
    arena_done(&a);
    return b;
}

/* Take the frames from a copy of exact size. */
static bool take_copy(struct bytes frames, struct coverage *coverage)
{
    struct arena a = arena_with_budget(LIMIT_RUN_MEMORY);
    struct knowledge none = { .marks = vec_of(&a, sizeof(struct mark), 1) };
    struct gather g;
    struct fault f = { 0 };
    uint8_t *exact = malloc(frames.len == 0 ? 1 : frames.len);

    assert_non_null(exact);
    if (frames.len > 0)
        memcpy(exact, frames.at, frames.len);
    assert_true(gather_new(&a, &none, &g, &f));
    const bool ok = gather_take(&g, (struct bytes){ .at = exact, .len = frames.len }, &f);
    assert_true(ok == (f.kind == FAULT_NONE));
    if (coverage != NULL)
        *coverage = g.coverage;
    gather_done(&g);
    arena_done(&a);
    free(exact);
    return ok;
}

/* Where HALLMARK_SEEDS=DIR is given: a seed for the fuzzer. */
static void write_seed(struct bytes frames)
{
    const char *dir = getenv("HALLMARK_SEEDS");
    char path[LIMIT_PATH];

    if (dir == NULL)
        return;
    (void)snprintf(path, sizeof path, "%s/message", dir);
    (void)mkdir(path, 0777);
    (void)snprintf(path, sizeof path, "%s/message/frames", dir);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(frames.at, 1, frames.len, out), frames.len);
    assert_int_equal(fclose(out), 0);
}

static void good_frames_are_taken(void **state)
{
    struct buf b = good_frames();
    struct coverage c = { 0 };

    (void)state;
    write_seed(buf_bytes(&b));
    assert_true(take_copy(buf_bytes(&b), &c));
    assert_int_equal(c.files, 3);
    assert_int_equal(c.bytes, 99);
    assert_int_equal(c.not_read.count, 1);
    buf_done(&b);
}

static void every_truncation_and_flip_is_refused_or_harmless(void **state)
{
    struct buf b = good_frames();

    (void)state;
    for (size_t n = 1; n < b.len; n++)
        (void)take_copy(bytes_part(buf_bytes(&b), 0, n), NULL);
    for (size_t bit = 0; bit < b.len * 8; bit++) {
        b.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
        (void)take_copy(buf_bytes(&b), NULL);
        b.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    buf_done(&b);
}

static void a_cut_frame_is_refused(void **state)
{
    struct buf b = good_frames();

    (void)state;
    assert_false(take_copy(bytes_part(buf_bytes(&b), 0, b.len - 1), NULL));
    buf_done(&b);
}

static void a_mark_that_is_none_is_refused(void **state)
{
    struct buf b = buf_with_limit(1000);
    const size_t begun = message_begin(&b, MESSAGE_SIGHTING);

    (void)state;
    wire_put_u32(&b, 12345);
    wire_put_text(&b, "/x");
    message_end(&b, begun);
    assert_false(take_copy(buf_bytes(&b), NULL));
    buf_done(&b);
}

static void control_characters_are_refused(void **state)
{
    struct buf b = buf_with_limit(1000);
    const size_t begun = message_begin(&b, MESSAGE_SKIPPED);

    (void)state;
    wire_put_text(&b, "/x\x1b[2J");
    wire_put_text(&b, "excluded");
    message_end(&b, begun);
    assert_false(take_copy(buf_bytes(&b), NULL));
    buf_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_frames_are_taken),
        cmocka_unit_test(every_truncation_and_flip_is_refused_or_harmless),
        cmocka_unit_test(a_cut_frame_is_refused),
        cmocka_unit_test(a_mark_that_is_none_is_refused),
        cmocka_unit_test(control_characters_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
