#include "engine/artefact.h"

#include "core/own.h"
#include "core/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    WORTH_MAPPING = 256 * 1024, /* below, a copy costs less than a mapping */
    FAULTS_TOLD = 16,           /* of one artefact; the rest is counted */
};

/* The bytes of an open file. */
struct content {
    struct bytes all;
    void *heap;
    bool mapped;
};

static void content_done(struct content *c)
{
    if (c->mapped)
        (void)munmap(c->heap, c->all.len);
    else
        free(c->heap);
    *c = (struct content){ 0 };
}

const char *artefact_path(struct arena *a, struct bytes said, struct bytes name)
{
    struct buf path = buf_with_limit(LIMIT_PATH * 32);

    buf_add(&path, said);
    if (name.len > 0 || said.len == 0)
        buf_add_byte(&path, '/');
    buf_add(&path, name);
    const char *text =
        buf_ok(&path) ? text_from(a, buf_bytes(&path), LIMIT_PATH * 4, /* fault */ NULL) : NULL;
    buf_done(&path);
    return text == NULL ? "(a path too long to tell)" : text;
}

static struct worker_slot *own_slot(const struct artefact_reader *r)
{
    return &r->setup->page->slots[r->setup->seat];
}

void artefact_take_up(const struct artefact_reader *r, struct bytes said, struct bytes name)
{
    struct worker_slot *slot = own_slot(r);
    const size_t room = sizeof slot->path - 1;
    const struct bytes folder = bytes_part(said, 0, room);
    size_t len = folder.len;

    if (len > 0)
        memcpy(slot->path, folder.at, len);
    if (len < room)
        slot->path[len++] = '/';
    const struct bytes rest = bytes_part(name, 0, room - len);
    if (rest.len > 0)
        memcpy(slot->path + len, rest.at, rest.len);
    slot->path[len + rest.len] = '\0';
    atomic_fetch_add(&slot->turn, 1);
}

void artefact_put_down(const struct artefact_reader *r)
{
    struct worker_slot *slot = own_slot(r);

    atomic_store(&slot->bytes, r->counts.bytes);
    atomic_fetch_add(&slot->turn, 1);
}

/* One file being read for everybody who wants it. */
struct artefact {
    struct artefact_reader *reader;
    struct arena arena;  /* path and the format's scratch */
    struct arena fields; /* the record being built */
    struct artefact_place where;
    const char *path; /* clean */
    struct content content;
    uint64_t size;
    int fd;
    unsigned faults;
};

static void tell_fault(struct artefact *a, const struct fault *f)
{
    char text[FAULT_TEXT_MAX + 64];

    a->faults++;
    if (a->faults > FAULTS_TOLD)
        return;
    if (f->has_offset)
        (void)snprintf(text, sizeof text, "at offset %llu: %s", (unsigned long long)f->offset,
                       f->text);
    else
        (void)snprintf(text, sizeof text, "%s", f->text);
    const struct arena_mark m = arena_mark(&a->arena);
    const char *clean = text_from(&a->arena, bytes_of_text(text), sizeof text, /* fault */ NULL);
    tell_not_read(a->reader->tell, a->path, fault_kind_name(f->kind),
                  clean == NULL ? "it breaks its format" : clean);
    arena_release(&a->arena, m);
}

static bool load_small(int fd, size_t size, struct content *out, struct fault *f)
{
    uint8_t *at = malloc(size == 0 ? 1 : size);
    size_t have = 0;

    if (at == NULL)
        return fault_set(f, FAULT_LIMIT, "memory: %zu bytes", size);
    while (have < size) {
        const ssize_t n = pread(fd, at + have, size - have, (off_t)have);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            free(at);
            return fault_set(f, FAULT_IO, "reading at %zu: %s", have, strerror(errno));
        }
        if (n == 0)
            break; /* it shrank meanwhile: what is there is the file */
        have += (size_t)n;
    }
    *out = (struct content){ .all = { .at = at, .len = have }, .heap = at };
    return true;
}

static bool load(int fd, uint64_t size, struct content *out, struct fault *f)
{
    if (size < WORTH_MAPPING)
        return load_small(fd, (size_t)size, out, f);
    void *at = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED)
        return fault_set(f, FAULT_IO, "mapping %llu bytes: %s", (unsigned long long)size,
                         strerror(errno));
    *out = (struct content){ .all = { .at = at, .len = (size_t)size }, .heap = at, .mapped = true };
    return true;
}

