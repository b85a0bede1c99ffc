#include "format/trial.h"

#include "core/buf.h"
#include "core/limits.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void add_escaped(struct buf *out, struct bytes b)
{
    for (size_t i = 0; i < b.len; i++) {
        if (b.at[i] >= 0x20 && b.at[i] < 0x7f && b.at[i] != '\\')
            buf_add_byte(out, b.at[i]);
        else
            buf_print(out, "\\x%02x", b.at[i]);
    }
}

static bool print_record(void *ctx, const struct record *r, struct fault *f)
{
    struct buf *out = ctx;

    (void)f;
    buf_print(out, "%s:", r->kind);
    for (size_t i = 0; i < r->fields.count; i++) {
        const struct field *field = vec_at(&r->fields, i);
        buf_print(out, " %s=", field->key);
        if (field->is_number)
            buf_print(out, "%llu", (unsigned long long)field->number);
        else
            add_escaped(out, field->text);
    }
    buf_add_byte(out, '\n');
    return true;
}

static bool print_fault(void *ctx, const struct fault *lost, struct fault *f)
{
    struct buf *out = ctx;

    (void)f;
    buf_print(out, "lost: %s: %s\n", fault_kind_name(lost->kind), lost->text);
    return true;
}

static const struct sink_consumer printer = { .record = print_record, .fault = print_fault };

/* One reading with `allocations` allowed; the records as text. */
static char *read_as_text(const struct format *format, struct reading in, size_t allocations)
{
    struct arena scratch = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct arena fields = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct buf text = buf_with_limit((size_t)1 << 30);
    struct sink out = sink_to(&printer, &text, &fields);
    struct fault f = { 0 };

    scratch.fail_after = allocations;
    fields.fail_after = allocations;
    if (in.arena == NULL)
        in.arena = &scratch;
    const bool ok = format->read(&in, &out, &f);
    assert(ok == (f.kind == FAULT_NONE));
    assert(f.kind == FAULT_NONE || f.text[0] != '\0');
    sink_drop(&out);
    if (!ok)
        buf_print(&text, "fault: %s: %s\n", fault_kind_name(f.kind), f.text);
    buf_add_byte(&text, '\0');
    assert(buf_ok(&text));
    arena_done(&scratch);
    arena_done(&fields);
    return (char *)text.at;
}

char *trial_records(const struct format *format, const struct reading *in)
{
    return read_as_text(format, *in, SIZE_MAX);
}

/* Read a copy of exact size, twice: the same records must come. */
static void read_copy(const struct trial *t, struct bytes b)
{
    uint8_t *exact = malloc(b.len == 0 ? 1 : b.len);

    assert(exact != NULL);
    if (b.len > 0)
        memcpy(exact, b.at, b.len);
    const struct reading in = { .all = { .at = exact, .len = b.len },
                                .beside = t->beside,
                                .trust = t->trust };
    (void)t->format->bid(bytes_part(in.all, 0, LIMIT_HEAD));
    char *once = read_as_text(t->format, in, SIZE_MAX);
    char *twice = read_as_text(t->format, in, SIZE_MAX);
    assert(strcmp(once, twice) == 0);
    free(once);
    free(twice);
    free(exact);
}

static void write_seed(const struct trial *t)
{
    const char *dir = getenv("HALLMARK_SEEDS");
    char path[LIMIT_PATH];

    if (dir == NULL)
        return;
    (void)snprintf(path, sizeof path, "%s/%s", dir, t->format->name);
    (void)mkdir(path, 0777);
    (void)snprintf(path, sizeof path, "%s/%s/%s", dir, t->format->name, t->name);
    FILE *out = fopen(path, "wb");
    assert(out != NULL);
    assert(fwrite(t->good.at, 1, t->good.len, out) == t->good.len);
    assert(fclose(out) == 0);
}

void trial_format(const struct trial *t)
{
    const struct reading good = { .all = t->good, .beside = t->beside, .trust = t->trust };
    const size_t step = t->flips_step == 0 ? 1 : t->flips_step;

    assert(t->format->bid(bytes_part(t->good, 0, LIMIT_HEAD)) > 0);
    char *text = trial_records(t->format, &good);
    assert(strstr(text, "fault: ") == NULL);
    write_seed(t);
    if (getenv("HALLMARK_SEEDS_ONLY") != NULL) {
        free(text);
        return;
    }

    /* every allocation fails in turn, until a reading needs no more than are allowed */
    for (size_t allowed = 0;; allowed++) {
        char *starved = read_as_text(t->format, good, allowed);
        const bool enough = strcmp(starved, text) == 0;
        free(starved);
        if (enough)
            break;
    }
    free(text);

    for (size_t n = 0; n < t->good.len; n += n + 1 < t->good.len ? step : 1)
        read_copy(t, bytes_part(t->good, 0, n));

    uint8_t *flipped = malloc(t->good.len);
    assert(flipped != NULL);
    memcpy(flipped, t->good.at, t->good.len);
    for (size_t bit = 0; bit < t->good.len * 8; bit += step) {
        flipped[bit / 8] ^= (uint8_t)(1u << bit % 8);
        read_copy(t, (struct bytes){ .at = flipped, .len = t->good.len });
        flipped[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    free(flipped);
}

struct bytes trial_file(const char *path)
{
    FILE *in = fopen(path, "rb");
    struct stat st;

    if (in == NULL)
        return (struct bytes){ 0 };
    if (fstat(fileno(in), &st) != 0 || st.st_size <= 0) {
        (void)fclose(in);
        return (struct bytes){ 0 };
    }
    uint8_t *at = malloc((size_t)st.st_size);
    assert(at != NULL);
    const size_t len = fread(at, 1, (size_t)st.st_size, in);
    (void)fclose(in);
    return (struct bytes){ .at = at, .len = len };
}

char *trial_fixture(const char *path)
{
    const char *root = getenv("HALLMARK_FIXTURES");
    char *full = NULL;

    if (root == NULL || asprintf(&full, "%s/%s", root, path) < 0)
        return NULL;
    if (access(full, R_OK) == 0)
        return full;
    (void)fprintf(stderr, "skipped: %s: shared/fixtures is absent\n", path);
    free(full);
    return NULL;
}
