/* elf_oracle_test.c -- the reader against readelf, on programs and libraries of this machine. */
#include "format/trial.h"

#include "core/buf.h"
#include "core/own.h"

#include <dirent.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

extern char **environ;

enum { FILES_MAX = 200, FILE_SIZE_MAX = 4 << 20 };

static const char *const folders[] = { "/usr/bin", "/usr/sbin", "/usr/lib/x86_64-linux-gnu",
                                       "/usr/lib/aarch64-linux-gnu", "/usr/libexec" };

struct files {
    char *path[FILES_MAX];
    size_t count;
};

/* Regular files of a size that is quick to read, with the magic. */
static bool is_wanted(const char *path)
{
    struct stat st;
    char head[4] = "";

    if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_SIZE_MAX)
        return false;
    OWNED(own_fclose) FILE *in = fopen(path, "rb");
    return in != NULL && fread(head, 1, 4, in) == 4 &&
           memcmp(head,
                  "\x7f"
                  "ELF",
                  4) == 0;
}

static void add_folder(struct files *files, const char *folder, size_t limit)
{
    struct dirent **names = NULL;
    const int count = scandir(folder, &names, NULL, alphasort);

    for (int i = 0; i < count; i++) {
        char *path = NULL;
        assert_true(asprintf(&path, "%s/%s", folder, names[i]->d_name) > 0);
        free(names[i]);
        if (files->count < limit && is_wanted(path))
            files->path[files->count++] = path;
        else
            free(path);
    }
    free(names);
}

/* What readelf says of one file, as text; empty where it cannot be run. Caller frees. */
static char *readelf_of(const char *path)
{
    const char *const argv[] = { "readelf", "-W", "-h", "-l", "-d", "-n", path, NULL };
    posix_spawn_file_actions_t actions;
    struct buf text = buf_with_limit((size_t)64 << 20);
    pid_t child = 0;
    int pipe_ends[2];
    int status = 0;

    assert_int_equal(pipe(pipe_ends), 0);
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    (void)posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 1);
    (void)posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", 1, 0);
    (void)posix_spawn_file_actions_addclose(&actions, pipe_ends[0]);
    const int spawned =
        posix_spawnp(&child, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(pipe_ends[1]);
    for (ssize_t n = 1; spawned == 0 && n > 0;) {
        uint8_t piece[4096];
        n = read(pipe_ends[0], piece, sizeof piece);
        buf_add(&text, (struct bytes){ .at = piece, .len = n > 0 ? (size_t)n : 0 });
    }
    (void)close(pipe_ends[0]);
    if (spawned == 0)
        assert_int_equal(waitpid(child, &status, 0), child);
    buf_add_byte(&text, '\0');
    assert_true(buf_ok(&text));
    return (char *)text.at;
}

/* The text between `before` and `after` in a line of readelf's; empty where it is not there. */
static struct bytes between(struct bytes line, const char *before, const char *after)
{
    const size_t at = bytes_search(line, bytes_of_text(before));
    const struct bytes rest = bytes_part(line, at + strlen(before), line.len);

    return at == line.len ? (struct bytes){ 0 }
                          : bytes_part(rest, 0, bytes_search(rest, bytes_of_text(after)));
}

static void add_field(struct buf *out, const char *key, struct bytes value)
{
    if (value.len == 0)
        return;
    buf_print(out, " %s=", key);
    buf_add(out, value);
}

static const char *type_of(struct bytes told)
{
    if (bytes_has_prefix(told, "EXEC"))
        return "executable";
    if (bytes_has_prefix(told, "DYN (Position-Independent"))
        return "pie";
    return bytes_has_prefix(told, "DYN") ? "shared" : "relocatable";
}

/* Our record as readelf's lines would have it, without machine and OS. */
static char *record_of(const char *told)
{
    struct bytes rest = bytes_of_text(told);
    struct buf out = buf_with_limit(1 << 20);
    struct buf needed = buf_with_limit(1 << 20);
    struct bytes class = { 0 };
    struct bytes type = { 0 };
    struct bytes path = { 0 };
    struct bytes soname = { 0 };
    struct bytes id = { 0 };
    struct bytes line;

    while (bytes_next(&rest, '\n', &line)) {
        if (class.len == 0)
            class = bytes_trim(between(line, "Class:", "\n"));
        if (type.len == 0)
            type = bytes_trim(between(line, "Type:", "\n"));
        if (path.len == 0)
            path = between(line, "Requesting program interpreter: ", "]");
        if (soname.len == 0)
            soname = between(line, "Library soname: [", "]");
        if (id.len == 0)
            id = between(line, "Build ID: ", "\n");
        add_field(&needed, "needed", between(line, "Shared library: [", "]"));
    }
    buf_print(&out, "class=%s type=%s", bytes_equal_text(class, "ELF64") ? "64" : "32",
              type_of(type));
    add_field(&out, "interpreter", path);
    add_field(&out, "soname", soname);
    buf_add(&out, buf_bytes(&needed));
    add_field(&out, "build_id", id);
    buf_add_byte(&out, '\0');
    buf_done(&needed);
    assert_true(buf_ok(&out));
    return (char *)out.at;
}

/* The same of our own text: order, machine and OS cut out. */
static void cut_field(char *text, const char *field)
{
    char *from = strstr(text, field);

    assert_non_null(from);
    const char *to = strchr(from + 1, ' ');
    assert_non_null(to);
    memmove(from, to, strlen(to) + 1);
}

static char *own_record(const char *path)
{
    const struct bytes all = trial_file(path);
    const struct reading in = { .all = all };
    char *text = trial_records(&elf_format, &in);

    free((void *)(uintptr_t)all.at);
    assert_non_null(strstr(text, "elf: "));
    assert_null(strstr(text, "lost: "));
    assert_null(strstr(text, "fault: "));
    cut_field(text, " order=");
    cut_field(text, " machine=");
    cut_field(text, " os_abi=");
    memmove(text, text + 5, strlen(text + 5) + 1);
    text[strcspn(text, "\n")] = '\0';
    return text;
}

static void agrees_with_readelf(void **state)
{
    struct files files = { 0 };

    (void)state;
    char *probe = readelf_of("/proc/self/exe");
    const bool absent = strstr(probe, "ELF Header") == NULL;
    free(probe);
    if (absent) {
        print_message("# skipped: readelf is absent\n");
        skip();
    }
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        add_folder(&files, folders[i], i == 0 ? FILES_MAX / 2 : FILES_MAX);
    for (size_t i = 0; i < files.count; i++) {
        char *told = readelf_of(files.path[i]);
        char *wanted = record_of(told);
        char *got = own_record(files.path[i]);
        if (strcmp(got, wanted) != 0)
            fail_msg("%s:\n  %s\nreadelf:\n  %s", files.path[i], got, wanted);
        free(got);
        free(wanted);
        free(told);
        free(files.path[i]);
    }
    print_message("# %zu files agree\n", files.count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_readelf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