/* Open for reading and nothing else. False without a fault where it is gone or no regular file. */
static bool open_regular(int folder, const char *name, int *out, uint64_t *size, struct fault *f)
{
    struct stat st;
    OWNED(own_close)
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0 && (errno == ENOENT || errno == ELOOP || errno == ENXIO))
        return false;
    if (fd < 0)
        return fault_set(f, errno == EACCES || errno == EPERM ? FAULT_DENIED : FAULT_IO,
                         "opening: %s", strerror(errno));
    if (fstat(fd, &st) != 0)
        return fault_set(f, FAULT_IO, "asking its size: %s", strerror(errno));
    if (!S_ISREG(st.st_mode))
        return false;
    *size = (uint64_t)st.st_size;
    *out = own_take_fd(&fd);
    return true;
}

static bool name_text(struct bytes name, const char *suffix, char out[LIMIT_PATH])
{
    const size_t more = strlen(suffix);

    if (name.len + more >= LIMIT_PATH)
        return false;
    if (name.len > 0)
        memcpy(out, name.at, name.len);
    memcpy(out + name.len, suffix, more + 1);
    return true;
}

/* A reading that is under way: what a format's records need to become findings. */
struct reading_run {
    struct artefact *artefact;
    const struct cataloger *cataloger;
    struct cataloging cataloging;
    struct tell_artefact *told;
    struct arena record_arena;
};

static bool take_record(void *ctx, const struct record *r, struct fault *f)
{
    struct reading_run *run = ctx;
    const struct arena_mark m = arena_mark(&run->record_arena);
    const bool ok = run->cataloger->record(&run->cataloging, r, f);

    arena_release(&run->record_arena, m);
    return ok;
}

static bool take_fault(void *ctx, const struct fault *lost, struct fault *f)
{
    struct reading_run *run = ctx;

    (void)f;
    tell_artefact_end(run->told); /* a message that gathers is not to be broken by another */
    tell_fault(run->artefact, lost);
    return true;
}

static const struct sink_consumer to_cataloger = { .record = take_record, .fault = take_fault };

/* The format that reads these bytes for this cataloger; NULL where they are none of its own. */
static const struct format *choose(const struct cataloger *c, struct bytes head)
{
    const struct format *best = NULL;
    int best_bid = 0;

    for (size_t i = 0; c->formats[i] != NULL; i++) {
        const int bid = c->formats[i]->bid(head);
        if (bid > best_bid) {
            best_bid = bid;
            best = c->formats[i];
        }
    }
    return best == NULL && !c->must_bid ? c->formats[0] : best;
}

/* The companion file, where the cataloger names one and it is there. */
static void load_beside(struct artefact *a, const struct cataloger *c, struct content *out)
{
    char name[LIMIT_PATH];
    struct fault f = { 0 };
    uint64_t size = 0;
    OWNED(own_close) int fd = -1;

    if (c->beside == NULL || !name_text(a->where.name, c->beside, name))
        return;
    if (open_regular(a->where.folder, name, &fd, &size, &f) && size <= c->size_max)
        (void)load(fd, size, out, &f);
    else if (f.kind == FAULT_NONE && size > c->size_max)
        (void)fault_set(&f, FAULT_LIMIT, "%llu bytes beside it (%s), limit %llu",
                        (unsigned long long)size, c->beside, (unsigned long long)c->size_max);
    if (f.kind != FAULT_NONE)
        tell_fault(a, &f);
}

/* "/said/name" as it is, for catalogers that compare bytes. */
static struct bytes raw_path(struct artefact *a)
{
    const size_t len = a->where.said.len + 1 + a->where.name.len;
    uint8_t *at = arena_alloc(&a->arena, len, /* fault */ NULL);

    if (at == NULL)
        return (struct bytes){ 0 };
    if (a->where.said.len > 0)
        memcpy(at, a->where.said.at, a->where.said.len);
    at[a->where.said.len] = '/';
    memcpy(at + a->where.said.len + 1, a->where.name.at, a->where.name.len);
    return (struct bytes){ .at = at, .len = len };
}

