#include "core/own.h"
#include "proof/indexleaf.h"
#include "record/mapfn.h"
#include "writer/tiles_write.h"
#include "writer/writer_carry.h"
#include "writer/writer_clock.h"
#include "writer/writer_inside.h"
#include "writer/writer_replay.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static bool ends_in_leaf(const struct writer *w)
{
    const uint64_t end = backlog_end(&w->backlog);

    return end > w->backlog.first && indexleaf_is(backlog_at(&w->backlog, end - 1));
}

/* The last leaf commits the index over all before it. Once it is durable it stands, whatever
 * becomes of the index's own files: they are caught up from it. */
static bool add_leaf(struct writer *w, struct fault *f)
{
    struct indexleaf leaf = { .covers = backlog_end(&w->backlog), .mapfn = mapfn_digest() };
    struct buf text = buf_with_limit(INDEXLEAF_MAX);

    if (!writer_replay_root(w, &leaf.root, &leaf.keys, f))
        return fault_wrap(f, "%s/index", w->folder.name);
    indexleaf_write(&leaf, &text);
    bool ok = buf_ok(&text) || fault_set(f, FAULT_LIMIT, "out of memory");
    ok = ok && backlog_add(&w->backlog, buf_bytes(&text), f);
    if (ok && !journal_stage(&w->journal, buf_bytes(&text), f)) {
        backlog_cut(&w->backlog, leaf.covers);
        ok = false;
    }
    if (ok) {
        const struct sha256 hash = merkle_leaf(buf_bytes(&text));
        merkle_edge_add(&w->edge, &hash);
        ok = writer_sync(w, f);
    }
    buf_done(&text);
    return ok;
}

static bool commit(struct writer *w, struct fault *f)
{
    const uint64_t covers = w->journal.durable - 1;

    w->commit_due = !writer_replay_commit(w, covers, f);
    return !w->commit_due || fault_wrap(f, "%s/index", w->folder.name);
}

/* Text and signature of the checkpoint; durable before anybody sees them. A candidate that was left
 * is the same, unless entries have come since: then the new one extends it. */
static bool make_candidate(struct writer *w, struct writer_plan *plan, struct fault *f)
{
    struct checkpoint checkpoint = { .origin = bytes_of_text(w->settings.origin),
                                     .size = plan->size,
                                     .root = plan->root };
    const struct keeper_signed what = { .size = plan->size,
                                        .root = plan->root,
                                        .time = writer_now(w) };
    struct buf note = buf_with_limit(NOTE_MAX);

    checkpoint_write(&checkpoint, &note);
    buf_add_byte(&note, '\n');
    bool ok = keeper_sign_checkpoint(w->keeper, &what, &note, f) &&
              folder_write(&w->folder, PUBLISHED_CANDIDATE, buf_bytes(&note), f);
    if (ok) {
        const char *copy = arena_copy(&w->scratch, buf_bytes(&note), f);
        ok = copy != NULL;
        plan->note = (struct bytes){ .at = (const uint8_t *)copy, .len = note.len };
    }
    buf_done(&note);
    return ok;
}

/* *some is false where nothing is new. */
static bool prepare(struct writer *w, struct writer_plan *plan, bool *some, struct fault *f)
{
    *some = false;
    if (w->child.process != 0)
        return fault_set(f, FAULT_DENIED, "%s: a publication is under way", w->folder.name);
    if (!writer_sync(w, f))
        return false;
    if (w->journal.durable == w->published)
        return true;
    if (!writer_clock_check(w, f) || (!ends_in_leaf(w) && !add_leaf(w, f)) || !commit(w, f))
        return false;
    *plan = (struct writer_plan){ .size = w->durable.size, .root = merkle_edge_root(&w->durable) };
    *some = make_candidate(w, plan, f);
    return *some;
}

