/* static_test.c -- the read API over HTTP: its own files, and nothing else; and a reader of another
 * house's files (fetch/source_http.h) on the other side. */
#include "fetch/source_http.h"
#include "server/static.h"
#include "server/trial_http.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { BUNDLES = 300 };

static char dir[] = "/tmp/hallmark-static-XXXXXX";
static struct trial_http server;

static void put(const char *name, const char *text)
{
    char path[512];

    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    for (char *at = strchr(path + strlen(dir) + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
        *at = '\0';
        (void)mkdir(path, 0700);
        *at = '/';
    }
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
    assert_int_equal(fclose(out), 0);
}

static int start(void **state)
{
    static struct static_files *files;
    static struct http_route route;
    const struct trial_http_plan plan = { .routes = &route, .count = 1 };
    struct fault f = { 0 };
    char name[64];
    char link[512];

    (void)state;
    (void)setenv("no_proxy", "*", 1);
    assert_non_null(mkdtemp(dir));
    put("checkpoint", "origin\n5\n");
    put("checkpoints/5", "five\n");
    put("checkpoints/5.first", "first five\n");
    put("checkpoints/5.old", "secret\n");
    put("checkpoints/05", "secret\n");
    put("checkpoints/list", "secret\n");
    put("private/journal", "secret\n");
    put("tile/0/000.p/5", "hashes");
    put("tile/0/x001/000", "more hashes");
    put("tile/0/001", "");
    put("tile/0/notes", "secret\n");
    put("tile/secret", "secret\n");
    put("tile/entries/000.p/5", "entries");
    put("tile/0/.p/1", "secret\n");
    put("index.html", "secret\n");
    (void)snprintf(link, sizeof link, "%s/tile/1", dir);
    assert_int_equal(symlink("/etc", link), 0);
    (void)snprintf(link, sizeof link, "%s/tile/0/002", dir);
    assert_int_equal(symlink("../../private/journal", link), 0);
    for (int i = 1; i <= BUNDLES; i++) {
        (void)snprintf(name, sizeof name, "tile/entries/%03d", i);
        put(name, name);
    }
    assert_true(static_open(dir, &files, &f));
    route = static_route(files);
    trial_http_start(&plan, &server);
    static_close(&files);
    static_close(&files);
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    return remove(path);
}

static int sweep(void **state)
{
    (void)state;
    trial_http_stop(&server);
    return nftw(dir, remove_one, /* descriptors */ 16, FTW_DEPTH | FTW_PHYS);
}

static void expect(const char *method, const char *path, int status, const char *part)
{
    char *answer = trial_http_ask(&server, method, path, NULL);

    if (trial_http_status(answer) != status || strstr(answer, part) == NULL ||
        strstr(answer, "secret") != NULL)
        fail_msg("%s %s: %.300s", method, path, answer);
    free(answer);
}

static void files_come_with_their_type_and_how_long_they_last(void **state)
{
    static const char forever[] = "Cache-Control: public, max-age=31536000, immutable";
    static const char moment[] = "Cache-Control: no-cache";

    (void)state;
    expect("GET", "/checkpoint", 200, "origin\n5\n");
    expect("GET", "/checkpoint", 200, "Content-Type: text/plain; charset=utf-8");
    expect("GET", "/checkpoint", 200, moment);
    expect("GET", "/checkpoint", 200, "Access-Control-Allow-Origin: *");
    expect("GET", "/checkpoint?now", 200, "origin\n5\n");
    expect("GET", "/checkpoints/5", 200, "five\n");
    expect("GET", "/checkpoints/5", 200, moment);
    expect("GET", "/checkpoints/5.first", 200, "first five\n");
    expect("GET", "/checkpoints/5.first", 200, forever);
    expect("GET", "/tile/0/000.p/5", 200, "hashes");
    expect("GET", "/tile/0/000.p/5", 200, "Content-Type: application/octet-stream");
    expect("GET", "/tile/0/000.p/5", 200, forever);
    expect("GET", "/tile/0/x001/000", 200, "more hashes");
    expect("GET", "/tile/0/001", 200, "Content-Length: 0");
    expect("GET", "/tile/entries/000.p/5", 200, "entries");
    char *head = trial_http_ask(&server, "HEAD", "/tile/0/000.p/5", NULL);
    assert_non_null(strstr(head, "Content-Length: 6"));
    assert_string_equal(trial_http_body(head), "");
    free(head);
}

static void nothing_else_comes(void **state)
{
    static const char *const paths[] = { "/",
                                         "/index.html",
                                         "/private/journal",
                                         "/private",
                                         "/tile",
                                         "/tile/",
                                         "/tile/0",
                                         "/tile/0/",
                                         "/tile/secret",
                                         "/tile/0/notes",
                                         "/tile/0/002",
                                         "/tile/0/.p/1",
                                         "/tile/0/000.p/",
                                         "/tile/0/000.p/05",
                                         "/tile/00/000.p/5",
                                         "/tile/1/passwd",
                                         "/tile/1/000",
                                         "/tile/entries",
                                         "/tile/entries/999",
                                         "/checkpoints",
                                         "/checkpoints/",
                                         "/checkpoints/05",
                                         "/checkpoints/5.old",
                                         "/checkpoints/list",
                                         "/checkpoints/.first",
                                         "/checkpoints/6",
                                         "/checkpoint/",
                                         "//checkpoint",
                                         "/./checkpoint",
                                         "/tile/../private/journal",
                                         "/tile/..%2fprivate/journal",
                                         "/%2e%2e/private/journal",
                                         "/private%2fjournal",
                                         "/../../../../etc/passwd",
                                         "//etc/passwd",
                                         "/checkpoint%00",
                                         "/%63heckpoint",
                                         "/tile//0/000.p/5",
                                         "/tile/0//000.p/5",
                                         "\\private\\journal" };

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        char *answer = trial_http_ask(&server, "GET", paths[i], NULL);
        const int status = trial_http_status(answer);
        if ((status != 404 && status != 400) || strstr(answer, "secret") != NULL)
            fail_msg("%s: %.300s", paths[i], answer);
        free(answer);
    }
    expect("GET", "/tile/entries/999", 404, "no-store");
    expect("POST", "/checkpoint", 405, "Allow: GET, HEAD");
    expect("PUT", "/private/journal", 405, "Allow: GET, HEAD");
    expect("DELETE", "/checkpoint", 405, "Allow: GET, HEAD");
}

