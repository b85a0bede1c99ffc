/* invocation.h -- what was said on the command line, checked against the table.
 *
 * Options stand anywhere: `--name VALUE`, `--name=VALUE`, `-o VALUE`, `-oVALUE`, `-qv`; `--` ends
 * them. Of an option that may not be repeated the last counts, so that an alias can be overruled.
 */
#ifndef INVOCATION_H
#define INVOCATION_H

#include "cli/command.h"
#include "core/vec.h"

struct invocation {
    struct arena *arena;           /* of the run */
    const struct command *command; /* NULL: none was named */
    struct vec values[OPTION_MAX]; /* const char *; "" for an option without a value */
    struct vec operands;           /* const char * */
};

bool invocation_read(int argc, char *const *argv, struct arena *a, struct invocation *out,
                     struct fault *f) MUST_CHECK;

/* The command called `word`, in the group or in none; the fault names the nearest. */
bool invocation_command(const struct command *group, const char *word, const struct command **out,
                        struct fault *f) MUST_CHECK;

bool invocation_has(const struct invocation *in, enum option_id option);

/* The last value, or NULL. */
const char *invocation_value(const struct invocation *in, enum option_id option);

/* The i-th operand, or NULL. */
const char *invocation_operand(const struct invocation *in, size_t i);

/* -1 with --quiet, 1 with --verbose, 0 else. */
int invocation_verbosity(const struct invocation *in);

/* The fault in one line on standard error, after "hallmark: ". Returns EXIT_REFUSED. */
int invocation_refuse(const struct fault *f);

#endif
