#include "engine/pool.h"

#include "core/text.h"
#include "engine/progress.h"
#include "engine/walk.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    PENDING_MAX = 1 << 30, /* uncommitted findings of one worker */
    PROGRAMS_PER_TASK = 64,
    POLL_MILLISECONDS = 100,
};

/* A batch of programs of one folder. */
struct batch {
    struct bytes folder; /* borrowed from the gather */
    struct bytes *names; /* borrowed from the gather; PROGRAMS_PER_TASK at most */
    size_t count;
    size_t done;
};

struct seat {
    pid_t pid;
    int channel;
    bool said_goodbye;
    struct buf in;       /* from the worker: committed frames are taken off the front */
    size_t scanned;      /* of `in`, frames already looked at, not yet committed */
    struct visits stack; /* the worker's own stack of folders, mirrored */
    struct batch batch;
    uint64_t turn; /* of the artefact that the clock below is about */
    struct timespec turn_cpu;
    bool overtime; /* we ended it ourselves */
};

struct pool {
    struct pool_plan plan;
    struct gather *gather;
    struct worker_page *page;
    size_t page_size;
    struct seat *seats;
    struct visits queue;   /* folders that nobody has */
    struct batch *batches; /* programs that nobody has */
    size_t batch_count;
    size_t batch_next;
    struct vec struck;  /* struct bytes: artefacts that cost a worker its life */
    struct map strikes; /* path -> struct strike */
    struct progress progress;
};

struct strike {
    unsigned deaths;
};

static volatile sig_atomic_t interrupted;
static struct sigaction old_int;
static struct sigaction old_term;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

bool pool_interrupted(void)
{
    return interrupted != 0;
}

void pool_catch_signals(void)
{
    struct sigaction act = { .sa_handler = on_signal };

    interrupted = 0;
    (void)sigaction(SIGINT, &act, &old_int);
    (void)sigaction(SIGTERM, &act, &old_term);
}

void pool_release_signals(void)
{
    (void)sigaction(SIGINT, &old_int, NULL);
    (void)sigaction(SIGTERM, &old_term, NULL);
}

/* In the child: nothing of the parent but the target, the channel and standard error stays open. */
_Noreturn static void become_worker(struct pool *p, unsigned seat, int channel)
{
    struct worker_setup setup = p->plan.setup;

    for (unsigned i = 0; i < p->plan.workers; i++) {
        if (i != seat && p->seats[i].channel >= 0)
            (void)close(p->seats[i].channel);
    }
    (void)close(STDIN_FILENO);
    (void)close(STDOUT_FILENO);
    setup.channel = channel;
    setup.page = p->page;
    setup.seat = seat;
    worker_run(&setup);
}

static bool start_worker(struct pool *p, unsigned seat, struct fault *f)
{
    struct seat *s = &p->seats[seat];
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return fault_set(f, FAULT_IO, "starting a worker: %s", strerror(errno));
    atomic_store(&p->page->slots[seat].turn, 0);
    const pid_t pid = fork();
    if (pid < 0) {
        (void)close(pair[0]);
        (void)close(pair[1]);
        return fault_set(f, FAULT_IO, "starting a worker: %s", strerror(errno));
    }
    if (pid == 0) {
        (void)close(pair[0]);
        become_worker(p, seat, pair[1]);
    }
    (void)close(pair[1]);
    s->pid = pid;
    s->channel = pair[0];
    s->turn = 0;
    s->overtime = false;
    return true;
}

