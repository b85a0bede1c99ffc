/* keeper_test.c -- what the log's key signs, and what it never signs. */
#include "tlog/checkpoint.h"
#include "writer/keeper.h"
#include "writer/writer_trial.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct writer_trial trial;
static struct folder folder;

static int start(void **state)
{
    struct fault f = { 0 };

    (void)state;
    writer_trial_init(&trial, "log.example/keeper");
    return folder_make(trial.folder, &folder, &f) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    folder_close(&folder);
    writer_trial_done(&trial);
    return 0;
}

static bool opened(const char *key, const char *origin, struct keeper **k, struct fault *f)
{
    const struct keeper_question q = {
        .folder = &folder, .key = key, .origin = origin, .lock = -1
    };

    return keeper_open(&q, k, f);
}

static struct keeper *keeper(void)
{
    struct keeper *k = NULL;
    struct fault f = { 0 };

    if (!opened(trial.log, trial.origin, &k, &f))
        fail_msg("%s", f.text);
    return k;
}

static struct keeper_signed state_of(uint64_t size, const char *root)
{
    return (struct keeper_signed){ .size = size,
                                   .root = sha256_of(bytes_of_text(root)),
                                   .time = 1500000000 };
}

static bool signs(struct keeper *k, uint64_t size, const char *root, struct fault *f)
{
    const struct keeper_signed what = state_of(size, root);
    const struct checkpoint c = { .origin = bytes_of_text(trial.origin),
                                  .size = size,
                                  .root = what.root };
    struct buf note = buf_with_limit(4096);
    struct arena a = arena_with_budget(1 << 20);
    struct note read;

    checkpoint_write(&c, &note);
    buf_add_byte(&note, '\n');
    const bool ok = keeper_sign_checkpoint(k, &what, &note, f);
    if (ok) {
        assert_true(note_read(buf_bytes(&note), &a, &read, f));
        assert_int_equal(note_check(&read, keeper_key(k), NULL), NOTE_GOOD);
    }
    buf_done(&note);
    arena_done(&a);
    return ok;
}

static void it_signs_a_growing_log_and_no_fork(void **state)
{
    struct fault f = { 0 };
    struct keeper *k = keeper();

    (void)state;
    assert_string_equal(keeper_key(k)->name, trial.origin);
    assert_int_equal(keeper_last(k).size, 0);
    assert_true(signs(k, 5, "five", &f));
    assert_true(signs(k, 5, "five", &f));
    assert_false(signs(k, 5, "another five", &f));
    assert_int_equal(f.kind, FAULT_DENIED);
    assert_non_null(strstr(f.text, "no second root at size 5"));
    assert_false(signs(k, 4, "four", &f));
    assert_non_null(strstr(f.text, "it has signed size 5"));
    assert_true(signs(k, 6, "six", &f));
    keeper_close(&k);

    k = keeper();
    const struct keeper_signed last = keeper_last(k);
    const struct keeper_signed six = state_of(6, "six");
    assert_int_equal(last.size, 6);
    assert_int_equal(last.time, six.time);
    assert_true(sha256_equal(&last.root, &six.root));
    assert_false(signs(k, 6, "another six", &f));
    keeper_close(&k);
}

static bool signs_record(struct keeper *k, const char *text, struct fault *f)
{
    struct buf line = buf_with_limit(4096);
    const bool ok = keeper_sign_record(k, bytes_of_text(text), &line, f);

    assert_int_equal(ok, line.len > 0);
    buf_done(&line);
    return ok;
}

static void it_signs_the_log_s_own_entries_alone(void **state)
{
    struct fault f = { 0 };
    struct keeper *k = keeper();
    char checkpoint[256];

    (void)state;
    assert_true(signs_record(k,
                             "hallmark/register/v1\norigin log.example/keeper\nclock real\n"
                             "date 2017-01-01\n",
                             &f));
    assert_false(signs_record(k, "hallmark/vendor/v1\nid x\nname X\ndate 2017-01-01\n", &f));
    assert_non_null(strstr(f.text, "no entry of type vendor"));
    (void)snprintf(checkpoint, sizeof checkpoint,
                   "%s\n9\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", trial.origin);
    assert_false(signs_record(k, checkpoint, &f));
    assert_false(signs_record(k, "", &f));
    keeper_close(&k);
}

static void a_wrong_key_is_refused_by_its_rule(void **state)
{
    struct keeper *k = NULL;
    struct fault f = { 0 };
    char path[WRITER_TRIAL_PATH];

    (void)state;
    assert_false(opened(trial.party, trial.origin, &k, &f));
    assert_non_null(strstr(f.text, "the log's origin log.example/keeper"));
    (void)snprintf(path, sizeof path, "%s/witness.key", trial.home);
    assert_true(key_signer_save(trial.witness[0], path, &f));
    assert_false(opened(path, "w1.example", &k, &f));
    assert_non_null(strstr(f.text, "a witness's key signs no log"));
    assert_false(opened("/no/such.key", trial.origin, &k, &f));
    assert_non_null(strstr(f.text, "/no/such.key"));
    assert_int_equal(chmod(trial.log, 0644), 0);
    assert_false(opened(trial.log, trial.origin, &k, &f));
    assert_int_equal(f.kind, FAULT_DENIED);
    assert_int_equal(chmod(trial.log, 0600), 0);
    assert_null(k);
}

static void what_it_signed_last_must_be_known(void **state)
{
    struct keeper *k = NULL;
    struct fault f = { 0 };
    size_t len = 0;
    uint8_t *good = writer_trial_file(&trial, "private/signed", &len);

    (void)state;
    assert_non_null(good);
    for (size_t cut = 0; cut < len; cut++) {
        writer_trial_put(&trial, "private/signed", good, cut);
        if (opened(trial.log, trial.origin, &k, &f))
            fail_msg("taken with %zu of %zu bytes", cut, len);
        assert_non_null(strstr(f.text, "private/signed"));
    }
    writer_trial_put(&trial, "private/signed", good, len);
    free(good);
    k = keeper();
    keeper_close(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_signs_a_growing_log_and_no_fork),
        cmocka_unit_test(it_signs_the_log_s_own_entries_alone),
        cmocka_unit_test(a_wrong_key_is_refused_by_its_rule),
        cmocka_unit_test(what_it_signed_last_must_be_known),
    };

    return cmocka_run_group_tests(tests, start, end);
}
