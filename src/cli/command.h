/* command.h -- the commands and their options: the one table behind parsing, help, manual page and
 * completion. A command is a `const struct command` and a line in commands.def. */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct invocation;

/* What a value is: says how it is completed; the command itself checks it. */
enum value_kind {
    VALUE_NONE,
    VALUE_TEXT,
    VALUE_NUMBER,
    VALUE_DATE,
    VALUE_FILE,
    VALUE_CONTEXT,
    VALUE_FORM,
    VALUE_STATUS,
    VALUE_PRESENCE,
    VALUE_CATEGORY,
    VALUE_VENDOR,
    VALUE_INSTRUMENT,
    VALUE_COMMAND,
    VALUE_SHELL,
};

enum option_id {
#define OPTION(id, name, letter, value, kind, text) OPTION_##id,
#include "cli/options.def"
#undef OPTION
    OPTION_MAX
};

struct option {
    const char *name; /* without the dashes */
    char letter;      /* 0: none */
    const char *value;
    enum value_kind kind;
    const char *text;
};

struct example {
    const char *text; /* what it does; NULL ends the list */
    const char *line;
};

/* Exit statuses: answers (CLEAN, FOUND, INCOMPLETE) and failure. */
enum exit_status { EXIT_CLEAN = 0, EXIT_FOUND = 1, EXIT_REFUSED = 2, EXIT_INCOMPLETE = 3 };

/* What an option means to one command, where that is not what options.def says. */
struct meaning {
    enum option_id option;
    const char *value;
    enum value_kind kind;
    const char *text; /* NULL ends the list */
};

struct command {
    const char *name;     /* one word, or the group's and its own: "register init" */
    bool group;           /* stands for the commands whose names begin with its own */
    const char *operands; /* for the usage line: "TARGET"; "" for none */
    size_t operands_least;
    size_t operands_most;
    enum value_kind operand;
    const char *title;              /* one line */
    const char *text;               /* a paragraph */
    const char *records;            /* types of record that its FIELD=VALUE make, blank between;
                                     * "*": all; NULL: none */
    const enum option_id *options;  /* ended by OPTION_MAX; HELP is every command's own */
    size_t needed;                  /* how many of them, from the first, must be given */
    const struct meaning *meanings; /* NULL: none */
    const char *const *exits;       /* what each status means, NULL where it does not occur;
                                     * NULL: as command_exits */
    const struct example *examples; /* ended by a NULL text */
    int (*run)(const struct invocation *in); /* an exit_status */
};

extern const struct option command_option[OPTION_MAX];

#define COMMAND(name) extern const struct command name##_command;
#include "cli/commands.def"
#undef COMMAND

/* Every command, in the order of the help, ended by NULL. */
extern const struct command *const command_all[];

/* By the whole name; NULL: none. A name of two words may be given as two. */
const struct command *command_named(const char *name, const char *second);

/* The group that the command is in, or NULL. */
const struct command *command_group(const struct command *c);

/* The word by which it is called inside its group, or its name. */
const char *command_short(const struct command *c);
bool command_takes(const struct command *c, enum option_id option);

/* The option as the command means it. */
struct option command_option_of(const struct command *c, enum option_id option);

/* What must follow its name, each word after a blank: the options that it needs, its operands. */
void command_usage(const struct command *c, struct buf *out);

/* The fixed words of a value's kind, by index until NULL; NULL at once where they are not fixed. */
const char *command_word(enum value_kind kind, size_t i);

/* What each exit status means, by status, for help and manual: of a scan, and of a command that
 * only tells what is there. */
extern const char *const command_exits[4];
extern const char *const command_told[4];

#endif
