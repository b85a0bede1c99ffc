/* witness_test.c -- a witness over HTTP: each row of tlog-witness, and what it must never forget.
 */
#include "server/witness.h"

#include "core/arena.h"
#include "server/trial_http.h"
#include "server/trial_log.h"
#include "tlog/note.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct stage {
    char dir[64];
    char clock[80]; /* a file; empty: the machine's */
    struct key_signer *signer;
    struct trial_log logs[2];
    struct http_route routes[WITNESS_ROUTES];
    struct trial_http server;
};

static bool open_witness(const struct stage *s, struct witness **out, struct fault *f)
{
    const struct key keys[2] = { *key_of(s->logs[0].signer), *key_of(s->logs[1].signer) };

    return witness_open(
        &(struct witness_plan){ .signer = s->signer,
                                .dir = s->dir,
                                .logs = keys,
                                .log_count = 2,
                                .simulated_clock = s->clock[0] == '\0' ? NULL : s->clock },
        out, f);
}

/* The server's process has the witness, and its lock, alone. */
static void start(struct stage *s)
{
    struct witness *w = NULL;
    struct fault f = { 0 };

    if (!open_witness(s, &w, &f))
        fail_msg("%s", f.text);
    witness_routes(w, s->routes);
    trial_http_start(&(struct trial_http_plan){ .routes = s->routes, .count = WITNESS_ROUTES },
                     &s->server);
    witness_close(&w);
}

static int open_stage(void **state)
{
    struct stage *s = calloc(1, sizeof *s);

    assert_non_null(s);
    (void)snprintf(s->dir, sizeof s->dir, "/tmp/hallmark-witness-XXXXXX");
    assert_non_null(mkdtemp(s->dir));
    s->signer = trial_log_witness("w1.example");
    trial_log_open("log.example/one", &s->logs[0]);
    trial_log_open("log.example/two", &s->logs[1]);
    *state = s;
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    return remove(path);
}

static int close_stage(void **state)
{
    struct stage *s = *state;

    (void)nftw(s->dir, remove_one, /* descriptors */ 16, FTW_DEPTH | FTW_PHYS);
    key_signer_free(&s->signer);
    trial_log_close(&s->logs[0]);
    trial_log_close(&s->logs[1]);
    free(s);
    return 0;
}

/* Submit a body; expect the status, and a part of the answer. */
static void submit(const struct stage *s, const char *body, int status, const char *part)
{
    char *answer = trial_http_ask(&s->server, "POST", "/add-checkpoint", body);

    if (trial_http_status(answer) != status || strstr(answer, part) == NULL)
        fail_msg("%s\nexpected %d, %s:\n%s", body, status, part, answer);
    free(answer);
}

static void offer(const struct stage *s, const struct trial_log *log, uint64_t old_size,
                  uint64_t size, int status, const char *part)
{
    char *body = trial_log_body(log, old_size, size);

    submit(s, body, status, part);
    free(body);
}

static char *get_checkpoint(const struct stage *s, const char *origin)
{
    const struct sha256 h = sha256_of(bytes_of_text(origin));
    char hex[SHA256_TEXT_MAX];
    char path[128];

    (void)snprintf(path, sizeof path, "/%s/checkpoint", sha256_write(&h, hex));
    return trial_http_ask(&s->server, "GET", path, NULL);
}

/* The checkpoint that the witness serves has that size, the log's signature and the witness's. */
static void expect_checkpoint(const struct stage *s, const struct trial_log *log, uint64_t size)
{
    struct arena a = arena_with_budget(1 << 20);
    char *answer = get_checkpoint(s, log->name);
    struct note n;
    struct checkpoint c;
    int64_t time = 0;

    assert_int_equal(trial_http_status(answer), 200);
    assert_true(note_read(bytes_of_text(trial_http_body(answer)), &a, &n, NULL));
    assert_true(checkpoint_read(n.text, &c, NULL));
    assert_int_equal(c.size, size);
    assert_int_equal(note_check(&n, key_of(log->signer), NULL), NOTE_GOOD);
    assert_int_equal(note_check(&n, key_of(s->signer), &time), NOTE_GOOD);
    assert_true(time > 0);
    assert_int_equal(n.signatures.count, 2);
    free(answer);
    arena_done(&a);
}

