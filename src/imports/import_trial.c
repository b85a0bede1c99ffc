#include "imports/import_trial.h"

#include "core/limits.h"
#include "imports/import_list.h"
#include "imports/import_report.h"
#include "imports/import_wire.h"
#include "observation/observation.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DAY = 17000 }; /* in 2016: any */

static struct arena kept;

int import_trial_begin(void **state)
{
    (void)state;
    kept = arena_with_budget(LIMIT_LIST_MEMORY);
    return 0;
}

int import_trial_end(void **state)
{
    (void)state;
    arena_done(&kept);
    return 0;
}

struct arena *import_trial_arena(void)
{
    return &kept;
}

static void observe_all(const struct import_list *l, const struct import_comparison *c,
                        struct arena *a)
{
    const struct observation_snapshot snapshot = import_snapshot(l, DAY);

    for (size_t i = 0; i < c->observations.count; i++) {
        struct buf text = buf_with_limit(65535 - 1024);
        struct fault f = { 0 };
        const bool ok = observation_text(vec_at(&c->observations, i), &snapshot, a, &text, &f);
        if (!ok)
            (void)fprintf(stderr, "%s\n", f.text);
        assert(ok);
        assert(buf_ok(&text));
        buf_done(&text);
    }
}

/* As it is passed on by the process that read it. */
static bool pass_on(struct import_list *l, struct arena *a, struct fault *f)
{
    const struct sha256 digest = l->digest;
    struct buf wire = buf_with_limit((size_t)1 << 28);

    import_wire_write(l, &wire);
    assert(buf_ok(&wire));
    const bool ok = import_wire_read(l->format, buf_bytes(&wire), a, l, f);
    buf_done(&wire);
    l->digest = digest;
    return ok;
}

/* All that one reading tells, as text. NULL where it failed. */
static char *tell(const struct import *format, const struct import_ask *ask, size_t allocations)
{
    struct arena a = arena_with_budget(LIMIT_LIST_MEMORY);
    struct import_list l;
    struct import_comparison c;
    struct fault f = { 0 };
    struct buf out = buf_with_limit((size_t)1 << 28);

    a.fail_after = allocations;
    const struct observation_past none = observation_past_in(&a);
    const bool ok = import_read(format, ask, &a, &l, &f) && pass_on(&l, &a, &f) &&
                    import_compare(&none, &l, &a, &c, &f);
    assert(ok == (f.kind == FAULT_NONE));
    assert(ok || f.text[0] != '\0');
    if (ok) {
        const struct import_report r = {
            .file = "x", .list = &l, .comparison = &c, .has_past = true
        };
        assert(l.read == l.understood + l.refused.count);
        import_report_json(&r, &out);
        a.fail_after = SIZE_MAX;
        assert(import_report_text(&r, &a, &out, &f));
        observe_all(&l, &c, &a);
        buf_add_byte(&out, '\0');
        assert(buf_ok(&out));
    }
    arena_done(&a);
    if (ok)
        return (char *)out.at;
    buf_done(&out);
    return NULL;
}

static void read_copy(const struct import *format, const struct import_ask *ask, struct bytes b)
{
    uint8_t *exact = malloc(b.len == 0 ? 1 : b.len);
    struct import_ask copy = *ask;

    assert(exact != NULL);
    if (b.len > 0)
        memcpy(exact, b.at, b.len);
    copy.all = (struct bytes){ .at = exact, .len = b.len };
    char *once = tell(format, &copy, SIZE_MAX);
    char *twice = tell(format, &copy, SIZE_MAX);
    assert((once == NULL) == (twice == NULL));
    assert(once == NULL || strcmp(once, twice) == 0);
    free(once);
    free(twice);
    free(exact);
}

void import_trial_seed(const char *target, struct bytes good)
{
    const char *dir = getenv("HALLMARK_SEEDS");
    char path[LIMIT_PATH];

    if (dir == NULL)
        return;
    (void)snprintf(path, sizeof path, "%s/%s", dir, target);
    (void)mkdir(path, 0777);
    (void)snprintf(path, sizeof path, "%s/%s/good", dir, target);
    FILE *out = fopen(path, "wb");
    assert(out != NULL);
    assert(fwrite(good.at, 1, good.len, out) == good.len);
    assert(fclose(out) == 0);
}

