#include "engine/engine.h"

#include "confine/sandbox.h"
#include "core/libcrypto.h"
#include "core/limits.h"
#include "core/own.h"
#include "engine/fold.h"
#include "engine/host.h"
#include "engine/pool.h"
#include "format/trust.h"
#include "knowledge/recognise.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORKERS_MAX = 256 };

/* One scan that is under way. */
struct run {
    const struct engine_request *request;
    struct arena *arena;
    struct scan *scan;
    struct gather gather;
};

static bool add_line(struct vec *lines, const char *line, struct fault *f)
{
    const char **slot = line == NULL ? NULL : vec_push(lines, f);

    if (slot == NULL)
        return false;
    *slot = line;
    return true;
}

bool engine_record(struct arena *a, struct scan_record *out, struct fault *f)
{
    struct scan_record r = {
        .method = vec_of(a, sizeof(const char *), LIMIT_FIELDS),
        .sandbox = vec_of(a, sizeof(const char *), LIMIT_FIELDS),
    };

    if (!host_time(a, &r.time, f) || !host_id(a, &r.host_id, f))
        return false;
    *out = r;
    return true;
}

/* What was looked for and how: an agency must be able to say it (BOD 17-01 asks for it). */
static bool describe_method(struct run *r, struct fault *f)
{
    struct vec *method = &r->scan->record.method;
    const size_t marks = r->request->knowledge == NULL ? 0 : r->request->knowledge->marks.count;

    for (size_t i = 0; cataloger_all[i] != NULL; i++) {
        if (!add_line(method, cataloger_all[i]->looks_for, f))
            return false;
    }
    return add_line(method,
                    arena_print(r->arena, f,
                                "%zu marks of %zu vendors: package names, paths, services, first "
                                "bytes, signers",
                                marks,
                                r->request->knowledge == NULL
                                    ? (size_t)0
                                    : r->request->knowledge->vendors.count),
                    f) &&
           add_line(method,
                    "every name in the target was looked at; a file was opened where its name, "
                    "extension, place or execute bit asked for it; programs that a package owns "
                    "were judged by the package",
                    f);
}

static bool describe_sandbox(struct run *r, const struct sandbox *s, struct fault *f)
{
    for (int w = 0; w < WALL_MAX; w++) {
        const char *line = arena_print(r->arena, f, "%s: %s", sandbox_wall_name((enum wall)w),
                                       s->stands[w] ? "on" : s->why[w]);
        if (!add_line(&r->scan->record.sandbox, line, f))
            return false;
        if (!s->stands[w] && r->request->require_sandbox)
            return fault_set(f, FAULT_DENIED, "the sandbox is not whole: %s", line);
    }
    return true;
}

/* Open the target: a folder, or the folder of one file, whose name goes into `only`. */
static bool open_target(const char *target, int *fd, struct bytes *only, struct fault *f)
{
    struct stat st;

    if (stat(target, &st) != 0)
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%s: %s", target,
                         strerror(errno));
    if (S_ISDIR(st.st_mode)) {
        *fd = open(target, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        return *fd >= 0 || fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "%s: %s", target,
                                     strerror(errno));
    }
    if (!S_ISREG(st.st_mode))
        return fault_set(f, FAULT_UNSUPPORTED, "%s: neither a folder nor a file", target);
    const char *slash = strrchr(target, '/');
    char folder[LIMIT_PATH] = ".";
    if (slash != NULL)
        (void)snprintf(folder, sizeof folder, "%.*s", slash == target ? 1 : (int)(slash - target),
                       target);
    *only = bytes_of_text(slash == NULL ? target : slash + 1);
    if (access(target, R_OK) != 0)
        return fault_set(f, FAULT_DENIED, "%s: %s", target, strerror(errno));
    *fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return *fd >= 0 || fault_set(f, FAULT_IO, "%s: %s", folder, strerror(errno));
}

static void done_trust(struct trust **t)
{
    trust_free(*t);
}

static void done_pool(struct pool **p)
{
    pool_free(*p);
}

/* Programs that a package owns are the package's; all others are read. */
static bool is_unowned(void *ctx, struct bytes folder, struct bytes name)
{
    struct run *r = ctx;
    char path[LIMIT_PATH * 2];
    const char *package = NULL;

    if (folder.len + 1 + name.len <= sizeof path) {
        if (folder.len > 0)
            memcpy(path, folder.at, folder.len);
        path[folder.len] = '/';
        memcpy(path + folder.len + 1, name.at, name.len);
        const struct bytes all = { .at = (const uint8_t *)path, .len = folder.len + 1 + name.len };
        if (gather_owner(&r->gather, all, &package)) {
            r->gather.coverage.by_name++;
            return false;
        }
    }
    r->gather.coverage.unowned++;
    return true;
}