static void a_log_is_cosigned_as_it_grows(void **state)
{
    struct stage *s = *state;
    const struct trial_log *log = &s->logs[0];

    start(s);
    char *none = get_checkpoint(s, log->name);
    assert_int_equal(trial_http_status(none), 404);
    free(none);
    offer(s, log, 0, 5, 200, "\xe2\x80\x94 w1.example ");
    expect_checkpoint(s, log, 5);
    offer(s, log, 5, 5, 200, "\xe2\x80\x94 w1.example ");
    offer(s, log, 5, 13, 200, "\xe2\x80\x94 w1.example ");
    offer(s, log, 13, 64, 200, "\xe2\x80\x94 w1.example ");
    offer(s, &s->logs[1], 0, 3, 200, "\xe2\x80\x94 w1.example ");
    expect_checkpoint(s, log, 64);
    expect_checkpoint(s, &s->logs[1], 3);
    trial_http_stop(&s->server);
}

static void a_cosignature_verifies_over_the_checkpoint(void **state)
{
    struct stage *s = *state;
    struct arena a = arena_with_budget(1 << 20);
    struct buf whole = buf_with_limit(1 << 16);
    struct note n;
    int64_t time = 0;

    start(s);
    char *body = trial_log_body(&s->logs[0], 0, 7);
    char *answer = trial_http_ask(&s->server, "POST", "/add-checkpoint", body);
    trial_log_note(&s->logs[0], 7, &whole);
    buf_add_text(&whole, trial_http_body(answer));
    assert_true(note_read(buf_bytes(&whole), &a, &n, NULL));
    assert_int_equal(note_check(&n, key_of(s->signer), &time), NOTE_GOOD);
    assert_true(time > 1600000000);
    buf_done(&whole);
    free(body);
    free(answer);
    trial_http_stop(&s->server);
    arena_done(&a);
}

static void unknown_logs_and_keys_are_refused(void **state)
{
    struct stage *s = *state;
    struct trial_log stranger;
    struct trial_log thief; /* the right name, another key */

    start(s);
    trial_log_open("log.example/three", &stranger);
    trial_log_open("log.example/one", &thief);
    offer(s, &stranger, 0, 5, 404, "");
    offer(s, &thief, 0, 5, 403, "");
    char *body = trial_log_body(&s->logs[0], 0, 5);
    char *signature = strrchr(body, ' ') + 1;
    signature[20] = signature[20] == 'A' ? 'B' : 'A'; /* behind the key id */
    submit(s, body, 403, "");
    free(body);
    char *none = get_checkpoint(s, "log.example/one");
    assert_int_equal(trial_http_status(none), 404);
    free(none);
    trial_log_close(&stranger);
    trial_log_close(&thief);
    trial_http_stop(&s->server);
}

