#include "writer/keeper_wall.h"

#include "core/own.h"
#include "core/sanitized.h"

#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static const int allowed[] = {
    SCMP_SYS(read),          SCMP_SYS(write),
    SCMP_SYS(recvfrom),      SCMP_SYS(sendto),
    SCMP_SYS(openat),        SCMP_SYS(close),
    SCMP_SYS(fsync),         SCMP_SYS(fdatasync),
    SCMP_SYS(fchmod),        SCMP_SYS(mkdirat),
    SCMP_SYS(renameat),      SCMP_SYS(renameat2),
    SCMP_SYS(unlinkat),      SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),    SCMP_SYS(getpid),
    SCMP_SYS(gettid),        SCMP_SYS(tgkill),
    SCMP_SYS(brk),           SCMP_SYS(mmap),
    SCMP_SYS(munmap),        SCMP_SYS(mremap),
    SCMP_SYS(mprotect),      SCMP_SYS(madvise),
    SCMP_SYS(futex),         SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigaction),  SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sigaltstack),   SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),          SCMP_SYS(exit_group),
};

static void done_filter(scmp_filter_ctx *filter)
{
    if (*filter != NULL)
        seccomp_release(*filter);
}

bool keeper_wall_enter(struct fault *f)
{
    static const struct rlimit none = { 0 };
    OWNED(done_filter)
    scmp_filter_ctx filter =
        seccomp_init(SANITIZED ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS);
    int failed = filter == NULL ? -ENOMEM : 0;

    /* nobody of the same user may look into the memory where the key is */
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fault_set(f, FAULT_DENIED, "the keeper's walls: %s", strerror(errno));
    for (size_t i = 0; failed == 0 && i < sizeof allowed / sizeof allowed[0]; i++)
        failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    if (failed == 0)
        failed = seccomp_load(filter);
    return failed == 0 ||
           fault_set(f, FAULT_DENIED, "the keeper's walls: seccomp: %s", strerror(-failed));
}
