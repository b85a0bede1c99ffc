/* mirror_resume_test.c -- a mirror judges each entry once, and believes nothing of what it kept
 * that the log does not confirm. tests/mirror_test.py follows registers from outside. */
#include "writer/mirror.h"

#include "writer/writer_trial.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct following {
    struct writer_trial trial;
    struct writer *writer;
    unsigned vendors;
    char copy[2 * WRITER_TRIAL_PATH];
};

static void must(bool ok, const struct fault *f)
{
    if (!ok)
        fail_msg("%s", f->text);
}

static void begin(struct following *m)
{
    *m = (struct following){ .vendors = 0 };
    writer_trial_init(&m->trial, "log.example/mirrored");
    m->writer = writer_trial_create(&m->trial, /* quorum */ 0, /* time */ NULL);
    (void)snprintf(m->copy, sizeof m->copy, "%s/copy", m->trial.home);
}

static void end(struct following *m)
{
    writer_close(&m->writer);
    writer_trial_done(&m->trial);
}

/* So many vendors more, published. */
static void grow(struct following *m, unsigned count)
{
    struct fault f = { 0 };
    bool published = false;

    writer_trial_add(&m->trial, m->writer, m->vendors, m->vendors + count);
    m->vendors += count;
    must(writer_publish(m->writer, /* round */ NULL, &published, &f), &f);
    assert_true(published);
}

static bool follow(struct following *m, struct mirror_finding *found, struct fault *f)
{
    struct mirror_request q = { .log = writer_key(m->writer), .folder = m->copy };
    struct source source;

    must(source_folder_open(m->trial.folder, &source, f), f);
    q.remote = &source;
    const bool ok = mirror_follow(&q, found, f);
    source_close(&source);
    return ok;
}

/* The mirror takes the newest state, having judged what came after the first `judged` entries. */
static void takes(struct following *m, uint64_t judged)
{
    struct mirror_finding found;
    struct fault f = { 0 };

    must(follow(m, &found, &f), &f);
    assert_int_equal(found.audit.size, writer_published(m->writer));
    assert_int_equal(found.audit.judged, judged);
    assert_true(found.audit.index_checked);
}

static void flip(const struct following *m, const char *path, off_t at)
{
    char name[3 * WRITER_TRIAL_PATH];
    uint8_t byte = 0;

    (void)snprintf(name, sizeof name, "%s/%s", m->copy, path);
    const int fd = open(name, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &byte, 1, at), 1);
    byte ^= 1;
    assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    assert_int_equal(close(fd), 0);
}

static void every_size_goes_on_from_the_one_before(void **state)
{
    static const unsigned steps[] = { 0, 1, 2, 250, 1, 1, 1, 255, 256, 257, 600, 3 };
    struct following m;
    uint64_t before = 0;

    (void)state;
    begin(&m);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        grow(&m, steps[i]);
        takes(&m, before == 0 ? 0 : before - 1);
        before = writer_published(m.writer);
        takes(&m, before - 1); /* nothing new */
    }
    end(&m);
}

static void an_index_that_is_gone_or_anothers_is_made_anew(void **state)
{
    char index[3 * WRITER_TRIAL_PATH];
    struct following m;

    (void)state;
    begin(&m);
    grow(&m, 300);
    takes(&m, 0);
    (void)snprintf(index, sizeof index, "%s/index", m.copy);
    writer_trial_sweep(index);
    grow(&m, 20);
    takes(&m, 0);
    const uint64_t at = writer_published(m.writer);
    grow(&m, 1);
    takes(&m, at - 1);
    flip(&m, "index/head", 20);
    takes(&m, 0);
    end(&m);
}

/* Wherever the kept index is damaged: the log is not called wrong for it. */
static void damage_here_accuses_nobody(void **state)
{
    static const char *const files[] = { "index/head", "index/inner", "index/leaf", "index/posting",
                                         "index/version" };
    struct following m;

    (void)state;
    begin(&m);
    grow(&m, 300);
    takes(&m, 0);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        for (off_t at = 0; at < 112; at += 23) {
            struct mirror_finding found;
            struct fault f = { 0 };
            grow(&m, 1);
            flip(&m, files[i], at);
            must(follow(&m, &found, &f), &f);
            assert_int_equal(found.audit.size, writer_published(m.writer));
            assert_true(found.audit.index_checked);
        }
    }
    end(&m);
}

/* A tile of the copy that is damaged is told, and goes on being told: tiles never change. */
static void a_damaged_copy_is_named(void **state)
{
    struct mirror_finding found;
    struct fault f = { 0 };
    struct following m;

    (void)state;
    begin(&m);
    grow(&m, 300);
    takes(&m, 0);
    grow(&m, 1);
    flip(&m, "tile/1/000.p/1", 7);
    assert_false(follow(&m, &found, &f));
    assert_non_null(strstr(f.text, "tile/1/000.p/1"));
    flip(&m, "tile/1/000.p/1", 7);
    must(follow(&m, &found, &f), &f);
    end(&m);
}

static void a_register_is_no_copy(void **state)
{
    struct mirror_finding found;
    struct fault f = { 0 };
    struct following m;

    (void)state;
    begin(&m);
    grow(&m, 3);
    (void)snprintf(m.copy, sizeof m.copy, "%s", m.trial.folder);
    assert_false(follow(&m, &found, &f));
    assert_int_equal(f.kind, FAULT_DENIED);
    writer_close(&m.writer); /* who holds its lock, which is what was told first */
    m.writer = writer_trial_open(&m.trial);
    end(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_goes_on_from_the_one_before),
        cmocka_unit_test(an_index_that_is_gone_or_anothers_is_made_anew),
        cmocka_unit_test(damage_here_accuses_nobody),
        cmocka_unit_test(a_damaged_copy_is_named),
        cmocka_unit_test(a_register_is_no_copy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
