#include "format/rpmtrial.h"

#include "core/limits.h"

#include <assert.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TYPE_INT32 = 4, TYPE_STRING = 6, TYPE_BIN = 7, TYPE_STRING_ARRAY = 8 };

void rpmtrial_be32(struct buf *b, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_add_byte(b, (uint8_t)(number >> shift));
}

void rpmtrial_le32(struct buf *b, uint32_t number)
{
    for (int shift = 0; shift < 32; shift += 8)
        buf_add_byte(b, (uint8_t)(number >> shift));
}

struct rpmtrial_header rpmtrial_header(void)
{
    return (struct rpmtrial_header){
        .index = buf_with_limit((size_t)1 << 24),
        .store = buf_with_limit((size_t)1 << 28),
    };
}

void rpmtrial_add(struct rpmtrial_header *h, uint32_t tag, uint32_t type, uint32_t count,
                  struct bytes data)
{
    while (type == TYPE_INT32 && h->store.len % 4 != 0)
        buf_add_byte(&h->store, 0);
    rpmtrial_be32(&h->index, tag);
    rpmtrial_be32(&h->index, type);
    rpmtrial_be32(&h->index, (uint32_t)h->store.len);
    rpmtrial_be32(&h->index, count);
    buf_add(&h->store, data);
}

void rpmtrial_add_text(struct rpmtrial_header *h, uint32_t tag, const char *text)
{
    const struct bytes with_nul = { .at = (const uint8_t *)text, .len = strlen(text) + 1 };

    rpmtrial_add(h, tag, TYPE_STRING, 1, with_nul);
}

void rpmtrial_add_number(struct rpmtrial_header *h, uint32_t tag, uint32_t number)
{
    struct buf b = buf_with_limit(4);

    rpmtrial_be32(&b, number);
    rpmtrial_add(h, tag, TYPE_INT32, 1, buf_bytes(&b));
    buf_done(&b);
}

struct buf rpmtrial_blob(struct rpmtrial_header *h)
{
    struct buf blob = buf_with_limit((size_t)1 << 29);

    rpmtrial_be32(&blob, (uint32_t)(h->index.len / 16));
    rpmtrial_be32(&blob, (uint32_t)h->store.len);
    buf_add(&blob, buf_bytes(&h->index));
    buf_add(&blob, buf_bytes(&h->store));
    buf_done(&h->index);
    buf_done(&h->store);
    assert(buf_ok(&blob));
    return blob;
}

/* Folders are written once each, in the order of their first file. */
static void add_files(struct rpmtrial_header *h, const char *const files[8])
{
    struct buf names = buf_with_limit(4096);
    struct buf folders = buf_with_limit(4096);
    struct buf indexes = buf_with_limit(4096);
    const char *last = "";
    size_t last_len = 0;
    uint32_t folder_count = 0;
    uint32_t count = 0;

    for (; count < 8 && files[count] != NULL; count++) {
        const char *name = strrchr(files[count], '/') + 1;
        const size_t len = (size_t)(name - files[count]);
        if (len != last_len || strncmp(files[count], last, len) != 0) {
            buf_add(&folders, (struct bytes){ .at = (const uint8_t *)files[count], .len = len });
            buf_add_byte(&folders, 0);
            folder_count++;
        }
        last = files[count];
        last_len = len;
        buf_add_text(&names, name);
        buf_add_byte(&names, 0);
        rpmtrial_be32(&indexes, folder_count - 1);
    }
    if (count > 0) {
        rpmtrial_add(h, 1116, TYPE_INT32, count, buf_bytes(&indexes));
        rpmtrial_add(h, 1117, TYPE_STRING_ARRAY, count, buf_bytes(&names));
        rpmtrial_add(h, 1118, TYPE_STRING_ARRAY, folder_count, buf_bytes(&folders));
    }
    buf_done(&names);
    buf_done(&folders);
    buf_done(&indexes);
}

struct buf rpmtrial_package(const struct rpmtrial_package *p)
{
    const struct {
        uint32_t tag;
        const char *text;
    } texts[] = {
        { 1000, p->name },     { 1001, p->version }, { 1002, p->release }, { 1011, p->vendor },
        { 1015, p->packager }, { 1020, p->url },     { 1022, p->arch },    { 1044, p->sourcerpm },
    };
    struct rpmtrial_header h = rpmtrial_header();
    struct buf region = buf_with_limit(16);

    /* the region's own entry: its data, a copy with a negative offset, stand last in the store */
    rpmtrial_add(&h, 63, TYPE_BIN, 16, (struct bytes){ 0 });
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i].text != NULL)
            rpmtrial_add_text(&h, texts[i].tag, texts[i].text);
    }
    if (p->epoch != NULL)
        rpmtrial_add_number(&h, 1003, (uint32_t)strtoul(p->epoch, NULL, 10));
    add_files(&h, p->files);
    rpmtrial_be32(&region, 63);
    rpmtrial_be32(&region, TYPE_BIN);
    rpmtrial_be32(&region, (uint32_t) - (int32_t)h.index.len);
    rpmtrial_be32(&region, 16);
    for (int i = 0; i < 4; i++)
        h.index.at[8 + i] = (uint8_t)(h.store.len >> (24 - 8 * i));
    buf_add(&h.store, buf_bytes(&region));
    buf_done(&region);
    return rpmtrial_blob(&h);
}