static bool look(struct run *r, const struct pool_plan *plan, struct fault *f)
{
    OWNED(done_pool) struct pool *pool = NULL;

    if (!pool_new(plan, &r->gather, &pool, f))
        return false;
    pool_catch_signals();
    const bool ok =
        pool_walk(pool, f) && (pool_interrupted() || pool_read_programs(pool, is_unowned, r, f));
    r->scan->interrupted = pool_interrupted();
    pool_release_signals();
    return ok;
}

static const struct system *system_of(const struct vec *systems, const char *root)
{
    for (size_t i = 0; i < systems->count; i++) {
        const struct system *s = vec_at(systems, i);
        if (strcmp(s->root, root) == 0)
            return s;
    }
    return NULL;
}

static bool recognise_all(struct run *r, struct vec *products, struct fault *f)
{
    for (size_t i = 0; i < products->count; i++) {
        struct product *p = vec_at(products, i);
        if (!recognise_makers(r->request->knowledge, system_of(&r->scan->systems, p->root), p,
                              r->arena, f))
            return false;
    }
    return fold_sightings(r->request->knowledge, products, f);
}

static bool judge_all(struct run *r, const struct vec *products, struct fault *f)
{
    const struct policy_question q = { .context = r->request->context,
                                       .as_of = r->request->as_of,
                                       .listings = r->request->listings };

    for (size_t i = 0; i < products->count; i++) {
        struct scan_product *s = vec_push(&r->scan->products, f);
        if (s == NULL)
            return false;
        s->product = *(const struct product *)vec_at(products, i);
        if (!policy_judge(r->request->policy, &q, &s->product, r->arena, &s->verdict, f))
            return false;
    }
    return policy_warnings(r->request->policy, &q, r->arena, &r->scan->warnings, f);
}

static bool conclude(struct run *r, struct fault *f)
{
    struct scan *s = r->scan;
    struct vec products = { 0 };

    if (s->interrupted &&
        !gather_not_read(&r->gather, "/", "interrupted", "the scan was interrupted", f))
        return false;
    if (!gather_finish(&r->gather, &products, &s->systems, f) || !recognise_all(r, &products, f) ||
        !judge_all(r, &products, f))
        return false;
    s->coverage = r->gather.coverage;
    s->incomplete = s->interrupted || s->coverage.not_read.count > 0;
    return true;
}

/* The parts of a scan that do not depend on what is found. */
static bool prepare(struct run *r, struct fault *f)
{
    const struct engine_request *q = r->request;
    char date[DATE_TEXT_MAX];

    *r->scan = (struct scan){
        .target = q->target,
        .context = vec_of(r->arena, sizeof(struct context_line), LIMIT_FIELDS),
        .policies = vec_of(r->arena, sizeof(const char *), LIMIT_FIELDS),
        .products = vec_of(r->arena, sizeof(struct scan_product), LIMIT_OWNED),
        .warnings = vec_of(r->arena, sizeof(const char *), LIMIT_FIELDS),
    };
    r->scan->as_of = arena_copy_text(r->arena, date_write(q->as_of, date), f);
    return r->scan->as_of != NULL && engine_record(r->arena, &r->scan->record, f) &&
           policy_context_lines(q->context, &r->scan->context, f) && describe_method(r, f);
}

bool engine_scan(const struct engine_request *request, struct arena *a, struct scan *out,
                 struct fault *f)
{
    const double begun = host_seconds();
    const struct sandbox offered = sandbox_offered();
    struct scan scan;
    struct run r = { .request = request, .arena = a, .scan = &scan };
    struct dispatch *dispatch = NULL;
    struct bytes only = { 0 };
    OWNED(own_close) int target = -1;
    OWNED(done_trust) struct trust *trust = NULL;

    if (!open_target(request->target, &target, &only, f) || !prepare(&r, f) ||
        !describe_sandbox(&r, &offered, f))
        return false;
    if (!libcrypto_start(f))
        return false;
    if (request->roots != NULL && !trust_open(request->roots, &trust, f))
        return false;
    if (!dispatch_new(request->knowledge, a, &dispatch, f) ||
        !gather_new(a, request->knowledge, &r.gather, f))
        return false;
    const unsigned asked = request->threads == 0 ? host_processors() : request->threads;
    const struct pool_plan plan = {
        .setup = { .target = target,
                   .only = only,
                   .cross_file_systems = request->cross_file_systems,
                   .excludes = &request->excludes,
                   .dispatch = dispatch,
                   .trust = trust },
        .workers = asked > WORKERS_MAX ? WORKERS_MAX : asked,
        .progress = request->progress,
    };
    const bool ok = look(&r, &plan, f) && conclude(&r, f);
    gather_done(&r.gather);
    if (!ok)
        return false;
    scan.record.workers = plan.workers;
    scan.record.duration = host_seconds() - begun;
    *out = scan;
    return true;
}