/* What is published needs no memory; the journal gives it up when it has grown (writer_sync). */
static bool adopt(struct writer *w, uint64_t size, const struct sha256 *root, struct fault *f)
{
    struct published p = { 0 };
    bool found = false;
    const struct arena_mark mark = arena_mark(&w->scratch);
    const bool ok =
        published_read(&w->folder, PUBLISHED_NEWEST, &w->quorum, &w->scratch, &p, &found, f) &&
        times_add(&w->times, size, f);

    if (ok && found)
        w->time = p.time;
    arena_release(&w->scratch, mark);
    w->published = size;
    w->root = *root;
    backlog_drop(&w->backlog, size);
    return ok;
}

bool writer_publish(struct writer *w, const struct writer_round *round, bool *published,
                    struct fault *f)
{
    const struct arena_mark mark = arena_mark(&w->scratch);
    struct writer_plan plan = { 0 };
    bool some = false;
    bool done = true;
    bool ok = prepare(w, &plan, &some, f);

    if (ok && some)
        ok = writer_carry_out(w, &plan, round, &done, f);
    arena_release(&w->scratch, mark);
    if (ok && some && done)
        ok = adopt(w, plan.size, &plan.root, f);
    if (ok)
        *published = done;
    return ok;
}

/* What the child tells: one small message, written at once. */
struct told {
    bool ok;
    bool published;
    struct fault fault;
};

static _Noreturn void publish_apart(struct writer *w, const struct writer_plan *plan,
                                    const struct writer_round *round, int pipe)
{
    struct told told = { 0 };
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    /* whoever reads what the writer acknowledges must see its end when the writer has ended */
    if (null >= 0) {
        (void)dup2(null, STDIN_FILENO);
        (void)dup2(null, STDOUT_FILENO);
    }
    keeper_leave(w->keeper);
    told.ok = writer_carry_out(w, plan, round, &told.published, &told.fault);
    const struct bytes message = { .at = (const uint8_t *)&told, .len = sizeof told };
    _exit(folder_put(pipe, message, /* fault */ NULL) ? 0 : 1);
}

static bool start(struct writer *w, const struct writer_plan *plan,
                  const struct writer_round *round, struct fault *f)
{
    const pid_t parent = getpid();
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return fault_set(f, FAULT_IO, "publishing: %s", strerror(errno));
    const pid_t process = fork();
    if (process == 0) {
        /* a dead writer's child must not go on when another has taken over */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
            _exit(1);
        (void)close(ends[0]);
        publish_apart(w, plan, round, ends[1]);
    }
    (void)close(ends[1]);
    if (process < 0) {
        (void)close(ends[0]);
        return fault_set(f, FAULT_IO, "publishing: %s", strerror(errno));
    }
    w->child = (struct writer_round_child){
        .process = process, .pipe = ends[0], .size = plan->size, .root = plan->root
    };
    return true;
}

bool writer_publish_start(struct writer *w, const struct writer_round *round, struct fault *f)
{
    const struct arena_mark mark = arena_mark(&w->scratch);
    struct writer_plan plan = { 0 };
    bool some = false;
    const bool ok = prepare(w, &plan, &some, f) && (!some || start(w, &plan, round, f));

    arena_release(&w->scratch, mark);
    return ok;
}

int writer_publish_descriptor(const struct writer *w)
{
    return w->child.pipe;
}

static bool receive(int pipe, struct told *told)
{
    ssize_t n;

    do
        n = read(pipe, told, sizeof *told);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof *told;
}

enum writer_publishing writer_publish_poll(struct writer *w, struct fault *f)
{
    struct told told = { 0 };
    int status = 0;

    if (w->child.process == 0)
        return WRITER_IDLE;
    const pid_t ended = waitpid(w->child.process, &status, WNOHANG);
    if (ended == 0 || (ended < 0 && errno == EINTR))
        return WRITER_RUNNING;
    const bool heard = receive(w->child.pipe, &told);
    const struct writer_round_child child = w->child;
    own_close(&w->child.pipe);
    w->child = (struct writer_round_child){ .pipe = -1 };
    if (!heard)
        (void)fault_set(f, FAULT_IO, "the publishing process ended without a word");
    else if (!told.ok || !told.published)
        (void)fault_set(f, told.fault.kind, "%s", told.fault.text);
    else if (adopt(w, child.size, &child.root, f))
        return WRITER_PUBLISHED;
    return WRITER_NOT_PUBLISHED;
}
