/* sandbox_linux.c -- Landlock, seccomp with an allow-list, resource limits, no new privileges. */
#include "confine/sandbox.h"

#include "core/limits.h"
#include "core/own.h"
#include "core/sanitized.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The calls that walking, reading, parsing and reporting need; all others end the process. */
static const int allowed[] = {
    SCMP_SYS(read),           SCMP_SYS(pread64),         SCMP_SYS(write),
    SCMP_SYS(close),          SCMP_SYS(fstat),           SCMP_SYS(newfstatat),
    SCMP_SYS(statx),          SCMP_SYS(fstatfs),         SCMP_SYS(getdents64),
    SCMP_SYS(readlinkat),     SCMP_SYS(lseek),           SCMP_SYS(brk),
    SCMP_SYS(mmap),           SCMP_SYS(munmap),          SCMP_SYS(mremap),
    SCMP_SYS(mprotect),       SCMP_SYS(madvise),         SCMP_SYS(futex),
    SCMP_SYS(clock_gettime),  SCMP_SYS(gettimeofday),    SCMP_SYS(getpid),
    SCMP_SYS(gettid),         SCMP_SYS(rt_sigreturn),    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(sigaltstack),     SCMP_SYS(exit),
    SCMP_SYS(exit_group),     SCMP_SYS(restart_syscall), SCMP_SYS(sched_yield),
};

const char *sandbox_wall_name(enum wall w)
{
    static const char *const names[WALL_MAX] = {
        [WALL_LANDLOCK] = "landlock", [WALL_SECCOMP] = "seccomp", [WALL_LIMITS] = "limits"
    };
    return names[w];
}

static int landlock_version(void)
{
    return (int)syscall(SYS_landlock_create_ruleset, /* attributes */ NULL, (size_t)0,
                        LANDLOCK_CREATE_RULESET_VERSION);
}

struct sandbox sandbox_offered(void)
{
    struct sandbox s = { .stands = { [WALL_SECCOMP] = true, [WALL_LIMITS] = true } };

    s.stands[WALL_LANDLOCK] = landlock_version() > 0;
    if (!s.stands[WALL_LANDLOCK])
        (void)snprintf(s.why[WALL_LANDLOCK], sizeof s.why[0], "this kernel offers none (%s)",
                       strerror(errno));
    if (prctl(PR_GET_SECCOMP) < 0 && errno == EINVAL) {
        s.stands[WALL_SECCOMP] = false;
        (void)snprintf(s.why[WALL_SECCOMP], sizeof s.why[0], "this kernel offers none");
    }
    return s;
}

/* Everything that Landlock's first version can deny, denied; reading allowed below the target. */
static bool enter_landlock(int target, struct fault *f)
{
    const struct landlock_ruleset_attr rules = {
        .handled_access_fs = ((uint64_t)LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1,
    };
    const struct landlock_path_beneath_attr reading = {
        .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
        .parent_fd = target,
    };
    OWNED(own_close)
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0);

    if (ruleset < 0 ||
        (target != SANDBOX_NOTHING &&
         syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &reading, 0) != 0) ||
        syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        return fault_set(f, FAULT_DENIED, "landlock: %s", strerror(errno));
    return true;
}

static void done_filter(scmp_filter_ctx *filter)
{
    if (*filter != NULL)
        seccomp_release(*filter);
}

/* openat only for reading: the bits that could write, create or cut are all zero. */
static int allow_reading(scmp_filter_ctx filter)
{
    const unsigned long forbidden =
        O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);

    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, forbidden, 0));
}

static bool enter_seccomp(bool opens, struct fault *f)
{
    /* a sanitizer that has found something must be able to say so: it is refused, not ended */
    OWNED(done_filter)
    scmp_filter_ctx filter =
        seccomp_init(SANITIZED ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS);
    int failed = filter == NULL ? -ENOMEM : 0;

    for (size_t i = 0; failed == 0 && i < sizeof allowed / sizeof allowed[0]; i++)
        failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    if (failed == 0 && opens)
        failed = allow_reading(filter);
    if (failed == 0)
        failed = seccomp_load(filter);
    if (failed != 0)
        return fault_set(f, FAULT_DENIED, "seccomp: %s", strerror(-failed));
    return true;
}

static bool enter_limits(struct fault *f)
{
    static const struct {
        int what;
        rlim_t most;
    } limits[] = {
        { RLIMIT_CORE, 0 },
        { RLIMIT_FSIZE, 0 },
        { RLIMIT_NPROC, 0 },
        { RLIMIT_NOFILE, LIMIT_DEPTH + 64 },
        { RLIMIT_DATA, SANITIZED ? RLIM_INFINITY : (rlim_t)LIMIT_WORKER_MEMORY },
    };

    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        const struct rlimit limit = { .rlim_cur = limits[i].most, .rlim_max = limits[i].most };
        if (setrlimit((__rlimit_resource_t)limits[i].what, &limit) != 0)
            return fault_set(f, FAULT_DENIED, "limits: %s", strerror(errno));
    }
    return true;
}

bool sandbox_enter(int target, struct sandbox *out, struct fault *f)
{
    const struct sandbox s = sandbox_offered();

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return fault_set(f, FAULT_DENIED, "no new privileges: %s", strerror(errno));
    if (!enter_limits(f))
        return false;
    if (s.stands[WALL_LANDLOCK] && !enter_landlock(target, f))
        return false;
    if (s.stands[WALL_SECCOMP] && !enter_seccomp(target != SANDBOX_NOTHING, f))
        return false;
    *out = s;
    return true;
}
