#include "engine/worker.h"

#include "confine/sandbox.h"
#include "engine/walk.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a task says, and what the worker keeps between tasks. */
struct work {
    const struct worker_setup *setup;
    struct tell tell;
    struct artefact_reader reader;
    struct walk walk;
    struct visits stack;
    struct arena struck_arena;
    struct vec struck;
};

static void commit(struct work *w, enum message_kind kind)
{
    const size_t begun = message_begin(&w->tell.out, kind);
    struct worker_slot *slot = &w->setup->page->slots[w->setup->seat];

    atomic_fetch_add(&slot->files, w->reader.counts.files);
    message_put_counts(&w->tell.out, &w->reader.counts);
    if (kind == MESSAGE_FOLDER_DONE) {
        wire_put_u32(&w->tell.out, (uint32_t)w->walk.found.count);
        for (size_t i = 0; i < w->walk.found.count; i++) {
            wire_put_bytes(&w->tell.out, w->walk.found.at[i].said);
            wire_put_bytes(&w->tell.out, w->walk.found.at[i].real);
        }
    }
    message_end(&w->tell.out, begun);
    w->reader.counts = (struct message_counts){ 0 };
}

/* The folders just found become the worker's own, in the order in which the parent was told. */
static void keep_found(struct work *w)
{
    for (size_t i = 0; i < w->walk.found.count; i++) {
        if (!visits_push(&w->stack, w->walk.found.at[i]))
            _exit(1);
    }
    w->walk.found.count = 0;
}

/* Somebody has nothing to do: the older half of the stack, the larger trees, is his. */
static void give(struct work *w)
{
    if (atomic_load_explicit(&w->setup->page->hungry, memory_order_relaxed) == 0 ||
        w->stack.count < 2)
        return;
    const size_t n = w->stack.count / 2;
    const size_t begun = message_begin(&w->tell.out, MESSAGE_GIVE);
    wire_put_u32(&w->tell.out, (uint32_t)n);
    message_end(&w->tell.out, begun);
    for (size_t i = 0; i < n; i++)
        visit_done(&w->stack.at[i]);
    for (size_t i = n; i < w->stack.count; i++)
        w->stack.at[i - n] = w->stack.at[i];
    w->stack.count -= n;
    tell_flush(&w->tell);
}

static void walk_all(struct work *w)
{
    while (w->stack.count > 0) {
        struct visit v = w->stack.at[--w->stack.count];
        walk_folder(&w->walk, &v);
        commit(w, MESSAGE_FOLDER_DONE);
        keep_found(w);
        visit_done(&v);
        give(w);
        tell_maybe_flush(&w->tell);
    }
    tell_flush(&w->tell);
}

static void take_struck(struct work *w, struct cursor *task)
{
    const uint32_t count = wire_u32(task);

    arena_done(&w->struck_arena);
    w->struck_arena = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    w->struck = vec_of(&w->struck_arena, sizeof(struct bytes), LIMIT_RECORDS);
    for (uint32_t i = 0; i < count && cursor_ok(task); i++) {
        const struct bytes path = wire_bytes(task);
        struct bytes *slot = vec_push(&w->struck, /* fault */ NULL);
        char *copy = arena_copy(&w->struck_arena, path, /* fault */ NULL);
        if (slot == NULL || copy == NULL)
            _exit(1);
        *slot = (struct bytes){ .at = (const uint8_t *)copy, .len = path.len };
    }
}

static void take_folder(struct work *w, struct cursor *task)
{
    take_struck(w, task);
    const struct bytes said = wire_bytes(task);
    const struct bytes real = wire_bytes(task);
    if (!cursor_ok(task) || !visits_push(&w->stack, visit_copy(said, real)))
        _exit(1);
    walk_all(w);
}

static void take_programs(struct work *w, struct cursor *task)
{
    take_struck(w, task);
    const struct bytes folder = wire_bytes(task);
    const uint32_t count = wire_u32(task);
    for (uint32_t i = 0; i < count && cursor_ok(task); i++) {
        const struct bytes name = wire_bytes(task);
        walk_program(&w->walk, folder, name);
        commit(w, MESSAGE_PROGRAM_DONE);
        tell_maybe_flush(&w->tell);
    }
    tell_flush(&w->tell);
}

static void refuse(struct work *w, const struct fault *f)
{
    const size_t begun = message_begin(&w->tell.out, MESSAGE_REFUSED);

    wire_put_text(&w->tell.out, f->text);
    message_end(&w->tell.out, begun);
    tell_flush(&w->tell);
    _exit(1);
}

_Noreturn void worker_run(const struct worker_setup *s)
{
    struct work w = { .setup = s, .tell = tell_over(s->channel) };
    struct sandbox walls;
    struct fault f = { 0 };
    struct stat st;
    enum message_kind kind;
    struct cursor task;

    /* the terminal's Ctrl-C is for the parent, who ends us; when he dies, so do we */
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* a descriptor of our own: the parent's is shared with all workers, and so is its place in the
     * list of names, where one that died would have left it for the next */
    const int target = openat(s->target, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (target < 0 || fstat(target, &st) != 0)
        _exit(1);
    w.reader = (struct artefact_reader){ .setup = s, .tell = &w.tell };
    w.struck_arena = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    w.struck = vec_of(&w.struck_arena, sizeof(struct bytes), LIMIT_RECORDS);
    w.walk = (struct walk){
        .reader = &w.reader, .trail = trail_from(target), .device = st.st_dev, .struck = &w.struck
    };
    if (!sandbox_enter(target, &walls, &f))
        refuse(&w, &f);
    while (tell_task(&w.tell, &kind, &task)) {
        if (kind == MESSAGE_FOLDER)
            take_folder(&w, &task);
        else if (kind == MESSAGE_PROGRAMS)
            take_programs(&w, &task);
        else
            break;
    }
    _exit(0);
}