/* Bytes that no client of ours would send. */
static void a_nul_in_the_path_opens_nothing(void **state)
{
    static const char request[] = "GET /private/journal\0/checkpoint HTTP/1.1\r\nHost: h\r\n"
                                  "Connection: close\r\n\r\n";
    const int fd = trial_http_connect(&server, NULL);

    (void)state;
    assert_int_equal(write(fd, request, sizeof request - 1), sizeof request - 1);
    char *answer = trial_http_drain(fd);
    assert_int_not_equal(trial_http_status(answer), 200);
    assert_null(strstr(answer, "secret"));
    free(answer);
}

static void many_files_come_in_order_and_ahead(void **state)
{
    struct arena a = arena_with_budget(1 << 20);
    char names[BUNDLES][32];
    const char *paths[BUNDLES];
    struct source s = { 0 };
    struct fault f = { 0 };

    (void)state;
    for (int i = 0; i < BUNDLES; i++) {
        (void)snprintf(names[i], sizeof names[i], "tile/entries/%03d", i + 1);
        paths[i] = names[i];
    }
    assert_true(source_http_open(server.url, &s, &f));
    assert_true(source_prefetch(&s, paths, BUNDLES, 100, &f));
    for (int i = 0; i < BUNDLES; i++) {
        struct bytes all = { 0 };
        bool found = false;
        assert_true(source_read(&s, paths[i], 100, &a, &all, &found, &f) && found);
        assert_true(bytes_equal_text(all, names[i]));
    }
    source_close(&s);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_come_with_their_type_and_how_long_they_last),
        cmocka_unit_test(nothing_else_comes),
        cmocka_unit_test(a_nul_in_the_path_opens_nothing),
        cmocka_unit_test(many_files_come_in_order_and_ahead),
    };
    return cmocka_run_group_tests(tests, start, sweep);
}
