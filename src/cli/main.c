/* main.c -- reads the command line and runs the command that it names. */
#include "cli/invocation.h"
#include "cli/manual.h"
#include "core/limits.h"

#include <fcntl.h>
#include <locale.h>
#include <unistd.h>

/* A program started with 0, 1 or 2 closed would get the target's own files under these numbers, and
 * write its report into one. */
static bool hold_standard_streams(void)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
            return false;
    }
    return true;
}

static int run(const struct invocation *in)
{
    struct fault f = { 0 };

    if (invocation_has(in, OPTION_VERSION))
        return manual_print_version();
    if (invocation_has(in, OPTION_HELP) || (in->command != NULL && in->command->group))
        return manual_print_help(in->command);
    if (in->command != NULL)
        return in->command->run(in);
    (void)fault_set(&f, FAULT_FORMAT, "no command was given; see 'hallmark help'");
    return invocation_refuse(&f);
}

int main(int argc, char **argv)
{
    struct arena a = arena_with_budget(LIMIT_RUN_MEMORY);
    struct invocation in;
    struct fault f = { 0 };

    if (!hold_standard_streams())
        return EXIT_REFUSED;
    /* for the width of names alone: what is printed depends on no user's locale */
    (void)setlocale(LC_CTYPE, "C.UTF-8");
    const int status = invocation_read(argc, argv, &a, &in, &f) ? run(&in) : invocation_refuse(&f);
    arena_done(&a);
    return status;
}