bool pool_new(const struct pool_plan *plan, struct gather *g, struct pool **out, struct fault *f)
{
    struct pool *p = calloc(1, sizeof *p);

    if (p == NULL)
        return fault_set(f, FAULT_LIMIT, "memory: no room for workers");
    *p = (struct pool){ .plan = *plan,
                        .gather = g,
                        .struck = vec_of(g->arena, sizeof(struct bytes), LIMIT_RECORDS),
                        .strikes = map_in(g->arena),
                        .progress = progress_on(plan->progress) };
    p->page_size = sizeof *p->page + plan->workers * sizeof p->page->slots[0];
    p->page = mmap(NULL, p->page_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    p->seats = calloc(plan->workers, sizeof *p->seats);
    if (p->page == MAP_FAILED || p->seats == NULL) {
        p->page = NULL;
        pool_free(p);
        return fault_set(f, FAULT_LIMIT, "memory: no room for workers");
    }
    for (unsigned i = 0; i < plan->workers; i++) {
        p->seats[i].channel = -1;
        p->seats[i].in = buf_with_limit(PENDING_MAX);
    }
    for (unsigned i = 0; i < plan->workers; i++) {
        if (!start_worker(p, i, f)) {
            pool_free(p);
            return false;
        }
    }
    *out = p;
    return true;
}

static void end_worker(struct seat *s, int *status)
{
    if (s->pid <= 0)
        return;
    if (s->channel >= 0)
        (void)close(s->channel);
    s->channel = -1;
    while (waitpid(s->pid, status, 0) < 0 && errno == EINTR)
        continue;
    s->pid = 0;
}

void pool_free(struct pool *p)
{
    int status = 0;

    if (p == NULL)
        return;
    for (unsigned i = 0; p->seats != NULL && i < p->plan.workers; i++) {
        if (p->seats[i].pid > 0)
            (void)kill(p->seats[i].pid, SIGKILL);
        end_worker(&p->seats[i], &status);
        buf_done(&p->seats[i].in);
        visits_done(&p->seats[i].stack);
        free(p->seats[i].batch.names);
    }
    for (size_t i = p->batch_next; i < p->batch_count; i++)
        free(p->batches[i].names);
    free(p->batches);
    free(p->seats);
    visits_done(&p->queue);
    if (p->page != NULL)
        (void)munmap(p->page, p->page_size);
    progress_done(&p->progress);
    free(p);
}

static bool is_idle(const struct seat *s)
{
    return s->stack.count == 0 && s->batch.done == s->batch.count;
}

static bool send_all(int channel, struct bytes b)
{
    while (b.len > 0) {
        const ssize_t n = send(channel, b.at, b.len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false; /* it died: its end is read on the channel */
        b = bytes_part(b, (size_t)n, b.len);
    }
    return true;
}

static void put_struck(const struct pool *p, struct buf *b)
{
    wire_put_u32(b, (uint32_t)p->struck.count);
    for (size_t i = 0; i < p->struck.count; i++)
        wire_put_bytes(b, *(const struct bytes *)vec_at(&p->struck, i));
}

/* A task is sent whole or the worker is as good as dead; either way the seat holds it. */
static bool hand_out_folder(struct pool *p, struct seat *s, struct fault *f)
{
    struct buf b = buf_with_limit(LIMIT_MESSAGE);
    const struct visit v = p->queue.at[--p->queue.count];
    const size_t begun = message_begin(&b, MESSAGE_FOLDER);

    put_struck(p, &b);
    wire_put_bytes(&b, v.said);
    wire_put_bytes(&b, v.real);
    message_end(&b, begun);
    bool ok = buf_ok(&b) && visits_push(&s->stack, v);
    if (ok)
        (void)send_all(s->channel, buf_bytes(&b));
    buf_done(&b);
    return ok || fault_set(f, FAULT_LIMIT, "memory: no room for a task");
}

static bool hand_out_batch(struct pool *p, struct seat *s, struct fault *f)
{
    struct buf b = buf_with_limit(LIMIT_MESSAGE);
    const size_t begun = message_begin(&b, MESSAGE_PROGRAMS);

    free(s->batch.names);
    s->batch = p->batches[p->batch_next++];
    put_struck(p, &b);
    wire_put_bytes(&b, s->batch.folder);
    wire_put_u32(&b, (uint32_t)(s->batch.count - s->batch.done));
    for (size_t i = s->batch.done; i < s->batch.count; i++)
        wire_put_bytes(&b, s->batch.names[i]);
    message_end(&b, begun);
    const bool ok = buf_ok(&b);
    if (ok)
        (void)send_all(s->channel, buf_bytes(&b));
    buf_done(&b);
    return ok || fault_set(f, FAULT_LIMIT, "memory: no room for a task");
}

static bool hand_out(struct pool *p, struct fault *f)
{
    unsigned idle = 0;

    for (unsigned i = 0; i < p->plan.workers; i++) {
        struct seat *s = &p->seats[i];
        if (s->pid <= 0 || !is_idle(s))
            continue;
        if (p->queue.count > 0) {
            if (!hand_out_folder(p, s, f))
                return false;
        } else if (p->batch_next < p->batch_count) {
            if (!hand_out_batch(p, s, f))
                return false;
        } else {
            idle++;
        }
    }
    atomic_store(&p->page->hungry, idle);
    return true;
}

/* FOLDER_DONE: the worker's top folder is done, those it found are now on its stack. */
static bool mirror_folder(struct seat *s, struct cursor c, struct fault *f)
{
    (void)message_counts(&c);
    const uint32_t count = wire_u32(&c);
    if (s->stack.count == 0 || !cursor_ok(&c))
        return fault_set(f, FAULT_FORMAT, "a folder that was not asked for");
    visit_done(&s->stack.at[--s->stack.count]);
    for (uint32_t i = 0; i < count; i++) {
        const struct bytes said = wire_bytes(&c);
        const struct bytes real = wire_bytes(&c);
        if (!cursor_ok(&c))
            return fault_set(f, FAULT_FORMAT, "a list of folders that ends early");
        if (!visits_push(&s->stack, visit_copy(said, real)))
            return fault_set(f, FAULT_LIMIT, "memory: no room for a folder");
    }
    return true;
}

static bool mirror_gift(struct pool *p, struct seat *s, struct cursor c, struct fault *f)
{
    const uint32_t n = wire_u32(&c);

    if (!cursor_ok(&c) || n >= s->stack.count)
        return fault_set(f, FAULT_FORMAT, "a gift of folders that are not there");
    for (uint32_t i = 0; i < n; i++) {
        if (!visits_push(&p->queue, s->stack.at[i]))
            return fault_set(f, FAULT_LIMIT, "memory: no room for a folder");
    }
    for (size_t i = n; i < s->stack.count; i++)
        s->stack.at[i - n] = s->stack.at[i];
    s->stack.count -= n;
    return true;
}

static bool is_commit(enum message_kind kind)
{
    return kind == MESSAGE_FOLDER_DONE || kind == MESSAGE_PROGRAM_DONE;
}

static bool mirror(struct pool *p, struct seat *s, enum message_kind kind, struct cursor payload,
                   struct fault *f)
{
    if (kind == MESSAGE_FOLDER_DONE)
        return mirror_folder(s, payload, f);
    if (kind == MESSAGE_GIVE)
        return mirror_gift(p, s, payload, f);
    if (s->batch.done == s->batch.count)
        return fault_set(f, FAULT_FORMAT, "a program that was not asked for");
    s->batch.done++;
    return true;
}

/* Take over all that is whole in the seat's buffer. False with FORMAT: the worker is not to be
 * believed; else the run is over. */
static bool take_frames(struct pool *p, struct seat *s, struct fault *f)
{
    size_t committed = 0;
    bool bad = false;

    for (;;) {
        struct bytes rest = bytes_part(buf_bytes(&s->in), s->scanned, s->in.len);
        const size_t before = rest.len;
        enum message_kind kind;
        struct cursor payload;
        if (!message_next(&rest, &kind, &payload, &bad))
            break;
        const size_t end = s->scanned + (before - rest.len);
        if (kind == MESSAGE_REFUSED) {
            const struct bytes why = bytes_part(payload.all, 6, payload.all.len);
            return fault_set(f, FAULT_DENIED, "a worker could not give up its power: %.*s",
                             (int)(why.len < 128 ? why.len : 128), (const char *)why.at);
        }
        if (is_commit(kind)) {
            const struct bytes frames = bytes_part(buf_bytes(&s->in), committed, end - committed);
            if (!gather_take(p->gather, frames, f) || !mirror(p, s, kind, payload, f))
                return false;
            committed = end;
        } else if (kind == MESSAGE_GIVE) {
            if (committed != s->scanned || !mirror(p, s, kind, payload, f))
                return fault_set(f, FAULT_FORMAT, "a gift in the middle of a folder");
            committed = end;
        }
        s->scanned = end;
    }
    if (bad)
        return fault_set(f, FAULT_FORMAT, "a message without a length");
    if (committed > 0) {
        memmove(s->in.at, s->in.at + committed, s->in.len - committed);
        s->in.len -= committed;
        s->scanned -= committed;
    }
    return true;
}

/* What the dead worker had in hand, as raw bytes in the arena; empty where it had nothing. */
static struct bytes in_hand(struct pool *p, unsigned seat)
{
    const struct worker_slot *slot = &p->page->slots[seat];
    char path[LIMIT_PATH];

    if (atomic_load(&slot->turn) % 2 == 0)
        return (struct bytes){ 0 };
    memcpy(path, slot->path, sizeof path);
    path[sizeof path - 1] = '\0';
    const struct bytes b = bytes_of_text(path);
    const char *copy = arena_copy(p->gather->arena, b, /* fault */ NULL);
    return copy == NULL ? (struct bytes){ 0 }
                        : (struct bytes){ .at = (const uint8_t *)copy, .len = b.len };
}

static unsigned count_death(struct pool *p, struct bytes path)
{
    struct strike *s = map_find(&p->strikes, path);

    if (s == NULL) {
        s = arena_alloc(p->gather->arena, sizeof *s, /* fault */ NULL);
        if (s == NULL || !map_put(&p->strikes, path, s, /* fault */ NULL))
            return LIMIT_STRIKES;
    }
    return ++s->deaths;
}

/* Name the artefact: nobody reads it again. */
static bool strike(struct pool *p, struct bytes path, const char *why, const char *kind,
                   struct fault *f)
{
    const char *clean = text_from(p->gather->arena, path, LIMIT_PATH * 4, f);
    struct bytes *slot = clean == NULL ? NULL : vec_push(&p->struck, f);

    if (slot == NULL)
        return false;
    *slot = path;
    return gather_not_read(p->gather, clean, kind, why, f);
}

/* What a death costs. An outside SIGKILL (an operator, the kernel's memory killer) says nothing of
 * the artefact: it gets a second chance. A parser's own crash does not. */
static bool account_for_death(struct pool *p, unsigned seat, int status, struct fault *f)
{
    struct seat *s = &p->seats[seat];
    const struct bytes path = in_hand(p, seat);
    const int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    const char *why = NULL;

    if (s->overtime)
        why = arena_print(p->gather->arena, f, "limit: %d seconds of processor time",
                          LIMIT_ARTEFACT_SECONDS);
    else if (number != 0)
        why = arena_print(p->gather->arena, f, "the worker that read it died (%s)",
                          strsignal(number));
    else
        why = arena_print(p->gather->arena, f, "the worker that read it gave up (status %d)",
                          WIFEXITED(status) ? WEXITSTATUS(status) : 0);
    if (why == NULL)
        return false;
    if (path.len > 0) {
        const bool again = number == SIGKILL && !s->overtime && count_death(p, path) < 2;
        return again || strike(p, path, why, s->overtime ? "limit" : "crash", f);
    }
    if (s->stack.count == 0)
        return true;
    const struct visit *v = &s->stack.at[s->stack.count - 1];
    const char *copy = arena_copy(p->gather->arena, v->said, f);
    if (copy == NULL)
        return false;
    const struct bytes folder = { .at = (const uint8_t *)copy, .len = v->said.len };
    if (count_death(p, folder) < LIMIT_STRIKES)
        return true;
    visit_done(&s->stack.at[--s->stack.count]);
    return strike(p, folder.len == 0 ? bytes_of_text("/") : folder, why, "crash", f);
}

/* Everything that the seat held is for others, or for its next holder. */
static bool take_back(struct pool *p, struct seat *s, struct fault *f)
{
    for (size_t i = 0; i < s->stack.count; i++) {
        if (!visits_push(&p->queue, s->stack.at[i]))
            return fault_set(f, FAULT_LIMIT, "memory: no room for a folder");
    }
    s->stack.count = 0;
    if (s->batch.done < s->batch.count) {
        p->batches[--p->batch_next] = s->batch;
        s->batch = (struct batch){ 0 };
    }
    s->in.len = 0;
    s->scanned = 0;
    return true;
}

static bool replace_worker(struct pool *p, unsigned seat, struct fault *f)
{
    int status = 0;

    end_worker(&p->seats[seat], &status);
    return account_for_death(p, seat, status, f) && take_back(p, &p->seats[seat], f) &&
           start_worker(p, seat, f);
}

/* Read what has come on one channel. */
static bool listen_to(struct pool *p, unsigned seat, struct fault *f)
{
    enum { PIECE = 256 * 1024 };
    struct seat *s = &p->seats[seat];
    uint8_t *room = buf_extend(&s->in, PIECE);

    if (room == NULL)
        return fault_set(f, FAULT_LIMIT, "memory: a worker's findings");
    s->in.len -= PIECE;
    const ssize_t n = recv(s->channel, room, PIECE, MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return true;
    if (n <= 0)
        return replace_worker(p, seat, f);
    s->in.len += (size_t)n;
    if (take_frames(p, s, f))
        return true;
    if (f->kind != FAULT_FORMAT)
        return false;
    /* it speaks nonsense: whatever took it over had the artefact in hand */
    (void)kill(s->pid, SIGSYS);
    *f = (struct fault){ 0 };
    return replace_worker(p, seat, f);
}

/* A worker that has spent its time on one artefact is ended; its end is read like any other. */
static void watch_clock(struct pool *p, unsigned seat)
{
    struct seat *s = &p->seats[seat];
    const uint64_t turn = atomic_load(&p->page->slots[seat].turn);
    struct timespec now;
    clockid_t clock;

    if (s->pid <= 0 || turn % 2 == 0 || clock_getcpuclockid(s->pid, &clock) != 0 ||
        clock_gettime(clock, &now) != 0)
        return;
    if (turn != s->turn) {
        s->turn = turn;
        s->turn_cpu = now;
    } else if (now.tv_sec - s->turn_cpu.tv_sec > LIMIT_ARTEFACT_SECONDS) {
        s->overtime = true;
        (void)kill(s->pid, SIGKILL);
    }
}

static void show_progress(struct pool *p)
{
    uint64_t files = 0;

    for (unsigned i = 0; i < p->plan.workers; i++)
        files += atomic_load(&p->page->slots[i].files);
    const struct worker_slot *slot = &p->page->slots[0];
    char path[LIMIT_PATH];
    memcpy(path, slot->path, sizeof path);
    path[sizeof path - 1] = '\0';
    progress_show(&p->progress, files, p->gather->coverage.bytes, path);
}

static bool all_done(const struct pool *p)
{
    if (p->queue.count > 0 || p->batch_next < p->batch_count)
        return false;
    for (unsigned i = 0; i < p->plan.workers; i++) {
        if (!is_idle(&p->seats[i]))
            return false;
    }
    return true;
}

static bool turn(struct pool *p, struct pollfd *polls, struct fault *f)
{
    for (unsigned i = 0; i < p->plan.workers; i++)
        polls[i] = (struct pollfd){ .fd = p->seats[i].channel, .events = POLLIN };
    const int ready = poll(polls, p->plan.workers, POLL_MILLISECONDS);
    if (ready < 0 && errno != EINTR)
        return fault_set(f, FAULT_IO, "waiting for workers: %s", strerror(errno));
    for (unsigned i = 0; i < p->plan.workers; i++) {
        if (ready > 0 && polls[i].revents != 0 && !listen_to(p, i, f))
            return false;
        if (ready == 0)
            watch_clock(p, i);
    }
    show_progress(p);
    return true;
}

static bool run(struct pool *p, struct fault *f)
{
    struct pollfd *polls = calloc(p->plan.workers, sizeof *polls);
    bool ok = polls != NULL || fault_set(f, FAULT_LIMIT, "memory: no room for workers");

    while (ok && !pool_interrupted() && !all_done(p))
        ok = hand_out(p, f) && turn(p, polls, f);
    free(polls);
    return ok;
}

bool pool_walk(struct pool *p, struct fault *f)
{
    if (!visits_push(&p->queue, visit_copy((struct bytes){ 0 }, (struct bytes){ 0 })))
        return fault_set(f, FAULT_LIMIT, "memory: no room for a folder");
    return run(p, f);
}

/* One more name for the last batch, or for a new one. */
static bool add_program(struct pool *p, size_t *room, struct bytes folder, struct bytes name)
{
    struct batch *last = p->batch_count == 0 ? NULL : &p->batches[p->batch_count - 1];

    if (last == NULL || last->folder.at != folder.at || last->count == PROGRAMS_PER_TASK) {
        if (p->batch_count == *room) {
            *room = *room == 0 ? 256 : *room * 2;
            struct batch *at = reallocarray(p->batches, *room, sizeof *at);
            if (at == NULL)
                return false;
            p->batches = at;
        }
        last = &p->batches[p->batch_count];
        *last = (struct batch){ .folder = folder,
                                .names = calloc(PROGRAMS_PER_TASK, sizeof(struct bytes)) };
        if (last->names == NULL)
            return false;
        p->batch_count++;
    }
    last->names[last->count++] = name;
    return true;
}

bool pool_read_programs(struct pool *p,
                        bool (*wanted)(void *ctx, struct bytes folder, struct bytes name),
                        void *ctx, struct fault *f)
{
    size_t room = 0;

    for (size_t i = 0; i < p->gather->candidates.count; i++) {
        const struct candidate_folder *c = vec_at(&p->gather->candidates, i);
        struct cursor names = cursor_over(c->names);
        for (uint32_t n = 0; n < c->count; n++) {
            const struct bytes name = wire_bytes(&names);
            if (wanted(ctx, c->path, name) && !add_program(p, &room, c->path, name))
                return fault_set(f, FAULT_LIMIT, "memory: no room for programs");
        }
    }
    return run(p, f);
}