void import_trial(const struct import *format, const struct import_ask *good)
{
    const size_t len = good->all.len;
    char target[64];

    (void)snprintf(target, sizeof target, "import%s", format->name);
    import_trial_seed(target, good->all);
    if (getenv("HALLMARK_SEEDS_ONLY") != NULL)
        return;
    char *whole = tell(format, good, SIZE_MAX);

    assert(whole != NULL);
    for (size_t allowed = 0;; allowed++) {
        char *starved = tell(format, good, allowed);
        const bool enough = starved != NULL;
        assert(!enough || strcmp(starved, whole) == 0);
        free(starved);
        if (enough)
            break;
    }
    free(whole);
    for (size_t n = 0; n < len; n++)
        read_copy(format, good, bytes_part(good->all, 0, n));
    uint8_t *flipped = malloc(len);
    assert(flipped != NULL);
    memcpy(flipped, good->all.at, len);
    for (size_t bit = 0; bit < len * 8; bit++) {
        flipped[bit / 8] ^= (uint8_t)(1u << bit % 8);
        read_copy(format, good, (struct bytes){ .at = flipped, .len = len });
        flipped[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    free(flipped);
}

static void read_or_stop(const struct import *format, const struct import_ask *ask, struct arena *a,
                         struct import_list *l)
{
    struct fault f = { 0 };

    if (import_read(format, ask, a, l, &f))
        return;
    (void)fprintf(stderr, "%s: %s\n", format->name, f.text);
    abort();
}

struct import_list import_trial_read(const struct import *format, const char *text, struct arena *a)
{
    const struct import_ask ask = { .all = bytes_of_text(text), .file = "list" };
    struct import_list l;

    read_or_stop(format, &ask, a, &l);
    return l;
}

bool import_trial_fixture(const struct import *format, const char *path, struct arena *a,
                          struct import_list *out)
{
    const char *root = getenv("HALLMARK_FIXTURES");
    char full[LIMIT_PATH];
    struct buf all = buf_with_limit(LIMIT_LIST_FILE);
    uint8_t page[4096];

    (void)snprintf(full, sizeof full, "%s/register/lists/%s", root == NULL ? "" : root, path);
    FILE *in = root == NULL ? NULL : fopen(full, "rb");
    if (in == NULL) {
        (void)fprintf(stderr, "skipped: %s: shared/fixtures is absent\n", path);
        return false;
    }
    for (size_t len = 1; len > 0;) {
        len = fread(page, 1, sizeof page, in);
        buf_add(&all, (struct bytes){ .at = page, .len = len });
    }
    (void)fclose(in);
    const uint8_t *at = (const uint8_t *)arena_copy(a, buf_bytes(&all), NULL);
    assert(at != NULL);
    const char *slash = strrchr(full, '/');
    const struct import_ask ask = { .all = { .at = at, .len = all.len }, .file = slash + 1 };
    buf_done(&all);
    read_or_stop(format, &ask, a, out);
    assert(out->read == out->understood + out->refused.count);
    return true;
}

bool import_trial_noted(const struct import_list *l, size_t row, const char *words)
{
    for (size_t i = 0; i < l->notes.count; i++) {
        const struct import_note *note = vec_at(&l->notes, i);
        if (note->row == row && strstr(note->what, words) != NULL)
            return true;
    }
    return false;
}

const char *import_trial_refused(const struct import_list *l, size_t row)
{
    for (size_t i = 0; i < l->refused.count; i++) {
        const struct import_refusal *refusal = vec_at(&l->refused, i);
        if (refusal->row == row)
            return refusal->why;
    }
    return NULL;
}

const char *import_trial_value(const struct import_list *l, const char *id, const char *name)
{
    const struct import_row *row = import_find(l, id);
    const char *value = row == NULL ? NULL : import_list_value(row, name);

    return value == NULL ? "" : value;
}