static bool add_row(void *ctx, const struct record *r, struct fault *f)
{
    static const char *const keys[] = { "name",   "epoch",     "version", "release", "arch",
                                        "vendor", "sourcerpm", "license", "sigmd5" };
    struct buf *out = ctx;

    (void)f;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const struct field *field = record_field(r, keys[i]);
        if (i > 0)
            buf_add_byte(out, '\t');
        if (field == NULL)
            buf_add_text(out, "(none)");
        else if (field->is_number)
            buf_print(out, "%llu", (unsigned long long)field->number);
        else
            buf_add(out, field->text);
    }
    buf_add_byte(out, '\n');
    return true;
}

static bool add_files_of(void *ctx, const struct record *r, struct fault *f)
{
    struct buf *out = ctx;

    (void)f;
    for (size_t i = 0; i < r->fields.count; i++) {
        const struct field *field = vec_at(&r->fields, i);
        if (strcmp(field->key, "file") != 0)
            continue;
        buf_add(out, record_text(r, "name"));
        buf_add_byte(out, ' ');
        buf_add(out, field->text);
        buf_add_byte(out, '\n');
    }
    return true;
}

static bool add_loss(void *ctx, const struct fault *lost, struct fault *f)
{
    (void)f;
    buf_print(ctx, "lost: %s\n", lost->text);
    return true;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *rpmtrial_sorted(const char *text)
{
    char *copy = strdup(text);
    char *sorted = malloc(strlen(text) + 2);
    size_t count = 0;
    size_t room = 1;

    assert(copy != NULL && sorted != NULL);
    for (const char *p = text; *p != '\0'; p++)
        room += *p == '\n';
    const char **lines = calloc(room, sizeof *lines);
    assert(lines != NULL);
    for (char *line = copy, *end; *line != '\0'; line = end) {
        end = line + strcspn(line, "\n");
        if (*end == '\n')
            *end++ = '\0';
        if (*line != '#')
            lines[count++] = line;
    }
    qsort(lines, count, sizeof *lines, by_bytes);
    char *at = sorted;
    for (size_t i = 0; i < count; i++)
        at = mempcpy(mempcpy(at, lines[i], strlen(lines[i])), "\n", 1);
    *at = '\0';
    free(lines);
    free(copy);
    return sorted;
}

static char *read_sorted(const struct format *format, const struct reading *in,
                         const struct sink_consumer *consumer)
{
    struct arena scratch = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct arena fields = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct buf text = buf_with_limit((size_t)1 << 30);
    struct sink out = sink_to(consumer, &text, &fields);
    struct reading reading = *in;
    struct fault f = { 0 };

    reading.arena = &scratch;
    if (!format->read(&reading, &out, &f))
        buf_print(&text, "fault: %s\n", f.text);
    sink_drop(&out);
    buf_add_byte(&text, '\0');
    assert(buf_ok(&text));
    char *sorted = rpmtrial_sorted((const char *)text.at);
    buf_done(&text);
    arena_done(&scratch);
    arena_done(&fields);
    return sorted;
}

char *rpmtrial_rows(const struct format *format, const struct reading *in)
{
    static const struct sink_consumer rows = { .record = add_row, .fault = add_loss };

    return read_sorted(format, in, &rows);
}

char *rpmtrial_files(const struct format *format, const struct reading *in)
{
    static const struct sink_consumer files = { .record = add_files_of, .fault = add_loss };

    return read_sorted(format, in, &files);
}

int rpmtrial_run(const char *const argv[], const char *output)
{
    posix_spawn_file_actions_t files;
    char *arguments[16] = { 0 };
    pid_t child = 0;
    int status = 0;

    for (size_t i = 0; argv[i] != NULL; i++) {
        assert(i < 15);
        arguments[i] = strdup(argv[i]);
    }
    (void)posix_spawn_file_actions_init(&files);
    (void)posix_spawn_file_actions_addopen(&files, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    (void)posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    const int started = posix_spawnp(&child, argv[0], &files, NULL, arguments, environ);
    (void)posix_spawn_file_actions_destroy(&files);
    for (size_t i = 0; arguments[i] != NULL; i++)
        free(arguments[i]);
    if (started != 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status) == 127 ? -1 : WEXITSTATUS(status);
}

char *rpmtrial_folder(void)
{
    char *folder = strdup("/tmp/hallmark-rpm-XXXXXX");

    assert(folder != NULL && mkdtemp(folder) != NULL);
    return folder;
}

void rpmtrial_remove(char *folder)
{
    const char *const argv[] = { "rm", "-rf", folder, NULL };

    (void)rpmtrial_run(argv, "/dev/null");
    free(folder);
}

char *rpmtrial_path(const char *folder, const char *name)
{
    char *path = NULL;

    if (asprintf(&path, "%s/%s", folder, name) < 0)
        abort();
    return path;
}
