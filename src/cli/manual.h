/* manual.h -- help and manual page, from the table of commands. */
#ifndef MANUAL_H
#define MANUAL_H

#include "cli/command.h"
#include "core/buf.h"
#include "report/page.h"

/* hallmark(1) in roff, for man(7). */
void manual_roff(struct buf *out);

/* What the environment and files mean to the program: by index until a NULL name. */
struct manual_word {
    const char *name;
    const char *text;
};
extern const struct manual_word manual_environment[];

/* These print, and return the exit status: how to use a command, or the program where `c` is
 * NULL; the version. */
int manual_print_help(const struct command *c);
int manual_print_version(void);

#endif