static void run_format(struct artefact *a, const struct interest *who, const struct format *format)
{
    const struct cataloger *c = who->cataloger;
    struct fault f = { 0 };
    struct content beside = { 0 };
    struct tell_artefact told = {
        .tell = a->reader->tell,
        .path = a->path,
        .root = who->root.len == 0 ? "/" : artefact_path(&a->arena, who->root, (struct bytes){ 0 }),
        .loose = who->wanted == NULL || !who->wanted->database,
    };
    const struct findings out = tell_findings(&told);
    struct reading_run run = { .artefact = a,
                               .cataloger = c,
                               .told = &told,
                               .record_arena = arena_with_budget(LIMIT_ARTEFACT_MEMORY) };

    run.cataloging = (struct cataloging){
        .path = a->path,
        .raw_path = raw_path(a),
        .root = told.root,
        .arena = &run.record_arena,
        .out = &out,
        .state = arena_alloc(&a->arena, c->state_size, &f),
    };
    load_beside(a, c, &beside);
    const struct reading in = { .all = a->content.all,
                                .beside = beside.all,
                                .trust = a->reader->setup->trust,
                                .arena = &a->arena };
    struct sink sink = sink_to(&to_cataloger, &run, &a->fields);
    if (run.cataloging.state != NULL && !format->read(&in, &sink, &f))
        sink_drop(&sink);
    if (run.cataloging.state != NULL && c->finish != NULL) {
        struct fault late = { 0 };
        if (!c->finish(&run.cataloging, &late) && f.kind == FAULT_NONE)
            f = late;
    }
    tell_artefact_end(&told);
    if (f.kind != FAULT_NONE)
        tell_fault(a, &f);
    content_done(&beside);
    arena_done(&run.record_arena);
}

static void offer_to_cataloger(struct artefact *a, const struct interest *who)
{
    const struct format *format = choose(who->cataloger, bytes_part(a->content.all, 0, LIMIT_HEAD));
    struct fault f = { 0 };

    if (format == NULL)
        return;
    if (a->size > who->cataloger->size_max) {
        (void)fault_set(&f, FAULT_LIMIT, "%llu bytes, limit %llu", (unsigned long long)a->size,
                        (unsigned long long)who->cataloger->size_max);
        tell_fault(a, &f);
        return;
    }
    run_format(a, who, format);
}

static void offer(struct artefact *a, const struct interest *who)
{
    const struct mark *m = who->mark;

    if (who->cataloger != NULL)
        offer_to_cataloger(a, who);
    else if (m->kind != MARK_FIRST_BYTES ||
             bytes_equal(bytes_part(a->content.all, 0, m->first.len), m->first))
        tell_sighting(a->reader->tell, m->index, a->path);
}

/* Path marks need no reading; all else does. */
static bool needs_reading(const struct interests *who)
{
    for (size_t i = 0; i < who->count; i++) {
        if (who->at[i].cataloger != NULL || who->at[i].mark->kind == MARK_FIRST_BYTES)
            return true;
    }
    return false;
}

static void open_and_offer(struct artefact *a, const struct interests *who)
{
    char name[LIMIT_PATH];
    struct fault f = { 0 };
    OWNED(own_close) int fd = -1;

    if (!name_text(a->where.name, "", name))
        return;
    if (!open_regular(a->where.folder, name, &fd, &a->size, &f) ||
        !load(fd, a->size, &a->content, &f)) {
        if (f.kind != FAULT_NONE)
            tell_fault(a, &f);
        return;
    }
    a->reader->counts.read++;
    a->reader->counts.bytes += a->content.all.len;
    for (size_t i = 0; i < who->count; i++)
        offer(a, &who->at[i]);
}

void artefact_read(struct artefact_reader *r, const struct artefact_place *where,
                   const struct interests *who)
{
    struct artefact a = {
        .reader = r,
        .arena = arena_with_budget(LIMIT_ARTEFACT_MEMORY),
        .fields = arena_with_budget(LIMIT_ARTEFACT_MEMORY),
        .where = *where,
        .fd = -1,
    };

    a.path = artefact_path(&a.arena, where->said, where->name);
    if (needs_reading(who)) {
        artefact_take_up(r, where->said, where->name);
        open_and_offer(&a, who);
        artefact_put_down(r);
    } else {
        r->counts.by_name++;
        for (size_t i = 0; i < who->count; i++)
            offer(&a, &who->at[i]);
    }
    if (a.faults > FAULTS_TOLD) {
        char text[64];
        (void)snprintf(text, sizeof text, "%u more faults of this kind",
                       a.faults - (unsigned)FAULTS_TOLD);
        tell_not_read(r->tell, a.path, fault_kind_name(FAULT_FORMAT), text);
    }
    content_done(&a.content);
    arena_done(&a.arena);
    arena_done(&a.fields);
}