static void malformed_requests_are_refused(void **state)
{
    static const char *const bodies[] = {
        "",
        "\n",
        "old\n\n",
        "old 0\n",
        "old 0\n\n",
        "old -1\n\nlog.example/one\n",
        "old 05\n\nlog.example/one\n",
        "new 0\n\nlog.example/one\n",
        "old 0\nAAAA\n\nlog.example/one\n",
        "old 0\nnotbase64!!\n\nlog.example/one\n",
        "old 0\n\nlog.example/one\n5\nAAAA\n\n\xe2\x80\x94 log.example/one AAAAAAAA\n",
    };
    struct stage *s = *state;
    char many[8192];

    start(s);
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        submit(s, bodies[i], 400, "");
    char *body = trial_log_body(&s->logs[0], 0, 5);
    size_t len = (size_t)snprintf(many, sizeof many, "old 1\n");
    for (int i = 0; i < 64; i++)
        len += (size_t)snprintf(many + len, sizeof many - len,
                                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
    (void)snprintf(many + len, sizeof many - len, "%s", body + strlen("old 0\n"));
    submit(s, many, 400, "");
    free(body);
    offer(s, &s->logs[0], 6, 5, 400, "");
    char *large = malloc(WITNESS_BODY_MAX + 2);
    memset(large, 'x', WITNESS_BODY_MAX + 1);
    large[WITNESS_BODY_MAX + 1] = '\0';
    submit(s, large, 413, "");
    free(large);
    trial_http_stop(&s->server);
}

static void another_size_is_a_conflict(void **state)
{
    struct stage *s = *state;

    start(s);
    offer(s, &s->logs[0], 3, 5, 409, "\r\n\r\n0\n");
    offer(s, &s->logs[0], 3, 5, 409, "Content-Type: text/x.tlog.size\r\n");
    offer(s, &s->logs[0], 0, 5, 200, "");
    offer(s, &s->logs[0], 0, 5, 409, "\r\n\r\n5\n");
    offer(s, &s->logs[0], 4, 9, 409, "\r\n\r\n5\n");
    expect_checkpoint(s, &s->logs[0], 5);
    trial_http_stop(&s->server);
}

static void inconsistent_trees_are_refused(void **state)
{
    struct stage *s = *state;
    struct trial_log *log = &s->logs[0];

    start(s);
    offer(s, log, 0, 5, 200, "");
    log->fork = 1;
    log->from = 4; /* another fifth leaf */
    offer(s, log, 5, 5, 422, "");
    offer(s, log, 5, 9, 422, "");
    log->from = 5; /* a rightful continuation, whichever came first */
    offer(s, log, 5, 9, 200, "");
    log->fork = 2;
    offer(s, log, 9, 9, 422, "");
    offer(s, log, 9, 17, 422, "");
    expect_checkpoint(s, log, 9);

    /* a proof where none belongs; and one too long */
    char *body = trial_log_body(&s->logs[1], 0, 5);
    char with[4096];
    (void)snprintf(with, sizeof with, "old 0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n%s",
                   body + strlen("old 0\n"));
    submit(s, with, 422, "");
    free(body);
    offer(s, &s->logs[1], 0, 5, 200, "");
    body = trial_log_body(&s->logs[1], 5, 9);
    (void)snprintf(with, sizeof with, "old 5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n%s",
                   body + strlen("old 5\n"));
    submit(s, with, 422, "");
    free(body);
    trial_http_stop(&s->server);
}

static void an_empty_tree_has_one_root(void **state)
{
    struct stage *s = *state;
    struct buf text = buf_with_limit(4096);
    struct buf body = buf_with_limit(4096);
    const struct sha256 wrong = sha256_of(bytes_of_text("x"));
    const struct checkpoint c = { .origin = bytes_of_text(s->logs[0].name), .root = wrong };

    start(s);
    checkpoint_write(&c, &text);
    buf_add_text(&body, "old 0\n\n");
    buf_add(&body, buf_bytes(&text));
    buf_add_byte(&body, '\n');
    assert_true(note_sign(s->logs[0].signer, buf_bytes(&text), &body, NULL));
    buf_add_byte(&body, '\0');
    submit(s, (const char *)body.at, 422, "");
    offer(s, &s->logs[0], 0, 0, 200, "");
    expect_checkpoint(s, &s->logs[0], 0);
    offer(s, &s->logs[0], 0, 5, 200, "");
    offer(s, &s->logs[0], 0, 0, 409, "\r\n\r\n5\n");
    buf_done(&text);
    buf_done(&body);
    trial_http_stop(&s->server);
}

/* The race that the specification spells out, as any server without a lock would play it: both
 * requests are there before either is answered. */
static void two_requests_at_once_never_roll_back(void **state)
{
    struct stage *s = *state;
    char head[160];
    int fds[2];
    int good = 0;

    start(s);
    offer(s, &s->logs[0], 0, 5, 200, "");
    for (uint64_t round = 0; round < 10; round++) {
        const uint64_t old = 5 + 4 * round;
        uint64_t size = 0;
        char *bodies[2] = { trial_log_body(&s->logs[0], old, old + 2),
                            trial_log_body(&s->logs[0], old, old + 4) };
        for (size_t i = 0; i < 2; i++) {
            fds[i] = trial_http_connect(&s->server, NULL);
            (void)snprintf(head, sizeof head,
                           "POST /add-checkpoint HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                           "Content-Length: %zu\r\n\r\n",
                           strlen(bodies[i]));
            trial_http_send(fds[i], head);
        }
        trial_http_send(fds[1], bodies[1]);
        trial_http_send(fds[0], bodies[0]);
        for (size_t i = 0; i < 2; i++) {
            char *answer = trial_http_drain(fds[i]);
            const int status = trial_http_status(answer);
            assert_true(status == 200 || status == 409);
            if (status == 200) {
                size = old + 2 * (i + 1);
                good++;
            }
            free(answer);
            free(bodies[i]);
        }
        expect_checkpoint(s, &s->logs[0], size);
        if (size == old + 2)
            offer(s, &s->logs[0], old + 2, old + 4, 200, "");
    }
    assert_int_equal(good, 10);
    trial_http_stop(&s->server);
}

static void lines_of_unknown_keys_are_not_kept(void **state)
{
    struct stage *s = *state;
    struct key_signer *other = trial_log_witness("w2.example");
    struct buf text = buf_with_limit(4096);
    struct buf body = buf_with_limit(1 << 16);
    char *plain = trial_log_body(&s->logs[0], 0, 5);

    start(s);
    buf_add_text(&body, plain);
    trial_log_text(&s->logs[0], 5, &text);
    for (int i = 0; i < 16; i++)
        assert_true(note_cosign(other, buf_bytes(&text), 1500000000, &body, NULL));
    buf_add_byte(&body, '\0');
    submit(s, (const char *)body.at, 200, "w1.example");
    expect_checkpoint(s, &s->logs[0], 5);
    free(plain);
    buf_done(&body);
    buf_done(&text);
    key_signer_free(&other);
    trial_http_stop(&s->server);
}

static void memory_outlives_the_process(void **state)
{
    struct stage *s = *state;
    struct witness *second = NULL;
    struct fault f = { 0 };

    start(s);
    offer(s, &s->logs[0], 0, 5, 200, "");
    assert_false(open_witness(s, &second, &f)); /* one at a time */
    assert_int_equal(f.kind, FAULT_DENIED);
    trial_http_stop(&s->server);
    start(s);
    expect_checkpoint(s, &s->logs[0], 5);
    offer(s, &s->logs[0], 0, 9, 409, "\r\n\r\n5\n");
    offer(s, &s->logs[0], 5, 9, 200, "");
    trial_http_stop(&s->server);
}

static void path_of_memory(const struct stage *s, size_t log, char out[256])
{
    const struct sha256 h = sha256_of(bytes_of_text(s->logs[log].name));
    char hex[SHA256_TEXT_MAX];

    (void)snprintf(out, 256, "%s/%s", s->dir, sha256_write(&h, hex));
}

static void write_file(const char *path, const char *at, size_t len)
{
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    assert_int_equal(fwrite(at, 1, len, out), len);
    assert_int_equal(fclose(out), 0);
}

/* Damage must never read as "nothing cosigned yet", or as a smaller tree. */
static void damaged_memory_is_refused(void **state)
{
    struct stage *s = *state;
    struct witness *w = NULL;
    struct fault f = { 0 };
    char path[256];
    char other[256];
    char good[4096];

    start(s);
    offer(s, &s->logs[0], 0, 5, 200, "");
    trial_http_stop(&s->server);
    path_of_memory(s, 0, path);
    FILE *in = fopen(path, "r");
    const size_t len = fread(good, 1, sizeof good, in);
    (void)fclose(in);
    for (size_t n = 0; n < len; n++) {
        write_file(path, good, n);
        f = (struct fault){ 0 };
        assert_false(open_witness(s, &w, &f));
        assert_non_null(strstr(f.text, path));
    }
    for (size_t bit = 0; bit < len * 8; bit++) {
        good[bit / 8] ^= (char)(1 << bit % 8);
        write_file(path, good, len);
        assert_false(open_witness(s, &w, &f));
        good[bit / 8] ^= (char)(1 << bit % 8);
    }
    path_of_memory(s, 1, other);
    write_file(path, good, len);
    write_file(other, good, len);
    assert_false(open_witness(s, &w, &f));
    assert_non_null(strstr(f.text, "another log"));
    assert_int_equal(remove(other), 0);
    assert_true(open_witness(s, &w, &f));
    witness_close(&w);
}

static void the_clock_never_runs_backwards(void **state)
{
    struct stage *s = *state;

    (void)snprintf(s->clock, sizeof s->clock, "%s/clock", s->dir);
    write_file(s->clock, "2017-07-19T12:00:00Z\n", 21);
    start(s);
    offer(s, &s->logs[0], 0, 5, 200, "");
    write_file(s->clock, "2017-07-19T11:59:59Z\n", 21);
    offer(s, &s->logs[0], 5, 9, 500, "backwards");
    offer(s, &s->logs[1], 0, 9, 500, "backwards");
    expect_checkpoint(s, &s->logs[0], 5);
    assert_int_equal(remove(s->clock), 0);
    offer(s, &s->logs[0], 5, 9, 500, "");
    trial_http_stop(&s->server);
    write_file(s->clock, "2017-07-18T00:00:00Z\n", 21);
    start(s); /* it remembers */
    offer(s, &s->logs[0], 5, 9, 500, "backwards");
    write_file(s->clock, "2017-07-19T12:00:00Z\n", 21);
    offer(s, &s->logs[0], 5, 9, 200, "");
    trial_http_stop(&s->server);
}

static void without_a_disk_nothing_is_signed(void **state)
{
    struct stage *s = *state;

    start(s);
    offer(s, &s->logs[0], 0, 5, 200, "");
    assert_int_equal(nftw(s->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
    offer(s, &s->logs[0], 5, 9, 500, "");
    expect_checkpoint(s, &s->logs[0], 5);
    trial_http_stop(&s->server);
}

static void other_paths_are_not_there(void **state)
{
    static const char *const paths[] = { "/", "/checkpoint", "/add-checkpoint/", "/lock",
                                         "/4e3b/checkpoint" };
    struct stage *s = *state;

    start(s);
    offer(s, &s->logs[0], 0, 5, 200, "");
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        char *answer = trial_http_ask(&s->server, "GET", paths[i], NULL);
        assert_int_equal(trial_http_status(answer), 404);
        free(answer);
    }
    const struct sha256 h = sha256_of(bytes_of_text(s->logs[0].name));
    char hex[SHA256_TEXT_MAX];
    char path[128];
    (void)snprintf(path, sizeof path, "/%s/checkpoint", sha256_write(&h, hex));
    for (char *at = path + 1; *at != '/'; at++)
        *at = (char)(*at >= 'a' ? *at - 'a' + 'A' : *at);
    char *answer = trial_http_ask(&s->server, "GET", path, NULL);
    assert_int_equal(trial_http_status(answer), 404);
    free(answer);
    answer = trial_http_ask(&s->server, "GET", "/add-checkpoint", NULL);
    assert_true(trial_http_status(answer) == 404 || trial_http_status(answer) == 405);
    free(answer);
    trial_http_stop(&s->server);
}

static void plans_that_cannot_work_are_refused(void **state)
{
    struct stage *s = *state;
    struct witness *w = NULL;
    struct fault f = { 0 };
    const struct key log = *key_of(s->logs[0].signer);
    const struct key twice[2] = { log, log };
    struct witness_plan plan = {
        .signer = s->signer, .dir = s->dir, .logs = twice, .log_count = 2
    };

    assert_false(witness_open(&plan, &w, &f));
    assert_non_null(strstr(f.text, "twice"));
    plan.log_count = 0;
    assert_false(witness_open(&plan, &w, &f));
    plan.log_count = 1;
    plan.signer = s->logs[1].signer; /* a log's key */
    assert_false(witness_open(&plan, &w, &f));
    plan.signer = s->signer;
    plan.logs = key_of(s->signer); /* a witness's key as a log's */
    assert_false(witness_open(&plan, &w, &f));
    assert_null(w);
}

int main(void)
{
#define STAGED(test) cmocka_unit_test_setup_teardown(test, open_stage, close_stage)
    const struct CMUnitTest tests[] = {
        STAGED(a_log_is_cosigned_as_it_grows),
        STAGED(a_cosignature_verifies_over_the_checkpoint),
        STAGED(unknown_logs_and_keys_are_refused),
        STAGED(malformed_requests_are_refused),
        STAGED(another_size_is_a_conflict),
        STAGED(inconsistent_trees_are_refused),
        STAGED(an_empty_tree_has_one_root),
        STAGED(two_requests_at_once_never_roll_back),
        STAGED(lines_of_unknown_keys_are_not_kept),
        STAGED(memory_outlives_the_process),
        STAGED(damaged_memory_is_refused),
        STAGED(the_clock_never_runs_backwards),
        STAGED(without_a_disk_nothing_is_signed),
        STAGED(other_paths_are_not_there),
        STAGED(plans_that_cannot_work_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
